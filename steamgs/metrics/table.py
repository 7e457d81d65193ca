"""The metrics of a server: one table, from which every exporter takes them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from steamgs._core import histogram_bounds
from steamgs.enums import (
    AuthSessionResponse,
    BeginAuthSessionResult,
    DenyReason,
)
from steamgs.later_enums import ConnectionState
from steamgs.metrics.snapshot import Snapshot
from steamgs.steam_enum import SteamEnum

__all__ = ["HISTOGRAMS", "TABLE", "HistogramMetric", "Kind", "Metric", "Sample"]

Sample = tuple[tuple[str, ...], float]
"""The values of a metric's labels, and its value."""


class Kind(enum.Enum):
    """What can be done with a value."""

    COUNTER = "counter"
    """It only grows, until the server object is made anew."""
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric with one value for each combination of its labels."""

    name: str
    """As Prometheus has it, without the ``_total`` of counters."""
    kind: Kind
    help: str
    read: Callable[[Snapshot], Iterable[Sample]]
    labels: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class HistogramMetric:
    """A metric that says how often something took how long, in seconds."""

    name: str
    help: str
    times: Callable[[Snapshot], tuple[tuple[int, ...], float]]
    shortest: float
    """The first bucket that is told; shorter times are counted in it."""
    longest: float
    """The last bucket that is told, besides the one of all times."""

    def buckets(self, snapshot: Snapshot) -> list[tuple[float, int]]:
        """How many times were at most as long as each limit; the last limit is infinite."""
        counts, _ = self.times(snapshot)
        limits = (*histogram_bounds(), float("inf"))
        told, count = [], 0
        for limit, more in zip(limits, counts, strict=True):
            count += more
            if self.shortest <= limit <= self.longest or limit == float("inf"):
                told.append((limit, count))
        return told

    def sum(self, snapshot: Snapshot) -> float:
        """All times together, in seconds."""
        return self.times(snapshot)[1]


def _counter(name: str, help: str, read: Callable[[Snapshot], float], unit: str = "") -> Metric:
    return Metric(name, Kind.COUNTER, help, lambda now: [((), read(now))], unit=unit)


def _gauge(name: str, help: str, read: Callable[[Snapshot], float], unit: str = "") -> Metric:
    return Metric(name, Kind.GAUGE, help, lambda now: [((), read(now))], unit=unit)


def _by_name(counts: Mapping[str, int]) -> Iterator[Sample]:
    return (((name,), count) for name, count in counts.items())


def _by_reason(kind: type[SteamEnum], counts: Mapping[int, int]) -> Iterator[tuple[str, int]]:
    for value, count in counts.items():
        yield (kind(value).name if value >= 0 else "OTHER"), count


def _requests(now: Snapshot) -> Iterator[Sample]:
    for result, count in _by_reason(BeginAuthSessionResult, now.measured.requests):
        yield (result,), count


def _verdicts(now: Snapshot) -> Iterator[Sample]:
    for response, count in _by_reason(AuthSessionResponse, now.measured.responses):
        yield ("accepted" if response == "OK" else "refused", response), count
    if now.measured.approvals:
        yield ("approved", "OK"), now.measured.approvals
    for verdict, counts in (("denied", now.measured.denials), ("kicked", now.measured.kicks)):
        for reason, count in _by_reason(DenyReason, counts):
            yield (verdict, reason), count


def _calls(now: Snapshot) -> Iterator[Sample]:
    yield ("answered",), now.measured.calls_answered
    yield ("failed",), now.measured.calls_failed
    yield ("cancelled",), now.measured.calls_cancelled


# Those of connections that are open; there are others while Steam closes one.
_OPEN = tuple(state for state in ConnectionState if state > ConnectionState.NONE)


def _connections(now: Snapshot) -> Iterator[Sample]:
    for state in _OPEN:
        yield (state.name,), now.measured.connections.get(state, 0)


TABLE: tuple[Metric, ...] = (
    # The server.
    _gauge("steamgs_running", "Whether the server is started.", lambda now: now.running),
    _gauge("steamgs_logged_on", "Whether it is connected to Steam.", lambda now: now.logged_on),
    _gauge("steamgs_secure", "Whether it runs as VAC secure.", lambda now: now.secure),
    _gauge("steamgs_draining", "Whether it is draining.", lambda now: now.draining),
    _counter("steamgs_warnings", "Warnings of Steam's own.", lambda now: now.counters.warnings),
    # Ticks and events.
    _counter("steamgs_ticks", "Ticks of Steam.", lambda now: now.counters.ticks),
    Metric(
        "steamgs_events",
        Kind.COUNTER,
        "Events that were delivered, whether anybody listened or not.",
        lambda now: _by_name(now.counters.events),
        ("signal",),
    ),
    _gauge(
        "steamgs_queue_depth",
        "Events that wait to be delivered.",
        lambda now: now.measured.queue_waiting,
    ),
    _gauge(
        "steamgs_queue_high_water",
        "The most events that have waited at once.",
        lambda now: now.counters.queue_high_water,
    ),
    _gauge(
        "steamgs_longest_batch",
        "The most events that were delivered at once.",
        lambda now: now.counters.longest_batch,
    ),
    _counter(
        "steamgs_events_undelivered",
        "Events that were waiting when the server closed.",
        lambda now: now.counters.undelivered,
    ),
    _counter(
        "steamgs_events_lost",
        "Events for which there was no memory.",
        lambda now: now.counters.lost,
    ),
    _counter(
        "steamgs_pump_wakes",
        "How often the pump has woken whoever delivers.",
        lambda now: now.counters.pump_wakes,
    ),
    _gauge(
        "steamgs_stream_waiting",
        "Events that wait in streams of asyncio.",
        lambda now: now.counters.stream_waiting,
    ),
    _counter(
        "steamgs_stream_dropped",
        "Events that full streams have dropped.",
        lambda now: now.counters.stream_dropped,
    ),
    _counter(
        "steamgs_handler_errors",
        "Exceptions that handlers raised.",
        lambda now: now.counters.handler_errors,
    ),
    _counter(
        "steamgs_slow_handlers",
        "Calls of handlers that took longer than slow_handler_seconds.",
        lambda now: now.measured.slow_handlers,
    ),
    # Players.
    _gauge("steamgs_players", "Players who have been let in.", lambda now: now.players),
    Metric(
        "steamgs_sessions",
        Kind.GAUGE,
        "Open sessions, judged or not, by how they began.",
        lambda now: _by_name(now.measured.sessions),
        ("kind",),
    ),
    _gauge(
        "steamgs_sessions_unjudged",
        "Open sessions that Steam has not judged yet; bots are never judged.",
        lambda now: now.measured.sessions_unjudged,
    ),
    _gauge(
        "steamgs_sessions_pending",
        "Sessions of authenticate() that wait for Steam's verdict.",
        lambda now: now.counters.sessions_pending,
    ),
    _counter(
        "steamgs_sessions_refused_by_bounds",
        "Players who were refused because too many waited.",
        lambda now: now.counters.sessions_refused_by_bounds,
    ),
    Metric(
        "steamgs_session_requests",
        Kind.COUNTER,
        "Tickets that were given to Steam, by what it said at once.",
        _requests,
        ("result",),
    ),
    Metric(
        "steamgs_verdicts",
        Kind.COUNTER,
        "What Steam said about players, with the reason.",
        _verdicts,
        ("verdict", "reason"),
    ),
    # Calls.
    _gauge(
        "steamgs_calls_waiting",
        "Calls that wait for Steam's answer.",
        lambda now: now.measured.calls_waiting,
    ),
    Metric("steamgs_calls", Kind.COUNTER, "Calls that have ended.", _calls, ("outcome",)),
    # Sockets.
    Metric(
        "steamgs_connections",
        Kind.GAUGE,
        "Open connections, by their state as of the events that were delivered.",
        _connections,
        ("state",),
    ),
    _counter(
        "steamgs_messages_received",
        "Messages that were taken from Steam.",
        lambda now: now.measured.received[0],
    ),
    _counter(
        "steamgs_messages_received_bytes",
        "The bytes in them.",
        lambda now: now.measured.received[1],
        "By",
    ),
    _counter(
        "steamgs_messages_sent",
        "Messages that Steam has taken to send.",
        lambda now: now.measured.sent[0],
    ),
    _counter(
        "steamgs_messages_sent_bytes",
        "The bytes in them.",
        lambda now: now.measured.sent[1],
        "By",
    ),
    _counter(
        "steamgs_messages_refused",
        "Messages that Steam has not taken, mostly as too many wait for the same connection.",
        lambda now: now.measured.not_sent[0],
    ),
    _gauge(
        "steamgs_messages_waiting",
        "Messages that wait for tasks of asyncio.",
        lambda now: now.counters.messages_waiting,
    ),
    _gauge(
        "steamgs_messages_waiting_bytes",
        "The bytes in them.",
        lambda now: now.counters.messages_waiting_bytes,
        "By",
    ),
    _counter(
        "steamgs_messages_held_back",
        "How often so many waited for a task that the rest was left with Steam.",
        lambda now: now.counters.messages_held_back,
    ),
    _gauge(
        "steamgs_connections_in_bytes_per_second",
        "What all connections receive in a second.",
        lambda now: now.measured.traffic[0],
        "By/s",
    ),
    _gauge(
        "steamgs_connections_out_bytes_per_second",
        "What all connections send in a second.",
        lambda now: now.measured.traffic[1],
        "By/s",
    ),
    _gauge(
        "steamgs_connections_waiting_bytes",
        "What waits to be sent on all connections.",
        lambda now: now.measured.traffic[2],
        "By",
    ),
)
"""Counters and gauges."""

HISTOGRAMS: tuple[HistogramMetric, ...] = (
    HistogramMetric(
        "steamgs_tick_duration_seconds",
        "How long Steam takes for a tick.",
        lambda now: now.measured.tick_duration,
        1e-5,
        1.0,
    ),
    HistogramMetric(
        "steamgs_tick_lateness_seconds",
        "How much later than intended ticks begin.",
        lambda now: now.measured.tick_lateness,
        1e-5,
        1.0,
    ),
    HistogramMetric(
        "steamgs_delivery_seconds",
        "How long the handlers of a batch of events take.",
        lambda now: now.measured.delivery,
        1e-5,
        1.0,
    ),
    HistogramMetric(
        "steamgs_verdict_seconds",
        "From a player's ticket to Steam's verdict.",
        lambda now: now.measured.verdict,
        1e-3,
        30.0,
    ),
)
"""Times."""
