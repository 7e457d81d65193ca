"""run_parallel(): order by player, what is alone, bounds, and every way to end it.

Only collected where the interpreter runs without the GIL.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import steamgs
from conftest import MakeServer
from payloads import payload
from steamgs.simulator import Simulator

APPROVED = 201
STATS = 207
FIRST = 76561197960287930
GRACE_SECONDS = 30.0


def approve(sim: Simulator, player: int, number: int) -> None:
    """An event of a player; its ``owner_id`` is the number."""
    sim.post(APPROVED, payload("client_approved", FIRST + player, number))


def tell_all(sim: Simulator, number: int) -> None:
    """An event of no player; its ``rank`` is the number."""
    sim.post(STATS, payload("gameplay_stats", 1, number, 0, 0))


class Seen:
    """What handlers have been called with, and when to stop."""

    def __init__(self, wanted: int) -> None:
        self.left = wanted
        self.lock = threading.Lock()
        self.log: list[tuple[int, int]] = []
        self.inside = 0
        self.most_inside = 0
        self.threads: set[int] = set()
        self.deadline = time.monotonic() + GRACE_SECONDS

    def stop(self) -> bool:
        assert time.monotonic() < self.deadline, "events are missing"
        return self.left <= 0

    def enter(self) -> None:
        with self.lock:
            self.threads.add(threading.get_ident())
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)

    def leave(self, player: int, number: int) -> None:
        with self.lock:
            self.inside -= 1
            self.left -= 1
            self.log.append((player, number))

    def on_player(self, event: steamgs.ClientApproved) -> None:
        self.enter()
        sum(range(20))
        self.leave(event.steam_id - FIRST, event.owner_id)

    def on_all(self, event: steamgs.GameplayStats) -> None:
        self.enter()
        assert self.inside == 1, "another handler runs"
        self.leave(-1, event.rank)


def in_order(log: list[tuple[int, int]]) -> bool:
    """Whether each player's numbers rise, and nothing has passed an event of no player."""
    last: dict[int, int] = defaultdict(int)
    highest = barrier = 0
    for player, number in log:
        if player == -1:
            if number < highest:
                return False
            barrier = number
        elif number < barrier or number <= last[player]:
            return False
        last[player] = number
        highest = max(highest, number)
    return True


def test_each_player_in_order_and_players_in_parallel(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    seen = Seen(2000)
    online.client_approved.connect(seen.on_player)
    for number in range(1, 2001):
        approve(sim, number % 17, number)
    online.run_parallel(0.001, threads=4, stop=seen.stop)
    assert len(seen.log) == 2000
    assert in_order(seen.log)
    assert len(seen.threads) > 1
    assert threading.get_ident() not in seen.threads


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    events=st.lists(st.integers(-1, 6), min_size=1, max_size=200),
    threads=st.integers(1, 5),
    max_waiting=st.integers(1, 40),
)
def test_any_mixture(
    online: steamgs.GameServer,
    sim: Simulator,
    events: list[int],
    threads: int,
    max_waiting: int,
) -> None:
    seen = Seen(len(events))
    online.client_approved.connect(seen.on_player)
    online.gameplay_stats.connect(seen.on_all)
    try:
        for number, player in enumerate(events, 1):
            if player == -1:
                tell_all(sim, number)
            else:
                approve(sim, player, number)
        online.run_parallel(0.0001, threads=threads, max_waiting=max_waiting, stop=seen.stop)
    finally:
        online.client_approved.disconnect(seen.on_player)
        online.gameplay_stats.disconnect(seen.on_all)
    assert in_order(seen.log)
    assert sorted(number for _, number in seen.log) == list(range(1, len(events) + 1))
    assert seen.most_inside <= min(threads, max_waiting)


def test_no_more_wait_than_may(online: steamgs.GameServer, sim: Simulator) -> None:
    taken: list[int] = []
    go_on = threading.Event()
    seen = Seen(50)

    def slow(event: steamgs.ClientApproved) -> None:
        assert go_on.wait(GRACE_SECONDS)
        seen.on_player(event)

    online.client_approved.connect(slow)
    for number in range(1, 51):
        approve(sim, number, number)

    def watch() -> None:
        while not taken or taken[-1] == 0 or len(taken) < 5:
            time.sleep(0.02)
            taken.append(online.counters().events["client_approved"])
        go_on.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    online.run_parallel(0.001, threads=2, max_waiting=8, stop=seen.stop)
    watcher.join()
    assert max(taken) <= 9  # eight that wait or are delivered, and the next one in hand
    assert in_order(seen.log)


