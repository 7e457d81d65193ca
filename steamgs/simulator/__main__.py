"""``python -m steamgs.simulator``: the simulated steamclient for other programs."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from steamgs import command_line
from steamgs.command_line import complain, say
from steamgs.files import read_regular
from steamgs.simulator.library import steamclient_path
from steamgs.simulator.scenario import check_scenario
from steamgs.simulator.vocabulary import Command, CommandField, commands

__all__ = ["main"]

# The most that the simulator takes: kMostBytes in scenario.cpp.
_MOST_BYTES = 1 << 20


def main(arguments: list[str] | None = None) -> int:
    """Print the path of the simulated steamclient, or copy it; return 0 on success."""
    return command_line.run("steamgs.simulator", lambda: _run(arguments))


def _run(arguments: list[str] | None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m steamgs.simulator",
        description="Give the simulated Steam to another program that uses Valve's libsteam_api. "
        "It serves a program with STEAMGS_SIMULATOR in its environment, set to 1 or to the path "
        "of a scenario file, and no other program. A program that uses steamgs itself must also "
        "agree to it: GameServer(..., allow_simulator=True).",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--print-path", action="store_true", help="print the path of the steamclient")
    what.add_argument(
        "--install",
        metavar="DIR",
        type=Path,
        help="copy it to a directory, such as one in LD_LIBRARY_PATH or $HOME/.steam/sdk64",
    )
    what.add_argument(
        "--check", metavar="FILE", type=Path, help="report the first mistake in a scenario"
    )
    what.add_argument(
        "--commands", action="store_true", help="list the commands for scenarios, Python and C"
    )
    options = parser.parse_args(arguments)
    if options.commands:
        for command in commands().values():
            say(_described(command))
        return 0
    if options.check is not None:
        return _check(options.check)
    if options.install is not None:
        return _install(options.install)
    say(str(steamclient_path()))
    return 0


def _described(command: Command) -> str:
    table = f"[[{command.table}]]" if command.repeated else f"[{command.table}]"
    form = f" (at the start: {table})" if command.table else ""
    lines = [f"{command.name}{form}: {command.doc}"]
    lines += [f"    {field.name}: {_allowed(field)}. {field.doc}" for field in command.fields]
    return "\n".join(lines)


def _allowed(field: CommandField) -> str:
    what = f"one of {', '.join(field.choices)}" if field.choices else field.what
    if field.type in ("integer", "number"):
        what += f" from {field.low} to {field.high}"
    several = "an array, each " if field.list else ""
    return several + what + (", required" if field.required else "")


def _install(folder: Path) -> int:
    source = steamclient_path()
    target = folder / source.name
    # A link that leads nowhere is something as well.
    if os.path.lexists(target):
        if not _is_copy(target, source):
            # It may be Valve's.
            complain(str(target), "already exists and is another file: remove it first")
            return command_line.FAILED
    else:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source, target)
        except BaseException:
            target.unlink(missing_ok=True)  # half of a library kills who loads it
            raise
    say(str(target))
    return 0


def _is_copy(file: Path, source: Path) -> bool:
    content = source.read_bytes()
    try:
        return read_regular(file, len(content) + 1) == content
    except OSError:
        return False


def _check(file: Path) -> int:
    # Not a regular file only: it is named, and a shell's <(command) is a pipe.
    try:
        with file.open("rb") as stream:
            error = check_scenario(stream.read(_MOST_BYTES + 1))
    except OSError as unreadable:
        error = unreadable.strerror
    if error is not None:
        complain(str(file), error)
        return command_line.FAILED
    say(f"{file} is a valid scenario")
    return 0


if __name__ == "__main__":
    sys.exit(main())
