"""Several threads at once: Valve's dispatcher has no locks, so steamgs must have them."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

import steamgs
from payloads import payload
from steamgs.simulator import Simulator, make_ticket
from together import together

ALICE = 76561197960287930
CLAN = 103582791429521408


pytestmark = pytest.mark.usefixtures("eager_switches")


def test_many_threads_pumping_deliver_each_event_once(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    total = 5_000
    numbers: list[int] = []
    online.client_kick.connect(lambda event: numbers.append(event.steam_id))
    done = threading.Event()

    def produce() -> None:
        for number in range(1, total + 1):
            sim.post(203, payload("client_kick", number, 0))
        deadline = time.monotonic() + 30
        while len(numbers) < total and time.monotonic() < deadline:
            time.sleep(0.001)
        done.set()

    def pump() -> None:
        while not done.is_set():
            online.run_callbacks()

    together(produce, pump, pump, pump)
    assert numbers == list(range(1, total + 1))


def test_calls_from_threads_while_another_pumps(online: steamgs.GameServer, sim: Simulator) -> None:
    done = threading.Event()
    futures: list[steamgs.Call[Any]] = []
    active = 3
    lock = threading.Lock()

    def pump() -> None:
        while not done.is_set() or not all(future.done() for future in futures):
            online.run_callbacks()

    def call(offset: int) -> None:
        nonlocal active
        for number in range(1000):
            steam_id = ALICE + offset * 1000 + number
            futures.append(online.compute_new_player_compatibility(steam_id))
            online.begin_auth_session(make_ticket(steam_id, 480), steam_id)
            online.set_key_value("number", str(number))
            online.end_auth_session(steam_id)
        with lock:
            active -= 1
            if active == 0:
                done.set()

    together(pump, lambda: call(0), lambda: call(1), lambda: call(2))
    assert len({future.result(0).steam_id for future in futures}) == 3000
    assert online.sessions == {}
    assert sim.server.sessions == ()


def test_handlers_come_and_go_from_other_threads(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    done = threading.Event()
    steady: list[int] = []
    online.client_kick.connect(lambda event: steady.append(event.steam_id))

    def churn() -> None:
        while not done.is_set():
            handlers = [lambda _: None for _ in range(8)]
            for handler in handlers:
                online.client_kick.connect(handler)
            for handler in handlers:
                online.client_kick.disconnect(handler)

    def pump() -> None:
        for number in range(1, 3001):
            sim.post(203, payload("client_kick", number, 0))
            online.run_callbacks()
        done.set()

    together(churn, churn, pump)
    assert steady == list(range(1, 3001))
    assert len(online.client_kick.handlers) == 1


def test_closing_while_other_threads_are_busy(online: steamgs.GameServer, sim: Simulator) -> None:
    def pump() -> None:
        try:
            while True:
                sim.post(203, payload("client_kick", 1, 0), count=10)
                online.run_callbacks()
        except steamgs.NotRunningError:
            pass

    def call() -> None:
        try:
            while True:
                online.set_map_name("map")
                online.associate_with_clan(CLAN)
        except (steamgs.NotRunningError, steamgs.NotLoggedOnError, steamgs.CallFailedError):
            pass

    def close() -> None:
        time.sleep(0.05)
        online.close()

    together(pump, call, call, close, close)
    assert not online.running
    with online:
        assert online.running


def test_while_one_thread_delivers_another_returns_at_once(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    inside, release = threading.Event(), threading.Event()

    def slow(_: steamgs.ClientKick) -> None:
        inside.set()
        assert release.wait(30)

    online.client_kick.connect(slow)
    sim.post(203, payload("client_kick", 1, 0))

    def other() -> None:
        assert inside.wait(30)
        sim.post(203, payload("client_kick", 2, 0))
        assert online.run_callbacks() == 0
        release.set()

    together(online.run_callbacks, other)
    assert online.run_callbacks() == 1
