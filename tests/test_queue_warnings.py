"""Nothing is dropped while nobody delivers, so the logger ``steamgs`` says how much waits."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import steamgs
import steamgs.asyncio
from conftest import MakeServer, Run
from payloads import payload
from steamgs.simulator import Simulator

MANY = 100_000
KICK = payload("client_kick", 1, 0)


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.001)


def kick(sim: Simulator, count: int) -> None:
    sim.post(203, KICK, count)


def said(caplog: pytest.LogCaptureFixture) -> list[int]:
    """How many events the warnings speak of."""
    texts = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    return [int(text.split()[0]) for text in texts if "events from Steam wait" in text]


def fetch(server: steamgs.GameServer, sim: Simulator, count: int) -> None:
    """Returns when the pump has fetched so many more, in one tick or in several."""
    before = server.counters().queue_high_water
    kick(sim, count)
    eventually(lambda: server.counters().queue_high_water == before + count)


def test_each_doubling_is_said_while_nobody_delivers(
    server: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    server.start_pump(0.001)
    fetch(server, sim, MANY)
    ticks = server.counters().ticks
    eventually(lambda: server.counters().ticks > ticks + 20)
    assert said(caplog) == []
    fetch(server, sim, 1)
    eventually(lambda: said(caplog) == [MANY + 1])
    assert caplog.records[0].name == "steamgs"
    assert caplog.records[0].thread != threading.get_ident()
    fetch(server, sim, MANY - 1)
    fetch(server, sim, 1)
    eventually(lambda: said(caplog) == [MANY + 1, 2 * MANY + 1])
    server.stop_pump()
    kick(sim, 7 * MANY)
    server.start_pump(0.001)  # fetches them in one tick
    eventually(lambda: said(caplog)[2:] == [9 * MANY + 1])
    fetch(server, sim, MANY)
    assert server.run_callbacks() == 10 * MANY + 1
    assert len(said(caplog)) == 3
    assert server.counters().lost == server.counters().undelivered == 0


def test_another_hang_is_said_again(
    server: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    server.start_pump(0.001)
    for hang in range(1, 4):
        kick(sim, MANY + 1)
        eventually(lambda hang=hang: len(said(caplog)) == hang)  # type: ignore[misc]
        assert server.run_callbacks() == MANY + 1
    assert said(caplog) == [MANY + 1] * 3


def test_without_a_pump_the_delivery_says_so(
    server: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    before: list[int] = []
    server.client_kick.once(lambda _: before.extend(said(caplog)))
    kick(sim, MANY)
    assert server.run_callbacks() == MANY
    server.client_kick.once(lambda _: before.extend(said(caplog)))
    kick(sim, 3 * MANY)
    assert server.run_callbacks() == 3 * MANY
    assert before == said(caplog) == [3 * MANY]


def hang_in_on_events(server: steamgs.GameServer, sim: Simulator) -> threading.Event:
    """Has the notifier's thread hang until the event is set."""
    inside, release = threading.Event(), threading.Event()

    def hang() -> None:
        inside.set()
        release.wait(20)

    server.start_pump(0.001, on_events=hang)
    kick(sim, 1)
    assert inside.wait(20)
    return release


def test_a_hanging_on_events_leaves_it_to_the_delivery(
    server: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    release = hang_in_on_events(server, sim)
    fetch(server, sim, MANY)
    assert said(caplog) == []
    assert server.run_callbacks() == MANY + 1
    assert said(caplog) == [MANY + 1]
    release.set()
    server.stop_pump()
    assert said(caplog) == [MANY + 1]


def test_on_events_is_called_beside_warnings(
    server: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[int] = []
    server.start_pump(0.001, on_events=lambda: told.append(threading.get_ident()))
    for hang in range(1, 4):
        kick(sim, MANY + 1)
        eventually(lambda hang=hang: len(told) == len(said(caplog)) == hang)  # type: ignore[misc]
        server.run_callbacks()
    assert {record.thread for record in caplog.records} == set(told)


def test_a_log_handler_that_closes_the_server(
    make_server: MakeServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """It runs on the notifier's thread, which close() therefore does not wait for."""
    for _ in range(3):
        server = make_server().start()
        closed = threading.Event()

        class Closing(logging.Handler):
            def emit(
                self,
                record: logging.LogRecord,
                server: steamgs.GameServer = server,
                closed: threading.Event = closed,
            ) -> None:
                server.close()
                closed.set()

        handler = Closing()
        logging.getLogger("steamgs").addHandler(handler)
        try:
            server.start_pump(0.001)
            kick(sim, MANY + 1)
            assert closed.wait(20)
        finally:
            logging.getLogger("steamgs").removeHandler(handler)
        assert not server.running
        assert server.counters().undelivered == MANY + 1


def test_what_a_log_handler_raises_ends_no_thread(
    server: steamgs.GameServer,
    sim: Simulator,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda raised: unraisable.append(raised.exc_value))
    told: list[None] = []

    def broken(_: logging.LogRecord) -> bool:
        raise RuntimeError("broken")

    monkeypatch.setattr(logging.getLogger("steamgs"), "filters", [broken])
    server.start_pump(0.001, on_events=lambda: told.append(None))
    kick(sim, MANY + 1)
    eventually(lambda: len(told) == len(unraisable) == 1)
    assert server.run_callbacks() == MANY + 1
    kick(sim, 1)
    eventually(lambda: len(told) == 2)


def test_closing_forgets_what_was_not_said(
    make_server: MakeServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    server = make_server().start()
    release = hang_in_on_events(server, sim)
    fetch(server, sim, MANY)
    closing = threading.Thread(target=server.close)
    closing.start()
    release.set()
    closing.join()
    caplog.clear()
    with server:
        kick(sim, 1)
        assert server.run_callbacks() == 1
    assert said(caplog) == []


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_there_is_no_thread_for_it_before(
    server: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    def tasks() -> set[str]:
        return {path.name for path in Path("/proc/self/task").iterdir()}

    # Threads of earlier tests may still be ending.
    before = tasks()

    def started() -> int:
        return len(tasks() - before)

    server.start_pump(0.001)
    fetch(server, sim, MANY)
    assert started() == 1
    fetch(server, sim, 1)
    eventually(lambda: len(said(caplog)) == 1)
    assert started() == 2
    server.start_pump(0.001)  # with nobody to call
    eventually(lambda: started() == 1)
    fetch(server, sim, MANY)
    eventually(lambda: len(said(caplog)) == 2)
    assert started() == 2
    server.stop_pump()
    eventually(lambda: started() == 0)


def test_a_loop_that_hangs(run: Run, sim: Simulator, caplog: pytest.LogCaptureFixture) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        kick(sim, MANY + 1)
        eventually(lambda: said(caplog) == [MANY + 1])  # which keeps the loop busy

    run(main)
