"""Python that is busy: it keeps the GIL for as long as a block takes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["gil_kept", "spin_until"]

_LONGEST = 20.0


@contextmanager
def gil_kept() -> Iterator[None]:
    """Nobody else gets the GIL in the block, as long as nothing in it gives the GIL away."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def spin_until(condition: Callable[[], bool]) -> None:
    """Computes until the condition holds; sleeping would give the GIL away."""
    deadline = time.monotonic() + _LONGEST
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
