"""What a server measures where metrics are wanted: see :mod:`steamgs.metrics`."""

from __future__ import annotations

from steamgs.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Measurements"]


class Measurements(NamedTuple):
    """Times and counts; times are ``(the count of each bucket, the sum in seconds)``."""

    tick_duration: tuple[tuple[int, ...], float]
    tick_lateness: tuple[tuple[int, ...], float]
    delivery: tuple[tuple[int, ...], float]
    """How long the handlers of a batch of events took."""
    verdict: tuple[tuple[int, ...], float]
    """From a player's ticket to Steam's verdict."""
    requests: Mapping[int, int]
    """How often Steam was asked about a player, by the ``BeginAuthSessionResult``."""
    responses: Mapping[int, int]
    """What Steam said about tickets, by the ``AuthSessionResponse``."""
    approvals: int
    denials: Mapping[int, int]
    """By the ``DenyReason``, as kicks."""
    kicks: Mapping[int, int]
    queue_waiting: int
    """Events that have been published and not been taken."""
    sessions: Mapping[str, int]
    """The open sessions, by their kind."""
    sessions_unjudged: int
    """Of how many of them Steam has not said yet whether they may play."""
    calls_waiting: int
    calls_answered: int
    calls_failed: int
    calls_cancelled: int
    slow_handlers: int
    """Calls of handlers that took longer than ``slow_handler_seconds``."""
    connections: Mapping[int, int]
    """Open connections of ``server.sockets``, by the ``ConnectionState``."""
    traffic: tuple[float, float, int]
    """What they receive and send in a second, and what waits to be sent: bytes, as Steam says."""
    received: tuple[int, int]
    """Messages that were taken from Steam, and their bytes, as what follows."""
    sent: tuple[int, int]
    """What Steam has taken."""
    not_sent: tuple[int, int]
    """What Steam has not taken."""
