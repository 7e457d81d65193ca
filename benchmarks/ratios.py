"""``python -m benchmarks.ratios``: the speed targets of steamgs, as ratios.

They are ratios of instructions, or of times that were measured in turn in one process. Other load
on the machine does not change them, as it would change times of separate processes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks import callgrind, counted, processes, sockets
from benchmarks.report import table
from benchmarks.servers import NOT_AVAILABLE

IMPORT_BEFORE = 138e6
"""Instructions of ``import steamgs`` beyond Python's, when it loaded all that it might need."""
STEAMCLIENT = {"begin_auth_session": 625, "update_users": 29}
"""What a steamclient that only notes the call takes. The simulated one does more, such as reading
the ticket, and what C++ takes on it is not counted."""

EVENTS = (1000, 5000)
PLAYERS = (300, 900)
COUNTED = {
    "C++ floor, an event": EVENTS,
    "event, nobody listens": EVENTS,
    "event, no-op handler": EVENTS,
    "event, beside routes": EVENTS,
    "event, with metrics": EVENTS,
    "event, asyncio handler": EVENTS,
    "event, async for": EVENTS,
    "event, batches": EVENTS,
    "player, bare task": PLAYERS,
    "player, task with Future": PLAYERS,
    "player, authenticate()": PLAYERS,
    "player, Steam's own part": PLAYERS,
    "begin_auth_session": PLAYERS,
    "begin_auth_session, Steam's own part": PLAYERS,
    "update_users": PLAYERS,
    "update_users, Steam's own part": PLAYERS,
    "import steamgs": (0, 1),
}
# Each with its size and rounds.
TIMED = {
    "storm": (50_000, 5),
    "storms around": (50_000, 3),
    "one player's event": (100_000, 3),
    "columns": (100_000, 20),
    "idle tick": (20_000, 50),
    "busy pump": (20, 5),
    "sockets": (100_000, 20),
}
Values = dict[str, float]


class Promise(NamedTuple):
    """A ratio or a difference, and its limit."""

    title: str
    value: Callable[[Values], float]
    limit: float
    words: str = "at most"

    def kept(self, value: float) -> bool:
        return value <= self.limit if self.words == "at most" else value >= self.limit


WAYS_TO_SEND = (("many", "`send_many`", 1.5), ("broadcast", "`broadcast`", 1.2))


def sent(way: str, what: str, size: int, limit: float) -> Promise:
    return Promise(
        f"{what} of {size:,} bytes / C++",
        lambda v: v[f"sockets: send {size}, {way}"] / v[f"sockets: send {size}, C++"],
        limit,
    )


def stormed(row: str, what: str) -> Promise:
    return Promise(
        f"{what}, default collector: a player's time / a bare task's",
        lambda v: (
            (v[f"{row}: authenticate()"] - v[f"{row}: Steam's own part"]) / v[f"{row}: bare task"]
        ),
        1.25,
    )


PROMISES = [
    stormed("storm", "storm of 50,000"),
    stormed("storms around", "storms of 44,721 to 54,371, mean"),
    Promise(
        "(authenticate() - task) / (task with Future - task), instructions",
        lambda v: (
            (v["player, authenticate()"] - v["player, Steam's own part"] - v["player, bare task"])
            / (v["player, task with Future"] - v["player, bare task"])
        ),
        0.6,
    ),
    Promise(
        "an event beside routes of 1,000 other players - no routes, instructions",
        lambda v: v["event, beside routes"] - v["event, no-op handler"],
        35,
    ),
    Promise(
        "a verdict with metrics / without, instructions",
        lambda v: v["event, with metrics"] / v["event, no-op handler"],
        1.02,
    ),
    Promise(
        "asyncio handler - no-op handler, instructions an event",
        lambda v: v["event, asyncio handler"] - v["event, no-op handler"],
        500,
    ),
    Promise(
        "`async for` - no-op handler, instructions an event",
        lambda v: v["event, async for"] - v["event, no-op handler"],
        715,
    ),
    Promise(
        "`async for` over batches - no-op handler, instructions an event",
        lambda v: v["event, batches"] - v["event, no-op handler"],
        290,
    ),
    Promise(
        "one player's event: 100,000 who wait / 10 who wait",
        lambda v: v["one player's event: many wait"] / v["one player's event: few wait"],
        1.5,
    ),
    Promise(
        "columns / nobody listens, time",
        lambda v: v["columns: columns"] / v["columns: nobody listens"],
        1.1,
    ),
    Promise(
        "idle tick / (no-op C call + Valve's own tick)",
        lambda v: v["idle tick: idle tick"] / v["idle tick: no-op C call + Valve's own tick"],
        1.2,
    ),
    Promise(
        "pump at 1 kHz, `on_events`: ticks while Python runs / while C does without the GIL",
        lambda v: v["busy pump: on_events, Python runs"] / v["busy pump: on_events, C runs"],
        0.99,
        "at least",
    ),
    Promise(
        "pump at 1 kHz, asyncio: ticks while Python runs / while C does without the GIL",
        lambda v: v["busy pump: asyncio, Python runs"] / v["busy pump: asyncio, C runs"],
        0.99,
        "at least",
    ),
    Promise(
        "`update_users`, instructions a player",
        lambda v: beyond_steam(v, "update_users"),
        600,
    ),
    Promise(
        "`begin_auth_session`, instructions",
        lambda v: beyond_steam(v, "begin_auth_session"),
        3000,
    ),
    Promise(
        "no-op handler - C++ floor, instructions an event",
        lambda v: v["event, no-op handler"] - v["C++ floor, an event"],
        504,
    ),
    Promise(
        "messages received in batches, three columns of each / C++",
        lambda v: v["sockets: receive, columns"] / v["sockets: receive, C++"],
        1.1,
    ),
    Promise(
        "`for connection, data in batch` / C++",
        lambda v: v["sockets: receive, pairs"] / v["sockets: receive, C++"],
        3,
    ),
    *(sent(way, what, size, limit) for way, what, limit in WAYS_TO_SEND for size in sockets.SENT),
    Promise(
        "`import steamgs` beyond Python / what it was",
        lambda v: v["import steamgs"] / IMPORT_BEFORE,
        0.6,
    ),
]


