"""Why a server would not show up in the server browser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from steamgs.enums import ServerMode
from steamgs.findings import Finding, fault, warning

__all__ = ["State", "check"]

MOST_PLAYERS_SHOWN = 255
"""How many players an answer to A2S_INFO can count, and one to A2S_PLAYER can name."""

_VERSION = re.compile(r"[0-9]+(\.[0-9]+){3}")

# Steam accepts these only before logging on; later changes have no effect in the browser.
_BEFORE_LOGON = {
    "product": "set_product",
    "description": "set_game_description",
    "mod_dir": "set_mod_dir",
    "dedicated": "set_dedicated_server",
}


@dataclass(frozen=True)
class State:
    """What a running server knows about itself."""

    mode: ServerMode
    version: str
    shares_port: bool
    """Whether the game's own socket carries the server queries."""
    settings: Mapping[str, object]
    """The settings that were made since the start, by name."""
    late: Set[str]
    """The settings that were made after the server had asked to log on."""
    logon_asked: bool
    logged_on: bool
    secure: bool
    ticks: int


def check(server: State | None) -> tuple[Finding, ...]:
    """What keeps a server out of the browser (faults), or from being found (warnings).

    :param server: None if it is not running.
    """
    if server is None:
        return (fault("running", "the server is not running", "call start()"),)
    return (*_identity(server), *_connection(server), *_appearance(server))


def _identity(server: State) -> Iterator[Finding]:
    """What identifies the server for Steam."""
    if server.mode == ServerMode.NO_AUTHENTICATION:
        fix = "use ServerMode.AUTHENTICATION or AUTHENTICATION_AND_SECURE"
        yield fault("mode", "servers with NO_AUTHENTICATION are never listed", fix)
    if not _VERSION.fullmatch(server.version):
        fix = "set version= to four numbers, such as 1.0.0.0, the same as in the game's clients"
        yield fault("version", f"{server.version!r} is not a version that Steam can compare", fix)
    if "product" not in server.settings:
        yield fault("product", "no product was set", "call set_product() before logging on")
    if "description" not in server.settings:
        fix = "call set_game_description() before logging on"
        yield fault("description", "no game description was set", fix)
    if not server.settings.get("dedicated"):
        fix = "call set_dedicated_server(True) before logging on"
        yield warning("dedicated", "Steam treats this as a player's listen server", fix)
    for name, setter in _BEFORE_LOGON.items():
        if name in server.late:
            fix = f"call {setter}() before logging on; to change it now, call log_off() first"
            yield fault(name, "was set after logging on, when Steam no longer accepts it", fix)


def _connection(server: State) -> Iterator[Finding]:
    """Whether Steam can be reached, and is told to list the server."""
    if not server.logged_on and not server.logon_asked:
        fix = "call log_on(token) or log_on_anonymous()"
        yield fault("logged on", "the server has not asked to log on", fix)
    elif not server.logged_on:
        fix = "wait for server_connected; server_connect_failure says why it does not come"
        yield fault("logged on", "the server is not connected to Steam", fix)
    if not server.settings.get("advertised"):
        fix = "call set_advertise_server_active(True)"
        yield fault("advertised", "the server does not ask to be listed", fix)
    if server.ticks == 0:
        fix = "call run_callbacks() in every iteration of the game loop, or start_pump()"
        yield fault("ticks", "Steam has never been ticked", fix)
    if server.shares_port and not server.settings.keys() & {"carries", "packets"}:
        fix = "use steamgs.asyncio.SharedPort, or handle_incoming_packet() and outgoing_packets()"
        yield fault("shared port", "nothing carries Steam's packets, so no query is answered", fix)
    elif server.shares_port and "packets" not in server.settings:
        fix = "pass packets that begin with FF FF FF FF to handle_incoming_packet()"
        yield warning("shared port", "no query packet has arrived so far", fix)


def _appearance(server: State) -> Iterator[Finding]:
    """The properties that players filter by."""
    if "name" not in server.settings:
        yield warning("name", "the server has no name", "call set_server_name()")
    if "map" not in server.settings:
        yield warning("map", "no map was set", "call set_map_name()")
    most = server.settings.get("max_players")
    if not isinstance(most, int) or most == 0:
        fix = "call set_max_player_count()"
        yield warning("players", "the player limit is 0, so the server is shown as full", fix)
    elif most > MOST_PLAYERS_SHOWN:
        words = f"queries have one byte for the limit, so browsers show {MOST_PLAYERS_SHOWN}"
        fix = "if this is intended, publish the numbers with set_key_value() or set_game_tags() too"
        yield warning("players", words, fix)
    if server.settings.get("password"):
        fix = "if this is intended, do nothing; players can hide servers that need a password"
        yield warning("password", "players need a password", fix)
    wants_vac = server.mode == ServerMode.AUTHENTICATION_AND_SECURE
    if wants_vac and server.logged_on and not server.secure:
        fix = "wait for policy_response; the game's settings on Steam decide about VAC"
        yield warning("secure", "Steam has not declared the server VAC secure", fix)
