"""steamgs.asyncio: the same names, awaited; on asyncio's loop and on uvloop, in debug mode."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import Run
from fronts import library_of
from payloads import payload
from steamgs.simulator import Simulator, make_ticket

ALICE = 76561197960287930
CLAN = 103582791429521408


@pytest.fixture
def sim() -> Any:
    with Simulator(seed=1) as simulator:
        yield simulator


def kick(sim: Simulator, *steam_ids: int) -> None:
    for steam_id in steam_ids:
        sim.post(203, payload("client_kick", steam_id, 0))


def test_logging_on(run: Run) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        assert await server.log_on_anonymous() == steamgs.ServerConnected()
        assert server.logged_on
        assert await server.log_on("T" * 32) == steamgs.ServerConnected()

    run(main)


def test_a_logon_fails_when_steam_gives_up_and_goes_on_while_it_retries(
    run: Run, sim: Simulator
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        sim.fail_next_logon(steamgs.Result.GSLT_EXPIRED)
        with pytest.raises(steamgs.LogOnError) as caught:
            await server.log_on("T" * 32)
        assert (caught.value.result, caught.value.retrying) == (steamgs.Result.GSLT_EXPIRED, False)
        sim.set_latency("retry", 0.05)
        sim.fail_next_logon(steamgs.Result.BUSY, retrying=True)
        failures: list[steamgs.ServerConnectFailure] = []
        server.server_connect_failure.connect(failures.append)
        await server.log_on_anonymous()
        assert failures == [steamgs.ServerConnectFailure(steamgs.Result.BUSY, True)]
        server.server_connect_failure.disconnect(failures.append)
        assert server.logged_on

    run(main)


def test_a_logon_without_an_answer_times_out(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        sim.set_latency("logon", 60)
        with pytest.raises(TimeoutError):
            await server.log_on_anonymous(timeout=0.02)

    run(main)


def test_handlers_run_in_the_loops_thread(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        threads = []
        done = asyncio.Event()

        @server.client_kick.connect
        def plain(_: steamgs.ClientKick) -> None:
            threads.append(threading.current_thread())

        @server.client_kick.connect
        async def coroutine(_: steamgs.ClientKick) -> None:
            await asyncio.sleep(0)
            threads.append(threading.current_thread())
            done.set()

        kick(sim, 1)
        await done.wait()
        assert threads == [threading.main_thread()] * 2
        server.client_kick.disconnect(plain)
        server.client_kick.disconnect(coroutine)

    run(main)


def test_waiting_for_one_event(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        waiting = asyncio.create_task(server.client_kick.wait(lambda event: event.steam_id > 2))
        await asyncio.sleep(0)
        kick(sim, 1, 2, 3, 4)
        assert (await waiting).steam_id == 3
        while server.counters().events["client_kick"] < 4:  # the last may come in a tick of its own
            await asyncio.sleep(0.001)
        with pytest.raises(TimeoutError):
            await server.client_kick.wait(timeout=0.01)

        def bad(_: steamgs.ClientKick) -> bool:
            raise ValueError("predicate")

        waiting = asyncio.create_task(server.client_kick.wait(bad))
        await asyncio.sleep(0)
        kick(sim, 1)
        with pytest.raises(ValueError, match="predicate"):
            await waiting

    run(main)


def test_handlers_end_with_the_server_even_if_closing_raises(front: str, sim: Simulator) -> None:
    class Interrupted(BaseException):
        pass

    class Server(steamgs.asyncio.GameServer):
        def close(self) -> None:
            super().close()
            raise Interrupted

    async def main() -> None:
        started, ended = asyncio.Event(), asyncio.Event()

        async def wait_for_ever(event: steamgs.ClientKick) -> None:
            started.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        server = Server(480, query_port=0, library=library_of(front), steamclient=sim)
        with pytest.raises(Interrupted):
            async with server:
                server.client_kick.connect(wait_for_ever)
                kick(sim, ALICE)
                await asyncio.wait_for(started.wait(), 20)
        assert ended.is_set()

    asyncio.run(main())


def test_a_cancelled_wait_leaves_nothing(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        sim.set_latency("call", 60)
        tasks: list[asyncio.Future[Any]]
        tasks = [asyncio.create_task(server.client_kick.wait()) for _ in range(100)]
        with pytest.raises(steamgs.NotLoggedOnError):
            server.associate_with_clan(CLAN)
        await server.log_on_anonymous()
        tasks.append(asyncio.ensure_future(server.compute_new_player_compatibility(ALICE)))
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)

    run(main)


def test_iterating_over_a_signal(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        async def collect() -> list[int]:
            seen = []
            async for event in server.client_kick:
                seen.append(event.steam_id)
                if event.steam_id == 100:
                    break
            return seen

        task = asyncio.create_task(collect())
        await asyncio.sleep(0)
        kick(sim, *range(1, 151))
        assert await task == list(range(1, 101))

    run(main)


def test_iterating_over_all_events_until_close(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        async def collect() -> list[str]:
            return [type(event).__name__ async for event in server.events()]

        task = asyncio.create_task(collect())
        await asyncio.sleep(0)
        await server.log_on_anonymous()
        sim.post(203, payload("client_kick", 1, 0))
        await server.client_kick.wait()
        server.close()
        assert await task == ["ServerConnected", "PolicyResponse", "ClientKick"]

    run(main)


def test_a_stream_can_be_closed(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        stream = server.client_kick.__aiter__()
        kick(sim, 1, 2)
        while server.counters().events["client_kick"] < 2:  # the last may come in a tick of its own
            await asyncio.sleep(0.001)
        assert (await anext(stream)).steam_id == 1
        await stream.aclose()
        await stream.aclose()
        assert [event.steam_id async for event in stream] == [2]

    run(main)


def test_close_ends_every_wait(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("call", 60)
        sim.set_latency("group", 60)
        sim.set_latency("auth", 60)

        async def authenticate() -> None:
            async with server.authenticate(ALICE, make_ticket(ALICE, 480)):
                pytest.fail("nobody was admitted")

        tasks = [
            asyncio.ensure_future(awaitable)
            for awaitable in (
                server.client_kick.wait(),
                server.associate_with_clan(CLAN),
                server.compute_new_player_compatibility(ALICE),
                server.get_server_reputation(),
                server.request_user_group_status(ALICE, CLAN),
                authenticate(),
            )
        ]
        await asyncio.sleep(0.01)
        server.close()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [steamgs.NotRunningError] * 6

    run(main)


def test_calls_are_awaited(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        sim.add_user(ALICE, officer_of=[CLAN])
        await server.log_on_anonymous()
        assert (await server.associate_with_clan(CLAN)).result is steamgs.Result.OK
        compat = await server.compute_new_player_compatibility(ALICE, timeout=20)
        assert compat.steam_id == ALICE
        assert (await server.get_server_reputation()).result is steamgs.Result.OK
        status = await server.request_user_group_status(ALICE, CLAN)
        assert status == steamgs.ClientGroupStatus(ALICE, CLAN, True, True)
        sim.fail_next_call()
        with pytest.raises(steamgs.CallFailedError):
            await server.associate_with_clan(CLAN)
        sim.set_latency("call", 60)
        with pytest.raises(TimeoutError):
            await server.associate_with_clan(CLAN, timeout=0.01)

    run(main)


def test_errors_of_handlers_go_to_the_loop(front: str, sim: Simulator) -> None:
    problems: list[str] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: problems.append(str(context["exception"]))
        )
        async with steamgs.asyncio.GameServer(
            480, library=sim, query_port=0, tick_interval=0.001
        ) as server:

            @server.client_kick.connect
            def plain(event: steamgs.ClientKick) -> None:
                raise ValueError(f"plain {event.steam_id}")

            @server.client_kick.connect
            async def coroutine(event: steamgs.ClientKick) -> None:
                raise ValueError(f"coroutine {event.steam_id}")

            kick(sim, 1, 2)
            while len(problems) < 4:
                await asyncio.sleep(0.001)
            errors: list[str] = []
            server.on_handler_error = lambda error, *_: errors.append(str(error))
            kick(sim, 3)
            while len(errors) < 2:
                await asyncio.sleep(0.001)
            assert sorted(errors) == ["coroutine 3", "plain 3"]

    asyncio.run(main())
    assert sorted(problems) == ["coroutine 1", "coroutine 2", "plain 1", "plain 2"]


def test_leaving_cancels_coroutine_handlers(run: Run, sim: Simulator) -> None:
    cancelled: list[int] = []

    async def main(server: steamgs.asyncio.GameServer) -> None:
        started = asyncio.Event()

        async def slow(event: steamgs.ClientKick) -> None:
            started.set()
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                cancelled.append(event.steam_id)
                raise

        server.client_kick.once(slow)
        kick(sim, 1)
        await started.wait()

    run(main)
    assert cancelled == [1]


def test_thousands_of_answers_each_to_its_own_request(run: Run, sim: Simulator) -> None:
    count = 3000
    for number in range(0, count, 2):
        sim.add_user(ALICE + number, officer_of=[CLAN])

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        requests = [server.request_user_group_status(ALICE + n, CLAN) for n in range(count)]
        twice = server.request_user_group_status(ALICE, CLAN)
        sim.set_latency("group", 60)  # from here on
        hasty = asyncio.ensure_future(server.request_user_group_status(ALICE, CLAN + 1))
        await asyncio.sleep(0)
        hasty.cancel()
        *answers, again = await asyncio.gather(*requests, twice)
        assert [answer.steam_id for answer in answers] == [ALICE + n for n in range(count)]
        assert [answer.officer for answer in answers] == [n % 2 == 0 for n in range(count)]
        assert again == answers[0]
        assert hasty.cancelled()

    run(main)


def test_a_closing_server_fails_requests(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("group", 60)
        request = asyncio.ensure_future(server.request_user_group_status(ALICE, CLAN))
        await asyncio.sleep(0)
        server.close()
        with pytest.raises(steamgs.NotRunningError, match=r"^the game server was closed$"):
            await request

    run(main)


def test_a_loop_is_needed(sim: Simulator) -> None:
    with pytest.raises(RuntimeError):
        steamgs.asyncio.GameServer(480, library=sim, query_port=0).start()


def test_a_bad_interval_leaves_no_server(sim: Simulator) -> None:
    async def main() -> None:
        with pytest.raises(ValueError, match="interval must be"):
            async with steamgs.asyncio.GameServer(480, library=sim, query_port=0, tick_interval=0):
                pytest.fail("started")
        async with steamgs.asyncio.GameServer(480, library=sim, query_port=0) as server:
            with pytest.raises(steamgs.SteamError, match="the event loop already delivers events"):
                server.run_forever()

    asyncio.run(main())


def test_a_loop_closed_under_a_running_server(sim: Simulator) -> None:
    async def start() -> steamgs.asyncio.GameServer:
        return steamgs.asyncio.GameServer(
            480, library=sim, query_port=0, tick_interval=0.001
        ).start()

    server = asyncio.run(start())
    kick(sim, 1, 2)
    assert server.wait_for_events(20)
    server.close()
    assert server.counters().undelivered == 2


def test_waiting_without_steamgs_asyncio(sim: Simulator) -> None:
    """Signals of the plain server can be awaited too, by whoever delivers its events."""

    async def main() -> None:
        with steamgs.GameServer(480, library=sim, query_port=0) as server:
            task = asyncio.create_task(server.client_kick.wait())
            await asyncio.sleep(0)
            kick(sim, 7)
            await asyncio.to_thread(server.run_callbacks)
            assert (await task).steam_id == 7

    asyncio.run(main(), debug=True)
