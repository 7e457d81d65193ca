"""The demo's server: examples/arena.py with statistics, on UDP or on Steam's sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import steamgs
from steamgs.demo import arena

__all__ = ["Arena", "ArenaOnSockets"]


class Arena(arena.Arena):
    """The example that users copy, with room for all players. It records how each session ended.

    A real server must not do that, because such a table has no limit.
    """

    def __init__(self, steam: Any, players: int) -> None:
        super().__init__(steam, seats=players, waiting=players, per_host=players)
        self.refused: set[int] = set()
        self.dropped: set[int] = set()
        self.outcomes: dict[int, str] = {}

    def forget(self, player: arena.Player) -> None:
        """Do as the example does, and record the outcome."""
        (self.dropped if player.key in self.playing else self.refused).add(player.steam_id)
        self.outcomes[player.steam_id] = player.reason
        super().forget(player)

    def words_for(self, steam_id: int) -> str:
        """What a player was told about the end."""
        return self.outcomes.get(steam_id, "")


class ArenaOnSockets(Arena):
    """The same game on Steam's sockets, where connections stand for addresses and cookies.

    A player's first message is the ticket; the others are a letter and a body, as on UDP. Who has
    gone, and why, is told by the end of the connection.
    """

    def __init__(self, steam: Any, players: int) -> None:
        super().__init__(steam, players)
        self._connections: dict[arena.Key, steamgs.Connection] = {}
        self._words: dict[int, str] = {}

    @asynccontextmanager
    async def listen(self, place: str) -> AsyncIterator[None]:
        """Play at this address; when the block is left, all connections are closed."""
        with self.steam.sockets.listen_ip(place, backlog=self.seats) as listener:
            accepting = asyncio.create_task(self._accept(listener))
            try:
                yield
            finally:
                accepting.cancel()
                await asyncio.gather(accepting, return_exceptions=True)

    async def _accept(self, listener: steamgs.Listener) -> None:
        async with asyncio.TaskGroup() as tasks:
            async for connection in listener:
                tasks.create_task(self._serve(listener, connection))

    async def _serve(self, listener: steamgs.Listener, connection: steamgs.Connection) -> None:
        steam_id = connection.identity.steam_id or 0
        player = arena.Player((("", connection.handle), b""), steam_id)
        self._connections[player.key] = connection
        self.joining[player.key] = player
        try:
            async with connection:
                await self._play(listener, connection, player)
        except steamgs.AuthSessionError as error:
            player.reason = error.result.name
            self._words[steam_id] = str(error)
        except (steamgs.SteamError, StopAsyncIteration):
            player.reason = "left"
        finally:
            self.forget(player)
            del self._connections[player.key]

    async def _play(
        self, listener: steamgs.Listener, connection: steamgs.Connection, player: arena.Player
    ) -> None:
        ticket = await anext(connection)
        async with listener.admit(
            connection, ticket=ticket, timeout=arena.VERDICT_SECONDS
        ) as admitted:
            self.admit(player)
            async for message in connection:
                self.on_player(player, message.data[:1], message.data[1:])
            revoked = admitted.session.revoked
            why = revoked.result() if revoked.done() and not revoked.cancelled() else None
        if why is None:
            player.reason = "left"
            return
        player.reason = f"{'KICKED_' * isinstance(why, steamgs.DenyReason)}{why.name}"
        self._words[player.steam_id] = why.description

    def send(self, kind: bytes, key: arena.Key, body: bytes = b"") -> None:
        """Send one message, unless the connection has ended."""
        with suppress(steamgs.SteamError):
            self._connections[key].send(kind + body)

    def words_for(self, steam_id: int) -> str:
        """What a player was told about the end: the text with which the connection was closed."""
        return self._words.get(steam_id, super().words_for(steam_id))
