"""How those who play on a server become known to the fleet, by themselves."""

from __future__ import annotations

from typing import Protocol

from steamgs.fleet.description import Description
from steamgs.fleet.sidecar import Sidecar

__all__ = ["CounterRoster", "ListRoster", "Roster", "TrackingRoster"]


class Roster(Protocol):
    """Where the fleet keeps who plays, and how many may."""

    def capacity_in(self, description: Description) -> int | None:
        """How many may play, as the fleet has it; None if its manifest declares no such book."""

    async def set_capacity(self, capacity: int) -> None:
        """Change it."""

    async def publish(self, players: frozenset[str], room: int | None) -> None:
        """Make the fleet's book agree with the server's, whatever it was before.

        :param room: how many it has room for, if that is known. Agones has no books with more.
        """


class ListRoster:
    """A list of Steam ids (beta). Agones allows it a thousand entries."""

    def __init__(self, sidecar: Sidecar, name: str) -> None:
        self._sidecar = sidecar
        self._name = name

    def capacity_in(self, description: Description) -> int | None:
        """How many may play."""
        book = description.lists.get(self._name)
        return None if book is None else book.capacity

    async def set_capacity(self, capacity: int) -> None:
        """Change it."""
        await self._sidecar.set_list(self._name, capacity=capacity)

    async def publish(self, players: frozenset[str], room: int | None) -> None:
        """Replace the list: what was lost on the way before is made good."""
        await self._sidecar.set_list(self._name, values=sorted(players)[:room])


class CounterRoster:
    """A counter (beta), for any number of players."""

    def __init__(self, sidecar: Sidecar, name: str) -> None:
        self._sidecar = sidecar
        self._name = name

    def capacity_in(self, description: Description) -> int | None:
        """How many may play."""
        book = description.counters.get(self._name)
        return None if book is None else book.capacity

    async def set_capacity(self, capacity: int) -> None:
        """Change it."""
        await self._sidecar.set_counter(self._name, capacity=capacity)

    async def publish(self, players: frozenset[str], room: int | None) -> None:
        """Set the count."""
        count = len(players) if room is None else min(len(players), room)
        await self._sidecar.set_counter(self._name, count=count)


class TrackingRoster:
    """Player tracking (alpha), which has one call for each player."""

    def __init__(self, sidecar: Sidecar) -> None:
        self._sidecar = sidecar

    def capacity_in(self, description: Description) -> int | None:
        """How many may play."""
        return None if description.players is None else description.players.capacity

    async def set_capacity(self, capacity: int) -> None:
        """Change it."""
        await self._sidecar.set_player_capacity(capacity)

    async def publish(self, players: frozenset[str], room: int | None) -> None:
        """Tell the differences; those who have left first, as they make room."""
        known = set(await self._sidecar.connected_players())
        for player in sorted(known - players):
            await self._sidecar.disconnect_player(player)
        free = None if room is None else max(0, room - len(known & players))
        for player in sorted(players - known)[:free]:
            await self._sidecar.connect_player(player)
