"""A small fleet for a short time; ``make fleet`` is a large one for long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

if sys.platform != "win32":  # which has no SIGTERM between processes

    def test_the_books_of_a_fleet_agree(tmp_path: Path) -> None:
        program = Path(__file__).with_name("fleet_run.py")
        done = subprocess.run(
            [sys.executable, "-P", str(program), "--servers", "3", "--minutes", "0.1"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr
        assert " players at the end" in done.stdout
        assert done.stderr == ""
