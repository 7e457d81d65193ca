"""Waiting for a call a moment at a time, by whom something else may come first."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from steamgs._core import Call

__all__ = ["wait_for"]


def wait_for(call: Call[Any], seconds: float) -> None:
    """Wait so long, or until the call has ended. Events may be delivered meanwhile.

    :raises RuntimeError: waiting would block for ever, as for :meth:`steamgs.Call.result`.
    :raises ExceptionGroup: handlers raised exceptions during the wait.
    """
    with suppress(TimeoutError):
        call.exception(seconds)
