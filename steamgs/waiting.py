"""Waiting for events in asyncio tasks: what ``Signal.wait`` and ``async for`` stand on.

Works with any server whose events are delivered while a loop runs; if that happens in another
thread than the loop's, events are handed over.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from steamgs.errors import NotRunningError

if TYPE_CHECKING:
    from steamgs._core import Event, Signal

__all__ = ["EventStream", "wait"]

_E = TypeVar("_E", bound="Event")
_Signals = tuple["Signal[Any]", ...]

_log = logging.getLogger("steamgs")


def _into_loop(function: Callable[..., None]) -> Callable[..., None]:
    """``function``, to be called from any thread and run in this one's loop.

    Once the loop is closed nobody waits in it any more, and it does nothing.
    """
    loop, home = asyncio.get_running_loop(), threading.get_ident()

    def call(*arguments: Any) -> None:
        if loop.is_closed():
            return
        if threading.get_ident() == home:
            function(*arguments)
            return
        try:
            loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            if not loop.is_closed():  # which may happen between the look and the call
                raise

    return call


@contextmanager
def _listening(
    signals: _Signals, handler: Callable[[Any], None], on_close: Callable[[], None]
) -> Iterator[None]:
    server = signals[0].server
    try:
        server._on_close(on_close)
        for signal in signals:
            signal.connect(handler)
        yield
    finally:
        for signal in signals:
            signal._discard(handler)
        server._forget_on_close(on_close)


async def wait(
    signals: _Signals, predicate: Callable[[Any], object] | None, timeout: float | None
) -> Any:
    """The next event of ``signals`` that ``predicate`` accepts; see ``Signal.wait``."""
    future: asyncio.Future[Event] = asyncio.get_running_loop().create_future()

    def on_event(event: Event) -> None:
        if future.done():
            return
        try:
            wanted = predicate is None or predicate(event)
        except Exception as error:
            future.set_exception(error)
        else:
            if wanted:
                future.set_result(event)

    def on_close() -> None:
        if not future.done():
            future.set_exception(NotRunningError("the game server was closed"))

    with _listening(signals, _into_loop(on_event), _into_loop(on_close)):
        async with asyncio.timeout(timeout):
            return await future


class EventStream(Generic[_E]):
    """Events as they come, for ``async for`` in one task; ends when the server closes.

    Collects events from its creation until it is closed or garbage. ``len(stream)`` is how many
    wait to be read. When there are more than ``maxsize``, the oldest are dropped and counted, and a
    warning is logged for the first of them and whenever their number has doubled.

    :param maxsize: how many events may wait, at least 1; None for no limit.
    :raises TypeError: ``maxsize`` is neither an int nor None.
    :raises ValueError: ``maxsize`` is less than 1.
    """

    def __init__(self, signals: _Signals, maxsize: int | None) -> None:
        self._events: deque[_E] = deque()
        self._maxsize = _limit(maxsize)
        self._name = ", ".join(signal.name for signal in signals[:3])
        self._server = signals[0].server
        self._dropped = 0
        self._waiter: asyncio.Future[None] | None = None
        self._open = True
        # The signals hold their handlers strongly: those must not hold the stream, or one that a
        # loop has left by `break` would collect for ever.
        this = weakref.ref(self)
        on_event = _into_loop(lambda event: _call(this, EventStream._put, event))
        on_close = _into_loop(lambda: _call(this, EventStream._end))
        self._listening = _listening(signals, on_event, on_close)
        self._listening.__enter__()
        self._finalizer = weakref.finalize(self, self._listening.__exit__, None, None, None)
        self._finalizer.atexit = False
        self._server._add_stream(self)

    def __len__(self) -> int:
        return len(self._events)

    @property
    def maxsize(self) -> int | None:
        """How many events may wait; None if there is no limit."""
        return self._maxsize

    @property
    def dropped(self) -> int:
        """How many events went unread because more than :attr:`maxsize` waited."""
        return self._dropped

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _E:
        """The next event.

        :raises RuntimeError: another task is waiting for it. Each task needs its own stream.
        """
        while not self._events:
            if not self._open:
                raise StopAsyncIteration
            if self._waiter is not None:
                raise RuntimeError("another task is reading this stream; give each task its own")
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._events.popleft()

    async def aclose(self) -> None:
        """Stop collecting events; those already collected can still be read."""
        self._finalizer()
        self._end()

    def _put(self, event: _E) -> None:
        if self._maxsize is not None and len(self._events) >= self._maxsize:
            self._events.popleft()
            self._note_dropped()
        self._events.append(event)
        self._notify()

    def _note_dropped(self) -> None:
        self._dropped += 1
        self._server._stream_has_dropped()
        if self._dropped & (self._dropped - 1) == 0:
            _log.warning(
                "a stream of %s is full with %d events; %d of the oldest have been dropped so far",
                self._name,
                len(self._events) + 1,
                self._dropped,
            )

    def _end(self) -> None:
        self._open = False
        self._notify()

    def _abandon(self) -> None:
        """In a forked child: whoever waits does so in the parent, and nothing comes any more."""
        self._finalizer()
        self._open = False
        self._waiter = None

    def _notify(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _limit(maxsize: int | None) -> int | None:
    if maxsize is None:
        return None
    if not isinstance(maxsize, int) or isinstance(maxsize, bool):
        raise TypeError(f"maxsize must be an int or None, not {type(maxsize).__name__}")
    if maxsize < 1:
        raise ValueError(f"maxsize must be at least 1, not {maxsize}")
    return maxsize


def _call(this: weakref.ref[Any], method: Callable[..., None], *arguments: Any) -> None:
    stream = this()
    if stream is not None:
        method(stream, *arguments)
