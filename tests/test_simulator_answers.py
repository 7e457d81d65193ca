"""What other implementations of steamclient say to players and calls, and the simulator can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import steamgs
from conftest import MakeServer
from raw_steam import Heard, RawSteam
from steamgs import AuthSessionResponse, BeginAuthSessionResult, DenyReason
from steamgs.simulator import Simulator, User

ALICE = 76561197960287930
CLAN = 103582791429521408
COMPLETED = 703
Event = Any


@pytest.fixture
def alice(sim: Simulator) -> User:
    return sim.add_user(ALICE)


def verdicts_of(server: steamgs.GameServer) -> list[Event]:
    heard: list[Event] = []
    server.validate_auth_ticket_response.connect(heard.append)
    server.client_approved.connect(heard.append)
    server.client_denied.connect(heard.append)
    return heard


# Players


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("ok", [True, False])
def test_late_verdicts_on_tickets(
    online: steamgs.GameServer, sim: Simulator, alice: User, late: bool, ok: bool
) -> None:
    sim.set_behaviour("late_verdicts", late)
    sim.set_latency("auth", 5)
    heard = verdicts_of(online)
    response = AuthSessionResponse.OK if ok else AuthSessionResponse.VAC_BANNED
    alice.fail_next_auth(response)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    online.end_auth_session(ALICE)
    online.run_callbacks()
    assert heard == []
    sim.advance(5)
    online.run_callbacks()
    verdict = steamgs.ValidateAuthTicketResponse(ALICE, response, ALICE)
    assert heard == ([verdict] if late else [])
    assert sim.server.sessions == ()


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("ok", [True, False])
def test_late_verdicts_of_the_older_flow(
    online: steamgs.GameServer, sim: Simulator, alice: User, late: bool, ok: bool
) -> None:
    sim.set_behaviour("late_verdicts", late)
    sim.set_latency("auth", 5)
    heard = verdicts_of(online)
    if not ok:
        alice.deny_next(DenyReason.CHEATER, "no")
    online.send_user_connect_and_authenticate("127.0.0.1", alice.connect_blob())
    online.send_user_disconnect(ALICE)
    sim.advance(5)
    online.run_callbacks()
    approved = steamgs.ClientApproved(ALICE, ALICE)
    denied = steamgs.ClientDenied(ALICE, DenyReason.CHEATER, "no")
    assert heard == ([approved if ok else denied] if late else [])
    assert sim.server.sessions == ()


def test_a_late_verdict_changes_nothing_of_the_session_after(
    make_server: MakeServer, sim: Simulator, alice: User
) -> None:
    sim.set_behaviour("late_verdicts")
    sim.set_latency("auth", 5)
    with make_server() as server:
        heard = verdicts_of(server)
        server.log_on_anonymous()
        server.run_callbacks()
        steam = RawSteam(server)
        alice.fail_next_auth(AuthSessionResponse.VAC_BANNED)
        assert steam.begin_auth_session(alice.auth_session_ticket(), ALICE) == 0
        server.end_auth_session(ALICE)
        sim.advance(1)
        assert steam.begin_auth_session(alice.auth_session_ticket(), ALICE) == 0
        sim.advance(4)
        server.run_callbacks()
        assert [event.response for event in heard] == [AuthSessionResponse.VAC_BANNED]
        assert [session.state for session in sim.server.sessions] == ["pending"]
        sim.advance(1)
        server.run_callbacks()
        assert [event.response for event in heard[1:]] == [AuthSessionResponse.OK]
        assert [session.state for session in sim.server.sessions] == ["accepted"]


def test_a_late_denial_leaves_the_session_after(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    sim.set_behaviour("late_verdicts")
    sim.set_latency("auth", 5)
    heard = verdicts_of(online)
    alice.deny_next(DenyReason.CHEATER)
    online.send_user_connect_and_authenticate("127.0.0.1", alice.connect_blob())
    online.send_user_disconnect(ALICE)
    sim.advance(1)
    online.send_user_connect_and_authenticate("127.0.0.1", alice.connect_blob())
    sim.advance(5)
    online.run_callbacks()
    assert heard == [
        steamgs.ClientDenied(ALICE, DenyReason.CHEATER, ""),
        steamgs.ClientApproved(ALICE, ALICE),
    ]
    assert [session.state for session in sim.server.sessions] == ["accepted"]


def test_a_late_verdict_lets_nobody_use_up_a_ticket(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    sim.set_behaviour("late_verdicts")
    heard = verdicts_of(online)
    ticket = alice.auth_session_ticket()
    steam = RawSteam(online)
    for _ in range(2):
        assert steam.begin_auth_session(ticket, ALICE) == 0
        online.end_auth_session(ALICE)
        online.run_callbacks()
    assert [event.response for event in heard] == [AuthSessionResponse.OK] * 2


@pytest.mark.parametrize("late", [True, False])
def test_a_late_revocation_waits_for_the_connection(
    online: steamgs.GameServer, sim: Simulator, alice: User, late: bool
) -> None:
    sim.set_behaviour("late_verdicts", late)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    online.run_callbacks()
    heard = verdicts_of(online)
    sim.disconnect()
    alice.vac_ban()
    online.end_auth_session(ALICE)
    sim.reconnect()
    online.run_callbacks()
    response = AuthSessionResponse.VAC_BANNED
    verdict = steamgs.ValidateAuthTicketResponse(ALICE, response, ALICE)
    assert heard == ([verdict] if late else [])


def test_late_verdicts_go_with_the_server(
    make_server: MakeServer, sim: Simulator, alice: User
) -> None:
    sim.set_behaviour("late_verdicts")
    sim.set_latency("auth", 5)
    server = make_server()
    heard = verdicts_of(server)
    for _ in range(2):
        with server:
            server.log_on_anonymous()
            server.run_callbacks()
            server.begin_auth_session(alice.auth_session_ticket(), ALICE)
    with server:
        sim.advance(10)
        assert server.run_callbacks() == 0
    assert heard == []


def test_accept_duplicates(online: steamgs.GameServer, sim: Simulator, alice: User) -> None:
    steam = RawSteam(online)
    sim.set_behaviour("accept_duplicates")
    heard = verdicts_of(online)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    again = alice.auth_session_ticket()
    assert steam.begin_auth_session(again, ALICE) == BeginAuthSessionResult.DUPLICATE_REQUEST
    online.run_callbacks()
    assert steam.begin_auth_session(again, ALICE) == BeginAuthSessionResult.OK
    online.run_callbacks()
    verdict = steamgs.ValidateAuthTicketResponse(ALICE, AuthSessionResponse.OK, ALICE)
    assert heard == [verdict, verdict]
    assert [session.state for session in sim.server.sessions] == ["accepted"]
    # A ticket that let somebody in does so once: the verdict on the duplicate is its own.
    assert steam.begin_auth_session(again, ALICE) == BeginAuthSessionResult.OK
    online.run_callbacks()
    assert heard[2].response is AuthSessionResponse.AUTH_TICKET_INVALID_ALREADY_USED
    online.end_auth_session(ALICE)
    assert sim.server.sessions == ()


def test_by_itself_a_duplicate_is_refused_whatever_the_verdict(
    online: steamgs.GameServer, alice: User
) -> None:
    steam = RawSteam(online)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    for _ in range(2):
        result = steam.begin_auth_session(alice.auth_session_ticket(), ALICE)
        assert result == BeginAuthSessionResult.DUPLICATE_REQUEST
        online.run_callbacks()


def test_duplicates_of_the_older_flow_are_refused(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    sim.set_behaviour("accept_duplicates")
    online.send_user_connect_and_authenticate("127.0.0.1", alice.connect_blob())
    online.run_callbacks()
    result = RawSteam(online).begin_auth_session(alice.auth_session_ticket(), ALICE)
    assert result == BeginAuthSessionResult.DUPLICATE_REQUEST


def test_ticket_callback(online: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_behaviour("ticket_callback")
    sim.set_latency("auth", 2)
    told: list[Event] = []
    online.get_auth_session_ticket_response.connect(told.append)
    with RawSteam(online).listening(163) as heard:
        ticket = online.get_auth_session_ticket()
        assert online.run_callbacks() == 0
        assert heard == []
        sim.advance(2)
        assert online.run_callbacks() == 1
        assert heard == [Heard(163, ticket.handle)]
        assert told == [steamgs.GetAuthSessionTicketResponse(ticket.handle, steamgs.Result.OK)]
        sim.set_behaviour("ticket_callback", False)
        online.get_auth_session_ticket()
        sim.advance(2)
        online.run_callbacks()
    assert len(heard) == 1


# Answers that come twice

Ask = Callable[[steamgs.GameServer], Any]
STATS: list[tuple[int, Ask]] = [
    (1800, lambda server: server.stats.request_user_stats(ALICE)),
    (1801, lambda server: server.stats.store_user_stats(ALICE)),
]
CALLS: list[tuple[int, Ask]] = [
    (209, lambda server: server.get_server_reputation()),
    (210, lambda server: server.associate_with_clan(CLAN)),
    (211, lambda server: server.compute_new_player_compatibility(ALICE)),
]


@pytest.mark.parametrize("order", ["result first", "callback first"])
@pytest.mark.parametrize(
    ("behaviour", "first", "number", "ask"),
    [("double_stats", "stats_callback_first", *row) for row in STATS]
    + [("double_calls", "calls_callback_first", *row) for row in CALLS],
)
def test_answers_are_doubled_as_callbacks(
    online: steamgs.GameServer,
    sim: Simulator,
    alice: User,
    behaviour: str,
    first: str,
    number: int,
    ask: Ask,
    order: str,
) -> None:
    sim.add_group(CLAN)
    said: list[Event] = []
    for signal in online.signals:
        signal.connect(said.append)
    with RawSteam(online).listening(COMPLETED, number) as heard:
        alone = ask(online)
        online.run_callbacks()
        assert alone.done()
        assert [one.id for one in heard] == [COMPLETED]
        heard.clear()
        sim.set_behaviour(behaviour)
        sim.set_behaviour(first, order == "callback first")
        doubled = ask(online)
        online.run_callbacks()
        expected = [COMPLETED, number] if order == "result first" else [number, COMPLETED]
        assert [one.id for one in heard] == expected
    assert alone.result(0) == doubled.result(0)
    assert set(said) == {alone.result(0)}


def test_each_kind_is_doubled_by_itself(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    with RawSteam(online).listening(209, 1800) as heard:
        for behaviour in ("double_stats", "double_calls"):
            sim.set_behaviour(behaviour)
            online.get_server_reputation()
            online.stats.request_user_stats(ALICE)
            online.run_callbacks()
            sim.set_behaviour(behaviour, False)
    assert [one.id for one in heard] == [1800, 209]


def test_lost_answers_are_not_doubled(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    sim.set_behaviour("double_stats")
    sim.fail_next_call()
    with RawSteam(online).listening(1800) as heard:
        answer = online.stats.request_user_stats(ALICE)
        online.run_callbacks()
    assert isinstance(answer.exception(0), steamgs.CallFailedError)
    assert heard == []
