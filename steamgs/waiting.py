"""Waiting for one call after another, or for a moment at a time."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from steamgs._core import Call, checked_timeout

__all__ = ["Deadline", "wait_for"]


def wait_for(call: Call[Any], seconds: float) -> None:
    """Wait so long, or until the call has ended. Events may be delivered meanwhile.

    :raises RuntimeError: waiting would block for ever, as for :meth:`steamgs.Call.result`.
    :raises ExceptionGroup: handlers raised exceptions during the wait.
    """
    with suppress(TimeoutError):
        call.exception(seconds)


class Deadline:
    """When several waits have to end together."""

    def __init__(self, timeout: float | None) -> None:
        """Begin to count.

        :param timeout: seconds from now; None for no limit.
        :raises TypeError: it is no number.
        :raises ValueError: it is not a number.
        """
        self._limited = timeout is not None
        self._end = time.monotonic() + checked_timeout(timeout)

    def left(self) -> float | None:
        """How many seconds are left, at least 0; None for no limit."""
        return max(0.0, self._end - time.monotonic()) if self._limited else None

    def moment(self, seconds: float) -> float:
        """So many seconds, or what is left if that is less."""
        return min(seconds, max(0.0, self._end - time.monotonic()))
