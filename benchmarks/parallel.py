"""``python -m benchmarks.parallel``: threads that deliver in parallel, against one that delivers.

Needs a free-threaded Python without the GIL. A handler computes on its own locals for some
microseconds. One thread delivers by ``run_callbacks()``, some do by ``run_parallel()``, in turn,
and the best round of each counts. With ``--order EVENTS`` it is also checked that each player's
events come in order, in so many events.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.report import table
from benchmarks.servers import synchronous_server

ROOT = Path(__file__).resolve().parent.parent
APPROVED = 201
STATS = 207
FIRST = 76561197960287930
PLAYERS = 64
PORTION = 100_000
WANTED = 1.7
"""How many times as many events a second two threads deliver on two processors."""


def approve(sim: Any, player: int, number: int) -> None:
    data = (FIRST + player).to_bytes(8, "little") + number.to_bytes(8, "little")
    sim.post(APPROVED, data)


def tell_all(sim: Any) -> None:
    """An event of no player: delivered when everything before it is."""
    sim.post(STATS, bytes(16))


def computing(microseconds: float) -> Callable[[Any], None]:
    """A handler that takes so long."""

    def handler_of(turns: int) -> Callable[[Any], None]:
        def handler(event: Any) -> None:
            total = 0
            for number in range(turns):
                total += number & 7

        return handler

    turns, calls = 200, 2000
    probe = handler_of(turns)
    took = []
    for _ in range(10):
        began = time.thread_time()
        for _ in range(calls):
            probe(None)
        took.append(time.thread_time() - began)
    return handler_of(round(microseconds * 1e-6 * turns * calls / min(took)))


def rate(
    server: Any, sim: Any, events: int, deliver: Callable[[Callable[[], bool]], None]
) -> float:
    """Events a second."""
    ended: list[object] = []
    for number in range(events):
        approve(sim, number % PLAYERS, number)
    tell_all(sim)
    server.gameplay_stats.connect(ended.append)
    began = time.perf_counter()
    deliver(lambda: bool(ended))
    seconds = time.perf_counter() - began
    server.gameplay_stats.disconnect(ended.append)
    return events / seconds


def in_parallel(server: Any, threads: int) -> Callable[[Callable[[], bool]], None]:
    return lambda stop: server.run_parallel(0.0001, threads=threads, stop=stop)


def measure(library: str, microseconds: float, threads: list[int], rounds: int) -> dict[str, float]:
    events = round(0.5e6 / microseconds)
    best: dict[str, float] = {}
    with synchronous_server(library) as (server, sim):
        server.client_approved.connect(computing(microseconds))
        ways: dict[str, Callable[[Callable[[], bool]], None]] = {
            "run_callbacks()": lambda _: server.run_callbacks(),
            **{f"run_parallel(threads={count})": in_parallel(server, count) for count in threads},
        }
        for _ in range(rounds):
            for name, deliver in ways.items():
                best[name] = max(best.get(name, 0.0), rate(server, sim, events, deliver))
    return best


def check_order(library: str, events: int, threads: int) -> float:
    """That each player's numbers rise by one; returns events a second."""
    last = [0] * PLAYERS
    wrong: list[tuple[int, int]] = []

    def handler(event: Any) -> None:
        player, number = event.steam_id - FIRST, event.owner_id
        if number != last[player] + 1:
            wrong.append((player, number))
        last[player] = number

    seconds = 0.0
    with synchronous_server(library) as (server, sim):
        server.client_approved.connect(handler)
        for first in range(0, events, PORTION):
            for number in range(first, min(first + PORTION, events)):
                approve(sim, number % PLAYERS, number // PLAYERS + 1)
            tell_all(sim)
            ended: list[object] = []
            server.gameplay_stats.connect(ended.append)
            began = time.perf_counter()
            server.run_parallel(0.0001, threads=threads, stop=lambda: bool(ended))  # noqa: B023
            seconds += time.perf_counter() - began
            server.gameplay_stats.disconnect(ended.append)
    assert not wrong, wrong[:10]
    assert sum(last) == events
    return events / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.parallel")
    parser.add_argument("--library", default="simulator")
    parser.add_argument("--microseconds", type=float, default=5.0)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--order", type=int, default=0, metavar="EVENTS")
    options = parser.parse_args()
    # The installed package is measured, not the source beside this.
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != ROOT]
    rates = measure(options.library, options.microseconds, options.threads, options.rounds)
    one = rates["run_callbacks()"]
    rows = [[name, f"{found:,.0f}", f"{found / one:.2f}"] for name, found in rates.items()]
    print(table(["", "events a second", "times one thread"], rows))
    if options.order:
        found = check_order(options.library, options.order, max(options.threads))
        print(f"in order: {options.order:,} events, {found:,.0f} a second")
    if (
        reached := rates.get("run_parallel(threads=2)", 0.0) / one
    ) < WANTED and 2 in options.threads:
        raise SystemExit(f"two threads deliver {reached:.2f} times what one does, not {WANTED}")


if __name__ == "__main__":
    main()
