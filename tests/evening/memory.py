"""Whether memory is flat."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import NamedTuple

__all__ = ["Hour", "Memory"]

MOST_GROWTH = 1.05
"""The last hour's peak over the second hour's. In the first one, the players are still coming."""


def resident_kib() -> int:
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024


class Hour(NamedTuple):
    """The most that was in use in an hour of simulated time."""

    resident_kib: int
    blocks: int
    """Objects that Python's allocator has given out."""


class Memory:
    """Peaks by the hour."""

    def __init__(self) -> None:
        self.hours: list[Hour] = []

    def look(self, hour: int) -> bool:
        """Look now; returns whether an hour begins."""
        gc.collect()  # garbage that waits for a collection is no growth
        begins = hour == len(self.hours)
        if begins:
            self.hours.append(Hour(0, 0))
        before = self.hours[-1]
        self.hours[-1] = Hour(
            max(before.resident_kib, resident_kib()),
            max(before.blocks, sys.getallocatedblocks()),
        )
        return begins

    def growth(self) -> dict[str, float]:
        """What has grown, by how much; empty if the evening was too short to tell."""
        if len(self.hours) < 3:
            return {}
        second, last = self.hours[1], self.hours[-1]
        return {
            "resident": last.resident_kib / second.resident_kib,
            "blocks": last.blocks / second.blocks,
        }

    def check(self) -> None:
        for what, growth in self.growth().items():
            assert growth <= MOST_GROWTH, f"memory ({what}) has grown: {self.hours}"
