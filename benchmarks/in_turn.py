"""Measurements of time: ``python -m benchmarks.in_turn ROW LIBRARY BARE SIZE ROUNDS``.

Contender and reference take turns in one process, so that other load on the machine affects both.
Prints the samples of each as JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks import storms
from benchmarks.bare import Bare
from benchmarks.busy_pump import busy_pump
from benchmarks.servers import (
    asyncio_server,
    available,
    say_kick,
    say_verdicts,
    synchronous_server,
)
from benchmarks.sockets import sockets
from benchmarks.storms import FIRST, players_of

Samples = dict[str, list[float]]
Row = Callable[[str, Bare, int, int], Samples]

FEW = 10
"""Players who wait, beside whom many are measured."""
KICKS = 100


def storm(library: str, bare: Bare, size: int, rounds: int) -> Samples:
    """Microseconds of processor time per player, with the default garbage collector."""
    return storms_of([size], library, bare, rounds)


def storms_around(library: str, bare: Bare, size: int, rounds: int) -> Samples:
    """The mean of sizes around this one, the largest 1.25 times the smallest.

    Python collects all garbage when there is a quarter more. So it is up to the size whether a
    storm has just one full collection more than tasks alone have, or as many.
    """
    sizes = [round(size * 1.25 ** (step / 8)) for step in range(-4, 4)]
    samples = storms_of(sizes, library, bare, rounds)
    return {
        who: [
            statistics.fmean(times[first : first + len(sizes)])
            for first in range(0, len(times), len(sizes))
        ]
        for who, times in samples.items()
    }


def storms_of(sizes: list[int], library: str, bare: Bare, rounds: int) -> Samples:
    samples: Samples = {"authenticate()": [], "bare task": [], "Steam's own part": []}

    async def main() -> None:
        async with asyncio_server(library) as (server, _):
            for size in sizes * rounds:

                def note(name: str, start: float, size: int = size) -> None:
                    samples[name].append((time.process_time() - start) / size * 1e6)
                    gc.collect()

                players = players_of(size)
                gc.collect()
                start = time.process_time()
                await storms.bare_tasks(server, players)
                note("bare task", start)
                start = time.process_time()
                await storms.sessions(server, players)
                note("authenticate()", start)
                of_steam = bare.players(server, players_of(size))
                start = time.process_time()
                of_steam.begin()
                await delivered(server, size)
                of_steam.end()
                note("Steam's own part", start)

    asyncio.run(main())
    return samples


async def delivered(server: Any, verdicts: int) -> None:
    name = "validate_auth_ticket_response"
    before = server.counters().events[name]
    while server.counters().events[name] < before + verdicts:
        await asyncio.sleep(0.01)


def one_player(library: str, bare: Bare, size: int, rounds: int) -> Samples:
    """Microseconds until one player's task learns of a kick, while many others wait."""
    samples: Samples = {"many wait": [], "few wait": []}
    chosen = random.Random(0)

    async def main() -> None:
        with synchronous_server(library) as (server, sim):
            heard = 0

            async def wait(player: Any) -> None:
                nonlocal heard
                while True:
                    await player.wait()
                    heard += 1

            async def kick_some(count: int) -> list[float]:
                of = available(server.client_kick, "of")
                tasks = [asyncio.create_task(wait(of(FIRST + number))) for number in range(count)]
                await asyncio.sleep(0)
                times = []
                for _ in range(KICKS):
                    say_kick(sim, FIRST + chosen.randrange(count))
                    wanted = heard + 1
                    start = time.perf_counter()
                    server.run_callbacks()
                    while heard < wanted:
                        await asyncio.sleep(0)
                    times.append((time.perf_counter() - start) * 1e6)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                return times

            for _ in range(rounds):
                samples["few wait"] += await kick_some(FEW)
                samples["many wait"] += await kick_some(size)

    asyncio.run(main())
    return samples


def columns(library: str, bare: Bare, size: int, rounds: int) -> Samples:
    """Nanoseconds per event."""
    samples: Samples = {"columns": [], "nobody listens": []}
    with synchronous_server(library) as (server, sim):
        poll_columns = available(server, "poll_columns")
        for _ in range(rounds):
            for name, deliver in (
                ("nobody listens", server.run_callbacks),
                ("columns", poll_columns),
            ):
                say_verdicts(sim, size)
                start = time.perf_counter()
                deliver()
                samples[name].append((time.perf_counter() - start) / size * 1e9)
    return samples


def idle_tick(library: str, bare: Bare, size: int, rounds: int) -> Samples:
    """Nanoseconds per tick while Steam has nothing to report."""
    samples: Samples = {"idle tick": [], "no-op C call + Valve's own tick": []}
    with synchronous_server(library) as (server, _):
        ours, no_op, valves = server.run_callbacks, bare.no_op(), bare.ticks(server)
        ours()
        for _ in range(rounds):
            start = time.perf_counter()
            for _ in range(size):
                ours()
            samples["idle tick"].append((time.perf_counter() - start) / size * 1e9)
            start = time.perf_counter()
            for _ in range(size):
                no_op()
            valves(size)
            samples["no-op C call + Valve's own tick"].append(
                (time.perf_counter() - start) / size * 1e9
            )
    return samples


ROWS: dict[str, Row] = {
    "storm": storm,
    "storms around": storms_around,
    "one player's event": one_player,
    "columns": columns,
    "idle tick": idle_tick,
    "busy pump": busy_pump,
    "sockets": sockets,
}


if __name__ == "__main__":
    name, library, path, size, rounds = sys.argv[1:]
    print(json.dumps(ROWS[name](library, Bare(path), int(size), int(rounds))))
