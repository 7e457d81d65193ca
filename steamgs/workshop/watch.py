"""Items that are kept current, in a task of asyncio or in a thread."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Generator
from typing import Any

from steamgs._core import Call
from steamgs.errors import CallFailedError, NotRunningError, WorkshopError
from steamgs.waiting import wait_for
from steamgs.workshop.collection import Installation
from steamgs.workshop.content import InstalledItem
from steamgs.workshop.steps import Steps

__all__ = ["Pause", "Watch"]

# How often a thread that pauses looks whether the server has been closed.
_LOOK_SECONDS = 0.25


class Pause:
    """So many seconds without work. A thread delivers events meanwhile, if no other one does."""

    def __init__(self, seconds: float, unanswered: Call[Any], goes_on: Callable[[], bool]) -> None:
        self._seconds = seconds
        self._unanswered = unanswered
        self._goes_on = goes_on

    def result(self, timeout: float | None = None) -> None:
        """Let them pass.

        :raises NotRunningError: the server has been closed, or is to stop.
        """
        end = time.monotonic() + min(self._seconds, math.inf if timeout is None else timeout)
        while (left := end - time.monotonic()) > 0:
            wait_for(self._unanswered, min(left, _LOOK_SECONDS))
            if not self._goes_on():
                raise NotRunningError("the game server stops")

    def __await__(self) -> Generator[object, None, None]:
        """Let them pass in a task."""
        return asyncio.sleep(self._seconds).__await__()


class Watch:
    """Installs items again and again, and tells when that was worth telling."""

    def __init__(
        self, install: Callable[[], Steps[Installation]], pause: Callable[[], Pause]
    ) -> None:
        self._install = install
        self._pause = pause
        self._first = True
        self._known: dict[int, InstalledItem] = {}
        self._failed: set[int] = set()

    def next_change(self) -> Steps[Installation]:
        """The first installation, or the next in which something has changed, or others fail."""
        while True:
            first = self._first
            if not first:
                yield self._pause()
            try:
                done = yield from self._install()
            except (CallFailedError, TimeoutError, WorkshopError):
                if first:
                    raise
                continue
            self._first = False
            if not first:
                done = self._since_the_last(done)
            self._known |= done.items
            before, self._failed = self._failed, set(done.failed)
            if first or done.changed or self._failed != before:
                return done

    def _since_the_last(self, done: Installation) -> Installation:
        """With what was installed in between: by a round that failed, or by somebody else."""
        changed = {one for one, item in done.items.items() if item != self._known.get(one)}
        return Installation(done.items, done.changed | changed, done.failed)
