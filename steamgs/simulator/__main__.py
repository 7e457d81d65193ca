"""``python -m steamgs.simulator``: the simulated steamclient for other programs."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from steamgs.simulator.library import steamclient_path
from steamgs.simulator.scenario import check_scenario

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Print or copy the simulated steamclient; 0 if that was done."""
    parser = argparse.ArgumentParser(
        prog="python -m steamgs.simulator",
        description="Give another program the simulated Steam: any that uses Valve's libsteam_api. "
        "It serves a program with STEAMGS_SIMULATOR in its environment, set to 1 or to the path "
        "of a scenario file, and nobody else.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--print-path", action="store_true", help="say where the steamclient is")
    what.add_argument(
        "--install",
        metavar="DIR",
        type=Path,
        help="copy it to a folder, such as one of LD_LIBRARY_PATH or $HOME/.steam/sdk64",
    )
    what.add_argument("--check", metavar="FILE", type=Path, help="say what is wrong in a scenario")
    options = parser.parse_args(arguments)
    if options.check is not None:
        return _check(options.check)
    source = steamclient_path()
    if options.print_path:
        print(source)
        return 0
    target = options.install / source.name
    if target.exists() and target.read_bytes() != source.read_bytes():
        # It may be Valve's.
        print(f"{target} exists and is something else: remove it first", file=sys.stderr)
        return 1
    options.install.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    print(target)
    return 0


def _check(file: Path) -> int:
    try:
        error = check_scenario(file.read_bytes())
    except OSError as unreadable:
        error = unreadable.strerror
    if error is not None:
        print(f"{file}: {error}", file=sys.stderr)
        return 1
    print(f"{file} is a good scenario")
    return 0


if __name__ == "__main__":
    sys.exit(main())
