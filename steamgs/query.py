"""What a server tells the server browser, asked from outside: ``steamgs query``.

It needs the package ``python-a2s``, which ``pip install 'steamgs[cli]'`` installs.
"""

from __future__ import annotations

import math
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any

from a2s import BrokenMessageError
from a2s.a2s_sync import HEADER_MULTI, HEADER_SIMPLE, A2SStream, request_sync_impl
from a2s.info import InfoProtocol
from a2s.players import PlayersProtocol
from a2s.rules import RulesProtocol

__all__ = ["Answer", "NoAnswerError", "Player", "ask", "resolve"]

# Steam's ids of games have the app id in their lowest bits; the older field has room for 16 only.
_APP_ID_BITS = 0xFFFFFF
_PLATFORMS = {"l": "Linux", "w": "Windows", "m": "macOS", "o": "macOS"}
_BAD_ANSWERS = (OSError, ValueError, EOFError, BrokenMessageError)

# A packet of several: which answer it belongs to, how many there are, which it is, their size.
_PART = struct.Struct("<4xIBBH")
_COMPRESSED = 1 << 31
# Far more than Steam sends. python-a2s takes very long to read texts that are longer.
_MOST_BYTES = 1 << 17
_MOST_SECONDS = 1e9


class NoAnswerError(Exception):
    """The server did not answer, or what it answered makes no sense."""


@dataclass(frozen=True, slots=True)
class Player:
    """A player, as the server lists them."""

    name: str
    score: int
    seconds: float
    """For how long they have been playing; 0 if that can't be, as with bots."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server has answered. What it did not tell is None."""

    name: str
    map: str
    folder: str
    game: str
    app_id: int | None
    players: int
    """How many players it says there are; the protocol has room for 255."""
    max_players: int
    bots: int
    dedicated: bool
    platform: str
    password: bool
    secure: bool
    """Whether VAC is on."""
    version: str | None
    port: int | None
    """The game's port."""
    steam_id: int | None
    tags: str | None
    spectator_port: int | None
    spectator_name: str | None
    seconds: float
    """How long the first packet took to be answered."""
    player_list: tuple[Player, ...] | None
    rules: dict[str, str] | None


def resolve(place: str) -> tuple[str, int]:
    """Where ``HOST:PORT`` is.

    :raises ValueError: it is not of this form, or has an IPv6 address, which Steam's queries lack.
    :raises OSError: there is no such host.
    """
    host, colon, port = place.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 1 <= int(port) <= 0xFFFF:
        raise ValueError("must be HOST:PORT, with the port of server queries")
    if ":" in host:  # in brackets or without
        raise ValueError("is an IPv6 address, but game servers are asked at IPv4 addresses")
    found = socket.getaddrinfo(host, int(port), socket.AF_INET, socket.SOCK_DGRAM)
    address = found[0][4]
    return str(address[0]), int(address[1])


def ask(address: tuple[str, int], timeout: float = 3.0) -> Answer:
    """Ask a server for all that it tells: A2S_INFO, A2S_PLAYER and A2S_RULES.

    Servers need not answer the last two.

    :param address: an IPv4 address and a port, as :func:`resolve` gives them.
    :param timeout: seconds to wait for each of the answers.
    :raises NoAnswerError: there is no answer to the first one.
    """
    try:
        info = _asked(InfoProtocol, address, timeout)
    except TimeoutError:
        raise NoAnswerError(f"no answer within {timeout:g} seconds") from None
    except _BAD_ANSWERS as error:
        raise NoAnswerError(f"what was answered makes no sense: {error}") from error
    return _answer(info, _players(address, timeout), _rules(address, timeout))


class _Stream(A2SStream):  # type: ignore[misc]
    """python-a2s' socket, for servers that may mean it badly.

    It hears only the server that was asked, and ends in time, however slowly packets come.
    Compressed answers are refused: Steam sends none, and a small one could fill the memory.
    """

    def __init__(self, address: tuple[str, int], timeout: float) -> None:
        super().__init__(address, timeout)
        self._deadline = time.monotonic() + timeout

    def recv(self) -> bytes:
        packet = self._packet()
        if packet.startswith(HEADER_SIMPLE):
            return packet.removeprefix(HEADER_SIMPLE)
        parts: dict[int, bytes] = {}
        count = 1
        while len(parts) < count:
            if not packet.startswith(HEADER_MULTI) or len(packet) < _PART.size:
                raise BrokenMessageError("a packet that is none of this protocol")
            message, count, number, _ = _PART.unpack_from(packet)
            if message & _COMPRESSED:
                raise BrokenMessageError("a compressed answer")
            parts[number] = packet[_PART.size :]
            if sum(map(len, parts.values())) > _MOST_BYTES:
                raise BrokenMessageError("a very long answer")
            if len(parts) < count:
                packet = self._packet()
        whole = b"".join(parts[number] for number in sorted(parts))
        return whole.removeprefix(HEADER_SIMPLE)

    def _packet(self) -> bytes:
        while True:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            packet, sender = self._socket.recvfrom(0xFFFF)
            if sender == self.address or self.address[0] == "0.0.0.0":
                return bytes(packet)


def _asked(protocol: Any, address: tuple[str, int], timeout: float) -> Any:
    stream = _Stream(address, timeout)
    try:
        return request_sync_impl(stream, "utf-8", protocol)
    finally:
        stream.close()


def _seconds(told: float) -> float:
    return min(max(told, 0.0), _MOST_SECONDS) if math.isfinite(told) else 0.0


def _players(address: tuple[str, int], timeout: float) -> tuple[Player, ...] | None:
    try:
        listed = _asked(PlayersProtocol, address, timeout)
    except _BAD_ANSWERS:
        return None
    return tuple(Player(one.name, one.score, _seconds(one.duration)) for one in listed)


def _rules(address: tuple[str, int], timeout: float) -> dict[str, str] | None:
    try:
        return dict(_asked(RulesProtocol, address, timeout))
    except _BAD_ANSWERS:
        return None


def _answer(info: Any, players: tuple[Player, ...] | None, rules: dict[str, str] | None) -> Answer:
    game_id = getattr(info, "game_id", None)
    return Answer(
        name=info.server_name,
        map=info.map_name,
        folder=info.folder,
        game=info.game,
        app_id=game_id & _APP_ID_BITS if game_id else getattr(info, "app_id", None),
        players=info.player_count,
        max_players=info.max_players,
        bots=info.bot_count,
        dedicated=info.server_type == "d",
        platform=_PLATFORMS.get(info.platform, info.platform),
        password=bool(info.password_protected),
        secure=bool(info.vac_enabled),
        version=getattr(info, "version", None),
        port=getattr(info, "port", None),
        steam_id=getattr(info, "steam_id", None),
        tags=getattr(info, "keywords", None),
        spectator_port=getattr(info, "stv_port", None),
        spectator_name=getattr(info, "stv_name", None),
        seconds=info.ping,
        player_list=players,
        rules=rules,
    )
