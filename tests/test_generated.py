"""What is made from the callback table is up to date."""

from __future__ import annotations

import subprocess
import sys

from conftest import ROOT


def test_committed_parts_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "codegen" / "generate.py"), "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
