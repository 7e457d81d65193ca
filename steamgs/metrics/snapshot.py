"""What a server says of itself at one moment, for all metrics together."""

from __future__ import annotations

from dataclasses import dataclass

from steamgs._core import enable_metrics, measurements
from steamgs.counters import Counters
from steamgs.measurements import Measurements
from steamgs.server import GameServer

__all__ = ["Snapshot", "enable", "take"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that metrics are made from."""

    counters: Counters
    measured: Measurements
    running: bool
    logged_on: bool
    secure: bool
    draining: bool
    players: int


def enable(server: GameServer, tick_interval: float | None) -> None:
    """Have the server measure what metrics need besides its counters.

    :raises ValueError: the interval is not a positive number.
    """
    if tick_interval is not None and not 0.0 < tick_interval <= 60.0:
        raise ValueError(f"tick_interval must be from 0 to 60 seconds, not {tick_interval!r}")
    enable_metrics(server, tick_interval or 0.0)


def take(server: GameServer) -> Snapshot:
    """Look at the server now. From any thread."""
    return Snapshot(
        counters=server.counters(),
        measured=measurements(server),
        running=server.running,
        logged_on=server.logged_on,
        secure=server.secure,
        draining=server.draining is not None,
        players=len(server.playing()),
    )
