"""A short form of the stress; the long form is ``make stress``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fronts import library_of
from stress import CASES

if sys.platform != "win32":

    @pytest.mark.parametrize("case", CASES)
    def test_a_server_s_life_under_stress(
        front: str, case: str, request: pytest.FixtureRequest
    ) -> None:
        if "listener" in case:
            request.getfixturevalue("compiler")
        here = Path(__file__).parent
        options = ["--seconds", "0.5", "--library", library_of(front)]
        done = subprocess.run(
            [sys.executable, "-P", "-X", "faulthandler", here / "stress.py", case, *options],
            env={**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{here / 'support'}"},
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert f"{case}: " in done.stdout
