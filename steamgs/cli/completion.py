"""``steamgs completion``: what the shell needs to complete commands and options."""

from __future__ import annotations

import argparse

from steamgs.command_line import complain

__all__ = ["add_arguments", "run"]

_SHELLS = ("bash", "zsh", "tcsh")
_EXTRA_MISSING = "this needs the package 'shtab': pip install 'steamgs[cli]'"


def add_arguments(completion: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    completion.add_argument("shell", choices=_SHELLS)


def run(options: argparse.Namespace) -> int:
    """Print the script for all of ``options.parser``; returns the exit status."""
    try:
        import shtab  # noqa: PLC0415 - an extra
    except ImportError:
        complain("steamgs", _EXTRA_MISSING)
        return 1
    print(shtab.complete(options.parser, options.shell))
    return 0
