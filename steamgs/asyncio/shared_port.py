"""One UDP socket for the game and for Steam's server queries."""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from steamgs.server import GameServer

__all__ = ["SharedPort"]

# How Steam's packets begin; the game's own must not.
_STEAMS = b"\xff\xff\xff\xff"
# Of an address: host, port, flow, scope. One of IPv4 has two.
_IPV6_FIELDS = 4


class SharedPort(asyncio.DatagramProtocol):
    """Wraps a game's protocol, and passes the packets that are for Steam to Steam.

    For a server with ``query_port=steamgs.QUERY_PORT_SHARED``::

        await loop.create_datagram_endpoint(
            lambda: SharedPort(server, GameProtocol()), local_addr=("0.0.0.0", 27015)
        )

    Packets that begin with ``FF FF FF FF`` go to Steam, all others to the game's protocol, whose
    methods are called as asyncio would. Steam's own packets are sent right after each packet that
    it gets, and every ``interval`` seconds. Everything runs in the loop's thread. Steamworks:
    ``HandleIncomingPacket``, ``GetNextOutgoingPacket``.

    The socket may be an IPv6 socket, or one for both kinds of addresses. Steam knows only IPv4. It
    gets the packets of IPv4 senders; packets for Steam from other senders are dropped and counted
    in :attr:`dropped`.

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
        self._is_ipv6 = False
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """Number of packets for Steam from senders that it can't answer, such as IPv6 senders."""
        return self._dropped

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        """The socket is open."""
        self._transport = transport
        own_address = transport.get_extra_info("sockname")
        self._is_ipv6 = isinstance(own_address, tuple) and len(own_address) == _IPV6_FIELDS
        self._game.connection_made(transport)
        self._tick()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed."""
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        self._game.connection_lost(exc)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """A packet came, for Steam or for the game."""
        if data.startswith(_STEAMS) and self._server.running:
            sender = _ipv4_sender(addr)
            if sender is None:
                self._dropped += 1
                return
            # A forged packet may come from port 0, which is none for Steam.
            if sender[1] and self._server.handle_incoming_packet(data, *sender):
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
        self._timer = asyncio.get_running_loop().call_later(self._interval, self._tick)
        self._send()

    def _send(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._server.running:
            for data, (host, port) in self._server.outgoing_packets():
                # With all four fields, as Windows' loop tells the families apart by their number.
                address = (f"::ffff:{host}", port, 0, 0) if self._is_ipv6 else (host, port)
                self._transport.sendto(data, address)


def _ipv4_sender(address: object) -> tuple[IPv4Address, int] | None:
    """The sender's IPv4 address, be it in the form of an IPv6 socket; None if there is none."""
    match address:
        case (str(host), int(port), *_):
            try:
                known = ip_address(host)
            except ValueError:
                return None
            if isinstance(known, IPv6Address):
                return None if known.ipv4_mapped is None else (known.ipv4_mapped, port)
            return known, port
    return None  # as of a Unix socket
