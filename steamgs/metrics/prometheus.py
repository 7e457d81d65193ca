"""Metrics for Prometheus. It needs ``pip install 'steamgs[metrics]'``."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector as Base

from steamgs.metrics import snapshot
from steamgs.metrics.table import HISTOGRAMS, TABLE, HistogramMetric, Kind, Metric
from steamgs.server import GameServer

__all__ = ["Collector"]


class Collector(Base):
    """Gives a server's metrics to ``prometheus_client``, whenever they are scraped.

    ::

        prometheus_client.REGISTRY.register(steamgs.metrics.Collector(server))
        prometheus_client.start_http_server(9464, "127.0.0.1")

    From then on the server measures times as well. Counts go on from when the server was made;
    times, and what Steam says about players, from when the first collector was made. It may be made
    before the server is started, and is asked in the thread that answers the scrape.

    :param server: a server of either kind.
    :param tick_interval: seconds between ticks of a program that ticks Steam itself, to measure how
        late they are. The pump, and so asyncio, needs nothing said.
    :raises ValueError: ``tick_interval`` is not from 0 to 60 seconds.
    """

    def __init__(self, server: GameServer, *, tick_interval: float | None = None) -> None:
        snapshot.enable(server, tick_interval)
        self._server = server

    def collect(self) -> Iterator[Family]:
        """Yield all metrics as they are now."""
        now = snapshot.take(self._server)
        for metric in TABLE:
            yield _family(metric, now)
        for histogram in HISTOGRAMS:
            yield _histogram(histogram, now)


def _family(metric: Metric, now: snapshot.Snapshot) -> Family:
    kind = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
    family = kind(metric.name, metric.help, labels=metric.labels)
    for labels, value in metric.read(now):
        family.add_metric(labels, value)
    return family


def _histogram(metric: HistogramMetric, now: snapshot.Snapshot) -> Family:
    buckets = [
        ("+Inf" if limit == float("inf") else str(limit), count)
        for limit, count in metric.buckets(now)
    ]
    family = HistogramMetricFamily(metric.name, metric.help)
    family.add_metric([], buckets, metric.sum(now))
    return family
