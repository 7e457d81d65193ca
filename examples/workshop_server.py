"""A server whose maps are a collection of Steam's workshop.

It installs the collection with all that its items need, loads the maps, and loads those again that
their authors update. Killed at any moment, it goes on where it was.

    python workshop_server.py COLLECTION FOLDER
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import steamgs
import steamgs.asyncio

APP_ID = 480
LOOK_SECONDS = 300.0
# How long one look may take, downloads included.
MOST_SECONDS = 3600.0


def content_of(item: steamgs.InstalledItem) -> bytes:
    """The item's file, unless it is a link that its author has made to something else."""
    file = item.folder if item.legacy else (item.folder / "content.bin").resolve()
    if not file.is_relative_to(item.folder):
        raise ValueError(f"its file is outside its folder: {file}")
    return file.read_bytes()


class Maps:
    """The maps that the game has in memory."""

    def __init__(self) -> None:
        self.loaded: dict[int, bytes] = {}
        self.loads = 0

    def update(self, installation: steamgs.Installation) -> None:
        """Load what is new: what others need comes first."""
        for item_id, item in installation.items.items():
            if item_id in installation.changed or item_id not in self.loaded:
                try:
                    self.loaded[item_id] = content_of(item)
                except (OSError, ValueError) as error:
                    print(f"item {item_id} can't be loaded: {error}")
                    continue
                self.loads += 1
                print(f"loaded item {item_id}, {item.size} bytes")
        for item_id, failure in installation.failed.items():
            print(f"item {item_id} can't be had: {failure}")


async def serve_content(
    server: steamgs.asyncio.GameServer,
    maps: Maps,
    folder: Path,
    collection: int,
    interval: float = LOOK_SECONDS,
) -> None:
    """Log on, and keep the collection current for ever."""
    await server.log_on_anonymous(timeout=30)
    server.workshop.init(folder)
    await server.workshop.keep_current(
        collection, on_change=maps.update, interval=interval, timeout=MOST_SECONDS
    )


async def main(collection: int, folder: Path) -> None:
    """Serve the collection from a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    async with steamgs.asyncio.GameServer(APP_ID) as server:
        await serve_content(server, Maps(), folder, collection)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
