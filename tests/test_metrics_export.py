"""Metrics as they are exported: to Prometheus, OpenTelemetry and Grafana."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import prometheus_client
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from prometheus_client.parser import text_string_to_metric_families

import steamgs
from conftest import ROOT, MakeServer
from scraping import Scrape, log_on
from steamgs.metrics import observe
from steamgs.metrics.table import HISTOGRAMS, TABLE, Kind, Metric


@pytest.fixture
def server(make_server: MakeServer) -> steamgs.GameServer:
    return make_server()


def test_prometheus_scrapes_it(server: steamgs.GameServer) -> None:
    scrape = Scrape(server)
    server.start()
    http, thread = prometheus_client.start_http_server(0, "127.0.0.1", scrape.registry)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{http.server_port}/metrics") as answer:
            text = answer.read().decode()
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
    families = {one.name: one for one in text_string_to_metric_families(text)}
    for metric in TABLE:
        assert families[metric.name].type == metric.kind.value
        assert f"# HELP {exported(metric)} {metric.help}" in text
    for histogram in HISTOGRAMS:
        assert families[histogram.name].type == "histogram"


def points(reader: InMemoryMetricReader) -> Iterator[tuple[str, dict[str, Any], float]]:
    data = reader.get_metrics_data()
    assert data is not None
    for resource in data.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                for point in metric.data.data_points:
                    yield metric.name, dict(point.attributes or {}), point.value  # type: ignore[union-attr]


def test_opentelemetry_gets_the_same(server: steamgs.GameServer) -> None:
    scrape = Scrape(server)
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    observe(server, provider.get_meter("steamgs"))
    server.start()
    log_on(server)
    found = {
        (name, *sorted(attributes.items())): value for name, attributes, value in points(reader)
    }
    now = scrape()
    assert found["steamgs.ticks",] == now("ticks_total")
    assert found["steamgs.logged_on",] == 1
    assert found["steamgs.events", ("signal", "server_connected")] == 1
    assert found["steamgs.tick_duration.count",] == now("tick_duration_seconds_count")
    assert found["steamgs.tick_duration.sum",] == pytest.approx(now("tick_duration_seconds_sum"))
    assert found["steamgs.tick_duration.bucket", ("le", "inf")] == now("ticks_total")
    names = {name for name, *_ in found}
    for metric in TABLE:
        if list(metric.labels) in ([], ["signal"], ["kind"], ["outcome"]):
            assert "steamgs." + metric.name.removeprefix("steamgs_") in names
    provider.shutdown()


def exported(metric: Metric) -> str:
    """The name by which Prometheus stores it."""
    return f"{metric.name}_total" if metric.kind is Kind.COUNTER else metric.name


def test_names_are_as_prometheus_wants_them() -> None:
    names = [metric.name for metric in TABLE] + [metric.name for metric in HISTOGRAMS]
    helps = [metric.help for metric in TABLE] + [metric.help for metric in HISTOGRAMS]
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"steamgs(_[a-z]+)+", name)
        assert not name.endswith(("_total", "_count", "_sum", "_bucket"))
    assert all(text.endswith(".") for text in helps)


def test_the_page_lists_them_all() -> None:
    page = (ROOT / "docs" / "guide" / "metrics.md").read_text("utf-8")
    listed = re.findall(r"^\| `(steamgs_\w+)` \| (\w+) \|", page, re.MULTILINE)
    expected = [
        (f"{metric.name}_total", "counter") for metric in TABLE if metric.kind is Kind.COUNTER
    ]
    expected += [(metric.name, "gauge") for metric in TABLE if metric.kind is Kind.GAUGE]
    expected += [(metric.name, "histogram") for metric in HISTOGRAMS]
    assert sorted(listed) == sorted(expected)


def test_the_dashboard_shows_what_there_is() -> None:
    dashboard = json.loads((ROOT / "deploy" / "grafana" / "steamgs.json").read_text("utf-8"))
    shown = " ".join(
        target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])
    )
    known = {f"{m.name}_total" if m.kind is Kind.COUNTER else m.name for m in TABLE}
    known |= {f"{one.name}_{part}" for one in HISTOGRAMS for part in ("bucket", "sum", "count")}
    used = set(re.findall(r"\bsteamgs_\w+", shown))
    assert used <= known
    left = {
        name.removesuffix("_bucket")
        for name in known - used
        if not name.endswith(("_sum", "_count"))
    }
    assert left == set()
    labels = {label for metric in TABLE for label in metric.labels}
    for names in re.findall(r"by \(([^)]*)\)", shown):
        assert set(names.split(", ")) <= labels | {"le", "instance"}
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in dashboard["panels"]]
    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(places)
