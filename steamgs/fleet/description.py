"""What the sidecar says of a game server: Agones' own view of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Counter",
    "Description",
    "PlayerList",
    "count_from",
    "counter_from",
    "description_from",
    "list_from",
    "players_from",
]

# Whatever the manifest says, nobody is asked more often than that.
_SHORTEST_PERIOD = 0.1


@dataclass(frozen=True)
class Counter:
    """A counter of a game server."""

    count: int
    capacity: int


@dataclass(frozen=True)
class PlayerList:
    """A list of a game server, or its players in player tracking."""

    values: tuple[str, ...]
    capacity: int


@dataclass(frozen=True)
class Description:
    """A game server as Agones sees it. What the sidecar leaves out is empty."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    state: str = ""
    """``Scheduled``, ``RequestReady``, ``Ready``, ``Allocated``, ``Reserved``, ``Unhealthy``,
    ``Shutdown`` and others."""
    address: str = ""
    ports: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    counters: Mapping[str, Counter] = field(default_factory=dict)
    lists: Mapping[str, PlayerList] = field(default_factory=dict)
    players: PlayerList | None = None
    """Of player tracking; None if that is off."""
    being_deleted: bool = False
    health_disabled: bool = False
    health_period: float = 5.0
    """Seconds within which a sign of life is expected."""


def description_from(data: Mapping[str, Any]) -> Description:
    """Read the sidecar's JSON, in which numbers of 64 bits are text."""
    meta = _object(data, "object_meta")
    status = _object(data, "status")
    health = _object(_object(data, "spec"), "health")
    players = status.get("players")
    return Description(
        name=str(meta.get("name", "")),
        namespace=str(meta.get("namespace", "")),
        uid=str(meta.get("uid", "")),
        state=str(status.get("state", "")),
        address=str(status.get("address", "")),
        ports={
            str(port.get("name", "")): int(port.get("port", 0))
            for port in status.get("ports") or ()
        },
        labels=dict(_object(meta, "labels")),
        annotations=dict(_object(meta, "annotations")),
        counters={name: counter_from(one) for name, one in _object(status, "counters").items()},
        lists={name: list_from(one) for name, one in _object(status, "lists").items()},
        players=None if players is None else list_from(players, "ids"),
        being_deleted=int(meta.get("deletion_timestamp") or 0) != 0,
        health_disabled=bool(health.get("disabled", False)),
        health_period=max(_SHORTEST_PERIOD, float(health.get("period_seconds") or 5.0)),
    )


def counter_from(data: Mapping[str, Any]) -> Counter:
    """Read a counter."""
    return Counter(int(data.get("count") or 0), int(data.get("capacity") or 0))


def list_from(data: Mapping[str, Any], values: str = "values") -> PlayerList:
    """Read a list."""
    return PlayerList(
        tuple(str(one) for one in data.get(values) or ()), int(data.get("capacity") or 0)
    )


def players_from(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Read who plays, in player tracking."""
    return tuple(str(player) for player in data.get("list") or ())


def count_from(data: Mapping[str, Any]) -> int:
    """Read a number of players."""
    return int(data.get("count") or 0)


def _object(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}
