"""What the simulated Steam knows about the game server, as a snapshot."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = [
    "KeyValue",
    "NetworkingState",
    "SentHttpRequest",
    "ServerState",
    "SimulatedSession",
    "read_json",
    "read_state",
]


class KeyValue(NamedTuple):
    """A rule, as ``set_key_value`` set it."""

    key: str
    value: str


class SimulatedSession(NamedTuple):
    """A player as Steam sees one."""

    steam_id: int
    kind: str
    """``"ticket"``, ``"connect"`` or ``"bot"``."""
    state: str
    """``"pending"``, ``"accepted"`` or ``"refused"``."""
    name: str
    score: int


class NetworkingState(NamedTuple):
    """The game server's connections, as Steam sees them."""

    connections: int
    """How many there are."""
    listening: tuple[str, ...]
    """The addresses and virtual ports of its listen sockets."""
    held_messages: int
    """Messages that this process has received or allocated, and not released or sent."""


class SentHttpRequest(NamedTuple):
    """A request of HTTP, as Steam was told to send it."""

    method: int
    """As in :class:`steamgs.HttpMethod`."""
    url: str
    headers: dict[str, str]
    parameters: dict[str, str]
    content_type: str
    body: str
    """Its first 65,536 bytes."""
    user_agent: str
    """What is added to Steam's own."""
    cookies: tuple[str, ...]
    network_timeout: int
    absolute_timeout_ms: int
    """0 for none."""
    verify_certificate: bool


@dataclass(frozen=True, slots=True)
class ServerState:
    """The game server: its logon, its sessions and what the server browser shows."""

    running: bool
    logon: str
    """``"off"``, ``"connecting"``, ``"on"`` or ``"lost"``."""
    token: str = field(repr=False)
    """The login token; ``repr()`` leaves it out, as representations end up in logs."""
    secure: bool
    steam_id: int
    app_id: int
    ip: int
    game_port: int
    query_port: int
    """The port of server queries; if the server asked for 0, the free one that it got."""
    query_port_open: bool
    """Whether the simulator has opened a socket for server queries."""
    query_port_error: int
    """The system's error number if the last start could not open that socket, or 0."""
    version: str
    product: str
    description: str
    mod_dir: str
    dedicated: bool
    max_players: int
    bots: int
    name: str
    map: str
    password_protected: bool
    spectator_port: int
    spectator_name: str
    key_values: tuple[KeyValue, ...]
    tags: str
    game_data: str
    region: str
    advertised: bool
    sessions: tuple[SimulatedSession, ...]
    networking: NetworkingState
    certificate: int
    """How far Steam's certificate for the server is, as a code of ESteamNetworkingAvailability."""
    relays: int
    """The same for Steam's relays."""
    downloads: tuple[int, ...]
    """The workshop items that are on their way: first the one that is being downloaded."""
    queries: int
    """Queries about workshop items that the server has not released."""
    http_requests: int
    """Requests of HTTP that the server has not released."""
    http_sent: tuple[SentHttpRequest, ...]
    """The last 100 that were sent."""
    cookie_containers: int
    """Containers of cookies that the server has not released."""
    inventory_results: int
    """Results of the inventory that the server has not destroyed."""
    wrong_releases: int
    """How often servers gave back a query, request or the like that Steam no longer had."""
    left_handles: int
    """How many of them servers had not given back when they were closed."""
    exchange_port: int
    """The port at which players in other processes find this Steam, or 0."""
    networking_library: str
    """The library that serves the sockets of servers that start later; empty for the simulator."""
    scheduled: int
    """Answers of Steam that are not due yet."""
    not_simulated: tuple[str, ...]
    """Methods and interfaces that were used but are not simulated."""

    @property
    def players(self) -> tuple[SimulatedSession, ...]:
        """Those whom Steam has accepted."""
        return tuple(session for session in self.sessions if session.state == "accepted")


def read_state(description: bytes) -> ServerState:
    """Read the JSON of ``steamgs_sim_describe``."""
    fields: dict[str, Any] = read_json(description)
    fields["key_values"] = tuple(KeyValue(*pair) for pair in fields["key_values"])
    fields["sessions"] = tuple(SimulatedSession(**entry) for entry in fields["sessions"])
    networking = fields["networking"]
    networking["listening"] = tuple(networking["listening"])
    fields["networking"] = NetworkingState(**networking)
    fields["downloads"] = tuple(fields["downloads"])
    fields["http_sent"] = tuple(
        SentHttpRequest(**{**sent, "cookies": tuple(sent["cookies"])})
        for sent in fields["http_sent"]
    )
    fields["not_simulated"] = tuple(fields["not_simulated"])
    return ServerState(
        **{known.name: fields[known.name] for known in dataclasses.fields(ServerState)}
    )


def read_json(description: bytes) -> Any:
    """Read JSON in which each character of a text stands for a byte, as it need not be UTF-8."""
    return _texts(json.loads(description))


def _texts(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("latin-1").decode("utf-8", "surrogateescape")
    if isinstance(value, list):
        return [_texts(item) for item in value]
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items()}
    return value
