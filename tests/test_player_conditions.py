"""Routes, sessions and streams while players, tasks and threads do what they like."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import weakref
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import MakeServer, Run
from fronts import library_of
from payloads import payload
from steamgs import AuthSessionResponse as Response
from steamgs.simulator import Simulator, make_ticket
from together import together

ALICE, BOB = 76561197960287930, 76561197960287931
LAST = 2**64 - 1
KICK, VERDICT = 203, 143


def kick(sim: Simulator, *players: int) -> None:
    for steam_id in players:
        sim.post(KICK, payload("client_kick", steam_id, 0))


def judge(sim: Simulator, player: int, response: Response) -> None:
    sim.post(VERDICT, payload("validate_auth_ticket_response", player, response, player))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.001)


def test_a_players_handler_closes_the_server(make_server: MakeServer, sim: Simulator) -> None:
    server = make_server().start()
    seen: list[str] = []

    def close(_: object) -> None:
        seen.append("closes")
        server.close()

    server.client_kick.of(ALICE).once(close)
    server.player(ALICE).connect(lambda _: seen.append("hears of it"))
    kick(sim, ALICE, ALICE, BOB)
    assert server.run_callbacks() == 1
    assert not server.running
    assert seen == ["closes", "hears of it"]
    assert server.counters().undelivered == 2
    with server:
        kick(sim, ALICE)
        server.run_callbacks()
    assert seen == ["closes", "hears of it", "hears of it"]
    assert server._players_known() == 1


def test_handlers_change_routes_during_a_batch(online: steamgs.GameServer, sim: Simulator) -> None:
    """What is connected during an event hears the next one; what is disconnected still hears it."""
    seen: list[str] = []
    alice, bob = online.client_kick.of(ALICE), online.client_kick.of(BOB)

    def second(_: object) -> None:
        seen.append("second")

    def later(_: object) -> None:
        seen.append("later")

    def first(_: object) -> None:
        seen.append("first")
        alice.disconnect(first)
        alice.disconnect(second)
        alice.connect(later)
        for number in range(1, 1000):  # the table grows below the one that is being delivered
            online.client_kick.of(number).connect(later)
        bob.disconnect(second)

    for signal in (alice, bob):
        signal.connect(second)
    alice.disconnect(second)
    alice.connect(first)
    alice.connect(second)
    kick(sim, ALICE, ALICE, BOB, 999)
    assert online.run_callbacks() == 4
    assert seen == ["first", "second", "later", "later"]
    assert online._players_known() == 1000


@pytest.mark.usefixtures("eager_switches")
def test_no_once_is_called_twice_or_lost(online: steamgs.GameServer, sim: Simulator) -> None:
    """Connected by other threads while their player's events are delivered."""
    calls: list[int] = []
    connected = 0
    count = 2000
    finished = threading.Event()

    def call(number: int, _: object) -> None:
        calls.append(number)

    def connect(first: int) -> None:
        for number in range(first, first + count):
            online.client_kick.of(ALICE).once(partial(call, number))

    def deliver() -> None:
        while not finished.is_set():
            kick(sim, BOB, ALICE)
            online.run_callbacks()

    def connect_all() -> None:
        nonlocal connected
        try:
            together(lambda: connect(0), lambda: connect(count))
            connected = 2 * count
        finally:
            finished.set()

    together(deliver, connect_all)
    kick(sim, ALICE)
    online.run_callbacks()
    assert sorted(calls) == list(range(connected))
    assert online._players_known() == 0


