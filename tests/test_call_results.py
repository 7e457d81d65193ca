"""Calls that Steam answers later: futures, signals, lost answers, cancelled ones."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest

import steamgs
from payloads import payload
from steamgs.simulator import Simulator

CLAN = 103582791429521408
ALICE = 76561197960287930


def test_associating_with_a_clan(online: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[Any] = []
    online.associate_clan.connect(seen.append)
    sim.add_group(CLAN)
    known = online.associate_with_clan(CLAN)
    unknown = online.associate_with_clan(CLAN + 1)
    assert not known.done()
    online.run_callbacks()
    assert known.result(0) == steamgs.AssociateClan(steamgs.Result.OK)
    assert unknown.result(0) == steamgs.AssociateClan(steamgs.Result.INVALID_PARAM)
    assert seen == [known.result(), unknown.result()]


def test_player_compatibility_counts(online: steamgs.GameServer, sim: Simulator) -> None:
    sim.add_group(CLAN)
    candidate = sim.add_user(ALICE)
    players = [sim.add_user(ALICE + 1 + number) for number in range(5)]
    for player in players:
        online.begin_auth_session(player.auth_session_ticket(), player.steam_id)
    for player in players[:3]:
        player.dislike(candidate)
    sim.set_member(players[0], CLAN, "member")
    candidate.dislike(players[3])
    candidate.dislike(players[4].steam_id)
    candidate.dislike(999)
    online.associate_with_clan(CLAN)
    online.run_callbacks()
    seen: list[Any] = []
    online.player_compat.connect(seen.append)
    future = online.compute_new_player_compatibility(ALICE)
    online.run_callbacks()
    assert future.result(0) == steamgs.PlayerCompat(steamgs.Result.OK, 3, 2, 1, ALICE)
    assert seen == [future.result()]


def test_reputation_and_gameplay_stats(online: steamgs.GameServer) -> None:
    seen: list[Any] = []
    online.gameplay_stats.connect(seen.append)
    future = online.get_server_reputation()
    online.get_gameplay_stats()
    online.run_callbacks()
    assert future.result(0) == steamgs.ServerReputation(steamgs.Result.OK, 0, False, 0, 0, 0, 0)
    assert seen == [steamgs.GameplayStats(steamgs.Result.OK, 0, 0, 0)]


def test_group_status(online: steamgs.GameServer, sim: Simulator) -> None:
    sim.add_user(ALICE, officer_of=[CLAN], member_of=[CLAN + 1])
    seen: list[Any] = []
    online.client_group_status.connect(seen.append)
    for group in (CLAN, CLAN + 1, CLAN + 2):
        online.request_user_group_status(ALICE, group)
    online.request_user_group_status(5, CLAN)
    online.run_callbacks()
    assert seen == [
        steamgs.ClientGroupStatus(ALICE, CLAN, True, True),
        steamgs.ClientGroupStatus(ALICE, CLAN + 1, True, False),
        steamgs.ClientGroupStatus(ALICE, CLAN + 2, False, False),
        steamgs.ClientGroupStatus(5, CLAN, False, False),
    ]


def test_a_group_status_that_nobody_waits_for_makes_no_object(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    sim.add_user(ALICE)
    kick = (203, payload("client_kick", ALICE, 0))
    status = (208, payload("client_group_status", ALICE, CLAN, True, False))
    made = []
    for posted in (kick, kick, kick, status):  # what else is made once was made by the first ones
        sim.post(*posted, count=100)
        before = sys.getallocatedblocks()
        online.run_callbacks()
        made.append(sys.getallocatedblocks() - before)
    assert made[2:] == [0, 0]
    answer = online.request_user_group_status(ALICE, CLAN)
    online.run_callbacks()
    assert answer.result(0) == steamgs.ClientGroupStatus(ALICE, CLAN, False, False)


def test_a_lost_answer_raises_and_is_no_event(online: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[Any] = []
    online.associate_clan.connect(seen.append)
    sim.fail_next_call(2)
    futures: list[steamgs.Call[Any]] = [
        online.associate_with_clan(CLAN),
        online.compute_new_player_compatibility(ALICE),
        online.associate_with_clan(CLAN),
    ]
    online.run_callbacks()
    for future, call in zip(
        futures, ("associate_with_clan", "compute_new_player_compatibility"), strict=False
    ):
        error = future.exception(0)
        assert isinstance(error, steamgs.CallFailedError)
        assert (error.call, error.io_failure, error.result) == (call, True, None)
        assert "I/O failure" in str(error)
    assert futures[2].result(0).result is steamgs.Result.INVALID_PARAM
    assert len(seen) == 1


def test_an_outage_loses_answers(online: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_latency("call", 1.0)
    future = online.associate_with_clan(CLAN)
    sim.disconnect()
    sim.advance(2)
    online.run_callbacks()
    with pytest.raises(steamgs.CallFailedError):
        future.result(0)


def test_close_fails_what_is_outstanding(online: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_latency("call", 60.0)
    futures = [online.associate_with_clan(CLAN + number) for number in range(100)]
    closed_again: list[bool] = []

    def close_again(_: steamgs.Call[Any]) -> None:
        online.close()
        closed_again.append(True)

    futures[0].add_done_callback(close_again)
    online.close()
    assert all(isinstance(future.exception(), steamgs.NotRunningError) for future in futures)
    assert not any(future.cancelled() for future in futures)
    assert closed_again == [True]
    with pytest.raises(steamgs.NotRunningError):
        futures[0].result(0)
    with online:
        sim.advance(120)
        assert online.run_callbacks() == 0


def test_a_future_may_be_cancelled_by_its_owner(online: steamgs.GameServer) -> None:
    seen: list[Any] = []
    online.associate_clan.connect(seen.append)
    future = online.associate_with_clan(CLAN)
    assert future.cancel()
    online.run_callbacks()
    assert future.cancelled()
    assert len(seen) == 1


def test_thousands_of_calls_each_get_their_own_answer(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    futures = {ALICE + n: online.compute_new_player_compatibility(ALICE + n) for n in range(5000)}
    while not all(future.done() for future in futures.values()):
        online.run_callbacks()
    for steam_id, future in futures.items():
        assert future.result(0).steam_id == steam_id


def test_another_thread_may_wait(online: steamgs.GameServer) -> None:
    future = online.associate_with_clan(CLAN)
    results: list[steamgs.AssociateClan] = []
    thread = threading.Thread(target=lambda: results.append(future.result(10)))
    thread.start()
    online.run_callbacks()
    thread.join(10)
    assert results == [steamgs.AssociateClan(steamgs.Result.INVALID_PARAM)]


@pytest.mark.parametrize(
    "call",
    [
        lambda server: server.associate_with_clan(CLAN),
        lambda server: server.compute_new_player_compatibility(ALICE),
        lambda server: server.get_server_reputation(),
        lambda server: server.get_gameplay_stats(),
        lambda server: server.request_user_group_status(ALICE, CLAN),
    ],
)
def test_calls_need_a_logon(server: steamgs.GameServer, call: Any) -> None:
    with pytest.raises(steamgs.NotLoggedOnError):
        call(server)