def test_a_slow_player_holds_up_nobody_else(online: steamgs.GameServer, sim: Simulator) -> None:
    go_on = threading.Event()
    seen = Seen(101)

    def handler(event: steamgs.ClientApproved) -> None:
        if event.steam_id == FIRST:
            assert go_on.wait(GRACE_SECONDS)
        seen.on_player(event)
        if seen.left == 1:
            go_on.set()

    online.client_approved.connect(handler)
    approve(sim, 0, 1)
    for number in range(2, 102):
        approve(sim, number, number)
    online.run_parallel(0.001, threads=2, stop=seen.stop)
    assert seen.log[-1] == (0, 1)


def test_a_thread_uses_its_events_again(online: steamgs.GameServer, sim: Simulator) -> None:
    seen = Seen(300)
    objects: dict[int, set[int]] = defaultdict(set)

    def handler(event: steamgs.ClientApproved) -> None:
        objects[threading.get_ident()].add(id(event))
        seen.on_player(event)

    online.client_approved.connect(handler)
    for number in range(1, 301):
        approve(sim, number % 5, number)
    online.run_parallel(0.001, threads=3, stop=seen.stop)
    assert all(len(ids) == 1 for ids in objects.values())


def test_an_event_that_is_kept_stays_as_it_is(online: steamgs.GameServer, sim: Simulator) -> None:
    kept: list[steamgs.ClientApproved] = []
    online.client_approved.connect(kept.append)
    for number in range(1, 301):
        approve(sim, number % 5, number)
    online.run_parallel(0.001, threads=3, stop=lambda: len(kept) == 300)
    assert sorted(event.owner_id for event in kept) == list(range(1, 301))


def test_handlers_of_one_player(online: steamgs.GameServer, sim: Simulator) -> None:
    seen = Seen(200)
    mine: list[int] = []
    online.client_approved.connect(seen.on_player)
    online.player(FIRST + 3).connect(lambda event: mine.append(event.owner_id))
    for number in range(1, 201):
        approve(sim, number % 10, number)
    online.run_parallel(0.001, threads=3, stop=seen.stop)
    assert mine == list(range(3, 201, 10))


def test_under_the_pump(online: steamgs.GameServer, sim: Simulator) -> None:
    seen = Seen(500)
    online.client_approved.connect(seen.on_player)
    online.start_pump(0.001)
    for number in range(1, 501):
        approve(sim, number % 7, number)
    online.run_parallel(0.01, threads=2, stop=seen.stop)
    assert in_order(seen.log)


def test_calls_are_answered_alone(online: steamgs.GameServer, sim: Simulator) -> None:
    seen = Seen(100)
    online.client_approved.connect(seen.on_player)
    inside: list[int] = []
    calls = [online.stats.request_user_stats(FIRST + number) for number in range(20)]
    for call in calls:
        call.add_done_callback(lambda _: inside.append(seen.inside))
    for number in range(1, 101):
        approve(sim, number % 7, number)
    online.run_parallel(
        0.001, threads=2, stop=lambda: seen.stop() and all(call.done() for call in calls)
    )
    assert inside == [0] * 20


