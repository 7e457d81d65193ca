"""Whether the pump keeps its rate while Python is busy.

In turn, a window of 30 ms is slept away, spent in C code that has given the GIL away, and spent in
Python code; Steam says something at the beginning of each. The pump's ticks in it are counted
natively. On a machine with few processors, or busy ones, only the latter two can be compared: there
the pump shares a processor with either.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from typing import Any

from benchmarks.bare import Bare
from benchmarks.servers import asyncio_server, say_kick, synchronous_server

HERTZ = 1000
WINDOW_SECONDS = 0.03
BLOCK = bytes(500_000)

Samples = dict[str, list[float]]


def compute_in_c(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        hashlib.sha256(BLOCK)


def compute_in_python(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


WORK: dict[str, Callable[[float], object]] = {
    "nothing": time.sleep,
    "C": compute_in_c,
    "Python": compute_in_python,
}


def busy_pump(library: str, bare: Bare, size: int, rounds: int) -> Samples:
    """Ticks a second, in so many windows of each kind."""
    samples: Samples = {}
    with synchronous_server(library) as (server, sim):
        server.start_pump(1 / HERTZ, on_events=lambda: None)
        for _ in range(size * rounds):
            for name in WORK:
                rate = rate_of_window(server, sim, name)
                samples.setdefault(f"on_events, {name} runs", []).append(rate)
                server.run_callbacks()

    async def main() -> None:
        async with asyncio_server(library) as (server, sim):
            server.pump_interval = 1 / HERTZ
            for _ in range(size * rounds):
                for name in WORK:
                    batches = server.counters().batches
                    rate = rate_of_window(server, sim, name)
                    samples.setdefault(f"asyncio, {name} runs", []).append(rate)
                    while server.counters().batches == batches:
                        await asyncio.sleep(0)

    asyncio.run(main())
    return samples


def rate_of_window(server: Any, sim: Any, name: str) -> float:
    say_kick(sim, 1)
    ticks, start = server.counters().ticks, time.perf_counter()
    WORK[name](WINDOW_SECONDS)
    return float((server.counters().ticks - ticks) / (time.perf_counter() - start))
