"""How the pump wakes an event loop: by a descriptor where the loop watches one, else by a call."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextvars import ContextVar
from typing import Any

import pytest
from steamgs._core import WakeUp

import steamgs
import steamgs.asyncio
import steamgs.asyncio.wakeup
from conftest import LOOPS
from fronts import library_of
from gil import gil_kept, spin_until
from payloads import payload
from steamgs.simulator import Simulator

ALICE = 76561197960287930
KICK = 203
WATCHES = sys.platform != "win32"

Main = Callable[[], Coroutine[Any, Any, Any]]
Watched = list[tuple[str, int]]


class LoopWithoutReaders(asyncio.SelectorEventLoop):
    """As Windows' Proactor loop is."""

    def add_reader(self, fd: Any, callback: Any, *args: Any) -> None:  # type: ignore[override]
        raise NotImplementedError

    def remove_reader(self, fd: Any) -> bool:
        raise NotImplementedError


def factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    found: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
        "asyncio": asyncio.new_event_loop,
        "without readers": LoopWithoutReaders,
    }
    if "uvloop" in LOOPS:
        import uvloop

        found["uvloop"] = uvloop.new_event_loop
    return found


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(seed=1) as simulator:
        yield simulator


@pytest.fixture(params=factories())
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    with asyncio.Runner(debug=True, loop_factory=factories()[request.param]) as runner:
        yield runner


@pytest.fixture
def descriptors(monkeypatch: pytest.MonkeyPatch) -> list[WakeUp]:
    """All that servers have opened."""
    opened: list[WakeUp] = []

    def recorded() -> WakeUp:
        opened.append(WakeUp())
        return opened[-1]

    monkeypatch.setattr(steamgs.asyncio.wakeup, "WakeUp", recorded)
    return opened


@pytest.fixture
def server(front: str, sim: Simulator) -> Iterator[steamgs.asyncio.GameServer]:
    server = steamgs.asyncio.GameServer(
        480, library=library_of(front), steamclient=sim, query_port=0, tick_interval=0.001
    )
    yield server
    server.close()


def kick(sim: Simulator, *steam_ids: int) -> None:
    for steam_id in steam_ids:
        sim.post(KICK, payload("client_kick", steam_id, 0))


