"""Counts of what has passed through a server object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["ServerStats"]


class ServerStats(NamedTuple):
    """Counts since the server object was made, across close and start."""

    ticks: int
    """Ticks of Steam (``SteamGameServer_RunCallbacks``)."""
    events: Mapping[str, int]
    """Events that were read, by signal, whether anybody listened or not."""
    warnings: int
    """Steam's own warnings, sent to the logger ``steamgs.steam``."""
    batches: int
    """Deliveries of one event or more."""
    longest_batch: int
    """The most events that one delivery brought."""
    pump_wakes: int
    """How often the pump woke its consumer; only then it takes the GIL, if it has to."""
    queue_high_water: int
    """The most events that ever waited to be read."""
    undelivered: int
    """Events that were waiting when the server closed, and were dropped."""
    lost: int
    """Events that could not be kept because memory was out."""
    handler_errors: int
    """Exceptions that handlers raised."""
    stream_waiting: int
    """Events that wait now in the streams of asyncio tasks (``async for``)."""
    stream_dropped: int
    """Events that such streams had no room for."""
