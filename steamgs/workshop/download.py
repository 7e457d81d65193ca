"""An item on its way from Steam's workshop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial

from steamgs._core import Call, DownloadItemResult, check_callback
from steamgs.converted_call import ConvertedCall
from steamgs.enums import Result
from steamgs.errors import DownloadError
from steamgs.waiting import Deadline, wait_for
from steamgs.workshop.content import DownloadProgress, InstalledItem

__all__ = ["Download"]

# How often progress is looked at: Steam does not tell of it by itself.
_LOOK_SECONDS = 0.25


class Download(ConvertedCall[InstalledItem]):
    """A download that Steam has begun or will begin: await it, or use :meth:`result`.

    Any number of tasks and threads may wait for it. You may ignore it; then the signals
    ``item_installed`` and ``download_item_result`` tell how it has ended. ``async for progress in
    download`` shows how it goes on, and ends with it.

    :ivar item_id: which item.
    """

    def __init__(
        self,
        item_id: int,
        call: Call[DownloadItemResult],
        look: Callable[[int], DownloadProgress | None],
        find: Callable[[int], InstalledItem | None],
    ) -> None:
        super().__init__(call, partial(_installed, item_id, find))
        self.item_id = item_id
        self._look = look
        self._last = DownloadProgress(0, 0)

    @property
    def progress(self) -> DownloadProgress:
        """How much has come. When the download has ended, this stays as it was last seen."""
        if not self._call.done():
            self._last = self._look(self.item_id) or self._last
        return self._last

    def result(
        self,
        timeout: float | None = None,
        *,
        on_progress: Callable[[DownloadProgress], object] | None = None,
    ) -> InstalledItem:
        """Wait for the end, and return what is installed. Events may be delivered meanwhile.

        It waits as :meth:`steamgs.Call.result` does, and raises the same errors.

        :param timeout: seconds; None waits without limit.
        :param on_progress: called four times a second while it lasts.
        :raises DownloadError: it has failed; ``result`` says why.
        :raises TimeoutError: it has not ended in time. It goes on.
        :raises TypeError: ``on_progress`` is not callable, or a coroutine function.
        """
        deadline = Deadline(timeout)
        if on_progress is not None:
            check_callback("on_progress", on_progress)
            while not self._call.done() and (moment := deadline.moment(_LOOK_SECONDS)):
                wait_for(self._call, moment)
                on_progress(self.progress)
        return super().result(deadline.left())

    async def __aiter__(self) -> AsyncIterator[DownloadProgress]:
        """Its progress four times a second, and last that of the end; then what it raises."""
        while not self._call.done():
            yield self.progress
            try:
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._call
            except TimeoutError:
                pass
        installed = await self
        self._last = DownloadProgress(installed.size, installed.size)
        yield self._last

    def __repr__(self) -> str:
        if self._call.done():
            return f"<Download of item {self.item_id}, ended>"
        return f"<Download of item {self.item_id}, {self.progress.fraction:.0%}>"


def _installed(
    item_id: int, find: Callable[[int], InstalledItem | None], answer: DownloadItemResult
) -> InstalledItem:
    if answer.result is not Result.OK:
        raise DownloadError("download", item_id, answer.result)
    installed = find(item_id)
    if installed is None:
        raise DownloadError("download", item_id, why="Steam has not installed it")
    return installed