def beyond_steam(values: Values, name: str) -> float:
    return values[name] - values[f"{name}, Steam's own part"] + STEAMCLIENT[name]


class Bench:
    """A temporary folder in which the installed steamgs is measured."""

    def __init__(self, folder: Path, library: str) -> None:
        self.folder = folder
        self.library = library
        self.bare = str(processes.compiled(folder, "bare.cpp", "-shared", "-fPIC"))
        self.floor = str(processes.compiled(folder, "floor.cpp"))
        # Beside this package stands steamgs' source, which is not to be imported.
        (folder / "benchmarks").symlink_to(processes.HERE)

    def count(self, name: str, few: int, many: int) -> float | None:
        if name == "import steamgs":
            return self.whole([sys.executable, "-I", "-c", name]) - self.whole(
                [sys.executable, "-I", "-c", "pass"]
            )
        if name == "C++ floor, an event":
            steamclient = processes.ask_installed("steamgs.simulator.steamclient_path()")
            once = [self.floor, steamclient, self.library, "once"]
            difference = self.whole([*once, str(many)]) - self.whole([*once, str(few)])
            return difference / (many - few)
        command = [*self.module("counted", name), *map(str, (few, few, many))]
        counts = callgrind.instructions_of_regions(command, self.folder)
        if counts is None:
            return None
        _, first, second = counts
        return (second - first) / (many - few)

    def try_out(self, name: str) -> None:
        """Check that a row runs, without valgrind."""
        if name in counted.ROWS:
            command = [*self.module("counted", name), "1", "3"]
            subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def whole(self, command: list[str]) -> int:
        return callgrind.instructions(command, self.folder)

    def time(self, name: str, size: int, rounds: int) -> Values:
        command = [*self.module("in_turn", name), str(size), str(rounds)]
        result = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{result.stderr}")
        (*_, said) = result.stdout.splitlines()
        if said == NOT_AVAILABLE:
            return {}
        samples: dict[str, list[float]] = json.loads(said)
        return {f"{name}: {who}": statistics.median(times) for who, times in samples.items()}

    def module(self, name: str, row: str) -> list[str]:
        return [sys.executable, "-m", f"benchmarks.{name}", row, self.library, self.bare]


def measure(bench: Bench, only: list[str], quick: bool) -> Values:
    values: Values = {}
    for name, (few, many) in COUNTED.items():
        if name in only:
            print(f"counting: {name}", file=sys.stderr)
            count = None if quick else bench.count(name, few, many)
            if quick:
                bench.try_out(name)
            if count is not None:
                values[name] = count
    for name, (size, rounds) in TIMED.items():
        if name in only:
            print(f"timing: {name}", file=sys.stderr)
            values |= bench.time(name, *((20, 1) if quick else (size, rounds)))
    return values


def said_of(promise: Promise, values: Values) -> str:
    try:
        value = promise.value(values)
    except KeyError:
        return NOT_AVAILABLE
    said = format(value, ",.0f" if promise.limit > 100 else ".2f")
    return said if promise.kept(value) else f"{said} (missed)"


def markdown(values: Values) -> str:
    promises = [
        [promise.title, said_of(promise, values), f"{promise.words} {promise.limit:,}"]
        for promise in PROMISES
    ]
    parts = [
        [name, format(value, ",.0f" if value > 1000 else ".1f")] for name, value in values.items()
    ]
    return "\n\n".join(
        [
            table(["", "measured", "promised"], promises),
            table(["made of instructions, nanoseconds, microseconds, ticks a second", ""], parts),
        ]
    )


def main() -> int:
    names = [*COUNTED, *TIMED]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ratios", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="ROW")
    parser.add_argument("--quick", action="store_true", help="see that it runs; measures nothing")
    options = parser.parse_args()
    valves = processes.libraries()["Valve's libsteam_api"]
    with tempfile.TemporaryDirectory() as folder:
        values = measure(Bench(Path(folder), valves), options.only, options.quick)
    print(markdown(values))
    return 0


if __name__ == "__main__":
    sys.exit(main())
