"""Metrics for OpenTelemetry, by the observable instruments of a meter."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from opentelemetry.metrics import CallbackOptions, Meter, Observation

from steamgs.metrics import snapshot
from steamgs.metrics.table import HISTOGRAMS, TABLE, HistogramMetric, Kind, Metric
from steamgs.server import GameServer

__all__ = ["observe"]

# All instruments of one collection are to tell of the same moment.
_SAME_MOMENT_SECONDS = 0.1

_Callback = Callable[[CallbackOptions], Iterator[Observation]]


def observe(server: GameServer, meter: Meter, *, tick_interval: float | None = None) -> None:
    """Let a meter of OpenTelemetry observe a server.

    ::

        steamgs.metrics.observe(server, opentelemetry.metrics.get_meter("mygame"))

    The instruments are called as Prometheus' metrics are, with points: ``steamgs.ticks``. Times are
    three counters each, as OpenTelemetry has no histogram that is observed: ``.count``, ``.sum`` in
    seconds, and ``.bucket`` with the attribute ``le``.

    :param tick_interval: as for :class:`Collector`.
    """
    snapshot.enable(server, tick_interval)
    moment = _Moment(server)
    for metric in TABLE:
        create = (
            meter.create_observable_counter
            if metric.kind is Kind.COUNTER
            else meter.create_observable_gauge
        )
        create(_name(metric.name), [_values(moment, metric)], metric.unit, metric.help)
    for histogram in HISTOGRAMS:
        _observe_times(meter, moment, histogram)


class _Moment:
    """The server as it is now, for all who ask at about the same time."""

    def __init__(self, server: GameServer) -> None:
        self._server = server
        self._taken = -_SAME_MOMENT_SECONDS
        self._last: snapshot.Snapshot | None = None

    def now(self) -> snapshot.Snapshot:
        if self._last is None or time.monotonic() - self._taken >= _SAME_MOMENT_SECONDS:
            self._last = snapshot.take(self._server)
            self._taken = time.monotonic()
        return self._last


def _name(name: str) -> str:
    return "steamgs." + name.removeprefix("steamgs_").removesuffix("_seconds")


def _values(moment: _Moment, metric: Metric) -> _Callback:
    def observe(_: CallbackOptions) -> Iterator[Observation]:
        for labels, value in metric.read(moment.now()):
            yield Observation(value, dict(zip(metric.labels, labels, strict=True)))

    return observe


def _observe_times(meter: Meter, moment: _Moment, metric: HistogramMetric) -> None:
    def count(_: CallbackOptions) -> Iterator[Observation]:
        yield Observation(metric.buckets(moment.now())[-1][1])

    def total(_: CallbackOptions) -> Iterator[Observation]:
        yield Observation(metric.sum(moment.now()))

    def buckets(_: CallbackOptions) -> Iterator[Observation]:
        for limit, number in metric.buckets(moment.now()):
            yield Observation(number, {"le": str(limit)})

    name = _name(metric.name)
    meter.create_observable_counter(f"{name}.count", [count], "", metric.help)
    meter.create_observable_counter(f"{name}.sum", [total], "s", metric.help)
    meter.create_observable_counter(f"{name}.bucket", [buckets], "", metric.help)
