"""Python programs in processes of their own, without what this one's environment says of Steam."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from steamgs import search

_OURS = (
    "STEAMGS_LIBRARY",
    "STEAMGS_SIMULATOR",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "PYTHONSAFEPATH",
    "PYTHONUNBUFFERED",
)


def clean_environment(home: Path, **environment: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in _OURS}
    return {**inherited, "HOME": str(home), **environment}


def loader_finds(folder: Path) -> dict[str, str]:
    """The variable by which the system's loader finds the libraries in a folder."""
    name = search.loader_path_variable()
    others = [os.environ[name]] if sys.platform == "win32" else []  # where programs need it too
    return {name: os.pathsep.join([str(folder), *others])}


def run_python(
    *arguments: str, cwd: Path, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``python`` with these arguments in a folder that is its home too."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=clean_environment(cwd, **environment),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
