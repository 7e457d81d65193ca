"""Crowds of several sizes, for growth.py: ``python -m benchmarks.crowds WHAT LIBRARY BARE ...``.

``times ROUNDS EVENTS SIZE...`` prints samples as JSON, ``count ROW EVENTS SIZE...`` counts a row's
instructions under callgrind, a region a size, and ``memory KIND SIZE WHAT`` prints bytes.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from benchmarks import storms
from benchmarks.bare import Bare
from benchmarks.in_turn import delivered
from benchmarks.servers import asyncio_server
from benchmarks.storms import FIRST, players_of

Samples = dict[str, dict[int, list[float]]]

VERDICT, KICK = 143, 203
A_TURN = 500
"""Events that come between two turns of the loop; fewer than the fewest players."""


class Meter(Protocol):
    """What measures: ``with meter(name, size, count):`` around ``count`` events or players."""

    def __call__(self, name: str, size: int, count: int) -> Any: ...


class Clock:
    """Processor time, nanoseconds each."""

    def __init__(self) -> None:
        self.samples: Samples = {}

    @contextmanager
    def __call__(self, name: str, size: int, count: int) -> Iterator[None]:
        gc.collect()
        start = time.process_time()
        yield
        spent = (time.process_time() - start) / count * 1e9
        self.samples.setdefault(name, {}).setdefault(size, []).append(spent)


class Crowds:
    """A server for crowds of several sizes."""

    def __init__(self, server: Any, sim: Any, bare: Bare, meter: Meter) -> None:
        self.server = server
        self.sim = sim
        self.bare = bare
        self.meter = meter

    # Players who come, stay until all are there, and go.

    async def come(self, size: int) -> None:
        players = players_of(size)
        with self.meter("bare task", size, size):
            await storms.bare_tasks(self.server, players)
        with self.meter("authenticate()", size, size):
            await storms.sessions(self.server, players)
        of_steam = self.bare.players(self.server, players_of(size))
        with self.meter("Steam's own part", size, size):
            of_steam.begin()
            await delivered(self.server, size)
            of_steam.end()

    # Events for players who are there; nothing but `run_callbacks()` ticks.

    def say(self, kind: int, ids: list[int], rest: bytes) -> None:
        for steam_id in ids:
            self.sim.post(kind, steam_id.to_bytes(8, "little") + rest)

    def order_of(self, size: int, count: int) -> list[int]:
        chosen = random.Random(size)
        return [FIRST + chosen.randrange(size) for _ in range(count)]

    async def hear_verdicts_again(self, size: int, count: int) -> None:
        everybody = asyncio.Event()
        inside = 0

        async def play(steam_id: int, ticket: bytes) -> None:
            nonlocal inside
            async with self.server.authenticate(steam_id, ticket, timeout=None):
                inside += 1
                await everybody.wait()

        async with asyncio.TaskGroup() as group:
            for player in players_of(size):
                group.create_task(play(*player))
            while inside < size:
                await asyncio.sleep(0)
                self.server.run_callbacks()
            self.say(VERDICT, self.order_of(size, count), bytes(12))
            with self.meter("event for a session", size, count):
                came = self.server.run_callbacks()
            assert came == count, came
            everybody.set()

    async def resume(self, size: int, count: int) -> None:
        """Each event resumes the task of its player."""
        heard = 0

        async def listen(steam_id: int) -> None:
            nonlocal heard
            async for _ in self.server.client_kick.of(steam_id):
                heard += 1

        async def turn(order: list[int]) -> None:
            self.say(KICK, order, bytes(4))
            wanted = heard + len(order)
            with self.meter("event that resumes a task", size, len(order)):
                self.server.run_callbacks()
                while heard < wanted:
                    await asyncio.sleep(0)

        await self.turns(size, count, listen, turn)

    async def resume_futures(self, size: int, count: int) -> None:
        """As often, by nothing but asyncio's futures."""
        heard = 0
        loop = asyncio.get_running_loop()
        futures: dict[int, asyncio.Future[None]] = {}

        async def listen(steam_id: int) -> None:
            nonlocal heard
            while True:
                futures[steam_id] = loop.create_future()
                await futures[steam_id]
                heard += 1

        async def turn(order: list[int]) -> None:
            wanted = heard + len(order)
            with self.meter("Future that resumes a task", size, len(order)):
                for steam_id in order:
                    futures[steam_id].set_result(None)
                while heard < wanted:
                    await asyncio.sleep(0)

        await self.turns(size, count, listen, turn)

    async def turns(
        self,
        size: int,
        count: int,
        listen: Callable[[int], Any],
        turn: Callable[[list[int]], Awaitable[None]],
    ) -> None:
        tasks = [asyncio.create_task(listen(FIRST + number)) for number in range(size)]
        await asyncio.sleep(0)
        chosen = random.Random(size)
        for _ in range(0, count, A_TURN):
            # Nobody twice in a turn, so that as many tasks as events are resumed.
            await turn([FIRST + number for number in chosen.sample(range(size), min(size, A_TURN))])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def times(library: str, bare: Bare, rounds: int, events: int, sizes: list[int]) -> Samples:
    clock = Clock()
    async with asyncio_server(library) as (server, sim):
        crowds = Crowds(server, sim, bare, clock)
        for _ in range(rounds):
            for size in sizes:
                for _ in range(max(1, sizes[-1] // size // 10)):
                    await crowds.come(size)
        server.stop_pump()
        for _ in range(rounds):
            for size in sizes:
                await crowds.hear_verdicts_again(size, events)
                await crowds.resume(size, events // 100)
                await crowds.resume_futures(size, events // 100)
    return clock.samples


async def count(library: str, bare: Bare, row: str, events: int, sizes: list[int]) -> None:
    gc.disable()
    async with asyncio_server(library) as (server, sim):
        crowds = Crowds(server, sim, bare, lambda name, size, count: bare.counted())
        server.stop_pump()
        for size in sizes:
            if row == "event for a session":
                await crowds.hear_verdicts_again(size, events)
            elif row == "event that resumes a task":
                await crowds.resume(size, A_TURN)
            else:
                await crowds.resume_futures(size, A_TURN)


def traced_bytes() -> int:
    return tracemalloc.get_traced_memory()[0]


def resident_bytes() -> int:
    import resource

    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


async def memory(library: str, bare: Bare, kind: str, size: int, what: str) -> int:
    """Bytes more than before, when all players are there: ``resident`` or ``traced`` ones."""
    used = resident_bytes if what == "resident" else traced_bytes
    more = 0

    def note() -> None:
        nonlocal more
        gc.collect()
        more = used() - before

    async with asyncio_server(library) as (server, _):
        players = players_of(size)
        of_steam = bare.players(server, players)
        if what == "traced":
            tracemalloc.start()
        gc.collect()
        before = used()
        if kind == "Steam's own part":
            of_steam.begin()
            await delivered(server, size)
            note()
            of_steam.end()
        else:
            storm = storms.bare_tasks if kind == "bare task" else storms.sessions
            await storm(server, players, note)
    return more


def main(what: str, library: str, path: str, *rest: str) -> Any:
    bare = Bare(path)
    if what == "memory":
        kind, size, which = rest
        return asyncio.run(memory(library, bare, kind, int(size), which))
    if what == "count":
        row, *numbers = rest
        events, *sizes = map(int, numbers)
        return asyncio.run(count(library, bare, row, events, sizes))
    rounds, events, *sizes = map(int, rest)
    return asyncio.run(times(library, bare, rounds, events, sizes))


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
