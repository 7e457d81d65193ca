"""``server.workshop``."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from steamgs import _core
from steamgs.errors import CallFailedError, WorkshopError
from steamgs.later_enums import ItemState
from steamgs.workshop.collection import Installation, install
from steamgs.workshop.content import DownloadProgress, InstalledItem, inside
from steamgs.workshop.download import Download
from steamgs.workshop.query import Details, Query

__all__ = ["Workshop"]

_REFUSED = "Steam refused it: call init() first, and log on"


class Workshop(_core.WorkshopCore):
    """``server.workshop``: what the server downloads from Steam's workshop, and where it is.

    Call :meth:`init` in each run of the server, and log on. The object exists as long as the server
    object, and its methods work while the server is running. A steamclient without ISteamUGC makes
    them raise an UnsupportedError.
    """

    def __init__(self, server: _core.GameServerCore) -> None:
        super().__init__(server)
        self._folder: Path | None = None

    @property
    def folder(self) -> Path | None:
        """The folder that :meth:`init` was last given; None before."""
        return self._folder

    def init(self, folder: str | os.PathLike[str], *, depot_id: int | None = None) -> None:
        """Have items downloaded into a folder of this server's own.

        What an earlier run has downloaded there is found again. Steamworks:
        ``BInitWorkshopForGameServer``.

        :param folder: a directory, which has to be there.
        :param depot_id: the depot of the game's workshop; its app id, as usual, if None.
        :raises WorkshopError: Steam refused.
        :raises ValueError: there is no such directory.
        :raises NotRunningError: the server is not running.
        """
        try:
            path = os.fspath(folder)
        except TypeError:
            path = folder  # type: ignore[assignment]
        if not isinstance(path, str):
            raise TypeError(
                f"folder must be a str or an os.PathLike of it, not {type(folder).__name__}"
            )
        if "\0" in path or not os.path.isdir(path):
            raise ValueError(f"folder must be a directory, not {path!r}")
        real = os.path.realpath(path)
        if not self._init(self._app_id if depot_id is None else depot_id, real):
            raise WorkshopError("init", None)
        self._folder = Path(real)

    def download(
        self, item_id: int, *, high_priority: bool = False, timeout: float | None = None
    ) -> Download:
        """Download an item, or its newest version: await it, or use its ``result()``.

        If it is installed and current, it ends at once. Steamworks: ``DownloadItem``.

        :param item_id: the number at the end of its page's address, 1 to 2**64-1.
        :param high_priority: before all others, even the one that is on its way.
        :param timeout: seconds after which it fails with a TimeoutError; None for no limit.
        :raises WorkshopError: Steam refused, as :meth:`init` was not called, or the server is not
            logged on.
        :raises NotRunningError: the server is not running.
        """
        call = self._download(item_id, high_priority, timeout)
        if call is None:
            raise WorkshopError("download", item_id, why=_REFUSED)
        return Download(item_id, call, self.download_info, self.install_info)

    def state(self, item_id: int) -> ItemState:
        """What this server has of an item. Steamworks: ``GetItemState``.

        :raises NotRunningError: the server is not running.
        """
        return ItemState(self._state(item_id))

    def install_info(self, item_id: int) -> InstalledItem | None:
        """Where an item is; None if it is not installed. Steamworks: ``GetItemInstallInfo``.

        :raises WorkshopError: Steam names a place outside the folder of :meth:`init`.
        :raises NotRunningError: the server is not running.
        """
        told = self._install_info(item_id)
        if told is None:
            return None
        folder, size, updated = told
        return InstalledItem(item_id, inside(self._folder, item_id, folder), size, updated)

    def download_info(self, item_id: int) -> DownloadProgress | None:
        """How much of an item has come; None if it is neither being downloaded nor waits for it.

        Steamworks: ``GetItemDownloadInfo``.

        :raises NotRunningError: the server is not running.
        """
        told = self._download_info(item_id)
        return None if told is None else DownloadProgress(*told)

    def suspend_downloads(self, suspended: bool = True) -> None:
        """Hold all downloads up, as during a match, or let them go on: ``SuspendDownloads``.

        :raises NotRunningError: the server is not running.
        """
        self._suspend_downloads(suspended)

    def mark_unused(self, item_id: int) -> None:
        """Let Steam remove an item from disk. Steamworks: ``MarkDownloadedItemAsUnused``.

        :raises WorkshopError: Steam refused; the item may not be installed.
        :raises UnsupportedError: steamclient or libsteam_api is older than SDK 1.65.
        :raises NotRunningError: the server is not running.
        """
        if not self._mark_unused(item_id):
            raise WorkshopError("mark_unused", item_id)

    # What Steam says about items, whether they are here or not.

    def query(
        self,
        item_ids: Iterable[int],
        *,
        children: bool = True,
        key_values: bool = True,
        long_description: bool = False,
        metadata: bool = False,
        previews: bool = False,
        playtime_days: int | None = None,
        language: str | None = None,
        max_age: int | None = None,
    ) -> Query:
        """Make a query for the details of items: ``with workshop.query(ids) as query:``.

        :meth:`details` does all of it in one call. Steamworks: ``CreateQueryUGCDetailsRequest``.

        :param item_ids: items or collections, 1 to 1000.
        :param children: whether to ask what they need, or what a collection has.
        :param key_values: whether to ask for tags with values.
        :param long_description: whether to ask for the whole description.
        :param metadata: whether to ask for what the game keeps with them.
        :param previews: whether to ask for more than the first picture.
        :param playtime_days: over how many days statistics of a period go; None for none.
        :param language: of titles and descriptions, as Steam calls it; None for English.
        :param max_age: seconds that an answer may be old, from the cache; None for a new one.
        :raises WorkshopError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        options: dict[str, bool | int | str | None] = {
            "children": children,
            "key_values": key_values,
            "long_description": long_description,
            "metadata": metadata,
            "previews": previews,
            "playtime_days": playtime_days,
            "language": language,
            "max_age": max_age,
        }
        ids = _item_ids(item_ids)
        if not 1 <= len(ids) <= _MOST_QUERIED:
            raise ValueError(f"item_ids must be 1 to {_MOST_QUERIED} items, not {len(ids)}")
        return Query(
            self, ids, {name: value for name, value in options.items() if value is not None}
        )

    def details(
        self,
        item_ids: Iterable[int],
        *,
        long_description: bool = False,
        metadata: bool = False,
        language: str | None = None,
        timeout: float | None = None,
    ) -> Details:
        """Ask for the details of any number of items: await it, or use its ``result()``.

        The list of ItemDetails has the order of the items; what Steam does not know has another
        ``result`` than OK.

        :param item_ids: items or collections; no item at all is fine.
        :param long_description: as of :meth:`query`, like the next two.
        :param timeout: seconds after which it fails with a TimeoutError; None for no limit.
        :raises WorkshopError: Steam refused.
        :raises CallFailedError: Steam refused the call.
        :raises NotRunningError: the server is not running.
        """

        def ask(ids: Sequence[int]) -> Query:
            return self.query(
                ids, long_description=long_description, metadata=metadata, language=language
            )

        return Details(ask, _item_ids(item_ids), timeout)

    # Whole collections, with asyncio.

    async def install(self, *item_ids: int) -> Installation:
        """Install items, what they need, and what collections have; update what is not current.

        Only with :class:`steamgs.asyncio.GameServer`. Items that fail don't stop the others.

        :raises WorkshopError: Steam refused, or can't tell what they are.
        :raises NotRunningError: the server is not running.
        """
        return await install(_item_ids(item_ids), self.details, self.state, self.download)

    async def keep_current(
        self,
        *item_ids: int,
        on_change: Callable[[Installation], object],
        interval: float = 300.0,
    ) -> NoReturn:
        """:meth:`install` now and every few minutes, until the task is cancelled.

        :param on_change: called, and awaited if it is a coroutine function, the first time and
            whenever something was installed, updated, or has failed. Load the items in it.
        :param interval: seconds from the end of one to the beginning of the next, 1 or more.
        :raises WorkshopError: the first time only, as the next one; later it is tried again.
        :raises CallFailedError: Steam's answer was lost.
        :raises NotRunningError: the server is not running, or was closed meanwhile.
        """
        if not interval >= 1.0:
            raise ValueError(f"interval must be at least 1 second, not {interval}")
        first = True
        while True:
            try:
                done = await self.install(*item_ids)
            except (CallFailedError, WorkshopError):
                if first:
                    raise
            else:
                if first or done.changed or done.failed:
                    result = on_change(done)
                    if inspect.isawaitable(result):
                        await result
                first = False
            await asyncio.sleep(interval)


# As many as Steam takes at once.
_MOST_QUERIED = 1000


def _item_ids(item_ids: Iterable[int]) -> list[int]:
    if isinstance(item_ids, (str, bytes)) or not isinstance(item_ids, Iterable):
        raise TypeError(f"item_ids must be an iterable of ints, not {type(item_ids).__name__}")
    return list(item_ids)
