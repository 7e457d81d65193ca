"""A logon is finished when Steam has connected the server and said whether it is secure."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Coroutine
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import LOOPS, Run
from fronts import library_of
from steamgs.simulator import Simulator


@pytest.fixture
def sim() -> Any:
    with Simulator(seed=1) as simulator:
        yield simulator


class Order:
    """What came, in order."""

    def __init__(self, server: steamgs.asyncio.GameServer) -> None:
        self.seen: list[str] = []
        server.server_connected.connect(self._take)
        server.policy_response.connect(self._take)
        self.signals = (server.server_connected, server.policy_response)

    def _take(self, event: steamgs.Event) -> None:
        self.seen.append(type(event).__name__)

    def end(self) -> list[str]:
        for signal in self.signals:
            signal.disconnect(self._take)
        return self.seen


def test_secure_is_right_when_it_is_finished(run: Run, sim: Simulator) -> None:
    sim.set_latency("connected", 0.02)
    sim.set_latency("policy", 0.05)
    sim.set_behaviour("logon_at_once")

    async def main(server: steamgs.asyncio.GameServer) -> None:
        order = Order(server)
        event = await server.log_on_anonymous()
        assert isinstance(event, steamgs.ServerConnected)
        assert server.secure
        assert order.end() == ["ServerConnected", "PolicyResponse"]

    run(main)


def test_the_policy_response_may_come_first(run: Run, sim: Simulator) -> None:
    sim.set_latency("connected", 0.03)
    sim.set_behaviour("policy_first")

    async def main(server: steamgs.asyncio.GameServer) -> None:
        order = Order(server)
        await server.log_on("T" * 32)
        assert order.end() == ["PolicyResponse", "ServerConnected"]
        assert server.secure
        assert server.logged_on

    run(main)


def test_asking_again_ends_at_once_when_both_were_delivered(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        sim.set_latency("policy", 0.02)
        await asyncio.gather(server.log_on_anonymous(), server.log_on_anonymous())
        order = Order(server)
        await server.log_on_anonymous(timeout=0)
        assert order.end() == []

    run(main)


def test_a_later_logon_waits_for_its_own_responses(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        server.log_off()
        await server.server_disconnected.wait(timeout=20)
        sim.set_latency("policy", 0.05)
        order = Order(server)
        await server.log_on_anonymous()
        assert order.end() == ["ServerConnected", "PolicyResponse"]
        assert server.secure

    run(main)


def test_a_steamclient_that_tells_its_policy_once(
    run: Run, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steamgs._core, "_DOUBTFUL_POLICY_SECONDS", 0.05)
    sim.set_behaviour("policy_once")

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        server.log_off()
        await server.server_disconnected.wait(timeout=20)
        order = Order(server)
        await server.log_on_anonymous()
        assert order.end() == ["ServerConnected"]

    run(main)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(
    "mode", [steamgs.ServerMode.NO_AUTHENTICATION, steamgs.ServerMode.AUTHENTICATION]
)
def test_who_does_not_ask_for_vac_may_get_no_policy(
    loop: str,
    mode: steamgs.ServerMode,
    front: str,
    sim: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(steamgs._core, "_DOUBTFUL_POLICY_SECONDS", 0.05)
    sim.set_latency("policy", 1e6)

    async def main() -> None:
        async with steamgs.asyncio.GameServer(
            480, mode=mode, library=library_of(front), steamclient=sim, query_port=0
        ) as server:
            await server.log_on_anonymous(timeout=20)
            assert server.logged_on
            assert not server.secure

    run_in(loop, main())


def test_without_vac_a_policy_response_is_waited_for(front: str, sim: Simulator) -> None:
    sim.set_latency("policy", 0.05)

    async def main() -> None:
        async with steamgs.asyncio.GameServer(
            480,
            mode=steamgs.ServerMode.AUTHENTICATION,
            library=library_of(front),
            steamclient=sim,
            query_port=0,
        ) as server:
            order = Order(server)
            await server.log_on_anonymous()
            assert order.end() == ["ServerConnected", "PolicyResponse"]

    asyncio.run(main())


def run_in(loop: str, main: Coroutine[Any, Any, None]) -> None:
    factory = None
    if loop == "uvloop":
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main)


def test_the_time_limit_tells_the_last_failure(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        sim.set_latency("retry", 0.01)
        sim.fail_next_logon(steamgs.Result.SERVICE_UNAVAILABLE, retrying=True)
        sim.set_latency("connected", 1e6)
        with pytest.raises(steamgs.LogOnTimeoutError) as caught:
            await server.log_on_anonymous(timeout=0.2)
        error = caught.value
        assert isinstance(error, TimeoutError)
        assert isinstance(error, steamgs.LogOnError)
        failure = steamgs.ServerConnectFailure(steamgs.Result.SERVICE_UNAVAILABLE, True)
        assert error.failure == failure
        assert (error.result, error.retrying) == (steamgs.Result.SERVICE_UNAVAILABLE, True)
        assert str(error) == (
            "the logon was not finished in time; last failure: SERVICE_UNAVAILABLE"
        )
        again = pickle.loads(pickle.dumps(error))
        assert (again.failure, str(again)) == (failure, str(error))

    run(main)


def test_a_time_limit_without_a_failure(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        sim.set_latency("policy", 1e6)
        with pytest.raises(steamgs.LogOnTimeoutError) as caught:
            await server.log_on_anonymous(timeout=0.05)
        assert caught.value.failure is None
        assert caught.value.result is steamgs.Result.TIMEOUT
        assert str(caught.value) == "the logon was not finished in time"

    run(main)


def test_steam_s_last_word_ends_it_and_the_next_logon_begins_anew(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        sim.fail_next_logon(steamgs.Result.INVALID_PASSWORD)
        with pytest.raises(steamgs.LogOnError) as caught:
            await server.log_on("T" * 32)
        assert not isinstance(caught.value, TimeoutError)
        assert (caught.value.result, caught.value.retrying) == (
            steamgs.Result.INVALID_PASSWORD,
            False,
        )
        await server.log_on("T" * 32)
        assert server.secure

    run(main)


def test_logging_off_and_closing_end_the_wait(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        sim.set_latency("policy", 1e6)
        waiting = asyncio.ensure_future(server.log_on_anonymous())
        await server.server_connected.wait(timeout=20)
        server.log_off()
        with pytest.raises(steamgs.LogOnError, match="CANCELLED"):
            await waiting
        waiting = asyncio.ensure_future(server.log_on_anonymous())
        await asyncio.sleep(0)
        server.close()
        with pytest.raises(steamgs.NotRunningError):
            await waiting
        with pytest.raises(steamgs.NotRunningError):
            await server.log_on_anonymous()

    run(main)


def test_cancelling_leaves_the_other_waiter(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        sim.set_latency("policy", 0.5)
        one = asyncio.ensure_future(server.log_on_anonymous())
        two = asyncio.ensure_future(server.log_on_anonymous())
        await asyncio.sleep(0)
        one.cancel()
        await two
        assert one.cancelled()
        assert server.secure

    run(main)


def test_a_logon_after_a_lost_connection_waits_for_its_own_responses(
    run: Run, sim: Simulator
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.disconnect()
        await server.server_disconnected.wait(timeout=20)
        sim.set_latency("policy", 0.05)
        order = Order(server)
        logon = asyncio.ensure_future(server.log_on_anonymous())
        await asyncio.sleep(0)
        sim.reconnect()
        await logon
        assert order.end() == ["ServerConnected", "PolicyResponse"]
        assert server.secure

    run(main)
