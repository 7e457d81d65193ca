"""``steamgs new``: a project for a game server, which runs and passes its tests at once."""

from __future__ import annotations

import argparse
import keyword
import os
import re
import sys
from importlib import resources
from pathlib import Path

from steamgs.command_line import say

__all__ = ["add_arguments", "run"]

# The templates are those of a game called so, with Valve's example for an app id.
_NAME, _APP_ID = "mygame", "480"
_FILES = {
    "README.md.in": "README.md",
    "pyproject.toml.in": "pyproject.toml",
    "gitignore.in": ".gitignore",
    "server.toml.in": "server.toml",
    "Dockerfile.in": "Dockerfile",
    "service.in": "mygame.service",
    "tests.yml.in": ".github/workflows/tests.yml",
    "main.py.in": "mygame/__main__.py",
    "game.py.in": "mygame/game.py",
    "test_game.py.in": "tests/test_game.py",
}
_EMPTY = {"mygame/__init__.py": '"""A game server on Steam."""\n', "mygame/py.typed": ""}
# What the project or its tools import, and what .gitignore or pip take for something else.
_TAKEN = sys.stdlib_module_names | {
    *("steamgs", "a2s", "rich", "shtab", "pytest", "pluggy", "mypy", "pip", "setuptools"),
    *("test", "tests", "conftest", "build", "dist"),
}


def add_arguments(new: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    new.add_argument(
        "name", type=_name, metavar="NAME", help="of the game: the new folder and the package in it"
    )
    new.add_argument(
        "--app-id", type=_app_id, default=_APP_ID, metavar="N", help="of the game (default: 480)"
    )


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", text) or text.endswith("_"):
        raise argparse.ArgumentTypeError(
            f"must be small letters, digits and underscores, as a package's name, not {text!r}"
        )
    if text in _TAKEN or keyword.iskeyword(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} means something else to Python or its tools already"
        )
    return text


def _app_id(text: str) -> str:
    if not text.isdecimal() or not 1 <= int(text) <= 0xFFFFFFFF:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to 4294967295, not {text!r}")
    return str(int(text))


def run(options: argparse.Namespace) -> int:
    """Write the project; returns the exit status."""
    folder = Path(options.name)
    folder.mkdir()  # nothing is ever overwritten
    templates = resources.files("steamgs.cli").joinpath("project")
    contents = {path: templates.joinpath(name).read_text("utf-8") for name, path in _FILES.items()}
    for path, text in {**contents, **_EMPTY}.items():
        file = folder / path.replace(_NAME, options.name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_adapted(text, options.name, options.app_id), "utf-8", newline="\n")
    say(
        f"{options.name} is a game server with tests. Next:\n\n"
        f"{_next_steps(options.name, windows=sys.platform == 'win32')}\n"
        "Its README.md says how to run it on Steam."
    )
    return 0


def _next_steps(name: str, *, windows: bool) -> str:
    """Commands for a shell; for Windows, such that cmd and every PowerShell know them."""
    activate = ".venv\\Scripts\\activate" if windows else ". .venv/bin/activate"
    lines = [[f"cd {name}"]]
    # Unless steamgs runs in an environment that is active.
    if os.environ.get("VIRTUAL_ENV") != sys.prefix:
        lines.append(["python -m venv .venv", activate])
    extra = '".[test]"' if windows else "'.[test]'"
    lines.append([f"pip install -e {extra}", "pytest", "mypy"])
    lines.append([f"python -m {name} --config server.toml --simulator"])
    between = "\n    " if windows else " && "
    return "".join(f"    {between.join(commands)}\n" for commands in lines)


def _adapted(text: str, name: str, app_id: str) -> str:
    text = re.sub(rf"\b{_NAME}\b", name, text)
    if app_id != _APP_ID:
        text = text.replace("  # of your game on Steam; 480 is Valve's example", "")
        text = re.sub(rf"\b{_APP_ID}\b", app_id, text)
    return text
