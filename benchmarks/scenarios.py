"""What is measured: each scenario takes the workshop and the libraries, and adds its samples.

A scenario is called once per round, so that all are interleaved, and returns numbers by the name of
what was measured. ``ONCE`` contains the scenarios that count instead of measuring time.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks import callgrind, processes
from benchmarks.processes import Workshop

FLOOR = "C++ floor"
SWIG = "steamworks-swig"

Samples = dict[str, dict[str, float]]
# What is shown of the messages of sockets.py.
MESSAGES = {
    FLOOR: {"received": "receive, C++", "sent": "send 64, C++"},
    "steamgs, columns of a batch": {"received": "receive, columns"},
    "steamgs, pairs of a batch": {"received": "receive, pairs"},
    "steamgs, `send_many`": {"sent": "send 64, many"},
    "steamgs, `broadcast`": {"sent": "send 64, broadcast"},
}


class Size(NamedTuple):
    """How much is done: all of it, or just enough to see that everything runs."""

    bursts: list[str]
    storm: list[int]
    steady: int
    pump_seconds: float
    memory: int
    sleeper: int
    instructions: int
    messages: int


FULL = Size(
    ["1", "10", "1000", "100000", "1000000", "mixed 100000"],
    [1000, 10_000, 50_000],
    10_000,
    10.0,
    10_000_000,
    1_000_000,
    20_000,
    100_000,
)
QUICK = Size(["1", "10", "mixed 10"], [10], 10, 0.1, 100_000, 1000, 100, 1000)


def dispatch(workshop: Workshop, library: str, size: Size) -> Samples:
    """Nanoseconds: an idle tick, and an event in bursts."""
    samples = {FLOOR: workshop.run_floor(library, "events", *size.bursts)}
    for name in processes.contender_names():
        # steamworks-swig is linked to Valve's own library.
        if not (name.startswith(SWIG) and library == "simulator"):
            samples[name] = workshop.run_python(
                "contenders.py", "events", name, library, *size.bursts
            )
    return samples


def storm(workshop: Workshop, library: str, size: Size) -> Samples:
    """Players who come at once."""
    return {
        f"{count} players, {collector} collector": workshop.run_python(
            "players.py", "storm", library, count, collector
        )
        for count in size.storm
        for collector in ("default", "tuned")
    }


def steady(workshop: Workshop, library: str, size: Size) -> Samples:
    """Players who play, updated ten times a second."""
    return {
        FLOOR: workshop.run_floor(library, "update", size.steady),
        "steamgs": workshop.run_python("players.py", "steady", library, size.steady),
    }


def messages(workshop: Workshop, library: str, size: Size) -> Samples:
    """Nanoseconds for a message of 64 bytes, all ways in turn in one process."""
    found = workshop.run_in_turn("sockets", library, size.messages, 4)
    return {
        name: {what: statistics.median(found[row]) for what, row in rows.items()}
        for name, rows in MESSAGES.items()
    }


def pump(workshop: Workshop, library: str, size: Size) -> Samples:
    """A pump while Steam has nothing to report."""
    samples: Samples = {}
    for hertz in (100, 1000):
        seconds = size.pump_seconds
        arguments = ("idle_pump.py", library, hertz, seconds)
        samples[f"{FLOOR}, {hertz} Hz"] = workshop.run_floor(library, "pump", hertz, seconds)
        samples[f"steamgs, {hertz} Hz"] = workshop.run_python(*arguments)
        samples[f"steamgs, {hertz} Hz, counted"] = workshop.run_python(
            *arguments, preload=workshop.counters
        )
        samples[f"steamgs.asyncio, {hertz} Hz, receiving from nobody, counted"] = (
            workshop.run_python(*arguments, "receiving", preload=workshop.counters)
        )
    return samples


def queries(workshop: Workshop, library: str, size: Size) -> Samples:
    """The server browser's queries, on Steam's own port."""
    seconds = size.pump_seconds / 5
    return {
        FLOOR: workshop.ask_the_baseline(seconds),
        "steamgs": workshop.run_python("query_port.py", workshop.queries, library, seconds),
    }


def floods(workshop: Workshop, library: str, size: Size) -> Samples:
    """Millions of events, and a consumer that sleeps while they arrive."""
    return {
        "memory": workshop.run_python("floods.py", "memory", library, size.memory),
        "sleeper": workshop.run_python("floods.py", "sleeper", library, size.sleeper),
    }


def instructions(workshop: Workshop, library: str, size: Size) -> Samples:
    """Instructions per event: the difference between a burst and one of twice its size."""
    few, many = size.instructions, 2 * size.instructions
    commands = {FLOOR: [*workshop.floor_command(library), "once"]}
    for name in processes.contender_names():
        if "asyncio" in name or (name.startswith(SWIG) and library == "simulator"):
            continue
        commands[name] = workshop.python_command("contenders.py", "once", name, library)
    return {
        name: {
            "instructions": (
                callgrind.instructions([*command, str(many)], workshop.folder)
                - callgrind.instructions([*command, str(few)], workshop.folder)
            )
            / few
        }
        for name, command in commands.items()
    }


ROUNDS: dict[str, Callable[[Workshop, str, Size], Samples]] = {
    "dispatch": dispatch,
    "storm": storm,
    "steady": steady,
    "messages": messages,
    "pump": pump,
    "queries": queries,
}
ONCE: dict[str, Callable[[Workshop, str, Size], Samples]] = {
    "floods": floods,
    "instructions": instructions,
}


def footprint(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of imports, and the wheel's size."""
    samples = processes.import_milliseconds(4 * rounds)
    return {**samples, "wheel_bytes": [float(processes.wheel_bytes(folder))]}
