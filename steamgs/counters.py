"""Counts of what has passed through a server object."""

from __future__ import annotations

from steamgs.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Counters"]


class Counters(NamedTuple):
    """Counts since the server object was created; they continue across close and start."""

    ticks: int
    """Ticks of Steam (``SteamGameServer_RunCallbacks``)."""
    events: Mapping[str, int]
    """Events that were read, by signal, whether anybody listened or not."""
    warnings: int
    """Steam's own warnings, sent to the logger ``steamgs.steam``."""
    batches: int
    """Deliveries of one event or more."""
    longest_batch: int
    """The highest number of events in one delivery."""
    pump_wakes: int
    """How often the pump woke its consumer, the only time when it may take the GIL."""
    queue_high_water: int
    """The highest number of events that have waited to be read."""
    undelivered: int
    """Events that were waiting when the server closed, and were dropped."""
    lost: int
    """Events that were lost because memory ran out."""
    handler_errors: int
    """Exceptions that handlers raised."""
    stream_waiting: int
    """Events that are now waiting in the streams of asyncio tasks (``async for``)."""
    stream_dropped: int
    """Events that such streams have dropped because they were full."""
    sessions_pending: int
    """Sessions of asyncio's ``authenticate()`` that Steam has not judged yet.

    They include those that have ended before, as long as their verdict may still come: for five
    seconds at most.
    """
    sessions_refused_by_bounds: int
    """Sessions that raised a ``TooManyPendingError``."""
    messages_waiting: int
    """Messages of ``server.sockets`` and ``server.messages`` that wait for asyncio tasks."""
    messages_waiting_bytes: int
    """The bytes in them."""
    messages_held_back: int
    """How often so many waited for a task that the rest was left with Steam.

    Its transport then slows those who send.
    """
