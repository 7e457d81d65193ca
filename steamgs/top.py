"""How running servers are doing, by their metrics: ``steamgs top``.

It needs the package ``prometheus_client``, which ``pip install 'steamgs[metrics]'`` installs.
"""

from __future__ import annotations

import http.client
import math
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families

__all__ = ["NoMetricsError", "Scrape", "State", "quantile", "scrape", "state", "url_of"]

_MOST_BYTES = 4 << 20
_CHUNK = 1 << 16
# A larger number counts nothing that a server has.
_MOST = 1e18
_GOOD = ("accepted", "approved")

# Without the environment's proxy, which as a rule can't reach what is asked here.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

Labels = tuple[tuple[str, str], ...]


class NoMetricsError(Exception):
    """There are no metrics of a server to be had there; the message says why."""


@dataclass(frozen=True, slots=True)
class Scrape:
    """All metrics of a server at one moment."""

    seconds: float
    """When, on a clock that only goes forward."""
    values: Mapping[str, Mapping[Labels, float]]
    """By the name of the sample and by its labels."""

    def one(self, name: str) -> float:
        """The sum of a metric's values over all labels."""
        return sum(self.values.get(name, {}).values())


@dataclass(frozen=True, slots=True)
class State:
    """How a server is doing, between two scrapes."""

    running: bool
    logged_on: bool
    draining: bool
    players: int
    queue: int
    """Events that wait to be delivered."""
    ticks: float
    """In a second, as all that follows."""
    events: float
    admitted: float
    turned_away: float
    """Players whom Steam refused or kicked."""
    in_bytes: float
    out_bytes: float
    lateness: float | None
    """How many seconds late the latest of a hundred ticks was, at most; None if there was none."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Why players were turned away since the server began, most frequent first."""


def url_of(place: str) -> str:
    """Where the metrics of ``HOST:PORT`` are, or of a URL.

    :raises ValueError: it is neither.
    """
    if place.startswith(("http://", "https://")):
        return place
    host, colon, port = place.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 1 <= int(port) <= 0xFFFF:
        raise ValueError("must be HOST:PORT or a URL, where the server's metrics are")
    return f"http://{host}:{port}/metrics"


def scrape(url: str, timeout: float) -> Scrape:
    """Read a server's metrics.

    :param timeout: seconds for each step of the connection, and for the whole page.
    :raises NoMetricsError: they are not to be had there.
    """
    deadline = time.monotonic() + timeout
    try:
        with _direct.open(url, timeout=timeout) as answer:
            text = _page(answer, deadline).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:  # it holds the connection
            raise NoMetricsError(f"{error.code} {error.reason}") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        reason = reason.strerror if isinstance(reason, OSError) and reason.strerror else reason
        raise NoMetricsError(str(reason) or type(error).__name__) from None
    values: dict[str, dict[Labels, float]] = {}
    try:
        for name, labels, value in _samples(text):
            values.setdefault(name, {})[labels] = value
    except Exception as error:  # whatever a parser makes of what anybody may have sent
        raise NoMetricsError(f"what it says are no metrics: {error}") from None
    if "steamgs_running" not in values:
        raise NoMetricsError("there are no metrics of steamgs there")
    return Scrape(time.monotonic(), values)


def _page(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """Read an answer, however slowly it comes, but not for longer than that."""
    page = bytearray()
    while part := answer.read1(_CHUNK):
        page += part
        if len(page) > _MOST_BYTES:
            raise ValueError(f"more than {_MOST_BYTES >> 20} MiB")
        if time.monotonic() > deadline:
            raise TimeoutError("timed out")
    return bytes(page)


def _samples(text: str) -> Iterator[tuple[str, Labels, float]]:
    for family in text_string_to_metric_families(text):
        if family.name.startswith("steamgs_"):
            for sample in family.samples:
                if abs(sample.value) <= _MOST:  # which is no infinity, and no NaN
                    yield sample.name, tuple(sorted(sample.labels.items())), sample.value


def state(before: Scrape, now: Scrape) -> State:
    """What two scrapes say; if counts have gone back, the server's program has begun anew."""
    seconds = max(now.seconds - before.seconds, 1e-9)

    def rate(name: str, only: Mapping[Labels, float] | None = None) -> float:
        new, old = now.values.get(name, {}), before.values.get(name, {})
        counted = new if only is None else only
        grown = sum(value - old.get(labels, 0.0) for labels, value in counted.items())
        return (grown if grown >= 0 else sum(counted.values())) / seconds

    verdicts = now.values.get("steamgs_verdicts_total", {})
    good = {labels: n for labels, n in verdicts.items() if _label(labels, "verdict") in _GOOD}
    bad = {labels: n for labels, n in verdicts.items() if labels not in good}
    reasons: dict[str, int] = {}
    for labels, count in sorted(bad.items(), key=lambda item: -item[1]):
        reason = _label(labels, "reason")
        reasons[reason] = reasons.get(reason, 0) + int(count)
    return State(
        running=now.one("steamgs_running") > 0,
        logged_on=now.one("steamgs_logged_on") > 0,
        draining=now.one("steamgs_draining") > 0,
        players=int(now.one("steamgs_players")),
        queue=int(now.one("steamgs_queue_depth")),
        ticks=rate("steamgs_ticks_total"),
        events=rate("steamgs_events_total"),
        admitted=rate("steamgs_verdicts_total", good),
        turned_away=rate("steamgs_verdicts_total", bad),
        in_bytes=now.one("steamgs_connections_in_bytes_per_second"),
        out_bytes=now.one("steamgs_connections_out_bytes_per_second"),
        lateness=_lateness(before, now),
        reasons=reasons,
    )


def _label(labels: Labels, name: str) -> str:
    return dict(labels).get(name, "")


def _lateness(before: Scrape, now: Scrape) -> float | None:
    name = "steamgs_tick_lateness_seconds_bucket"
    old = before.values.get(name, {})
    counts: list[tuple[float, float]] = []
    for labels, count in now.values.get(name, {}).items():
        try:
            limit = float(_label(labels, "le"))
        except ValueError:
            continue
        if not math.isnan(limit):
            counts.append((limit, count - old.get(labels, 0.0)))
    return quantile(sorted(counts), 0.99)


def quantile(buckets: list[tuple[float, float]], share: float) -> float | None:
    """The limit of the bucket that has this share of all; None if there is nothing in any.

    :param buckets: limits and how many were at most that much, in order. If it is only the last
        one, which is infinite, that has the share, the one before it is named.
    """
    if not buckets or buckets[-1][1] <= 0:
        return None
    wanted = share * buckets[-1][1]
    found = next(
        limit for limit, count in buckets if count >= wanted
    )  # the last one, at the latest
    finite = [limit for limit, _ in buckets if limit != float("inf")]
    return found if found != float("inf") else max(finite, default=None)
