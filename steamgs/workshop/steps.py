"""Work that waits for Steam again and again, in a task of asyncio or in a thread."""

from __future__ import annotations

from collections.abc import Awaitable, Generator
from typing import Any, Protocol, TypeVar

from steamgs.waiting import Deadline

__all__ = ["Steps", "done_in_task", "done_in_thread"]

_Result = TypeVar("_Result")


class Waitable(Awaitable[Any], Protocol):
    """What is awaited in a task, and has a ``result()`` for threads."""

    def result(self, timeout: float | None = None) -> Any: ...


# Yields what it waits for, and is sent what comes of it.
Steps = Generator[Waitable, Any, _Result]


async def done_in_task(steps: Steps[_Result]) -> _Result:
    """Go through the steps, and await what they wait for."""
    try:
        waitable = next(steps)
        while True:
            try:
                answer = await waitable
            except Exception as error:
                waitable = steps.throw(error)
            else:
                waitable = steps.send(answer)
    except StopIteration as end:
        result: _Result = end.value
        return result


def done_in_thread(steps: Steps[_Result], timeout: float | None) -> _Result:
    """The same, within so many seconds; None for no limit."""
    deadline = Deadline(timeout)
    try:
        waitable = next(steps)
        while True:
            try:
                answer = waitable.result(deadline.left())
            except Exception as error:
                waitable = steps.throw(error)
            else:
                waitable = steps.send(answer)
    except StopIteration as end:
        result: _Result = end.value
        return result