@pytest.mark.usefixtures("eager_switches")
def test_the_last_route_goes_while_another_thread_adds_one(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    def churn(handler: Any) -> None:
        for _ in range(2000):
            online.player(ALICE).connect(handler)
            online.player(ALICE).disconnect(handler)

    handlers: list[Any] = [[].append for _ in range(3)]
    together(*[lambda handler=handler: churn(handler) for handler in handlers])
    assert online.player(ALICE).handlers == ()
    assert online._players_known() == 0


def test_once_leaves_nothing_of_a_player(online: steamgs.GameServer, sim: Simulator) -> None:
    for number in range(1, 1001):
        online.client_kick.of(number).once(lambda _: None)
        online.player(number).once(lambda _: None)
    assert online._players_known() == 1000
    kick(sim, *range(1, 1001))
    assert online.run_callbacks() == 1000
    assert online._players_known() == 0


@pytest.mark.parametrize("method", ["connect", "once"])
def test_a_handler_that_knows_its_server_keeps_it_from_nobody(
    front: str, sim: Simulator, method: str
) -> None:
    def open_and_close() -> weakref.ref[steamgs.GameServer]:
        server = steamgs.GameServer(480, library=library_of(front), steamclient=sim, query_port=0)
        with server:
            getattr(server.client_kick.of(ALICE), method)(lambda _: server.close())
            getattr(server.player(BOB), method)(lambda _: server.close())
        return weakref.ref(server)

    server = open_and_close()
    gc.collect()
    assert server() is None


def test_events_of_player_zero_concern_nobody(online: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[int] = []
    online.player(LAST).connect(lambda event: seen.append(event.steam_id))
    online.player(1).connect(lambda event: seen.append(event.steam_id))
    for player in (0, LAST, 0, 1):
        kick(sim, player)
        judge(sim, player, Response.OK)
    assert online.run_callbacks() == 8
    assert seen == [LAST, LAST, 1, 1]
    assert online._players_known() == 2


def test_sessions_of_the_smallest_and_the_largest_id(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        with pytest.raises(OverflowError, match="steam_id must be"):
            server.authenticate(0, make_ticket(1, 480))
        async with (
            server.authenticate(1, make_ticket(1, 480)) as first,
            server.authenticate(LAST, make_ticket(LAST, 480)) as last,
        ):
            assert set(server.sessions) == {1, LAST}
            kick(sim, 0)
            judge(sim, 0, Response.VAC_BANNED)
            judge(sim, LAST - 1, Response.VAC_BANNED)
            judge(sim, LAST, Response.VAC_BANNED)
            assert await last.revoked is Response.VAC_BANNED
            assert "open" in repr(first)
        assert not server.sessions

    run(main)


def test_a_thousand_who_wait_for_one_player(run: Run, sim: Simulator) -> None:
    """One of them cancels a third of the others, which their event has reached already."""

    async def main(server: steamgs.asyncio.GameServer) -> None:
        resumed: list[int] = []

        async def wait(number: int) -> None:
            await server.client_kick.of(ALICE).wait()
            resumed.append(number)
            if number == 0:
                for task in tasks[1::3]:
                    task.cancel()

        tasks = [asyncio.create_task(wait(number)) for number in range(1000)]
        handlers: list[Any] = [[].append for _ in range(1000)]
        for handler in handlers:
            server.player(ALICE).connect(handler)
        await asyncio.sleep(0)
        kick(sim, BOB, ALICE)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        cancelled = [isinstance(result, asyncio.CancelledError) for result in results]
        assert cancelled == [number % 3 == 1 for number in range(1000)]
        assert resumed == [number for number in range(1000) if number % 3 != 1]
        for handler in handlers:
            assert [event.steam_id for event in handler.__self__] == [ALICE]
            server.player(ALICE).disconnect(handler)
        assert server._players_known() == 0

    run(main)


def test_a_task_closes_the_server_in_the_batch_that_admits_others(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("auth", 60)

        async def close() -> None:
            await server.client_kick.wait()
            server.close()

        async def play(number: int) -> Any:
            async with server.authenticate(number, make_ticket(number, 480)) as session:
                return await session.revoked

        async def read() -> list[int]:
            return [event.steam_id async for event in server.client_kick.of(BOB)]

        async def read_batches() -> list[int]:
            batches = server.client_kick.of(BOB).batches()
            return [event.steam_id async for events in batches for event in events]

        closing = asyncio.create_task(close())
        readers = [asyncio.create_task(read()), asyncio.create_task(read_batches())]
        players = [asyncio.create_task(play(BOB + number)) for number in range(1, 11)]
        await asyncio.sleep(0)
        # In one batch: the task that closes goes on first, when the others have their events.
        kick(sim, BOB)
        sim.advance(60)
        await closing
        results = await asyncio.gather(*players, return_exceptions=True)
        assert all(
            result is None or isinstance(result, steamgs.NotRunningError) for result in results
        )
        assert await asyncio.gather(*readers) == [[BOB], [BOB]]
        assert not server.sessions
        assert server._players_known() == 0

    run(main)


def test_tasks_beside_a_thread_that_delivers(run: Run, sim: Simulator) -> None:
    """Sessions, waits and streams in the loop, woken by another thread at any instruction."""

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        server.stop_pump()
        done = threading.Event()
        count = 300

        def deliver() -> None:
            while not done.is_set():
                server.run_callbacks()

        async def play(number: int) -> int:
            async with server.authenticate(number, make_ticket(number, 480)) as session:
                waiting = asyncio.ensure_future(server.client_kick.of(number).wait())
                await asyncio.sleep(0)
                kick(sim, number)
                assert (await waiting).steam_id == number
                assert await session.revoked is steamgs.DenyReason.INVALID
                return number

        thread = threading.Thread(target=deliver)
        stream = server.client_kick.stream(maxsize=None)
        batches = server.client_kick.batches(max=7)
        thread.start()
        try:
            players = range(ALICE, ALICE + count)
            assert await asyncio.gather(*map(play, players)) == list(players)
            assert {(await anext(stream)).steam_id for _ in players} == set(players)
            read: list[int] = []
            while len(read) < count:
                read += [event.steam_id for event in await anext(batches)]
            assert set(read) == set(players)
        finally:
            done.set()
            await asyncio.to_thread(thread.join)
        await stream.aclose()
        await batches.aclose()
        assert not server.sessions
        assert server._players_known() == 0

    run(main)


def test_events_for_tasks_of_a_loop_that_is_gone(
    front: str, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is there to be resumed: deliveries go on, and nothing of the tasks remains."""
    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    server = steamgs.asyncio.GameServer(
        480, query_port=0, library=library_of(front), steamclient=sim
    )
    streams: list[Any] = []
    left: list[int] = []

    async def play(number: int) -> None:
        try:
            async with server.authenticate(number, make_ticket(number, 480)):
                await server.client_kick.of(number).wait()
        finally:
            left.append(number)

    async def join(number: int) -> None:
        await play(number)

    async def main() -> None:
        server.start()
        await server.log_on_anonymous()
        tasks: list[asyncio.Task[Any]] = []
        tasks += [asyncio.create_task(join(number)) for number in range(1, 21)]
        await until(lambda: server.counters().events["validate_auth_ticket_response"] == 20)
        sim.set_latency("auth", 60)
        tasks += [asyncio.create_task(join(number)) for number in range(21, 41)]
        streams.append(server.client_kick.of(1).stream())
        streams.append(server.player(1).batches())
        tasks += [asyncio.ensure_future(anext(stream)) for stream in streams]
        await asyncio.sleep(0)
        for task in tasks:
            task._log_destroy_pending = False  # type: ignore[attr-defined]

    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.close()
    kick(sim, *range(1, 41))
    sim.advance(60)
    while not server.counters().events["client_kick"]:
        server.run_callbacks()
    server.close()
    assert not server.sessions
    del loop
    streams.clear()
    gc.collect()
    assert sorted(left) == list(range(1, 41))
    assert unraisable == []
    assert server._players_known() == 0