def test_exceptions_end_it_when_all_is_delivered(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    seen = Seen(100)

    def handler(event: steamgs.ClientApproved) -> None:
        seen.on_player(event)
        if event.owner_id % 10 == 0:
            raise ValueError(event.owner_id)

    online.client_approved.connect(handler)
    for number in range(1, 101):
        approve(sim, number % 7, number)
    with pytest.raises(ExceptionGroup) as caught:
        online.run_parallel(0.001, threads=3)
    assert sorted(error.args[0] for error in caught.value.exceptions) == list(range(10, 101, 10))
    assert len(seen.log) == 100
    assert online.counters().handler_errors == 10
    assert online.run_callbacks() == 0  # and the turn is free again


def test_exceptions_go_to_on_handler_error(online: steamgs.GameServer, sim: Simulator) -> None:
    seen = Seen(50)
    told: list[tuple[Exception, int, object]] = []

    def handler(event: steamgs.ClientApproved) -> None:
        seen.on_player(event)
        raise ValueError

    online.on_handler_error = lambda error, event, handler: told.append(
        (error, event.as_dict()["owner_id"], handler)
    )
    online.client_approved.connect(handler)
    for number in range(1, 51):
        approve(sim, number % 7, number)
    online.run_parallel(0.001, threads=3, stop=seen.stop)
    assert sorted(number for _, number, _ in told) == list(range(1, 51))
    assert {failed for _, _, failed in told} == {handler}


def test_what_is_no_exception_ends_it(online: steamgs.GameServer, sim: Simulator) -> None:
    ran: list[int] = []

    def handler(event: steamgs.ClientApproved) -> None:
        ran.append(event.owner_id)
        if event.owner_id == 1:
            raise SystemExit(7)

    online.client_approved.connect(handler)
    for number in range(1, 21):
        approve(sim, number, number)
    with pytest.raises(SystemExit) as caught:
        online.run_parallel(0.001, threads=2)
    assert caught.value.code == 7
    online.client_approved.disconnect(handler)
    online.client_approved.connect(lambda event: ran.append(event.owner_id))
    online.run_callbacks()
    assert sorted(ran) == list(range(1, 21))  # each is delivered, then or later


def test_an_event_that_stops_it(online: steamgs.GameServer, sim: Simulator) -> None:
    stop = threading.Event()
    seen: list[int] = []

    def handler(event: steamgs.ClientApproved) -> None:
        seen.append(event.owner_id)
        stop.set()

    online.client_approved.connect(handler)
    approve(sim, 1, 1)
    online.run_parallel(60.0, threads=2, stop=stop)
    assert seen == [1]


def test_closing_in_a_handler(make_server: MakeServer, sim: Simulator) -> None:
    server = make_server().start()
    seen = Seen(1000)

    def handler(event: steamgs.ClientApproved) -> None:
        seen.on_player(event)
        if event.owner_id == 20:
            server.close()

    server.client_approved.connect(handler)
    for number in range(1, 1001):
        approve(sim, number % 9, number)
    server.run_parallel(0.001, threads=3, max_waiting=16)
    assert not server.running
    assert in_order(seen.log)
    counters = server.counters()
    assert len(seen.log) + counters.undelivered == 1000
    server.start()
    approve(sim, 1, 1)
    server.client_approved.disconnect(handler)
    assert len(server.poll()) == 1


def test_closing_in_another_thread(make_server: MakeServer, sim: Simulator) -> None:
    server = make_server().start()
    begun = threading.Event()

    def handler(event: steamgs.ClientApproved) -> None:
        begun.set()
        time.sleep(0.01)

    server.client_approved.connect(handler)
    for number in range(1, 1001):
        approve(sim, number % 9, number)

    def close() -> None:
        assert begun.wait(GRACE_SECONDS)
        server.close()

    closer = threading.Thread(target=close)
    closer.start()
    server.run_parallel(0.001, threads=2, max_waiting=16)
    closer.join()
    assert not server.running


def test_inside_a_handler(online: steamgs.GameServer, sim: Simulator) -> None:
    errors: list[BaseException] = []

    def handler(event: steamgs.ClientApproved) -> None:
        assert online.run_callbacks() == 0
        assert online.poll() == []
        call = online.stats.request_user_stats(FIRST)
        for wrong in (call.result, lambda: online.run_parallel(threads=1)):
            try:
                wrong()
            except RuntimeError as error:
                errors.append(error)

    online.client_approved.connect(handler)
    approve(sim, 1, 1)
    online.run_parallel(0.001, threads=1, stop=lambda: len(errors) == 2)
    assert "would wait for itself" in str(errors[0])
    assert str(errors[1]) == "another thread, or a handler further up the stack, is delivering"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_fork_in_a_handler(online: steamgs.GameServer, sim: Simulator) -> None:
    ended: list[int] = []

    def handler(event: steamgs.ClientApproved) -> None:
        child = os.fork()
        if child == 0:
            os._exit(0 if not online.running else 1)
        ended.append(os.waitpid(child, 0)[1])

    online.client_approved.connect(handler)
    for number in range(1, 4):
        approve(sim, number, number)
    online.run_parallel(0.001, threads=2, stop=lambda: len(ended) == 3)
    assert ended == [0, 0, 0]


def test_it_can_be_run_again(online: steamgs.GameServer, sim: Simulator) -> None:
    references = sys.getrefcount(online)
    for _ in range(20):
        seen = Seen(10)
        online.client_approved.connect(seen.on_player)
        for number in range(1, 11):
            approve(sim, number % 3, number)
        online.run_parallel(0.0001, threads=2, stop=seen.stop)
        online.client_approved.disconnect(seen.on_player)
        assert in_order(seen.log)
    gc.collect()
    assert sys.getrefcount(online) < references + 10
