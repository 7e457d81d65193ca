"""Calls whose answers are made into something else when they are read."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Generic, Self, TypeVar

from steamgs._core import Call, check_callback

__all__ = ["ConvertedCall"]

_Result = TypeVar("_Result")


class ConvertedCall(Generic[_Result]):
    """A :class:`steamgs.Call` whose result is made of Steam's answer: await it, or use `result`.

    Any number of tasks and threads may wait for it. You may ignore it.
    """

    def __init__(self, call: Call[Any], convert: Callable[[Any], _Result]) -> None:
        self._call = call
        self._convert = convert

    def done(self) -> bool:
        """Whether it has ended, with or without success."""
        return self._call.done()

    def cancelled(self) -> bool:
        """Whether :meth:`cancel` has ended it."""
        return self._call.cancelled()

    def cancel(self) -> bool:
        """Stop waiting for it; whoever waits gets a CallCancelledError. Steam goes on with it.

        :returns: False if it had ended before.
        """
        return self._call.cancel()

    def add_done_callback(self, function: Callable[[Self], object], /) -> None:
        """Call ``function(self)`` once, when it ends.

        See :meth:`steamgs.Call.add_done_callback`.

        :raises TypeError: ``function`` is not callable, or a coroutine function.
        """
        check_callback("function", function)
        self._call.add_done_callback(lambda _: function(self))

    def result(self, timeout: float | None = None) -> _Result:
        """Wait for the end, and return the result. Events may be delivered meanwhile.

        It waits as :meth:`steamgs.Call.result` does, and raises the same errors.

        :param timeout: seconds; None waits without limit.
        :raises TimeoutError: it has not ended in time. It goes on.
        """
        return self._convert(self._call.result(timeout))

    def exception(self, timeout: float | None = None) -> Exception | None:
        """Wait for the end, and return what :meth:`result` would raise; None if there is a result.

        :param timeout: seconds; None waits without limit.
        :raises TimeoutError: it has not ended in time. It goes on.
        """
        error = self._call.exception(timeout)
        if error is not None:
            return error
        try:
            self._convert(self._call.result(0))
        except Exception as raised:
            return raised
        return None

    def __await__(self) -> Generator[object, None, _Result]:
        """Wait for the end in an asyncio task: see :meth:`result` for what it raises."""
        answer = yield from self._call.__await__()
        return self._convert(answer)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._call!r}>"
