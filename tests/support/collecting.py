"""Collections that change something in the middle of what a program does."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def at_each_collection(change: Callable[[], object], times: int) -> Iterator[None]:
    """Let ``change`` run in the next so many collections, which come with each allocation."""
    left = iter(range(times))

    def collected(phase: str, _: object) -> None:
        if phase == "start" and next(left, None) is not None:
            change()

    thresholds = gc.get_threshold()
    gc.callbacks.append(collected)
    gc.set_threshold(1)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.callbacks.remove(collected)


@contextmanager
def at_allocation(number: int, change: Callable[[], object]) -> Iterator[Callable[[], bool]]:
    """Let ``change`` run in a collection that starts with about the allocation of that number.

    Gives whether there were so many.
    """
    left = number // 4 + 1 if number else 0

    def collected(phase: str, _: object) -> None:
        nonlocal left
        left -= phase == "start"
        if phase == "start" and left == 0:
            change()

    def happened() -> bool:
        return left <= 0

    thresholds = gc.get_threshold()
    gc.set_threshold(10**6)
    # Lists and the like that were let go are used again, which is no allocation: take them all.
    kept: list[object] = [tuple(bytes(size)) for size in (1, 2, 3, 4) for _ in range(2000)]
    for _ in range(90):
        kept.append([])
        kept.append({})
    gc.callbacks.append(collected)
    # Collections start with every second allocation, but for what is let go: try all beginnings.
    if number % 4 < 2:
        gc.collect(0)
    gc.set_threshold(1, 10**6, 10**6)
    try:
        if number % 2 == 0:
            kept.append([])
        yield happened
    finally:
        gc.set_threshold(*thresholds)
        gc.callbacks.remove(collected)
        del kept
