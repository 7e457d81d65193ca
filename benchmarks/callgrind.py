"""Counts instructions with valgrind's callgrind, which gives the same number in every run."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

from benchmarks.servers import NOT_AVAILABLE


def instructions(command: list[str], folder: Path) -> int:
    """The instructions of a program from its beginning to its end."""
    said = _run(command, folder, Path("/dev/null")).stderr
    found = re.search(r"Collected : (\d+)", said)
    assert found is not None, said
    return int(found[1])


def instructions_of_regions(command: list[str], folder: Path) -> list[int] | None:
    """The instructions of each region that a program marks with ``Bare.counted``.

    None if something that they need is not available.
    """
    with tempfile.TemporaryDirectory(dir=folder) as written:
        said = _run(command, folder, Path(written) / "counts").stdout
        if said.endswith(f"{NOT_AVAILABLE}\n"):
            return None
        # What comes after the last region is in the file without a number.
        files = sorted(Path(written).glob("counts.*"), key=lambda file: int(file.suffix[1:]))
        return [_summary(file) for file in files]


def _summary(file: Path) -> int:
    found = re.search(r"^summary: (\d+)$", file.read_text(), re.MULTILINE)
    assert found is not None, file
    return int(found[1])


def _run(command: list[str], folder: Path, output: Path) -> subprocess.CompletedProcess[str]:
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}"]
    result = subprocess.run(
        [*valgrind, *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{result.stderr}")
    return result
