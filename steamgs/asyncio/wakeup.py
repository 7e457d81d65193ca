"""How the pump wakes an event loop.

By a descriptor that the loop watches, where it can: the pump makes it readable without the GIL, so
it waits for nobody. Elsewhere, as with Windows' Proactor loop, by a call from the pump's notifier.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import Context

from steamgs._core import WakeUp

__all__ = ["LoopWaker"]


class LoopWaker:
    """Has a loop call ``deliver()`` when there are events, from :meth:`attach` to :meth:`detach`.

    To be made in the loop's thread.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, deliver: Callable[[], None]) -> None:
        self._loop = loop
        self._thread = threading.get_ident()
        self._deliver: Callable[[], None] | None = deliver
        self._wake_up: WakeUp | None = None

    def attach(self) -> WakeUp | None:
        """What the pump is to signal; None where it is to call :meth:`wake` instead.

        :raises OSError: the process may have no more descriptors.
        """
        try:
            self._wake_up = WakeUp()
            self._loop.add_reader(self._wake_up.fileno(), self._on_readable)
        except NotImplementedError:
            self._close_wake_up()
        return self._wake_up

    def wake(self) -> None:
        """Have the loop call ``deliver()`` soon; from any thread."""
        self._call_in_loop(self._deliver_now)

    def detach(self) -> None:
        """Release everything, when the pump has stopped. From any thread; harmless if repeated."""
        self._deliver = None
        if self._wake_up is None:
            return
        if self._loop.is_closed():
            self._close_wake_up()  # the loop has forgotten its readers
        elif self._thread == threading.get_ident():
            self._unwatch()
        else:
            # Other threads may not touch what the loop watches. Should it never run again, the
            # descriptor is closed when the loop is.
            self._call_in_loop(self._unwatch)

    def abandon(self) -> None:
        """In a forked child: the loop, and what it watches, are the parent's."""
        self._deliver = None
        self._close_wake_up()

    def _call_in_loop(self, function: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError:
            # The loop was closed under the server: events wait, and are counted when it closes.
            if not self._loop.is_closed():
                raise

    def _on_readable(self) -> None:
        if (wake_up := self._wake_up) is not None:
            wake_up.clear()
        # A loop calls its readers in one context, for ever: no handler is to see another's values.
        Context().run(self._deliver_now)

    def _deliver_now(self) -> None:
        if (deliver := self._deliver) is not None:
            deliver()

    def _unwatch(self) -> None:
        if self._wake_up is not None:
            self._loop.remove_reader(self._wake_up.fileno())
            self._close_wake_up()

    def _close_wake_up(self) -> None:
        if self._wake_up is not None:
            self._wake_up.close()
            self._wake_up = None
