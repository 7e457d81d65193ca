"""How many players may wait for Steam's verdict: places are taken and given back exactly once."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import pickle
import time
import tracemalloc
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import Run
from fronts import library_of
from steamgs.simulator import Simulator, make_ticket

ALICE = 76561197960287930
HOST = "192.0.2.7"
REACHED = "the limit of players who wait for Steam's verdict is reached"
GameServer = steamgs.asyncio.GameServer
Session = steamgs.asyncio.AuthenticatedSession


def session_of(server: GameServer, number: int, **options: Any) -> Session:
    steam_id = ALICE + number
    return server.authenticate(steam_id, make_ticket(steam_id, 480), **options)


def entering(server: GameServer, number: int, **options: Any) -> asyncio.Task[Session]:
    return asyncio.create_task(session_of(server, number, **options).__aenter__())


def pending(server: GameServer) -> tuple[int, dict[str, int]]:
    """In all, and of each address."""
    return server.counters().sessions_pending, server._pending.per_address()


async def refused(session: Session) -> steamgs.TooManyPendingError:
    with pytest.raises(steamgs.TooManyPendingError) as caught:
        async with session:
            pytest.fail("let in beyond the bound")
    return caught.value


async def online(server: GameServer, sim: Simulator, *, auth: float = 1000) -> None:
    """Log on, to a Steam that takes so long to judge."""
    await server.log_on_anonymous()
    sim.set_latency("auth", auth)


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.001)


def test_beyond_the_servers_bound_steam_is_not_asked(run: Run, sim: Simulator) -> None:
    async def main(server: GameServer) -> None:
        await online(server, sim)
        server.max_pending_sessions = 3
        tasks = [entering(server, number) for number in range(3)]
        await asyncio.sleep(0)
        assert pending(server) == (3, {})
        known = server._players_known()
        error = await refused(session_of(server, 3))
        assert (error.bound, error.limit, error.address) == ("max_pending_sessions", 3, None)
        assert str(error) == f"{REACHED}: 3 (max_pending_sessions)"
        assert isinstance(error, steamgs.SteamError)
        assert len(sim.server.sessions) == len(server.sessions) == 3
        assert server._players_known() == known
        assert server.counters().sessions_refused_by_bounds == 1
        sim.advance(1000)
        await asyncio.gather(*tasks)
        assert pending(server) == (0, {})
        late = entering(server, 3)
        sim.advance(1000)
        await asyncio.sleep(0)
        sim.advance(1000)
        await late

    run(main)


def test_beyond_an_addresss_bound_others_come_in(run: Run, sim: Simulator) -> None:
    async def main(server: GameServer) -> None:
        await online(server, sim)
        server.max_pending_per_address = 2
        tasks = [entering(server, number, address=HOST) for number in range(2)]
        await asyncio.sleep(0)
        assert pending(server) == (2, {HOST: 2})
        error = await refused(session_of(server, 2, address=(HOST, 5000)))
        assert (error.bound, error.limit, error.address) == ("max_pending_per_address", 2, HOST)
        assert str(error) == f"{REACHED}: 2 from '{HOST}' (max_pending_per_address)"
        copy = pickle.loads(pickle.dumps(error))
        assert (copy.args, str(copy)) == (error.args, str(error))
        tasks += [entering(server, 3, address="192.0.2.8"), entering(server, 4)]
        await asyncio.sleep(0)
        assert pending(server) == (4, {HOST: 2, "192.0.2.8": 1})
        assert server.counters().sessions_refused_by_bounds == 1
        sim.advance(1000)
        await asyncio.gather(*tasks)
        assert pending(server) == (0, {})

    run(main)


def test_a_judged_session_is_not_pending_while_its_block_runs(run: Run, sim: Simulator) -> None:
    async def main(server: GameServer) -> None:
        await online(server, sim, auth=0)
        server.max_pending_per_address = server.max_pending_sessions = 1
        for number in range(20):
            async with session_of(server, number, address=HOST):
                assert pending(server) == (0, {})
            sim.advance(0)
        sim.add_user(ALICE, licenses=())
        with pytest.raises(steamgs.AuthSessionError):
            async with session_of(server, 0, address=HOST):
                pytest.fail("no licence")
        assert pending(server) == (0, {})

    run(main)


async def cancelled(server: GameServer, sim: Simulator) -> None:
    task = entering(server, 0, address=HOST)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])


async def timed_out(server: GameServer, sim: Simulator) -> None:
    with pytest.raises(steamgs.AuthTimeoutError):
        await entering(server, 0, address=HOST, timeout=0.001)


async def ended_by_the_host(server: GameServer, sim: Simulator) -> None:
    task = entering(server, 0, address=HOST)
    await asyncio.sleep(0)
    server.end_auth_session(ALICE)
    with pytest.raises(steamgs.SteamError, match="ended by the server"):
        await task


async def cancelled_when_judged(server: GameServer, sim: Simulator) -> None:
    server.stop_pump()
    task = entering(server, 0, address=HOST)
    await asyncio.sleep(0)
    sim.advance(1000)
    server.run_callbacks()
    assert pending(server) == (0, {})
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


LEFT = [cancelled, timed_out, ended_by_the_host]
Ending = Callable[[GameServer, Simulator], Coroutine[Any, Any, None]]


@pytest.mark.parametrize("leave", LEFT)
def test_who_leaves_unjudged_leaves_the_place_to_the_verdict(
    run: Run, sim: Simulator, leave: Ending
) -> None:
    sim.set_behaviour("late_verdicts")

    async def main(server: GameServer) -> None:
        await online(server, sim)
        await leave(server, sim)
        assert pending(server) == (1, {HOST: 1})
        # Who comes back waits for that verdict, and takes a place too.
        back = entering(server, 0, address="192.0.2.8")
        await asyncio.sleep(0)
        assert pending(server) == (2, {HOST: 1, "192.0.2.8": 1})
        sim.advance(1000)
        await until(lambda: pending(server) == (1, {"192.0.2.8": 1}))
        await until(lambda: server.sessions)
        sim.advance(1000)
        await back
        assert pending(server) == (0, {})

    run(main)


@pytest.mark.parametrize("leave", LEFT)
def test_a_place_is_not_kept_for_a_verdict_that_never_comes(
    run: Run, sim: Simulator, leave: Ending
) -> None:
    async def main(server: GameServer) -> None:
        server._late_verdict_seconds = 0.05
        server.max_pending_per_address = server.max_pending_sessions = 1
        await online(server, sim)
        await leave(server, sim)
        await asyncio.sleep(0.1)
        # Nobody has looked since: the place is found to be free by whoever needs it.
        task = entering(server, 1, address=HOST)
        await asyncio.sleep(0)
        assert pending(server) == (1, {HOST: 1})
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep(0.1)
        assert pending(server) == (0, {})

    run(main)


def test_a_session_judged_before_it_is_cancelled(run: Run, sim: Simulator) -> None:
    async def main(server: GameServer) -> None:
        await online(server, sim)
        await cancelled_when_judged(server, sim)
        assert pending(server) == (0, {})

    run(main)


def test_who_waits_for_an_old_verdict_gives_the_place_back_at_once(
    run: Run, sim: Simulator
) -> None:
    async def main(server: GameServer) -> None:
        await online(server, sim)
        await cancelled(server, sim)
        tasks = [entering(server, 0, address="192.0.2.8") for _ in range(3)]
        await asyncio.sleep(0)
        assert pending(server) == (4, {HOST: 1, "192.0.2.8": 3})
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert pending(server) == (1, {HOST: 1})

    run(main)


def test_a_late_refusal_frees_all_places(run: Run, sim: Simulator) -> None:
    sim.set_behaviour("late_verdicts")
    sim.add_user(ALICE, licenses=())

    async def main(server: GameServer) -> None:
        await online(server, sim)
        await cancelled(server, sim)
        tasks = [entering(server, 0, address=HOST) for _ in range(3)]
        await asyncio.sleep(0)
        assert pending(server) == (4, {HOST: 4})
        sim.advance(1000)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [steamgs.AuthSessionError] * 3
        assert pending(server) == (0, {})

    run(main)


def test_what_steam_refuses_at_once_takes_no_place(run: Run, sim: Simulator) -> None:
    async def main(server: GameServer) -> None:
        await online(server, sim)
        wrong: list[tuple[Session, type[Exception]]] = [
            (server.authenticate(ALICE, b"?", address=HOST), steamgs.AuthSessionError),
            (server.authenticate(ALICE, b"", address=HOST), ValueError),
            (server.authenticate(2**64 - 1, b"?", address=HOST), steamgs.AuthSessionError),
            (session_of(server, 0, address=HOST, timeout=float("nan")), ValueError),
            (
                server.authenticate_connection("127.0.0.1", b"?", address=HOST),
                steamgs.AuthSessionError,
            ),
            (server.authenticate_connection("?", b"?", address=HOST), ValueError),
        ]
        for session, error in wrong:
            with pytest.raises(error):
                async with session:
                    pytest.fail("let in")
            assert pending(server) == (0, {})
        with pytest.raises(OverflowError):
            server.authenticate(0, b"?", address=HOST)
        duplicate = steamgs.BeginAuthSessionResult.DUPLICATE_REQUEST
        task = entering(server, 0, address=HOST)
        await asyncio.sleep(0)
        with pytest.raises(steamgs.AuthSessionError) as caught:
            await entering(server, 0, address=HOST)
        assert caught.value.result is duplicate
        assert pending(server) == (1, {HOST: 1})
        sim.advance(1000)
        await task
        assert server.counters().sessions_refused_by_bounds == 0

    run(main)


def test_a_session_that_is_never_entered_or_entered_twice(run: Run, sim: Simulator) -> None:
    async def main(server: GameServer) -> None:
        await online(server, sim, auth=0)
        server.max_pending_sessions = 1
        session = session_of(server, 0, address=HOST)
        unused = session_of(server, 1, address=HOST)
        unused.__aenter__().close()
        assert pending(server) == (0, {})
        async with session:
            with pytest.raises(steamgs.SteamError, match="only once"):
                async with session:
                    pytest.fail("entered")
        assert pending(server) == (0, {})

    run(main)


def test_a_refused_session_may_be_asked_for_again(run: Run, sim: Simulator) -> None:
    async def main(server: GameServer) -> None:
        await online(server, sim)
        server.max_pending_sessions = 1
        first = entering(server, 0)
        await asyncio.sleep(0)
        session = session_of(server, 1)
        await refused(session)
        sim.advance(1000)
        await first
        with pytest.raises(steamgs.SteamError, match="only once"):
            await session.__aenter__()
        sim.set_latency("auth", 0)
        async with session_of(server, 1) as second:
            assert second.steam_id == ALICE + 1

    run(main)


def test_the_older_flow_is_bounded_too(run: Run, sim: Simulator) -> None:
    sim.set_behaviour("late_verdicts")
    alice, bob = sim.add_user(ALICE), sim.add_user(ALICE + 1)

    async def main(server: GameServer) -> None:
        await online(server, sim)
        server.max_pending_per_address = 1
        peer = (HOST, 7777)
        task = asyncio.create_task(
            server.authenticate_connection(HOST, alice.connect_blob(), address=peer).__aenter__()
        )
        await asyncio.sleep(0)
        assert pending(server) == (1, {HOST: 1})
        await refused(server.authenticate_connection(HOST, bob.connect_blob(), address=peer))
        assert len(server.sessions) == 1
        # Unless it is named, nothing is counted by the address that Steam is told.
        unnamed = asyncio.create_task(
            server.authenticate_connection(HOST, bob.connect_blob()).__aenter__()
        )
        await asyncio.sleep(0)
        assert pending(server) == (2, {HOST: 1})
        task.cancel()
        await asyncio.wait([task])
        server.max_pending_per_address = 2
        again = asyncio.create_task(
            server.authenticate_connection(HOST, alice.connect_blob(), address=peer).__aenter__()
        )
        await asyncio.sleep(0)
        assert pending(server) == (3, {HOST: 2})
        while not (again.done() and unnamed.done()):
            sim.advance(1000)
            await asyncio.sleep(0.01)
        await again
        await unnamed
        assert pending(server) == (0, {})

    run(main)


def test_closing_frees_all_places(run: Run, sim: Simulator) -> None:
    async def main(server: GameServer) -> None:
        await online(server, sim)
        await cancelled(server, sim)
        tasks = [entering(server, number % 3, address=HOST) for number in range(6)]
        await asyncio.sleep(0)
        # Twice as many of Alice as of the others: theirs are duplicates.
        assert pending(server)[0] == 5
        server.close()
        assert pending(server) == (0, {})
        server.start()
        await server.log_on_anonymous()
        fresh = entering(server, 1, address=HOST)
        await asyncio.sleep(0)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(result) for result in results} == {
            steamgs.NotRunningError,
            steamgs.AuthSessionError,
        }
        # What those of the run before give back is not of this one.
        assert pending(server) == (1, {HOST: 1})
        sim.advance(1000)
        await fresh
        assert pending(server) == (0, {})

    run(main)


def test_a_handler_that_closes_the_server(run: Run, sim: Simulator) -> None:
    async def main(server: GameServer) -> None:
        await online(server, sim)
        tasks = [entering(server, number, address=HOST) for number in range(10)]
        await asyncio.sleep(0)
        server.validate_auth_ticket_response.once(lambda _: server.close())
        sim.advance(1000)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert any(isinstance(result, steamgs.NotRunningError) for result in results)
        assert pending(server) == (0, {})

    run(main)


def test_a_loop_that_is_dropped(front: str, sim: Simulator) -> None:
    async def main() -> GameServer:
        server = GameServer(
            480, query_port=0, library=library_of(front), steamclient=sim, tick_interval=0.001
        ).start()
        server._late_verdict_seconds = 0.05
        await online(server, sim)
        server.stop_pump()
        await cancelled(server, sim)
        tasks = [entering(server, number, address=HOST) for number in range(10)]
        await asyncio.sleep(0)
        server.end_auth_session(ALICE + 1)
        assert pending(server) == (11, {HOST: 11})
        await asyncio.wait([tasks[1]])
        assert isinstance(tasks[1].exception(), steamgs.SteamError)
        return server

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(main())
    loop.close()
    del loop
    gc.collect()
    # Steam has the sessions still: their verdicts, or the end of the server, free the places.
    sim.advance(1000)
    assert server.run_callbacks() > 0
    time.sleep(0.1)
    server.run_callbacks()  # who waits for an old verdict hears that it is too late
    assert pending(server) == (0, {})
    server.close()
    assert pending(server) == (0, {})


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_forked_child_has_no_place_taken(front: str, sim: Simulator) -> None:
    async def main() -> None:
        async with GameServer(
            480, query_port=0, library=library_of(front), steamclient=sim
        ) as server:
            await online(server, sim)
            await cancelled(server, sim)
            tasks = [entering(server, number, address=HOST) for number in range(5)]
            await asyncio.sleep(0)
            before = pending(server)
            assert before == (6, {HOST: 6})
            child = os.fork()
            if child == 0:
                try:
                    os._exit(0 if pending(server) == (0, {}) else 1)
                finally:
                    os._exit(2)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            assert pending(server) == before
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    asyncio.run(main())


def test_limits_are_checked_and_may_change(run: Run) -> None:
    def make(options: dict[str, Any]) -> GameServer:
        return GameServer(480, **options)

    async def main(server: GameServer) -> None:
        assert (server.max_pending_sessions, server.max_pending_per_address) == (131_072, 256)
        for name in ("max_pending_sessions", "max_pending_per_address"):
            for limit in (1, 2**32 - 1, None):
                setattr(server, name, limit)
                assert getattr(server, name) == limit
            for wrong, error in ((0, OverflowError), (2**32, OverflowError), (True, TypeError)):
                with pytest.raises(error, match=f"^{name} must be"):
                    setattr(server, name, wrong)
                with pytest.raises(error, match=f"^{name} must be"):
                    make({name: wrong})
            assert getattr(server, name) is None
            assert getattr(make({name: 5}), name) == 5

    run(main)


def test_a_lower_limit_disturbs_nobody_who_waits(run: Run, sim: Simulator) -> None:
    async def main(server: GameServer) -> None:
        await online(server, sim)
        tasks = [entering(server, number, address=HOST) for number in range(5)]
        await asyncio.sleep(0)
        server.max_pending_sessions = 2
        assert (await refused(session_of(server, 5))).bound == "max_pending_sessions"
        server.max_pending_sessions, server.max_pending_per_address = None, 2
        error = await refused(session_of(server, 5, address=HOST))
        assert error.bound == "max_pending_per_address"
        sim.advance(1000)
        assert len(await asyncio.gather(*tasks)) == 5

    run(main)


def test_a_flood_from_one_address_takes_no_memory(front: str, sim: Simulator) -> None:
    async def main() -> None:
        async with GameServer(
            480, query_port=0, library=library_of(front), steamclient=sim, tick_interval=0.001
        ) as server:
            await online(server, sim)
            ticket = make_ticket(ALICE, 480)
            refusals = 0

            async def flood(first: int, last: int) -> None:
                nonlocal refusals
                for number in range(first, last):
                    try:
                        async with server.authenticate(number, ticket, address=HOST):
                            pytest.fail("let in")
                    except steamgs.TooManyPendingError:
                        refusals += 1

            # None of them gives up while the flood lasts, however slow the machine is.
            options = {"address": HOST, "timeout": None}
            waiting = [entering(server, number, **options) for number in range(256)]
            await asyncio.sleep(0)
            known = server._players_known()
            await flood(1, 1000)
            gc.collect()
            tracemalloc.start()
            before = tracemalloc.get_traced_memory()[0]
            await flood(1000, 100_000)
            gc.collect()
            grown = tracemalloc.get_traced_memory()[0] - before
            tracemalloc.stop()
            assert refusals == server.counters().sessions_refused_by_bounds == 99_999
            assert grown < 20_000
            assert server._players_known() == known
            assert len(sim.server.sessions) == 256
            assert pending(server) == (256, {HOST: 256})
            sim.advance(1000)
            await asyncio.gather(*waiting)
            assert pending(server) == (0, {})

    asyncio.run(main())


def test_leaving_at_once_does_not_help_a_flood(run: Run, sim: Simulator) -> None:
    async def main(server: GameServer) -> None:
        await online(server, sim)
        server.max_pending_per_address = 20
        results: list[object] = []
        for number in range(100):
            task = entering(server, number, address=HOST)
            await asyncio.sleep(0)
            task.cancel()
            results += await asyncio.gather(task, return_exceptions=True)
        kinds = [type(result) for result in results]
        assert kinds == [asyncio.CancelledError] * 20 + [steamgs.TooManyPendingError] * 80
        assert server._players_known() == 20
        assert pending(server) == (20, {HOST: 20})

    run(main)


def test_refusals_are_logged_now_and_then(
    run: Run, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "steamgs")

    async def main(server: GameServer) -> None:
        await online(server, sim)
        server.max_pending_sessions = 1
        task = entering(server, 0)
        await asyncio.sleep(0)
        caplog.clear()
        for _ in range(1000):
            await refused(session_of(server, 1))
        assert caplog.messages == [
            f"a player was refused without asking Steam, 1 so far: {REACHED}: 1 "
            "(max_pending_sessions)"
        ]
        sim.advance(1000)
        await task

    run(main)
