"""The command ``steamgs``, also ``python -m steamgs``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import steamgs
from steamgs import command_line
from steamgs.cli import completion, demo, doctor, new, query, top
from steamgs.cli.parser import Parser

__all__ = ["main", "make_parser"]

# Each command: its module, its line in the list, and its own page.
_COMMANDS = {
    "demo": (
        demo,
        "run a small game server with players and a simulated Steam",
        "Runs a small authoritative game server on a loopback UDP socket, and a second process "
        "that plays the players. Players send Steam tickets. The server lets Steam validate each "
        "ticket, admits or refuses the player, and drops players whom Steam later bans or kicks, "
        "or whose tickets are cancelled. The exit status is 0 only if every player is accounted "
        "for.",
    ),
    "doctor": (
        doctor,
        "check whether this machine is ready for a server to go live",
        "Checks libsteam_api, steamclient, the app id, the home directory, UDP ports, limits, the "
        "network and the login token, and says how to fix what is wrong. Steam is started only if "
        "you ask for a logon. The exit status is 1 if there is a fault, and 0 otherwise.",
    ),
    "query": (
        query,
        "ask a running server what it tells the server browser",
        "Asks a server by its query port, as the server browser does, and prints its description, "
        "its players and its rules. The exit status is 1 if there is no answer, and 2 if the "
        "question can't be asked.",
    ),
    "top": (
        top,
        "watch how running servers are doing, by their metrics",
        "Reads the metrics of one or more servers again and again, and shows rates, how late "
        "ticks are, who plays and who was turned away. On a terminal that is a page, elsewhere a "
        "line for each server.",
    ),
    "new": (
        new,
        "write a project for a game server of your own",
        "Makes a folder with a game server on Steam's sockets, its tests, and files for "
        "systemd, Docker and GitHub. It runs on the simulated Steam at once.",
    ),
    "completion": (
        completion,
        "print a script with which your shell completes this command",
        'For bash: eval "$(steamgs completion bash)" in ~/.bashrc.',
    ),
}


def make_parser() -> argparse.ArgumentParser:
    """The parser of the command's arguments."""
    parser = Parser(prog="steamgs", description="Steam dedicated game servers in Python.")
    parser.add_argument("--version", action="version", version=f"steamgs {steamgs.__version__}")
    verbs = parser.add_subparsers(title="commands", metavar="command")
    for name, (module, line, page) in _COMMANDS.items():
        verb = verbs.add_parser(name, help=line, description=page)
        module.add_arguments(verb)
        verb.set_defaults(run=module.run, parser=parser)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return command_line.run("steamgs", lambda: _run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    parser = make_parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        parser.print_help()
        return command_line.COULD_NOT
    return int(options.run(options))
