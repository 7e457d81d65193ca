"""The workshop of the simulated Steam."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from steamgs.enums import Result
from steamgs.simulated import SimulatedSteam

__all__ = ["WorkshopCommands"]


class WorkshopCommands(SimulatedSteam):
    """The commands of a :class:`~steamgs.simulator.Simulator` that concern workshop items."""

    @abstractmethod
    def do(self, command: str, /, **fields: object) -> None:
        """Carry out a command."""

    def add_workshop_item(
        self,
        item: int,
        *,
        title: str = "",
        description: str = "",
        metadata: str = "",
        text: str = "",
        size: int = 0,
        owner: int | None = None,
        collection: bool = False,
        legacy: bool = False,
        children: Iterable[int] = (),
        tags: Iterable[str] = (),
        key_values: Mapping[str, str] = MappingProxyType({}),
        previews: Iterable[str] = (),
        game_versions: Iterable[tuple[str, str]] = (),
        descriptors: Iterable[int] = (),
        apps: Iterable[int] = (),
        subscriptions: int = 0,
    ) -> None:
        """Add an item to the workshop, or a collection.

        A server that downloads it gets a folder with one file, ``content.bin``.

        :param item: its id, 1 to 2**63-1.
        :param metadata: what the game keeps with it.
        :param text: what the file begins with; at most 4096 bytes.
        :param size: of the file, in bytes, if it is larger than the text; zeros follow.
        :param owner: the Steam id of who has made it.
        :param legacy: whether it was made with ISteamRemoteStorage: servers are told of the file
            itself, not of its folder.
        :param previews: addresses of further pictures.
        :param game_versions: branches of the game that it is for: pairs of the oldest and newest.
        :param descriptors: what it warns of, as in :class:`steamgs.ContentDescriptor`.
        :param children: what it needs, or what a collection has.
        :param apps: the apps that it needs, such as DLC.
        """
        self.do(
            "add_workshop_item",
            item=item,
            title=title,
            description=description,
            metadata=metadata,
            text=text,
            size=size,
            owner=owner,
            collection=collection,
            legacy=legacy,
            children=children,
            tags=tags,
            key_values=[f"{key}={value}" for key, value in key_values.items()],
            previews=previews,
            game_versions=[f"{oldest}:{newest}" for oldest, newest in game_versions],
            descriptors=descriptors,
            apps=apps,
            subscriptions=subscriptions,
        )

    def update_workshop_item(self, item: int, *, text: str = "", size: int = 0) -> None:
        """Let the author upload an item anew: servers that have it need an update.

        :param text: as of :meth:`add_workshop_item`.
        :param size: likewise.
        :raises KeyError: there is no such item.
        """
        self.do("update_workshop_item", item=item, text=text, size=size)

    def remove_workshop_item(self, item: int) -> None:
        """Let the author remove an item, if there is one; servers that have it keep it."""
        self.do("remove_workshop_item", item=item)

    def set_workshop_details(self, item: int, details: bytes) -> None:
        """Set what Steam says about an item, byte by byte, whether there is one or not.

        :param details: a ``SteamUGCDetails_t`` of the version of ISteamUGC that is served; zeros
            follow if it is shorter.
        """
        self.do("set_workshop_details", item=item, details=details.hex())

    def set_download_rate(self, rate: float) -> None:
        """Set how fast items are downloaded.

        :param rate: bytes per second; 0 for no limit, as at first.
        """
        self.do("set_download_rate", rate=rate)

    def set_disk_space(self, bytes_: int) -> None:
        """Set how much room the items of a server have together; at first there is no limit.

        An item that does not fit is not installed: ``DISK_FULL``.
        """
        self.do("set_disk_space", bytes=bytes_)

    def fail_next_download(
        self, result: Result = Result.FAIL, *, item: int | None = None, times: int = 1
    ) -> None:
        """Let the next downloads fail.

        :param item: which item; any if None.
        """
        self.do("fail_next_download", result=result, item=item, times=times)
