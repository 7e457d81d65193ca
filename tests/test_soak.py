"""A short form of the soak: some simulated hours. The long form is ``make soak``."""

from __future__ import annotations

import os
import sys

from fronts import library_of
from soak import Soak

if sys.platform == "linux":

    def test_hours_of_mixed_load(front: str) -> None:
        result = Soak(library_of(front), players=300, seed=3).run(hours=24)
        assert result["counts"]["joined"] > 1000
        assert result["counts"]["thrown out"] > 0
        assert result["counts"]["kicked"] > 0
        assert result["counts"]["queries answered"] > 1000
        assert result["open_files_growth"] == 0
        # The allocator's own breath; a leak of one event or session each would be far beyond it. A
        # sanitizer keeps freed memory back on purpose.
        if "san.so" not in os.environ.get("LD_PRELOAD", ""):
            assert result["resident_growth_kib"] < 4096
