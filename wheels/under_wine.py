"""Runs programs for Windows in a Windows of their own, which wine makes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path, PureWindowsPath


def has_wine() -> bool:
    return shutil.which("wine") is not None


def environment(prefix: Path, **variables: str) -> dict[str, str]:
    """For programs that run in the Windows below ``prefix``, which the first of them makes."""
    return {**os.environ, "WINEPREFIX": str(prefix), "WINEDEBUG": "-all", **variables}


def windows_path(path: Path) -> str:
    """A file's path in a Windows that has this machine's root as its drive Z."""
    return str(PureWindowsPath("Z:", path))


def end(prefix: Path) -> None:
    """End this Windows, whose services would keep its folder in use for a while."""
    subprocess.run(["wineserver", "-k"], env=environment(prefix), check=False)
