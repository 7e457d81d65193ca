"""What a server has of workshop items."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from steamgs.errors import WorkshopError

__all__ = ["DownloadProgress", "InstalledItem", "inside"]


class DownloadProgress(NamedTuple):
    """How much of an item has come."""

    done: int
    """Bytes that have come."""
    total: int
    """Bytes that it has; 0 as long as Steam does not know it."""

    @property
    def fraction(self) -> float:
        """How much that is, from 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


class InstalledItem(NamedTuple):
    """An item that is installed, though perhaps not in its newest version."""

    item_id: int
    folder: Path
    """Where its files are; the file itself if ``legacy``."""
    size: int
    """Bytes on disk."""
    updated: int
    """When its author has last updated it, in seconds since 1970-01-01 UTC."""
    legacy: bool
    """Whether it was made with ISteamRemoteStorage: then it is one file, and not in a folder."""


def inside(folder: Path | None, item_id: int, told: str) -> Path:
    """Where Steam says that an item is, if that is in the server's own folder.

    :raises WorkshopError: it is outside.
    """
    path = Path(os.path.realpath(told))
    if folder is not None and not path.is_relative_to(folder):
        why = f"Steam says that it is in {told!r}, which is not in {str(folder)!r}"
        raise WorkshopError("install_info", item_id, why=why)
    return path
