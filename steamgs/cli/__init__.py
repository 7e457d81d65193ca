"""The command ``steamgs``, also ``python -m steamgs``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import steamgs
from steamgs import command_line
from steamgs.cli import completion, demo, doctor
from steamgs.cli.parser import Parser

__all__ = ["main", "make_parser"]

# Each command: its module, its line in the list, and its own page.
_COMMANDS = {
    "demo": (
        demo,
        "a small game server, its players and Steam, on this machine",
        "A small authoritative game server on a loopback UDP socket. A second process "
        "plays the players, who send Steam tickets; the server has Steam validate each one, "
        "admits, refuses, and throws out whom Steam bans, cancels or kicks. Exit status 0 only if "
        "every player is accounted for.",
    ),
    "doctor": (
        doctor,
        "what this machine needs before a server goes live",
        "Checks libsteam_api, steamclient, app id, home directory, UDP ports, limits, network and "
        "login token, and says how to fix what is wrong. Steam is not started. Exit status 0 if "
        "there is no fault, 1 if there is one.",
    ),
    "completion": (
        completion,
        "a script that lets your shell complete this command",
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
