"""``steamgs query``: what a running server tells the server browser."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from steamgs.cli import page
from steamgs.cli.arguments import interval
from steamgs.command_line import COULD_NOT, FAILED, complain, printable, say

if TYPE_CHECKING:
    from steamgs.query import Answer

__all__ = ["add_arguments", "run"]

_EXTRA_MISSING = "this needs the package 'python-a2s': pip install 'steamgs[cli]'"


def add_arguments(query: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    query.add_argument("server", metavar="HOST:PORT", help="with the port of server queries")
    query.add_argument(
        "--timeout",
        type=interval,
        default=3.0,
        metavar="SECONDS",
        help="how long to wait for each answer (default: 3)",
    )
    query.add_argument(
        "--watch",
        type=interval,
        nargs="?",
        const=2.0,
        metavar="SECONDS",
        help="ask again and again, every two seconds or as often as named, until Ctrl-C",
    )
    query.add_argument("--json", action="store_true", help="print one JSON object for each answer")


def run(options: argparse.Namespace) -> int:
    """Ask and print; returns the exit status, 1 if the server does not answer."""
    try:
        from steamgs import query  # noqa: PLC0415 - needs an extra
    except ImportError:
        complain("steamgs", _EXTRA_MISSING)
        return COULD_NOT
    try:
        address = query.resolve(options.server)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        complain("steamgs", f"{options.server}: {reason}")
        return COULD_NOT
    if options.watch is not None:
        _watch(options, address)
    try:
        answer = query.ask(address, options.timeout)
    except query.NoAnswerError as error:
        complain("steamgs", f"{options.server}: {error}")
        return FAILED
    if options.json:
        print(json.dumps(asdict(answer), indent=2))
    else:
        _print(_page(options.server, answer))
    return 0


def _watch(options: argparse.Namespace, address: tuple[str, int]) -> None:
    """Ask until a signal ends it. A server that does not answer may come back."""
    from steamgs import query  # noqa: PLC0415

    live = not options.json and page.can_draw()
    while True:
        began = time.monotonic()
        answer, problem = None, ""
        try:
            answer = query.ask(address, options.timeout)
        except query.NoAnswerError as error:
            problem = str(error)
        if live:
            now = time.strftime("%H:%M:%S")
            head = f"{now}, every {options.watch:g} s; Ctrl-C ends it"
            said = _page(options.server, answer) if answer else [f"{options.server}: {problem}"]
            page.draw([head, "", *said])
        elif options.json:
            print(json.dumps(asdict(answer) if answer else {"error": problem}))
        else:
            _print([_line(answer) if answer else problem], time.strftime("%H:%M:%S  "))
        sys.stdout.flush()
        time.sleep(max(options.watch - (time.monotonic() - began), 0.0))


def _print(lines: list[str], before: str = "") -> None:
    for line in lines:
        say(before + line)


def _line(answer: Answer) -> str:
    counts = f"{answer.players}/{answer.max_players} players, {answer.bots} bots"
    return f"{counts}, {printable(answer.map)}, {answer.seconds * 1000:.1f} ms"


def _page(server: str, answer: Answer) -> list[str]:
    lines = [f"{server} answered in {answer.seconds * 1000:.1f} ms", ""]
    lines += [f"{name:<10} {printable(value)}" for name, value in _facts(answer) if value]
    if answer.player_list is None:
        lines += ["", "It does not say who plays."]
    elif answer.player_list:
        lines += ["", f"{'score':>7}  {'time':>9}  player"]
        for player in sorted(answer.player_list, key=lambda player: -player.score):
            played = timedelta(seconds=int(player.seconds))
            lines.append(f"{player.score:>7}  {played!s:>9}  {printable(player.name)}")
    if answer.rules is None:
        lines += ["", "It does not tell its rules."]
    elif answer.rules:
        lines += ["", "rules"]
        lines += [printable(f"  {name} = {value}") for name, value in answer.rules.items()]
    return lines


def _facts(answer: Answer) -> Iterator[tuple[str, str]]:
    kind = "dedicated" if answer.dedicated else "not dedicated"
    options = [kind, answer.platform, "VAC" if answer.secure else "no VAC"]
    yield "name", answer.name
    yield "map", answer.map
    yield "game", f"{answer.game} ({answer.folder})".strip()
    yield "players", f"{answer.players} of {answer.max_players}, {answer.bots} of them bots"
    yield "server", ", ".join(options + ["password"] * answer.password)
    yield "version", answer.version or ""
    yield "app id", str(answer.app_id or "")
    yield "Steam id", str(answer.steam_id or "")
    yield "game port", str(answer.port or "")
    yield "tags", answer.tags or ""
    if answer.spectator_port:
        yield "spectators", f"port {answer.spectator_port}, {answer.spectator_name or ''}"
