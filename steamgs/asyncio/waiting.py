"""Waiting for events in asyncio tasks: what ``Signal.wait`` and ``async for`` stand on.

Works with any server whose events are delivered while a loop runs; if that happens in another
thread than the loop's, events are handed over.
"""

from __future__ import annotations

import asyncio
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


def _into_loop(function: Callable[..., None]) -> Callable[..., None]:
    """``function``, to be called from any thread and run in this one's loop."""
    loop, home = asyncio.get_running_loop(), threading.get_ident()

    def call(*arguments: Any) -> None:
        if threading.get_ident() == home:
            function(*arguments)
        else:
            loop.call_soon_threadsafe(function, *arguments)

    return call


@contextmanager
def _listening(
    signals: _Signals, handler: Callable[[Any], None], on_close: Callable[[], None]
) -> Iterator[None]:
    server = signals[0].server
    server._on_close(on_close)
    for signal in signals:
        signal.connect(handler)
    try:
        yield
    finally:
        for signal in signals:
            signal.disconnect(handler)
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
    """Events as they come, for ``async for``; ends when the server closes.

    Collects from the moment it is made until it is closed or let go.
    """

    def __init__(self, signals: _Signals) -> None:
        self._events: deque[_E] = deque()
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

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _E:
        while not self._events:
            if not self._open:
                raise StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._events.popleft()

    async def aclose(self) -> None:
        """Collect no more; what was collected can still be read."""
        self._finalizer()
        self._end()

    def _put(self, event: _E) -> None:
        self._events.append(event)
        self._notify()

    def _end(self) -> None:
        self._open = False
        self._notify()

    def _notify(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _call(this: weakref.ref[Any], method: Callable[..., None], *arguments: Any) -> None:
    stream = this()
    if stream is not None:
        method(stream, *arguments)
