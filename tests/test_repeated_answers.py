"""An answer that Steam gives as a call's result and as a callback is heard once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import steamgs
from payloads import payload
from signals import signal_named
from steamgs.simulator import Simulator

ALICE = 76561197960287930
CLAN = 103582791429521408

Ask = Callable[[steamgs.GameServer, int], steamgs.Call[Any]]
ASKS: dict[str, Ask] = {
    "stats_received": lambda server, n: server.stats.request_user_stats(ALICE + n),
    "stats_stored": lambda server, n: server.stats.store_user_stats(ALICE + n),
    "associate_clan": lambda server, _: server.associate_with_clan(CLAN),
    "player_compat": lambda server, n: server.compute_new_player_compatibility(ALICE + n),
    "server_reputation": lambda server, _: server.get_server_reputation(),
}


@pytest.fixture(params=[False, True], ids=["result-first", "callback-first"])
def doubled(request: pytest.FixtureRequest, online: steamgs.GameServer, sim: Simulator) -> Any:
    sim.set_behaviour("double_stats")
    sim.set_behaviour("double_calls")
    sim.set_behaviour("stats_callback_first", request.param)
    sim.set_behaviour("calls_callback_first", request.param)
    sim.add_group(CLAN)
    for number in range(5):
        sim.add_user(ALICE + number)
    return online


def settle(server: steamgs.GameServer, sim: Simulator) -> None:
    for _ in range(5):
        server.run_callbacks()
        sim.advance(1.0)


@pytest.mark.parametrize("signal", ASKS)
def test_one_answer_one_signal(doubled: steamgs.GameServer, sim: Simulator, signal: str) -> None:
    seen: list[steamgs.Event] = []
    signal_named(doubled, signal).connect(seen.append)
    for number in range(3):
        future = ASKS[signal](doubled, number)
        settle(doubled, sim)
        assert seen == [future.result(0)]
        assert doubled.counters().events[signal] == number + 1
        seen.clear()


@pytest.mark.parametrize("signal", ASKS)
def test_several_on_the_way_at_once(
    doubled: steamgs.GameServer, sim: Simulator, signal: str
) -> None:
    sim.set_latency("call", 0.1, 0.9)
    seen: list[steamgs.Event] = []
    signal_named(doubled, signal).connect(seen.append)
    # The same question twice among them: each has an answer of its own.
    futures = [ASKS[signal](doubled, number) for number in (0, 1, 1, 2)]
    settle(doubled, sim)
    answers = [future.result(0) for future in futures]
    assert sorted(map(repr, seen)) == sorted(map(repr, answers))


def test_what_nobody_asked_for_is_news(doubled: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[steamgs.Event] = []
    doubled.stats.stats_received.connect(seen.append)
    future = doubled.stats.request_user_stats(ALICE)
    settle(doubled, sim)
    assert len(seen) == 1
    assert future.done()
    # Of another player, and of the same one once its answer has had its callback.
    for steam_id in (ALICE + 1, ALICE):
        sim.post(1800, payload("stats_received", 1, steam_id))
        doubled.run_callbacks()
    assert [event.steam_id for event in seen[1:]] == [ALICE + 1, ALICE]  # type: ignore[attr-defined]


def test_answers_that_come_once_stay_news(online: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[steamgs.Event] = []
    online.stats.stats_received.connect(seen.append)
    for _ in range(3):
        online.stats.request_user_stats(ALICE)
        settle(online, sim)
    assert len(seen) == 3


def test_a_lost_result_whose_callback_came(online: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[steamgs.Event] = []
    online.stats.stats_received.connect(seen.append)
    sim.set_latency("call", 1.0)
    future = online.stats.request_user_stats(ALICE)
    sim.post(1800, payload("stats_received", 1, ALICE))
    online.run_callbacks()
    assert len(seen) == 1
    sim.fail_next_call()
    settle(online, sim)
    assert isinstance(future.exception(0), steamgs.CallFailedError)
    sim.set_latency("call", 0.0)
    again = online.stats.request_user_stats(ALICE)
    settle(online, sim)
    assert again.result(0) == seen[1]
    assert len(seen) == 2


def test_many_answers_about_the_server_itself(online: steamgs.GameServer, sim: Simulator) -> None:
    """They have nothing to tell them apart; each costs as much as the first."""
    sim.add_group(CLAN)
    for _ in range(100):
        futures = [online.associate_with_clan(CLAN) for _ in range(2000)]
        settle(online, sim)
        assert all(future.done() for future in futures)
    assert online.counters().events["associate_clan"] == 200_000
