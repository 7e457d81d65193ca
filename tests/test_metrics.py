"""Metrics: what a scrape says is what has happened."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families

import steamgs
import steamgs.asyncio
from conftest import LOOPS, MakeServer
from fronts import library_of
from scraping import Scrape, kick, log_on, run_until
from steamgs.metrics import Collector
from steamgs.metrics.table import HISTOGRAMS
from steamgs.simulator import Simulator, make_ticket

ALICE = 76561197960287930
STORM = 10_000


@pytest.fixture
def server(make_server: MakeServer) -> steamgs.GameServer:
    return make_server()


def wait_until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        time.sleep(0.001)


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
    assert now("sessions_unjudged") == 4
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
    assert now("sessions_unjudged") == 0
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
