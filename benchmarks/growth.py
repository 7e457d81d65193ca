"""``python -m benchmarks.growth``: what a player, and an event, cost the more of them there are.

Sizes take turns in one process. From a player's time the growth of bare tasks is taken off, which
is asyncio's own. Whether an event costs more is told by instructions: its time grows with the
memory that all the tasks and sessions take, as the processor's caches hold only some of it. Memory
is measured in processes of their own; with ``--before PYTHON`` also that of an older steamgs, which
another interpreter has.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import callgrind, processes
from benchmarks.crowds import A_TURN
from benchmarks.report import table

SIZES = (1_000, 10_000, 100_000)
EVENTS = 1_000_000
COUNTED_SIZES = (1_000, 10_000)
"""Valgrind takes fifty times as long: ``--counted 1000 100000`` counts as many, in half an hour."""
COUNTED_EVENTS = 10_000
ROUNDS = 5
MOST_GROWTH = 1.2
EVENT_ROWS = ("event for a session", "event that resumes a task", "Future that resumes a task")
Samples = dict[str, dict[str, list[float]]]
Counts = dict[str, list[float]]


class Bench:
    """A temporary folder in which installed packages are measured, not the source beside this."""

    def __init__(self, folder: Path, library: str) -> None:
        self.folder = folder
        self.library = library
        self.bare = str(processes.compiled(folder, "bare.cpp", "-shared", "-fPIC"))
        (folder / "benchmarks").symlink_to(processes.HERE)

    def command(self, python: str, what: str, *arguments: object) -> list[str]:
        module = [python, "-m", "benchmarks.crowds", what, self.library, self.bare]
        return module + [str(argument) for argument in arguments]

    def run(self, python: str, what: str, *arguments: object) -> str:
        command = self.command(python, what, *arguments)
        result = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{result.stderr}")
        return result.stdout.splitlines()[-1]

    def times(self, sizes: Sequence[int], events: int, rounds: int) -> Samples:
        samples: Samples = json.loads(self.run(sys.executable, "times", rounds, events, *sizes))
        return samples

    def instructions(self, row: str, sizes: Sequence[int]) -> list[float]:
        """Of an event, by size."""
        command = self.command(sys.executable, "count", row, COUNTED_EVENTS, *sizes)
        counted = callgrind.instructions_of_regions(command, self.folder)
        assert counted is not None
        events = COUNTED_EVENTS if row == EVENT_ROWS[0] else A_TURN
        return [count / events for count in counted[: len(sizes)]]

    def bytes_a_session(self, python: str, size: int) -> dict[str, float]:
        """Beyond a bare task and, of the process, beyond what the simulated Steam keeps."""

        def used(kind: str, what: str) -> int:
            return int(self.run(python, "memory", kind, size, what))

        session, task, steam = "authenticate()", "bare task", "Steam's own part"
        of_process = used(session, "resident") - used(task, "resident") - used(steam, "resident")
        return {
            "allocated by Python": (used(session, "traced") - used(task, "traced")) / size,
            "of the process": of_process / size,
        }


def medians(samples: Samples, row: str) -> list[float]:
    return [statistics.median(found) for found in samples[row].values()]


def growth_of(values: Sequence[float], taken_off: Sequence[float] | None = None) -> str:
    """The last over the first."""
    grown = 0.0 if taken_off is None else taken_off[-1] - taken_off[0]
    ratio = (values[-1] - grown) / values[0]
    return f"{ratio:.2f}" if ratio <= MOST_GROWTH else f"{ratio:.2f} (missed)"


def listed(values: Sequence[float], places: int = 0) -> str:
    return " / ".join(format(value, f",.{places}f") for value in values)


def of_players(samples: Samples, said: str) -> str:
    task = [value / 1000 for value in medians(samples, "bare task")]
    steam = medians(samples, "Steam's own part")
    whole = medians(samples, "authenticate()")
    own = [(value - part) / 1000 for value, part in zip(whole, steam, strict=True)]
    return table(
        ["microseconds a player", f"of {said}", f"growth, at most {MOST_GROWTH}"],
        [
            ["bare task", listed(task, 1), ""],
            ["`authenticate()`, without Steam's own part", listed(own, 1), growth_of(own, task)],
        ],
    )


def of_events(samples: Samples, counts: Counts, said: str, said_of_counted: str) -> str:
    rows = []
    for row in EVENT_ROWS:
        found = counts.get(row)
        counted = ["", ""] if found is None else [listed(found), growth_of(found)]
        rows.append([row, *counted, listed(medians(samples, row))])
    limit = f"growth, at most {MOST_GROWTH}"
    instructions = f"instructions, with {said_of_counted} players"
    return table(["", instructions, limit, f"nanoseconds, with {said}"], rows)


def of_memory(memory: dict[str, dict[str, float]]) -> str:
    rows = [
        [which, *(listed([found]) for found in used.values())] for which, used in memory.items()
    ]
    return table(["bytes a session", "allocated by Python", "of the process"], rows)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--before", metavar="PYTHON", help="an interpreter with an older steamgs")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--counted", nargs="+", type=int, default=COUNTED_SIZES, metavar="SIZE")
    parser.add_argument("--quick", action="store_true", help="see that it runs; measures nothing")
    options = parser.parse_args()
    sizes, events = ((10, 20), 100) if options.quick else (SIZES, EVENTS)
    pythons = {"now": sys.executable} | ({"before": options.before} if options.before else {})
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), processes.libraries()["Valve's libsteam_api"])
        samples = bench.times(sizes, events, 1 if options.quick else options.rounds)
        counts = {}
        for row in EVENT_ROWS:
            if options.quick:
                bench.run(sys.executable, "count", row, 10, *sizes)
            else:
                print(f"counting: {row}", file=sys.stderr)
                counts[row] = bench.instructions(row, options.counted)
        memory = {
            name: bench.bytes_a_session(python, sizes[-1]) for name, python in pythons.items()
        }
    said, said_of_counted = listed(sizes), listed(options.counted)
    print(
        "\n\n".join(
            [
                of_players(samples, said),
                of_events(samples, counts, said, said_of_counted),
                of_memory(memory),
            ]
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
