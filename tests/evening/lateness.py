"""How late steps begin, where they have a time to begin at."""

from __future__ import annotations

import asyncio
import time

__all__ = ["Lateness"]

_PERCENTILES = (50.0, 90.0, 99.0, 99.9)


class Lateness:
    """Waits for the time of each step, and notes by how much it was missed."""

    def __init__(self) -> None:
        self.due: float | None = None
        self.late: list[float] = []
        self.work: list[float] = []
        self.delivery: list[float] = []
        """From when Steam has said something until a handler was called."""

    async def until(self, interval: float) -> None:
        """Sleep until the next step is due."""
        now = time.monotonic
        if self.due is None:
            self.due = now()
        else:
            self.work.append(now() - (self.due + self.late[-1]))
        self.due += interval
        await asyncio.sleep(max(0.0, self.due - now()))
        self.late.append(now() - self.due)

    def milliseconds(self) -> dict[str, dict[str, float]]:
        return {
            "lateness_ms": percentiles(self.late),
            "work_ms": percentiles(self.work),
            "delivery_ms": percentiles(self.delivery),
        }


def percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    if not ordered:
        return {}
    found = {
        f"{percent:g}": ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
        for percent in _PERCENTILES
    }
    return {name: round(value * 1000, 3) for name, value in (found | {"max": ordered[-1]}).items()}
