"""Why a server would not show up in the server browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from steamgs.enums import ServerMode
from steamgs.findings import Finding, fault, warning
from steamgs.ports import QUERY_PORT_SHARED

if TYPE_CHECKING:
    from steamgs.server import GameServer

__all__ = ["check"]

_VERSION = re.compile(r"[0-9]+(\.[0-9]+){3}")

# Steam takes these only before logging on; what comes later changes nothing in the browser.
_BEFORE_LOGON = {
    "product": "set_product",
    "description": "set_game_description",
    "mod_dir": "set_mod_dir",
    "dedicated": "set_dedicated_server",
}


def check(server: GameServer) -> tuple[Finding, ...]:
    """What keeps a running server out of the browser (faults), or from being found (warnings)."""
    if not server.running:
        return (fault("running", "the server is not running", "start() it"),)
    settings, late, asked = server._listing_state()
    return (
        *_identity(server, settings, late),
        *_connection(server, settings, asked),
        *_appearance(server, settings),
    )


def _identity(
    server: GameServer, settings: dict[str, object], late: frozenset[str]
) -> Iterator[Finding]:
    """What Steam files the server under."""
    if server.mode == ServerMode.NO_AUTHENTICATION:
        mend = "use ServerMode.AUTHENTICATION or AUTHENTICATION_AND_SECURE"
        yield fault("mode", "servers with NO_AUTHENTICATION are never listed", mend)
    if not _VERSION.fullmatch(server.version):
        mend = "give version= as four numbers, such as 1.0.0.0, the same as the game's clients"
        yield fault("version", f"{server.version!r} is no version that Steam compares", mend)
    if "product" not in settings:
        yield fault("product", "no product was set", "call set_product() before logging on")
    if "description" not in settings:
        mend = "call set_game_description() before logging on"
        yield fault("description", "no game description was set", mend)
    if not settings.get("dedicated"):
        mend = "call set_dedicated_server(True) before logging on"
        yield warning("dedicated", "Steam takes this for a player's own server", mend)
    for name, setter in _BEFORE_LOGON.items():
        if name in late:
            mend = f"call {setter}() before logging on; now: log_off() first"
            yield fault(name, "was set after logging on, when Steam no longer takes it", mend)


def _connection(server: GameServer, settings: dict[str, object], asked: bool) -> Iterator[Finding]:
    """What Steam must hear, and from whom."""
    if not server.logged_on and not asked:
        mend = "call log_on(token) or log_on_anonymous()"
        yield fault("logged on", "nobody asked Steam for a logon", mend)
    elif not server.logged_on:
        mend = "wait for server_connected; server_connect_failure says why it does not come"
        yield fault("logged on", "not connected to Steam", mend)
    if not settings.get("advertised"):
        mend = "call set_advertise_server_active(True)"
        yield fault("advertised", "the server does not ask to be listed", mend)
    if server.stats().ticks == 0:
        mend = "call run_callbacks() in every turn, or start_pump()"
        yield fault("ticks", "Steam was never given a tick", mend)
    if server.query_port == QUERY_PORT_SHARED and "packets" not in settings:
        mend = "hand packets that begin with FF FF FF FF to handle_incoming_packet()"
        yield warning("shared port", "no packet of a query has come in so far", mend)


def _appearance(server: GameServer, settings: dict[str, object]) -> Iterator[Finding]:
    """What players filter by."""
    if "name" not in settings:
        yield warning("name", "the server has no name", "call set_server_name()")
    if "map" not in settings:
        yield warning("map", "no map is named", "call set_map_name()")
    if not settings.get("max_players"):
        mend = "call set_max_player_count()"
        yield warning("players", "there is room for nobody: it shows as full", mend)
    if settings.get("password"):
        mend = "meant so? Players who filter for servers without one don't see it"
        yield warning("password", "players need a password", mend)
    wants_vac = server.mode == ServerMode.AUTHENTICATION_AND_SECURE
    if wants_vac and server.logged_on and not server.secure:
        mend = "wait for policy_response; Steam decides on VAC, by the game's settings"
        yield warning("secure", "Steam has not declared the server VAC secure", mend)
