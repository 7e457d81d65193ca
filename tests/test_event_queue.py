"""The queue of events by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import ROOT

if sys.platform == "linux":

    def test_a_record_that_is_read_while_all_is_discarded(compiler: str, tmp_path: Path) -> None:
        """Whoever reads it may close the server, which discards everything."""
        program = tmp_path / "event_queue"
        sources = [ROOT / "tests/native/event_queue.cpp", ROOT / "src/common/event_queue.cpp"]
        flags = ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", f"-I{ROOT}/src"]
        subprocess.run(
            [compiler, *flags, *map(str, sources), "-Wl,--wrap=free", "-o", str(program)],
            check=True,
            timeout=120,
        )
        subprocess.run([str(program)], check=True, timeout=60)