def watched(loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """What is told to a loop about its readers."""
    calls: Watched = []
    for name in ("add_reader", "remove_reader"):
        original = getattr(loop, name)

        def recorded(fd: int, *rest: Any, name: str = name, original: Any = original) -> Any:
            calls.append((name, fd))
            return original(fd, *rest)

        monkeypatch.setattr(loop, name, recorded)
    return calls


def closed(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return True
    return False


def test_everything_works(
    runner: asyncio.Runner, server: steamgs.asyncio.GameServer, sim: Simulator
) -> None:
    async def main() -> None:
        problems: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, what: problems.append(what))
        alice = sim.add_user(ALICE)
        for _ in range(3):
            async with server:
                await server.log_on_anonymous()
                async with server.authenticate(ALICE, alice.auth_session_ticket()):
                    kick(sim, 1, 2)
                    assert (await server.client_kick.wait()).steam_id == 1
                for number in range(1, 101):
                    kick(sim, number)
                    assert (await server.client_kick.wait(timeout=20)).steam_id >= 1
        assert problems == []

    runner.run(main())


def test_a_loop_that_watches_nothing_is_called(
    server: steamgs.asyncio.GameServer, sim: Simulator, descriptors: list[WakeUp]
) -> None:
    async def main() -> None:
        async with server:
            kick(sim, 1)
            await server.client_kick.wait(timeout=20)

    with asyncio.Runner(loop_factory=LoopWithoutReaders) as runner:
        runner.run(main())
    assert all(descriptor.fileno() == -1 for descriptor in descriptors)


if WATCHES:

    @pytest.mark.parametrize("loop", LOOPS)
    def test_it_is_watched_from_start_to_close(
        loop: str,
        server: steamgs.asyncio.GameServer,
        sim: Simulator,
        descriptors: list[WakeUp],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        # uvloop's own methods can't be replaced.
        factory: Any = asyncio.SelectorEventLoop
        if loop == "uvloop":
            import uvloop

            class Loop(uvloop.Loop):
                pass

            factory = Loop

        async def main() -> None:
            calls = watched(asyncio.get_running_loop(), monkeypatch)
            for run in range(1, 3):
                async with server:
                    fd = descriptors[-1].fileno()
                    assert calls == [("add_reader", fd)]
                    kick(sim, 1)
                    await server.client_kick.wait(timeout=20)
                assert calls == [("add_reader", fd), ("remove_reader", fd)]
                assert len(descriptors) == run
                assert descriptors[-1].fileno() == -1
                assert closed(fd)
                calls.clear()

        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(main())

    @pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
    def test_a_watching_loop_needs_no_notifier(server: steamgs.asyncio.GameServer) -> None:
        async def main() -> None:
            async with server:
                pumped = len(os.listdir("/proc/self/task"))
                server.stop_pump()
                assert len(os.listdir("/proc/self/task")) == pumped - 1

        asyncio.run(main())

    def test_the_pump_ticks_on_while_the_loop_is_busy(
        server: steamgs.asyncio.GameServer, sim: Simulator
    ) -> None:
        async def main() -> None:
            async with server:
                kick(sim, 1)
                waiting = asyncio.ensure_future(server.client_kick.wait(timeout=20))
                await asyncio.sleep(0)
                with gil_kept():
                    spin_until(lambda: server.counters().pump_wakes == 1)
                    before = server.counters().ticks
                    spin_until(lambda: server.counters().ticks > before + 50)
                await waiting

        asyncio.run(main())

    def test_no_descriptor_is_to_be_had(
        server: steamgs.asyncio.GameServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse() -> WakeUp:
            raise OSError(24, "Too many open files")

        async def main() -> None:
            with pytest.raises(OSError, match="Too many open files"):
                await server.__aenter__()
            assert not server.running

        monkeypatch.setattr(steamgs.asyncio.wakeup, "WakeUp", refuse)
        asyncio.run(main())

    def test_many_signals_are_one() -> None:
        wake_up = WakeUp()
        assert not closed(wake_up.fileno())
        wake_up.clear()
        fd = wake_up.fileno()
        wake_up.close()
        wake_up.close()
        wake_up.clear()
        assert wake_up.fileno() == -1
        assert closed(fd)

    def test_a_dropped_descriptor_is_closed() -> None:
        fd = WakeUp().fileno()
        assert closed(fd)


def test_closing_with_events_that_wait(
    runner: asyncio.Runner,
    server: steamgs.asyncio.GameServer,
    sim: Simulator,
    descriptors: list[WakeUp],
) -> None:
    async def main() -> None:
        problems: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, what: problems.append(what))
        for number in range(1, 21):
            server.start()
            kick(sim, 1, 2)
            assert server.wait_for_events(20)  # the loop has been told, and has not run yet
            if number % 2:
                asyncio.get_running_loop().call_soon(server.close)
            else:
                server.close()
            await asyncio.sleep(0.001)
            assert not server.running
        assert problems == []

    runner.run(main())
    assert server.counters().undelivered > 0
    assert all(descriptor.fileno() == -1 for descriptor in descriptors)


def test_closing_in_a_handler(
    runner: asyncio.Runner,
    server: steamgs.asyncio.GameServer,
    sim: Simulator,
    descriptors: list[WakeUp],
) -> None:
    async def main() -> None:
        done = asyncio.Event()

        @server.client_kick.connect
        def close(_: steamgs.ClientKick) -> None:
            server.close()
            done.set()

        server.start()
        kick(sim, 1, 2)
        async with asyncio.timeout(20):
            await done.wait()
        assert all(descriptor.fileno() == -1 for descriptor in descriptors)
        await asyncio.sleep(0.01)

    runner.run(main())


def test_closing_from_another_thread(
    runner: asyncio.Runner,
    server: steamgs.asyncio.GameServer,
    sim: Simulator,
    descriptors: list[WakeUp],
) -> None:
    async def main() -> None:
        for _ in range(5):
            server.start()
            waiting = asyncio.ensure_future(server.server_connected.wait())
            await asyncio.sleep(0)
            kick(sim, 1)
            await asyncio.to_thread(server.close)
            with pytest.raises(steamgs.NotRunningError):
                await waiting
        await asyncio.sleep(0.01)
        assert all(descriptor.fileno() == -1 for descriptor in descriptors)

    runner.run(main())


@pytest.mark.parametrize("name", factories())
def test_a_loop_that_is_closed_under_the_server(
    name: str, server: steamgs.asyncio.GameServer, sim: Simulator, descriptors: list[WakeUp]
) -> None:
    async def start() -> None:
        server.start()
        kick(sim, 1)

    with asyncio.Runner(loop_factory=factories()[name]) as runner:
        runner.run(start())
    kick(sim, 2)
    assert server.wait_for_events(20)
    server.close()
    assert all(descriptor.fileno() == -1 for descriptor in descriptors)
    # The next loop is another one.
    with asyncio.Runner(loop_factory=factories()[name]) as runner:
        runner.run(start())
        server.close()
    assert all(descriptor.fileno() == -1 for descriptor in descriptors)


@pytest.mark.parametrize("name", factories())
def test_a_loop_that_never_runs_again(
    name: str, server: steamgs.asyncio.GameServer, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread closes the server: what the loop watches goes with the loop."""
    opened: list[int] = []

    def recorded() -> WakeUp:
        wake_up = WakeUp()
        opened.append(wake_up.fileno())
        return wake_up

    monkeypatch.setattr(steamgs.asyncio.wakeup, "WakeUp", recorded)

    async def start() -> None:
        server.start()

    loop = factories()[name]()
    loop.run_until_complete(start())
    kick(sim, 1)
    thread = threading.Thread(target=server.close)
    thread.start()
    thread.join(20)
    assert not server.running
    loop.close()
    del loop
    gc.collect()
    assert all(closed(descriptor) for descriptor in opened)


def test_handlers_see_no_context_of_others(
    runner: asyncio.Runner, server: steamgs.asyncio.GameServer, sim: Simulator
) -> None:
    value: ContextVar[str] = ContextVar("value", default="none")
    seen: list[str] = []

    async def main() -> None:
        value.set("of whoever started the server")
        async with server:

            @server.client_kick.connect
            def handler(_: steamgs.ClientKick) -> None:
                seen.append(value.get())
                value.set("of another handler")

            for number in range(1, 4):
                kick(sim, number)
                while len(seen) < number:
                    await asyncio.sleep(0.001)

    runner.run(main())
    assert seen == ["none"] * 3


if hasattr(os, "fork"):

    @pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    def test_a_child_leaves_what_the_parent_watches(
        runner: asyncio.Runner,
        server: steamgs.asyncio.GameServer,
        sim: Simulator,
        descriptors: list[WakeUp],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        async def main() -> None:
            async with server:
                for number in range(1, 4):
                    before = [descriptor.fileno() for descriptor in descriptors]
                    kick(sim, number)
                    child = os.fork()
                    if child == 0:
                        left = [descriptor.fileno() for descriptor in descriptors]
                        server.close()
                        os._exit(0 if left == [-1] * len(before) else 1)
                    _, status = os.waitpid(child, 0)
                    assert os.waitstatus_to_exitcode(status) == 0
                    assert [descriptor.fileno() for descriptor in descriptors] == before
                    assert (await server.client_kick.wait(timeout=20)).steam_id == number

        runner.run(main())
