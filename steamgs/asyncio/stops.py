"""Tasks that wait until their server is asked to stop, by whichever thread or signal."""

from __future__ import annotations

import asyncio

from steamgs.errors import NotRunningError
from steamgs.stopping import StopReason

__all__ = ["StopWaiters"]


class StopWaiters:
    """Those who wait; all of them in one loop."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[asyncio.Future[StopReason]] = set()

    async def wait(self) -> StopReason:
        """Wait for :meth:`tell`."""
        future: asyncio.Future[StopReason] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            return await future
        finally:
            self._waiting.discard(future)

    def tell(self, reason: StopReason | None) -> None:
        """Give the reason to all; None if the server has closed. From any thread."""
        if self.loop is None or self.loop.is_closed():
            return
        try:
            self.loop.call_soon_threadsafe(self._tell_here, reason)
        except RuntimeError:
            if not self.loop.is_closed():  # which may happen between the look and the call
                raise

    def abandon(self) -> None:
        """In a forked child: those who wait are the parent's."""
        self.loop = None
        self._waiting.clear()

    def _tell_here(self, reason: StopReason | None) -> None:
        for future in self._waiting:
            if not future.done():
                if reason is None:
                    future.set_exception(NotRunningError("the game server was closed"))
                else:
                    future.set_result(reason)
