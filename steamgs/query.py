"""What a server tells the server browser, asked from outside: ``steamgs query``.

It needs the package ``python-a2s``, which ``pip install 'steamgs[cli]'`` installs.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Any

import a2s

__all__ = ["Answer", "NoAnswerError", "Player", "ask", "resolve"]

# Steam's ids of games have the app id in their lowest bits; the older field has room for 16 only.
_APP_ID_BITS = 0xFFFFFF
_PLATFORMS = {"l": "Linux", "w": "Windows", "m": "macOS", "o": "macOS"}
_BAD_ANSWERS = (OSError, ValueError, EOFError, a2s.BrokenMessageError)


class NoAnswerError(Exception):
    """The server did not answer, or what it answered makes no sense."""


@dataclass(frozen=True, slots=True)
class Player:
    """A player, as the server lists them."""

    name: str
    score: int
    seconds: float
    """For how long they have been playing."""


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

    :raises ValueError: it is not of this form.
    :raises OSError: there is no such host.
    """
    host, colon, port = place.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 1 <= int(port) <= 0xFFFF:
        raise ValueError("must be HOST:PORT, with the port of server queries")
    found = socket.getaddrinfo(host, int(port), socket.AF_INET, socket.SOCK_DGRAM)
    address = found[0][4]
    return str(address[0]), int(address[1])


def ask(address: tuple[str, int], timeout: float = 3.0) -> Answer:
    """Ask a server for all that it tells: A2S_INFO, A2S_PLAYER and A2S_RULES.

    Servers need not answer the last two.

    :param timeout: seconds to wait for each packet.
    :raises NoAnswerError: there is no answer to the first one.
    """
    try:
        info = a2s.info(address, timeout)
    except TimeoutError:
        raise NoAnswerError(f"no answer within {timeout:g} seconds") from None
    except _BAD_ANSWERS as error:
        raise NoAnswerError(f"what was answered makes no sense: {error}") from error
    return _answer(info, _players(address, timeout), _rules(address, timeout))


def _players(address: tuple[str, int], timeout: float) -> tuple[Player, ...] | None:
    try:
        listed = a2s.players(address, timeout)
    except _BAD_ANSWERS:
        return None
    return tuple(Player(one.name, one.score, one.duration) for one in listed)


def _rules(address: tuple[str, int], timeout: float) -> dict[str, str] | None:
    try:
        return dict(a2s.rules(address, timeout))
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
