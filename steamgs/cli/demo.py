"""``steamgs demo``: a small game server, its players and Steam, on this machine."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from steamgs.cli.arguments import library

if TYPE_CHECKING:
    from steamgs.demo.director import Summary
    from steamgs.demo.server import Arena

__all__ = ["add_arguments", "run"]

_EXTRA_MISSING = "steamgs: this needs the package 'rich': pip install 'steamgs[cli]'"


def add_arguments(demo: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    demo.add_argument("--players", type=_count, default=64, help="number of players (default: 64)")
    demo.add_argument("--seconds", type=_seconds, default=8.0, help="duration (default: 8)")
    demo.add_argument(
        "--library",
        type=library,
        metavar="PATH",
        help="Valve's libsteam_api to run above the simulated Steam (default: the simulator's)",
    )
    demo.add_argument(
        "--seed", type=_seed, default=1, help="seed for the players and for Steam (default: 1)"
    )
    demo.add_argument(
        "--transport",
        choices=("udp", "sockets"),
        default="udp",
        help="how players talk to the server: over UDP, or over Steam's sockets (default: udp)",
    )
    demo.add_argument("--json", action="store_true", help="print the summary as one JSON object")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to 100000, not {text!r}")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 1 << 64:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 2**64-1, not {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1.0 <= value <= 86_400.0:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to 86400, not {text!r}")
    return value


def run(options: argparse.Namespace) -> int:
    """Run the demo; returns the exit status, 0 only if every player is accounted for."""
    from steamgs.demo import director  # noqa: PLC0415 - start-up of other commands

    if options.json:
        summary = director.run(
            options.players,
            options.seconds,
            library=options.library,
            seed=options.seed,
            transport=options.transport,
        )
        print(summary.as_json())
    else:
        summary = _play_for_people(options)
    return 1 if summary.problems else 0


def _play_for_people(options: argparse.Namespace) -> Summary:
    try:
        from rich.console import Console  # noqa: PLC0415 - an extra
        from rich.progress import Progress  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415
    except ImportError:
        sys.exit(_EXTRA_MISSING)
    from steamgs.demo import director  # noqa: PLC0415

    console = Console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=options.seconds)

        def show(now: float, arena: Arena) -> None:
            words = f"{len(arena.playing)} playing, {len(arena.joining)} waiting for Steam, "
            words += f"{len(arena.refused)} refused, {len(arena.dropped)} gone"
            bar.update(task, completed=now, description=words)

        summary = director.run(
            options.players,
            options.seconds,
            library=options.library,
            seed=options.seed,
            transport=options.transport,
            progress=show,
        )
    transport = "UDP" if summary.transport == "udp" else "Steam's sockets"
    title = f"{summary.players} players on {summary.library}, over {transport}"
    table = Table("players", "outcome", title=title)
    for outcome, count in summary.outcomes.items():
        table.add_row(str(count), outcome)
    console.print(table)
    table = Table("events", "signal", title="What Steam said")
    for signal, count in summary.callbacks.items():
        table.add_row(str(count), signal)
    console.print(table)
    console.print(
        f"{summary.admitted} admitted ({summary.kicked} thrown out later, {summary.left} left), "
        f"{summary.denied} denied. {summary.ticks} ticks of Steam, {summary.idle_tick_us:.2f} us "
        f"each when idle; {summary.callback_us:.1f} us per event, until its waiter runs."
    )
    for problem in summary.problems:
        console.print(f"unaccounted: {problem}", markup=False)
    if not summary.problems:
        console.print("Every player is accounted for.")
    return summary
