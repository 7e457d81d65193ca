"""From the first player to the last one, and what must be left then: nothing."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import steamgs
import steamgs.asyncio
from evening.accounts import Account
from evening.askers import CLAN, STAT
from evening.driver import FIRST, LONGEST_VERDICT, Evening, Options
from evening.readers import readers_of
from steamgs.simulator import Simulator

__all__ = ["run"]

LEAVING_SECONDS = 120
"""Within which all go, at the end."""
LATE_VERDICT_SECONDS = 5.0
"""For so long, in real time, the server expects verdicts on sessions that have ended."""
OF_PLAYERS = {
    "AuthenticatedSession",
    "ConnectionSession",
    "PlayerSignal",
    "_Wait",
    "_Doubt",
}
OF_READERS = {"EventStream", "EventBatches", "_EventBuffer"}
"""The classes whose objects belong to players, and to those who read events."""


def run(
    options: Options, new_loop: Callable[[], asyncio.AbstractEventLoop] | None = None
) -> dict[str, Any]:
    """Run an evening.

    :returns: figures for people to read.
    :raises AssertionError: something was lost, came twice, or is left.
    """
    with (
        Simulator(options.seed, clock="manual", query_host=None) as sim,
        asyncio.Runner(loop_factory=new_loop) as runner,
    ):
        return runner.run(spend(options, sim))


async def spend(options: Options, sim: Simulator) -> dict[str, Any]:
    reports: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reports.append(context))
    started = time.monotonic()
    async with steamgs.asyncio.GameServer(
        480,
        query_port=steamgs.QUERY_PORT_SHARED,
        library=options.library,
        steamclient=sim,
        tick_interval=0.01 if options.paced else 0.0005,
    ) as server:
        await server.log_on_anonymous()
        evening = Evening(options, server, sim)
        prepare(evening)
        readers = readers_of(server, evening.books)
        if options.paced:
            await play_in_real_time(evening)
        else:
            await play(evening, reports)
        await go_home(evening)
        evening.books.balance_server()
        check_tables(evening, len(readers))
    await asyncio.gather(*readers)
    assert not reports, reports
    evening.memory.check()
    return figures(evening, time.monotonic() - started)


def prepare(evening: Evening) -> None:
    """All that Steam knows before the first player comes."""
    sim, options = evening.sim, evening.options
    sim.set_latency("auth", 0.05, LONGEST_VERDICT)
    sim.set_latency("call", 0.1, 8.0)
    sim.set_latency("group", 0.1, 8.0)
    sim.add_group(CLAN)
    sim.define_stat(STAT)
    for number in range(options.players * 7 // 5):
        evening.away.add(Account(sim, FIRST + number))
    evening.server.server_reputation.connect(evening.on_marker)


async def play(evening: Evening, reports: list[dict[str, Any]]) -> None:
    options = evening.options
    for number in range(steps_of(options)):
        if number * options.step % 300 < options.step:
            if evening.memory.look(int(evening.now / 3600)):
                print(f"{int(evening.now / 3600)} hours, {evening.joined} joined", file=sys.stderr)
            assert not reports, reports
        if number * options.step % 600 < options.step:
            check_players(evening)
            evening.books.balance_server()
        await evening.pass_time()


async def play_in_real_time(evening: Evening) -> None:
    """Without the checks that take a while, and would make the next tick late."""
    for _ in range(steps_of(evening.options)):
        await evening.pass_time()
        await evening.lateness.until(evening.options.step)


def steps_of(options: Options) -> int:
    return int(options.hours * 3600 / options.step)


async def go_home(evening: Evening) -> None:
    """All players leave, and answers that are on the way arrive."""
    evening.open = False
    options = evening.options
    for visit in list(evening.books.visits.values()):
        evening.tell_to_leave(visit)
    for _ in range(int(LEAVING_SECONDS / options.step)):
        await evening.pass_time()
    assert evening.books.connected
    assert evening.logon is None or evening.logon.done()
    # Verdicts that never come, on sessions that ended first, are forgotten when their time is up
    # and another player comes.
    await asyncio.sleep(LATE_VERDICT_SECONDS + 0.1)
    account = evening.away.pick()
    account.pardon()
    evening.join(account)
    evening.leaving_times.clear()
    visit = evening.books.visits[account.steam_id]
    for _ in range(int(2 * LONGEST_VERDICT / options.step) + 1):
        await evening.pass_time()
    evening.tell_to_leave(visit)
    await evening.pass_time()


def check_players(evening: Evening) -> None:
    """Steam, the server and the books know the same players, and the same scores."""
    evening.note_begun()
    of_steam = {session.steam_id: session for session in evening.sim.server.sessions}
    begun = {steam_id for steam_id, visit in evening.books.visits.items() if visit.begun}
    assert set(of_steam) == set(evening.server.sessions) == begun
    for steam_id, _, score in evening.rows.values():
        assert of_steam[steam_id].state == "accepted"
        assert of_steam[steam_id].score == score


def check_tables(evening: Evening, readers: int) -> None:
    """Nothing is left of players, nobody waits for anything, and no time limit has an owner."""
    assert not evening.books.visits
    assert not evening.rows
    assert not evening.askers.tasks
    assert not evening.server.sessions
    assert evening.server._players_known() == 0
    gc.collect()
    left = Counter(type(one).__name__ for one in gc.get_objects())
    of_players = {name: left[name] for name in OF_PLAYERS if left[name]}
    assert not of_players, of_players
    assert sum(left[name] for name in OF_READERS) == 2 * readers
    # A server keeps the calls of its last logon, though not of those before.
    calls = [one for one in gc.get_objects() if type(one) is steamgs.Call]
    assert all(call.done() for call in calls), calls
    assert len(calls) <= 2, calls
    state = evening.sim.server
    assert not state.sessions
    assert state.scheduled == 0
    assert state.not_simulated == ()
    counters = evening.server.counters()
    assert (counters.lost, counters.handler_errors, counters.stream_dropped) == (0, 0, 0)
    assert len(asyncio.all_tasks()) == 1 + readers


def figures(evening: Evening, seconds: float) -> dict[str, Any]:
    found = {
        "simulated_hours": round(evening.now / 3600, 2),
        "seconds": round(seconds, 1),
        "joined": evening.joined,
        "updates": evening.updates,
        "events": sum(evening.books.events.values()),
        "counts": dict(sorted(evening.books.counts.items())),
        "hours": [hour._asdict() for hour in evening.memory.hours],
        "growth": {what: round(growth, 3) for what, growth in evening.memory.growth().items()},
    }
    return found | evening.lateness.milliseconds() if evening.options.paced else found
