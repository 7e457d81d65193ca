"""How events resume the tasks that await them: in their context, after handlers."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import threading
import weakref
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import Run
from fronts import library_of
from payloads import payload
from steamgs.simulator import Simulator, make_ticket

ALICE = 76561197960287930
KICK = 203
request = contextvars.ContextVar("request", default="none")


def kick(sim: Simulator, *players: int) -> None:
    for steam_id in players:
        sim.post(KICK, payload("client_kick", steam_id, 0))


def test_in_the_tasks_own_context(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()

        async def play(number: int) -> tuple[str, bool]:
            request.set(f"player {number}")
            ticket = make_ticket(ALICE + number, 480)
            async with server.authenticate(ALICE + number, ticket):
                return request.get(), asyncio.current_task() is tasks[number]

        tasks = [asyncio.create_task(play(number)) for number in range(20)]
        results = await asyncio.gather(*tasks)
        assert results == [(f"player {number}", True) for number in range(20)]
        assert request.get() == "none"

    run(main)


def test_handlers_first_then_tasks_in_their_order(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        order: list[str] = []

        async def wait(name: str) -> None:
            await server.client_kick.wait()
            order.append(name)

        tasks = [asyncio.create_task(wait(f"task {number}")) for number in range(3)]
        await asyncio.sleep(0)
        server.client_kick.connect(handler := lambda event: order.append(f"{event.steam_id}"))
        sim.post(KICK, payload("client_kick", ALICE, 0), 2)  # both in one tick
        await asyncio.gather(*tasks)
        assert order == [f"{ALICE}", f"{ALICE}", "task 0", "task 1", "task 2"]
        server.client_kick.disconnect(handler)

    run(main)


def test_a_task_that_delivers_resumes_others_later(run: Run, sim: Simulator) -> None:
    """Two tasks can't run at once: those that the events concern wait for their turn."""

    async def main(server: steamgs.asyncio.GameServer) -> None:
        server.stop_pump()
        resumed: list[Any] = []

        async def wait() -> None:
            await server.client_kick.wait()
            resumed.append(asyncio.current_task())

        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        kick(sim, 1)
        assert server.run_callbacks() == 1
        assert resumed == []
        await task
        assert resumed == [task]

    run(main)


def test_delivered_in_another_thread(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        server.stop_pump()
        threads: list[threading.Thread] = []
        stream = server.client_kick.stream()

        async def wait(number: int) -> None:
            await server.client_kick.of(number).wait()
            threads.append(threading.current_thread())

        tasks = [asyncio.create_task(wait(number)) for number in range(1, 11)]
        await asyncio.sleep(0)
        kick(sim, *range(1, 11))
        await asyncio.to_thread(server.run_callbacks)
        await asyncio.gather(*tasks)
        assert threads == [threading.main_thread()] * 10
        assert [(await anext(stream)).steam_id for _ in range(10)] == list(range(1, 11))
        await stream.aclose()

    run(main)


def test_a_task_closes_the_server(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        async def close() -> None:
            await server.client_kick.wait()
            server.close()

        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(close())]
        tasks += [asyncio.create_task(server.client_denied.wait()) for _ in range(5)]
        tasks += [asyncio.create_task(server.client_kick.of(ALICE).wait()) for _ in range(5)]
        await asyncio.sleep(0)
        kick(sim, 1)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results[1:]] == [steamgs.NotRunningError] * 10

    run(main)


def test_a_task_cancels_another_that_was_to_be_resumed(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()

        async def cancel() -> None:
            await server.client_kick.wait()
            waiting.cancel()

        async def play() -> None:
            try:
                async with server.authenticate(ALICE, make_ticket(ALICE, 480)):
                    pytest.fail("was to be cancelled")
            finally:
                assert not server.sessions

        sim.set_latency("auth", 60)
        asyncio.create_task(cancel())  # noqa: RUF006 - it is awaited by its effect
        waiting = asyncio.create_task(play())
        await asyncio.sleep(0)
        assert list(server.sessions) == [ALICE]
        # Both in one batch: the first task to go on cancels the second one, whose verdict is there.
        kick(sim, 1)
        sim.advance(60)
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not server.sessions
        assert not sim.server.sessions

    run(main)


def test_what_goes_through_tasks_goes_through_the_loop(front: str, sim: Simulator) -> None:
    resumed: list[str] = []

    async def wait(server: steamgs.asyncio.GameServer, name: str) -> None:
        await server.client_kick.wait()
        resumed.append(name)
        if name == "first":
            raise KeyboardInterrupt

    async def main() -> None:
        async with steamgs.asyncio.GameServer(
            480, query_port=0, library=library_of(front), steamclient=sim
        ) as server:
            tasks = [asyncio.create_task(wait(server, name)) for name in ("first", "second")]
            await asyncio.sleep(0)
            kick(sim, 1)
            await asyncio.gather(*tasks)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(main())
    assert resumed[0] == "first"


def test_a_loop_that_is_dropped_leaves_nothing(front: str, sim: Simulator) -> None:
    async def main() -> tuple[steamgs.asyncio.GameServer, weakref.ref[Any]]:
        server = steamgs.asyncio.GameServer(
            480, query_port=0, library=library_of(front), steamclient=sim
        ).start()

        async def play(number: int) -> None:
            async with server.authenticate(number, make_ticket(number, 480)):
                await server.client_kick.of(number).wait()

        await server.log_on_anonymous()
        tasks = [asyncio.create_task(play(ALICE + number)) for number in range(10)]
        await asyncio.sleep(0)
        assert len(server.sessions) == 10
        return server, weakref.ref(tasks[0])

    sim.set_latency("auth", 60)
    loop = asyncio.new_event_loop()
    server, task = loop.run_until_complete(main())
    loop.close()
    server.close()
    del loop
    gc.collect()
    assert task() is None
    assert not server.sessions


def test_the_collector_knows_a_session_that_has_ended(front: str, sim: Simulator) -> None:
    sessions: list[Any] = []

    async def main() -> None:
        async with steamgs.asyncio.GameServer(
            480, query_port=0, library=library_of(front), steamclient=sim
        ) as server:
            await server.log_on_anonymous()
            for number in range(2):
                session = server.authenticate(ALICE + number, make_ticket(ALICE + number, 480))
                assert gc.is_tracked(session)
                async with session:
                    # It stands in the server's table, until it ends in one way or another.
                    assert not gc.is_tracked(session)
                    if number == 1:
                        server.end_auth_session(ALICE + number)
                        assert gc.is_tracked(session)
                assert gc.is_tracked(session)
                sessions.append(weakref.ref(asyncio.current_task()))

    asyncio.run(main())
    gc.collect()
    assert [task() for task in sessions] == [None, None]


@pytest.mark.parametrize("cancelled", [False, True])
def test_tasks_written_in_python_are_resumed(run: Run, sim: Simulator, cancelled: bool) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        loop = asyncio.get_running_loop()

        async def wait() -> int:
            return (await server.client_kick.of(ALICE).wait()).steam_id

        task = asyncio.tasks._PyTask(wait(), loop=loop)  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        if cancelled:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            kick(sim, ALICE)
            assert await task == ALICE

    run(main)


def test_a_session_outside_of_asyncio_says_so(online: steamgs.GameServer) -> None:
    waiting = online.client_kick.wait()
    with pytest.raises(RuntimeError, match="no running event loop"):
        waiting.send(None)
