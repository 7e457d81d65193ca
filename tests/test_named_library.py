"""``STEAMGS_LIBRARY=PATH pytest`` tests under that library, whichever file a test gets it from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import ROOT
from fronts import FRONTS, valve_library

if "valve" in FRONTS:

    def test_every_test_means_the_same_library(tmp_path: Path) -> None:
        """Fixtures load it by pytest's import of conftest, and tests by their own."""
        copy = shutil.copy(valve_library(), tmp_path / "libsteam_api.so")
        command = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, str(ROOT / "tests" / "test_not_simulated.py")],
            cwd=tmp_path,
            env={**os.environ, "STEAMGS_LIBRARY": os.path.relpath(copy, tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
