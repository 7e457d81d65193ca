"""One UDP socket for the game and for Steam's server queries."""

from __future__ import annotations

import asyncio
from typing import Any

from steamgs.server import GameServer

__all__ = ["SharedPort"]

# How Steam's packets begin; the game's own must not.
_STEAMS = b"\xff\xff\xff\xff"


class SharedPort(asyncio.DatagramProtocol):
    """Stands before a game's protocol, and takes out what is Steam's.

    For a server with ``query_port=steamgs.QUERY_PORT_SHARED``::

        await loop.create_datagram_endpoint(
            lambda: SharedPort(server, GameProtocol()), local_addr=("0.0.0.0", 27015)
        )

    Packets that begin with ``FF FF FF FF`` go to Steam, all others to the game's protocol, whose
    methods are called as asyncio would. What Steam has to send goes out at once after each of its
    packets, and every ``interval`` seconds. Runs in the loop's thread. Steamworks:
    ``HandleIncomingPacket``, ``GetNextOutgoingPacket``.

    :param server: the game server; while it is not running, all packets are the game's.
    :param game: the game's own protocol.
    """

    def __init__(
        self, server: GameServer, game: asyncio.DatagramProtocol, *, interval: float = 0.1
    ) -> None:
        self._server = server
        self._game = game
        self._interval = interval
        self._transport: asyncio.DatagramTransport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        """The socket is open."""
        self._transport = transport
        self._game.connection_made(transport)
        self._tick()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed."""
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        self._game.connection_lost(exc)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """A packet came: Steam's or the game's."""
        if data.startswith(_STEAMS) and self._server.running:
            host, port = addr[:2]
            if port and self._server.handle_incoming_packet(data, host, port):
                self._send()
                return
        self._game.datagram_received(data, addr)

    def error_received(self, exc: Exception) -> None:
        """As the game's protocol wants it."""
        self._game.error_received(exc)

    def pause_writing(self) -> None:
        """As the game's protocol wants it."""
        self._game.pause_writing()

    def resume_writing(self) -> None:
        """As the game's protocol wants it."""
        self._game.resume_writing()

    def _tick(self) -> None:
        # Steam sends of its own accord too.
        self._send()
        self._timer = asyncio.get_running_loop().call_later(self._interval, self._tick)

    def _send(self) -> None:
        if self._server.running and self._transport is not None:
            for data, address in self._server.outgoing_packets():
                self._transport.sendto(data, address)
