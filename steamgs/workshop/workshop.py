"""``server.workshop``."""

from __future__ import annotations

import os
from pathlib import Path

from steamgs import _core
from steamgs.errors import WorkshopError
from steamgs.later_enums import ItemState
from steamgs.workshop.content import DownloadProgress, InstalledItem, inside
from steamgs.workshop.download import Download

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
