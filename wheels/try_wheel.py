"""Installs a wheel without a compiler, and tests it: import, demo, tests, on both fronts.

usage: python wheels/try_wheel.py PYTHON WHEEL
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(python: str, wheel: Path, *, tests: bool = True) -> None:
    """Raises CalledProcessError where anything fails."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        subprocess.run([python, "-m", "venv", str(home / "venv")], check=True)
        binaries = home / "venv" / "bin"
        environment = {**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}"}
        # Whoever compiles here fails: nothing may need to.
        environment |= {"CC": "false", "CXX": "false", "PYTHONDONTWRITEBYTECODE": "1"}

        def do(*command: str) -> None:
            subprocess.run(command, check=True, cwd=folder, env=environment)

        interpreter = str(binaries / "python")
        pip = (interpreter, "-m", "pip", "install", "--quiet")
        do(*pip, "--no-index", str(wheel))  # which alone is enough
        print(f"import: {import_milliseconds(interpreter, folder):.1f} ms beyond the interpreter's")
        do(interpreter, "-c", "import steamgs, steamgs.asyncio, steamgs.simulator")
        # Such as cp314t, for which nothing has Valve's library.
        free_threaded = wheel.name.split("-")[-2].endswith("t")
        extra = "test-free-threaded" if free_threaded else "test"
        if free_threaded:  # where a module that the tests use or build may not say so
            environment["PYTHON_GIL"] = "0"
        do(*pip, "--only-binary", ":all:", f"{wheel}[{extra}]")
        do("steamgs", "demo", "--seconds", "4")
        if not free_threaded:
            valve = subprocess.check_output(
                [interpreter, "-c", "import steamworks; print(steamworks.__path__[0])"], text=True
            ).strip()
            do("steamgs", "demo", "--seconds", "4", "--library", f"{valve}/libsteam_api.so")
        if tests:
            do("pytest", "-q", "-p", "no:cacheprovider", "-m", "not compiler", str(ROOT / "tests"))


def import_milliseconds(python: str, folder: str) -> float:
    """The median of what ``import steamgs`` adds to an interpreter's start."""

    def seconds(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([python, "-c", code], check=True, cwd=folder)
        return time.perf_counter() - start

    seconds("import steamgs")
    pairs = [(seconds("import steamgs"), seconds("pass")) for _ in range(21)]
    return 1000 * statistics.median(whole - bare for whole, bare in pairs)


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]).resolve())
