"""The native pump, poll() and run_forever()."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import steamgs
from payloads import payload
from steamgs.simulator import Simulator

KICK = 203


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.001)


def kick(sim: Simulator, *steam_ids: int) -> None:
    for steam_id in steam_ids:
        sim.post(KICK, payload("client_kick", steam_id, 0))


def test_the_pump_ticks_and_handlers_run_where_delivery_is_called(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    seen: list[tuple[int, threading.Thread]] = []
    server.client_kick.connect(
        lambda event: seen.append((event.steam_id, threading.current_thread()))
    )
    server.start_pump(0.001)
    assert server.pump_interval == 0.001
    kick(sim, 1, 2, 3)
    assert server.wait_for_events(20)
    assert seen == []
    eventually(lambda: server.run_callbacks() >= 0 and len(seen) == 3)
    assert seen == [(number, threading.main_thread()) for number in (1, 2, 3)]
    eventually(lambda: server.counters().ticks > 20)


def test_an_idle_pump_wakes_nobody(server: steamgs.GameServer) -> None:
    woken: list[float] = []
    server.start_pump(0.001, on_events=lambda: woken.append(time.monotonic()))
    eventually(lambda: server.counters().ticks > 100)
    assert not server.wait_for_events(0.01)
    assert woken == []
    assert server.counters().pump_wakes == 0


def test_a_batch_wakes_once_until_it_is_taken(server: steamgs.GameServer, sim: Simulator) -> None:
    woken: list[threading.Thread] = []
    server.start_pump(0.001, on_events=lambda: woken.append(threading.current_thread()))
    kick(sim, *range(1, 101))
    eventually(lambda: len(woken) == 1)
    kick(sim, 101)
    before = server.counters().ticks
    eventually(lambda: server.counters().ticks > before + 20)
    assert len(woken) == 1
    assert woken[0] is not threading.main_thread()
    assert server.run_callbacks() == 101
    kick(sim, 102)
    eventually(lambda: len(woken) == 2)
    assert server.counters().pump_wakes == 2


def test_a_burst_while_the_consumer_sleeps(server: steamgs.GameServer, sim: Simulator) -> None:
    numbers: list[int] = []
    total = 200_000
    server.client_kick.connect(lambda event: numbers.append(event.steam_id))
    server.client_approved.connect(lambda event: numbers.append(event.steam_id))
    server.start_pump(0.001)
    for number in range(1, 1001):
        kick(sim, number)
        sim.post(201, payload("client_approved", number, 1), count=total // 1000)
    eventually(lambda: server.counters().queue_high_water == total + 1000)
    assert server.run_callbacks() == total + 1000
    assert numbers == sorted(numbers)
    stats = server.counters()
    assert stats.longest_batch == total + 1000
    assert stats.lost == stats.undelivered == 0


def test_stopping_and_starting_loses_nothing(server: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[int] = []
    server.client_kick.connect(lambda event: seen.append(event.steam_id))
    for number in range(1, 21):
        server.start_pump(0.001)
        kick(sim, number)
        server.stop_pump()
        assert server.pump_interval is None
    server.stop_pump()
    server.run_callbacks()
    assert seen == list(range(1, 21))


def test_closing_counts_what_was_not_delivered(server: steamgs.GameServer, sim: Simulator) -> None:
    server.start_pump(0.001)
    kick(sim, 1, 2, 3)
    assert server.wait_for_events(20)
    eventually(lambda: server.counters().queue_high_water == 3)
    server.close()
    assert server.counters().undelivered == 3
    assert server.pump_interval is None
    with pytest.raises(steamgs.NotRunningError):
        server.start_pump()


def test_the_pump_is_stopped_from_a_handler_and_from_its_own_call(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    @server.client_kick.connect
    def handler(_: steamgs.ClientKick) -> None:
        server.stop_pump()

    server.start_pump(0.001)
    kick(sim, 1)
    eventually(lambda: server.run_callbacks() == 1)
    assert server.pump_interval is None

    stopped = threading.Event()

    def on_events() -> None:
        server.stop_pump()
        stopped.set()

    server.start_pump(0.001, on_events=on_events)
    kick(sim, 2)
    assert stopped.wait(20)
    assert server.pump_interval is None
    server.start_pump(0.001)
    assert server.pump_interval == 0.001


def test_a_closing_call_of_the_pump(server: steamgs.GameServer, sim: Simulator) -> None:
    server.start_pump(0.001, on_events=server.close)
    kick(sim, 1)
    eventually(lambda: not server.running)


def test_the_interval_changes_at_once(server: steamgs.GameServer) -> None:
    server.start_pump(60.0)
    eventually(lambda: server.counters().ticks == 1)
    server.pump_interval = 0.001
    assert server.pump_interval == 0.001
    eventually(lambda: server.counters().ticks > 20)


def test_what_on_events_raises_is_unraisable(
    server: steamgs.GameServer, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    unraisable: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: unraisable.append(args.exc_value))

    def on_events() -> None:
        raise RuntimeError("on purpose")

    server.start_pump(0.001, on_events=on_events)
    kick(sim, 1)
    eventually(lambda: len(unraisable) == 1)
    assert server.run_callbacks() == 1
    server.stop_pump()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"interval": 0}, ValueError, "interval must be from 0.0001 to 60 seconds, not 0"),
        ({"interval": 61}, ValueError, "interval must be from"),
        ({"interval": float("nan")}, ValueError, "interval must be from"),
        ({"interval": 10**5000}, ValueError, "interval must be from"),
        ({"interval": "1"}, TypeError, "interval must be a number of seconds, not str"),
        ({"on_events": 5}, TypeError, "on_events must be callable or None, not int"),
    ],
)
def test_bad_arguments(
    server: steamgs.GameServer, arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        server.start_pump(**arguments)
    assert server.pump_interval is None


def test_without_a_pump(server: steamgs.GameServer) -> None:
    with pytest.raises(steamgs.SteamError, match="the pump is not running"):
        server.wait_for_events(0)
    with pytest.raises(steamgs.SteamError, match="the pump is not running"):
        server.pump_interval = 1.0


def test_calls_at_full_speed_are_all_answered(online: steamgs.GameServer, sim: Simulator) -> None:
    """Answers may come between a call and the registration of its answer: none may be lost."""
    online.start_pump(0.0001)
    futures: list[Any] = []

    def call() -> None:
        futures.extend(online.compute_new_player_compatibility(n) for n in range(1, 2001))

    threads = [threading.Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    eventually(lambda: online.run_callbacks() >= 0 and not any(t.is_alive() for t in threads))
    eventually(lambda: online.run_callbacks() >= 0 and all(f.done() for f in futures))
    assert len(futures) == 6000
    assert {future.result(0).result for future in futures} == {steamgs.Result.OK}


def test_poll_returns_what_handlers_see(server: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[Any] = []
    server.client_kick.connect(seen.append)
    assert server.poll() == []
    kick(sim, 1, 2)
    sim.post(201, payload("client_approved", 3, 4))
    events = server.poll()
    assert events == [
        steamgs.ClientKick(1, 0),
        steamgs.ClientKick(2, 0),
        steamgs.ClientApproved(3, 4),
    ]
    assert seen == events[:2]
    kick(sim, 5)
    server.run_callbacks()
    assert server.poll() == []


def test_poll_loses_nothing_to_a_handler_that_raises(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    def bad(_: steamgs.ClientKick) -> None:
        raise RuntimeError("bad")

    server.client_kick.once(bad)
    kick(sim, 1, 2)
    with pytest.raises(ExceptionGroup):
        server.poll()
    kick(sim, 3)
    assert [event.steam_id for event in server.poll()] == [1, 2, 3]  # type: ignore[attr-defined]


def test_a_run_between_two_polls_adds_nothing(server: steamgs.GameServer, sim: Simulator) -> None:
    def bad(_: steamgs.ClientKick) -> None:
        raise RuntimeError("bad")

    server.client_kick.once(bad)
    kick(sim, 1, 2)
    with pytest.raises(ExceptionGroup):
        server.poll()
    kick(sim, 3)
    assert server.run_callbacks() == 1
    kick(sim, 4)
    assert server.poll() == [steamgs.ClientKick(number, 0) for number in (1, 2, 4)]
    assert server.poll() == []


def test_what_an_interrupted_poll_has_read_comes_with_the_next(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    def interrupt(event: steamgs.ClientKick) -> None:
        if event.steam_id == 2:
            raise KeyboardInterrupt

    server.client_kick.connect(interrupt)
    kick(sim, 1, 2, 3)
    with pytest.raises(KeyboardInterrupt):
        server.poll()
    assert server.poll() == [steamgs.ClientKick(number, 0) for number in (1, 2, 3)]


def test_a_poll_in_a_handler_gets_nothing(server: steamgs.GameServer, sim: Simulator) -> None:
    inner: list[list[steamgs.Event]] = []

    def poll(_: steamgs.ClientKick) -> None:
        kick(sim, 9)
        inner.append(server.poll())

    server.client_kick.once(poll)
    kick(sim, 1, 2)
    outer = server.poll()
    assert inner == [[]]
    assert outer == [steamgs.ClientKick(1, 0), steamgs.ClientKick(2, 0)]
    assert server.poll() == [steamgs.ClientKick(9, 0)]
    server.client_kick.once(poll)
    kick(sim, 3)
    assert server.run_callbacks() == 1
    assert inner == [[], []]


def test_close_forgets_what_a_poll_has_left(server: steamgs.GameServer, sim: Simulator) -> None:
    def bad(_: steamgs.ClientKick) -> None:
        raise RuntimeError("bad")

    server.client_kick.once(bad)
    kick(sim, 1)
    with pytest.raises(ExceptionGroup):
        server.poll()
    server.close()
    with pytest.raises(steamgs.NotRunningError):
        server.poll()
    with server:
        assert server.poll() == []


def test_a_handler_that_closes_and_raises_leaves_nothing_to_the_next_start(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    def bad(_: steamgs.ClientKick) -> None:
        server.close()
        raise RuntimeError("bad")

    server.client_kick.once(bad)
    kick(sim, 1)
    with pytest.raises(ExceptionGroup):
        server.poll()
    with server:
        assert server.poll() == []


@pytest.mark.parametrize(
    ("timeout", "error", "words"),
    [
        (float("nan"), ValueError, "timeout must be a number of seconds or None, not nan"),
        ("1", TypeError, "timeout must be a number of seconds or None, not str"),
        (True, TypeError, "timeout must be a number of seconds or None, not bool"),
    ],
)
def test_bad_timeouts(
    server: steamgs.GameServer, timeout: Any, error: type[Exception], words: str
) -> None:
    server.start_pump(0.001)
    with pytest.raises(error, match=words):
        server.wait_for_events(timeout)
    assert not server.wait_for_events(-1)


def test_a_timeout_beyond_all_doubles(server: steamgs.GameServer, sim: Simulator) -> None:
    server.start_pump(0.001)
    kick(sim, 1)
    assert server.wait_for_events(10**400)


@pytest.mark.parametrize("pumped", [False, True])
def test_run_forever_until_told_to_stop(
    server: steamgs.GameServer, sim: Simulator, pumped: bool
) -> None:
    stop = threading.Event()

    @server.client_kick.connect
    def handler(event: steamgs.ClientKick) -> None:
        if event.steam_id == 3:
            stop.set()
        else:
            kick(sim, event.steam_id + 1)

    if pumped:
        server.start_pump(0.001)
    kick(sim, 1)
    server.run_forever(0.001, stop=stop)
    assert server.counters().events["client_kick"] == 3
    assert server.running
    turns = iter([False, False, True])
    server.run_forever(0.001, stop=lambda: next(turns))


def test_run_forever_ends_when_a_handler_closes(server: steamgs.GameServer, sim: Simulator) -> None:
    server.client_kick.connect(lambda _: server.close())
    kick(sim, 1)
    server.run_forever(0.001)
    assert not server.running
    with pytest.raises(steamgs.NotRunningError):
        server.run_forever()
