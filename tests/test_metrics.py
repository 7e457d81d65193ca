"""Metrics: what a scrape says is what has happened."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import prometheus_client
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from prometheus_client.parser import text_string_to_metric_families

import steamgs
import steamgs.asyncio
from conftest import LOOPS, ROOT, MakeServer
from fronts import library_of
from payloads import payload
from steamgs.metrics import Collector, observe
from steamgs.metrics.table import HISTOGRAMS, TABLE, Kind, Metric
from steamgs.simulator import Simulator, make_ticket

ALICE = 76561197960287930
STORM = 10_000
Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


class Scrape:
    """What Prometheus would get, by name and labels."""

    def __init__(self, server: steamgs.GameServer, **options: Any) -> None:
        self.registry = prometheus_client.CollectorRegistry()
        self.registry.register(Collector(server, **options))

    def text(self) -> str:
        return prometheus_client.generate_latest(self.registry).decode()

    def __call__(self) -> Callable[..., float]:
        values: Values = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(self.text())
            for sample in family.samples
        }

        def value(name: str, **labels: str) -> float:
            return values.get((f"steamgs_{name}", frozenset(labels.items())), 0.0)

        return value


@pytest.fixture
def server(make_server: MakeServer) -> steamgs.GameServer:
    return make_server()


def run_until(server: steamgs.GameServer, done: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end
        server.run_callbacks()


def kick(sim: Simulator, player: int, count: int = 1) -> None:
    sim.post(203, payload("client_kick", player, steamgs.DenyReason.GENERIC), count)


def wait_until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        time.sleep(0.001)


def log_on(server: steamgs.GameServer) -> None:
    server.log_on_anonymous()
    run_until(server, lambda: server.logged_on)


def test_a_server_from_before_its_start_to_its_end(server: steamgs.GameServer) -> None:
    scrape = Scrape(server)
    assert scrape()("running") == 0
    server.start()
    log_on(server)
    now = scrape()
    assert (now("running"), now("logged_on")) == (1, 1)
    assert now("secure") == server.secure
    counters = server.counters()
    assert now("ticks_total") == counters.ticks == now("tick_duration_seconds_count")
    for signal, count in counters.events.items():
        assert now("events_total", signal=signal) == count
    assert now("events_total", signal="server_connected") == 1
    assert now("calls_total", outcome="answered") == 1
    server.close()
    now = scrape()
    assert (now("running"), now("logged_on")) == (0, 0)
    assert now("ticks_total") == counters.ticks


def test_sessions_by_kind_and_reason(server: steamgs.GameServer, sim: Simulator) -> None:
    scrape = Scrape(server)
    server.start()
    log_on(server)
    for number in range(4):
        server.begin_auth_session(make_ticket(ALICE + number, 480), ALICE + number)
    with pytest.raises(steamgs.AuthSessionError):
        server.begin_auth_session(b"nonsense", ALICE + 9)
    with pytest.raises(steamgs.AuthSessionError):
        server.begin_auth_session(make_ticket(ALICE, 480), ALICE)
    server.create_unauthenticated_user_connection()
    now = scrape()
    assert now("sessions", kind="ticket") == 4
    assert now("sessions", kind="bot") == 1
    assert now("session_requests_total", result="OK") == 4
    assert now("session_requests_total", result="INVALID_TICKET") == 1
    assert now("session_requests_total", result="DUPLICATE_REQUEST") == 1
    server.end_auth_session(ALICE + 3)  # before its verdict, perhaps
    run_until(server, lambda: scrape()("verdict_seconds_count") >= 3)
    sim.add_user(ALICE).vac_ban()
    kick(sim, ALICE + 1)
    server.run_callbacks()
    server.run_callbacks()
    now = scrape()
    assert now("verdicts_total", verdict="accepted", reason="OK") >= 3
    assert now("verdict_seconds_count") == 3
    assert now("verdicts_total", verdict="refused", reason="VAC_BANNED") == 1
    assert now("verdicts_total", verdict="kicked", reason="GENERIC") == 1


def test_histograms_are_cumulative(server: steamgs.GameServer) -> None:
    scrape = Scrape(server, tick_interval=0.001)
    server.start()
    for _ in range(3):
        server.run_callbacks()
        time.sleep(0.02)
    families = {one.name: one for one in text_string_to_metric_families(scrape.text())}
    for metric in HISTOGRAMS:
        samples = families[metric.name].samples
        buckets = [one.value for one in samples if one.name.endswith("_bucket")]
        limits = [float(one.labels["le"]) for one in samples if one.name.endswith("_bucket")]
        assert buckets == sorted(buckets)
        assert limits == sorted(limits)
        assert limits[-1] == float("inf")
        (count,) = (one.value for one in samples if one.name.endswith("_count"))
        assert count == buckets[-1]
    now = scrape()
    # Two ticks were 19 ms late; how late the first one was, nobody can say.
    assert now("tick_lateness_seconds_count") == 2
    assert now("tick_lateness_seconds_bucket", le="0.01") == 0
    assert 0.038 <= now("tick_lateness_seconds_sum") < 5


def test_the_pump_says_how_late_it_is(server: steamgs.GameServer) -> None:
    scrape = Scrape(server)
    server.start()
    server.start_pump(0.001)
    wait_until(lambda: scrape()("tick_lateness_seconds_count") >= 20)
    server.stop_pump()
    now = scrape()
    assert now("tick_lateness_seconds_count") <= now("ticks_total")
    assert 0 <= now("tick_lateness_seconds_sum") < 5


@pytest.mark.parametrize("interval", [0, -1, 61, float("nan")])
def test_intervals_that_are_none(server: steamgs.GameServer, interval: float) -> None:
    with pytest.raises(ValueError, match="tick_interval must be"):
        Collector(server, tick_interval=interval)


def test_without_a_collector_nothing_is_measured(server: steamgs.GameServer) -> None:
    server.start()
    log_on(server)
    measured = steamgs._core.measurements(server)
    assert sum(measured.tick_duration[0]) == 0
    assert measured.responses == {}
    assert measured.calls_answered == 1  # which is counted anyway


def test_what_waits(server: steamgs.GameServer, sim: Simulator) -> None:
    scrape = Scrape(server)
    server.start()
    log_on(server)
    server.start_pump(0.001)
    kick(sim, ALICE, 50)
    wait_until(lambda: scrape()("queue_depth") >= 50)
    server.stop_pump()
    server.run_callbacks()
    now = scrape()
    assert now("queue_depth") == 0
    assert now("queue_high_water") >= 50
    assert now("longest_batch") >= 50
    assert now("delivery_seconds_count") == server.counters().batches


def test_calls(server: steamgs.GameServer, sim: Simulator) -> None:
    scrape = Scrape(server)
    server.start()
    log_on(server)
    server.associate_with_clan(103582791429521409)
    assert scrape()("calls_waiting") == 1
    run_until(server, lambda: scrape()("calls_waiting") == 0)
    server.associate_with_clan(103582791429521409).cancel()
    server.associate_with_clan(103582791429521409)
    server.close()
    now = scrape()
    assert now("calls_total", outcome="answered") == 2  # with the logon
    assert now("calls_total", outcome="cancelled") == 1
    assert now("calls_total", outcome="failed") == 1


def test_connections(server: steamgs.GameServer) -> None:
    scrape = Scrape(server)
    server.start()
    one, other = server.sockets.socket_pair()
    one.send(b"x" * 1000)
    now = scrape()
    assert now("connections", state="CONNECTED") == 2
    one.close()
    run_until(server, lambda: scrape()("connections", state="CONNECTED") == 0)
    assert scrape()("connections", state="CLOSED_BY_PEER") == 1
    other.close()
    assert scrape()("connections", state="CLOSED_BY_PEER") == 0


def test_the_traffic_of_all_connections_together(server: steamgs.GameServer) -> None:
    scrape = Scrape(server)
    server.start()
    pairs = [server.sockets.socket_pair() for _ in range(600)]  # more than are asked at once
    for one, _ in (pairs[0], pairs[300], pairs[-1]):
        with pytest.raises(steamgs.SendLimitError):
            while True:
                one.send(b"z" * 500_000)
    now = scrape()
    statuses = [connection.status() for connection in server.sockets.connections]
    waiting = sum(status.pending_reliable + status.pending_unreliable for status in statuses)
    assert now("connections_waiting_bytes") == waiting > 0
    assert now("connections", state="CONNECTED") == len(statuses) == 1200
    server.close()
    assert scrape()("connections_waiting_bytes") == 0


def test_messages_are_counted_when_steam_takes_and_gives_them(server: steamgs.GameServer) -> None:
    server.start()
    one, other = server.sockets.socket_pair()
    one.send(b"before anybody counts")
    assert len(other.receive()) == 1
    scrape = Scrape(server)
    one.send(b"x" * 1000)
    one.send(memoryview(b"abc"), reliable=False)
    server.sockets.send_many([(one, b"12"), (other, bytearray(b"345"))])
    server.sockets.broadcast([one, other], b"y" * 400)
    now = scrape()
    assert (now("messages_sent_total"), now("messages_sent_bytes_total")) == (6, 1808)
    assert now("messages_received_total") == 0
    assert len(one.receive()) == 2
    group = server.sockets.create_poll_group()
    group.add(other)
    assert len(group.receive()) == 4
    now = scrape()
    assert (now("messages_received_total"), now("messages_received_bytes_total")) == (6, 1808)
    assert now("messages_refused_total") == 0
    with pytest.raises(steamgs.SendLimitError):
        while True:
            one.send(b"z" * 500_000)
    other.close()
    server.sockets.broadcast([other], b"")
    assert scrape()("messages_refused_total") == 2


def test_messages_that_ticks_receive_are_counted(front: str) -> None:
    async def main() -> None:
        with Simulator() as sim:
            server = steamgs.asyncio.GameServer(
                480, query_port=0, library=library_of(front), steamclient=sim
            )
            scrape = Scrape(server)
            async with server:
                one, other = server.sockets.socket_pair()
                group = server.sockets.create_poll_group()
                group.add(other)
                server.sockets.send_many([(one, b"12345")] * 10)
                count = 0
                async for batch in group:
                    count += len(batch)
                    if count == 10:
                        break
                one.send(b"the last one")
                assert (await anext(other)).data == b"the last one"
                now = scrape()
                assert now("messages_received_total") == 11
                assert now("messages_received_bytes_total") == 50 + len("the last one")

    asyncio.run(main())


def test_the_time_to_a_verdict_in_the_older_flow(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    scrape = Scrape(server)
    server.start()
    log_on(server)
    for number in range(4):
        user = sim.add_user(ALICE + number, licenses=(480,) if number else ())
        server.send_user_connect_and_authenticate("127.0.0.1", user.connect_blob())
    server.send_user_disconnect(ALICE + 3)
    run_until(server, lambda: scrape()("verdict_seconds_count") >= 3)
    now = scrape()
    assert now("verdicts_total", verdict="approved", reason="OK") >= 2
    assert now("verdicts_total", verdict="denied", reason="NO_LICENSE") == 1
    assert now("verdict_seconds_count") == 3
    assert 0 < now("verdict_seconds_sum") < 5


# A storm, scraped while it blows.


@pytest.mark.parametrize("loop", LOOPS)
def test_a_scrape_during_a_storm(loop: str, front: str) -> None:
    async def main() -> None:
        with Simulator(seed=1) as sim:
            server = steamgs.asyncio.GameServer(
                480,
                query_port=steamgs.QUERY_PORT_SHARED,
                library=library_of(front),
                steamclient=sim,
                max_pending_sessions=STORM - 100,
                max_pending_per_address=None,
            )
            scrape = Scrape(server)
            async with server:
                await server.log_on_anonymous(timeout=30)
                tasks: list[asyncio.Task[None]] = []
                admitted, refused, bounded = await storm(server, sim, scrape, tasks)
                now = scrape()
                assert (admitted, refused, bounded) == told(now)
                assert now("sessions", kind="ticket") == admitted == len(server.sessions)
                assert now("players") == admitted
                assert now("sessions_pending") == 0
                assert now("verdict_seconds_count") == admitted + refused
                assert now("events_total", signal="validate_auth_ticket_response") == (
                    admitted + refused
                )
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            now = scrape()
            assert now("sessions", kind="ticket") == 0
            assert told(now) == (admitted, refused, bounded)

    factory = None
    if loop == "uvloop":
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main())


def told(now: Callable[..., float]) -> tuple[float, float, float]:
    """Who was admitted, refused by Steam, and refused because too many waited."""
    refused = now("verdicts_total", verdict="refused", reason="VAC_BANNED")
    return (
        now("verdicts_total", verdict="accepted", reason="OK"),
        refused,
        now("sessions_refused_by_bounds_total"),
    )


async def storm(
    server: steamgs.asyncio.GameServer,
    sim: Simulator,
    scrape: Scrape,
    tasks: list[asyncio.Task[None]],
) -> tuple[int, int, int]:
    """Every hundredth player is banned. Scrapes go on meanwhile, in a thread of their own.

    Who is admitted plays on: ``tasks`` are the players.
    """
    results = {"in": 0, "refused": 0, "bounded": 0}
    seen: list[tuple[float, float]] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            now = scrape()
            pending = now("sessions_pending")
            seen.append((sum(told(now)), pending))

    async def play(number: int) -> None:
        player = ALICE + number
        try:
            async with server.authenticate(player, make_ticket(player, 480), timeout=60):
                results["in"] += 1
                await asyncio.Event().wait()
        except steamgs.TooManyPendingError:
            results["bounded"] += 1
        except steamgs.AuthSessionError:
            results["refused"] += 1

    for number in range(0, STORM, 100):
        sim.add_user(ALICE + number, vac_banned=True)
    watcher = threading.Thread(target=look)
    watcher.start()
    tasks.extend(asyncio.create_task(play(number)) for number in range(STORM))
    try:
        async with asyncio.timeout(120):
            while sum(results.values()) < STORM:
                await asyncio.sleep(0.01)
    finally:
        over.set()
        await asyncio.to_thread(watcher.join)
    assert len(seen) > 1
    totals = [total for total, _ in seen]
    assert totals == sorted(totals)
    found = results["in"], results["refused"], results["bounded"]
    assert told(scrape()) == found
    return found


# Handlers that take too long.


def slow(event: object) -> None:
    time.sleep(0.05)


def test_slow_handlers_are_named(
    server: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    scrape = Scrape(server)
    server.start()
    log_on(server)
    server.client_kick.connect(slow)
    assert server.slow_handler_seconds is None
    server.slow_handler_seconds = 0.01
    assert server.slow_handler_seconds == 0.01
    with caplog.at_level(logging.WARNING, "steamgs"):
        kick(sim, ALICE, 2)
        server.run_callbacks()
    (record,) = (one for one in caplog.records if "took" in one.message)  # one a second
    assert re.fullmatch(r"<function slow at .*> took 0\.\d+ s for a ClientKick", record.message)
    assert record.__dict__["reason"] == "slow_handler"
    assert record.__dict__["seconds"] >= 0.05
    assert scrape()("slow_handlers_total") == 2
    server.slow_handler_seconds = None
    kick(sim, ALICE)
    server.run_callbacks()
    assert scrape()("slow_handlers_total") == 2


def test_watched_handlers_are_as_others(server: steamgs.GameServer, sim: Simulator) -> None:
    """Of a player, once, one that raises: errors name the handler that was connected."""
    server.slow_handler_seconds = 5.0
    errors: list[object] = []
    heard: list[str] = []

    def bad(event: steamgs.ClientKick) -> None:
        raise RuntimeError

    server.on_handler_error = lambda error, event, handler: errors.append(handler)
    server.client_kick.connect(bad)
    server.client_kick.once(lambda event: heard.append("once"))
    server.client_kick.of(ALICE).connect(lambda event: heard.append("player"))
    server.client_kick.of(ALICE).connect(lambda event: heard.append("again"))
    server.start()
    log_on(server)
    kick(sim, ALICE, 2)
    server.run_callbacks()
    assert heard == ["once", "player", "again", "player", "again"]
    assert errors == [bad, bad]
    assert server.client_kick.handlers == (bad,)
    server.client_kick.disconnect(bad)
    server.slow_handler_seconds = None
    kick(sim, ALICE)
    server.run_callbacks()
    assert heard[5:] == ["player", "again"]
    assert len(errors) == 2


@pytest.mark.parametrize("wrong", [0, -1.0, 3601, float("nan"), True, "1"])
def test_limits_that_are_none(server: steamgs.GameServer, wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="slow_handler_seconds must be"):
        server.slow_handler_seconds = wrong


# What is exported, and to whom.


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
