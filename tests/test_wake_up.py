"""The descriptor that wakes event loops: an eventfd, and the pipe of systems that have none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

if sys.platform != "win32":

    @pytest.mark.parametrize("options", [[], ["-U__linux__"]], ids=["eventfd", "pipe"])
    def test_what_a_loop_sees(compiler: str, options: list[str], tmp_path: Path) -> None:
        program = tmp_path / "wake_up"
        sources = [ROOT / "tests/native/wake_up.cpp", ROOT / "src/core/wake_up_posix.cpp"]
        flags = ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", *options, f"-I{ROOT}/src"]
        subprocess.run(
            [compiler, *flags, *map(str, sources), "-o", str(program)], check=True, timeout=120
        )
        subprocess.run([str(program)], check=True, timeout=60)
