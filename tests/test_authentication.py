"""Tickets, sessions, the older flow, and what happens to players later."""

from __future__ import annotations

from typing import Any

import pytest

import steamgs
from conftest import MakeServer
from steamgs import AuthSessionResponse as Response
from steamgs import BeginAuthSessionResult as Begin
from steamgs import DenyReason, SessionKind
from steamgs.simulator import Simulator, TicketKind, make_ticket

ALICE = 76561197960287930
BOB = 76561197960287931


def verdicts(server: steamgs.GameServer) -> list[Any]:
    seen: list[Any] = []
    for signal in (
        server.validate_auth_ticket_response,
        server.client_approved,
        server.client_denied,
        server.client_kick,
    ):
        signal.connect(seen.append)
    return seen


def test_a_good_ticket(online: steamgs.GameServer, sim: Simulator) -> None:
    alice, seen = sim.add_user(ALICE), verdicts(online)
    session = online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    assert session == (ALICE, SessionKind.TICKET)
    assert online.sessions == {ALICE: session}
    assert seen == []
    online.run_callbacks()
    assert seen == [steamgs.ValidateAuthTicketResponse(ALICE, Response.OK, ALICE)]
    assert sim.server.players[0].steam_id == ALICE
    online.end_auth_session(ALICE)
    assert online.sessions == {}
    assert sim.server.sessions == ()
    online.end_auth_session(ALICE)


def test_a_borrowed_licence_names_its_owner(online: steamgs.GameServer, sim: Simulator) -> None:
    alice, seen = sim.add_user(ALICE, owner_id=BOB), verdicts(online)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    online.run_callbacks()
    assert seen == [steamgs.ValidateAuthTicketResponse(ALICE, Response.OK, BOB)]


@pytest.mark.parametrize(
    ("ticket", "steam_id", "result"),
    [
        (make_ticket(ALICE, 480)[:-1], ALICE, Begin.INVALID_TICKET),
        (make_ticket(ALICE, 480) + b"\0", ALICE, Begin.INVALID_TICKET),
        (b"\0" * 1024, ALICE, Begin.INVALID_TICKET),
        (make_ticket(ALICE, 480, key=b"another"), ALICE, Begin.INVALID_TICKET),
        (make_ticket(ALICE, 480), BOB, Begin.INVALID_TICKET),
        (make_ticket(ALICE, 480, kind=TicketKind.CONNECT), ALICE, Begin.INVALID_TICKET),
        (make_ticket(ALICE, 480, version=2), ALICE, Begin.INVALID_VERSION),
        (make_ticket(ALICE, 481), ALICE, Begin.GAME_MISMATCH),
        (make_ticket(ALICE, 480, expires_in=-(10.0**9)), ALICE, Begin.EXPIRED_TICKET),
    ],
)
def test_tickets_that_are_refused_at_once(
    online: steamgs.GameServer, ticket: bytes, steam_id: int, result: Begin
) -> None:
    seen = verdicts(online)
    with pytest.raises(steamgs.AuthSessionError) as caught:
        online.begin_auth_session(ticket, steam_id)
    assert caught.value.result is result
    assert result.description in str(caught.value)
    assert online.sessions == {}
    assert online.run_callbacks() == 0
    assert seen == []


def test_a_second_session_of_one_player_is_a_duplicate(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    alice = sim.add_user(ALICE)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    with pytest.raises(steamgs.AuthSessionError) as caught:
        online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    assert caught.value.result is Begin.DUPLICATE_REQUEST
    assert list(online.sessions) == [ALICE]


def test_a_ticket_is_good_for_one_session(online: steamgs.GameServer, sim: Simulator) -> None:
    alice, seen = sim.add_user(ALICE), verdicts(online)
    ticket = alice.auth_session_ticket()
    for expected in (Response.OK, Response.AUTH_TICKET_INVALID_ALREADY_USED):
        online.begin_auth_session(ticket, ALICE)
        online.run_callbacks()
        online.end_auth_session(ALICE)
        assert seen.pop() == steamgs.ValidateAuthTicketResponse(ALICE, expected, ALICE)


@pytest.mark.parametrize("response", list(Response))
def test_every_verdict_reaches_the_server(
    online: steamgs.GameServer, sim: Simulator, response: Response
) -> None:
    alice, seen = sim.add_user(ALICE), verdicts(online)
    alice.fail_next_auth(response)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    online.run_callbacks()
    assert seen == [steamgs.ValidateAuthTicketResponse(ALICE, response, ALICE)]


def test_refusals_by_the_users_state(online: steamgs.GameServer, sim: Simulator) -> None:
    seen = verdicts(online)
    states: list[tuple[dict[str, Any], str, Response]] = [
        ({"licenses": ()}, "", Response.NO_LICENSE_OR_EXPIRED),
        ({"vac_banned": True}, "", Response.VAC_BANNED),
        ({"online": False}, "", Response.USER_NOT_CONNECTED_TO_STEAM),
        ({}, "publisher_ban", Response.PUBLISHER_ISSUED_BAN),
        ({}, "log_in_elsewhere", Response.LOGGED_IN_ELSEWHERE),
        ({}, "cancel_ticket", Response.AUTH_TICKET_CANCELED),
    ]
    for number, (options, event, response) in enumerate(states):
        user = sim.add_user(ALICE + number, **options)
        ticket = user.auth_session_ticket()
        if event:
            getattr(user, event)()
        online.begin_auth_session(ticket, user.steam_id)
        online.run_callbacks()
        assert seen.pop().response is response
    assert seen == []


def test_vac_bans_matter_to_secure_servers_only(make_server: MakeServer, sim: Simulator) -> None:
    alice = sim.add_user(ALICE, vac_banned=True)
    with make_server(mode=steamgs.ServerMode.AUTHENTICATION) as server:
        seen = verdicts(server)
        server.log_on_anonymous()
        server.begin_auth_session(alice.auth_session_ticket(), ALICE)
        server.run_callbacks()
        assert seen[0].response is Response.OK


def test_nobody_is_asked_without_authentication(make_server: MakeServer, sim: Simulator) -> None:
    alice = sim.add_user(ALICE, licenses=())
    with make_server(mode=steamgs.ServerMode.NO_AUTHENTICATION) as server:
        seen = verdicts(server)
        server.begin_auth_session(alice.auth_session_ticket(), ALICE)
        server.run_callbacks()
        assert seen[0].response is Response.OK


@pytest.mark.parametrize(
    ("event", "response"),
    [
        ("cancel_ticket", Response.AUTH_TICKET_CANCELED),
        ("vac_ban", Response.VAC_BANNED),
        ("publisher_ban", Response.PUBLISHER_ISSUED_BAN),
        ("go_offline", Response.USER_NOT_CONNECTED_TO_STEAM),
        ("log_in_elsewhere", Response.LOGGED_IN_ELSEWHERE),
    ],
)
def test_what_befalls_a_player_reaches_the_open_session(
    online: steamgs.GameServer, sim: Simulator, event: str, response: Response
) -> None:
    alice = sim.add_user(ALICE)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    online.run_callbacks()
    seen = verdicts(online)
    getattr(alice, event)()
    online.run_callbacks()
    assert seen == [steamgs.ValidateAuthTicketResponse(ALICE, response, ALICE)]


def test_an_ended_session_hears_no_more(online: steamgs.GameServer, sim: Simulator) -> None:
    alice, seen = sim.add_user(ALICE), verdicts(online)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    online.end_auth_session(ALICE)
    alice.vac_ban()
    assert online.run_callbacks() == 0
    assert seen == []


def test_an_answer_is_for_the_session_that_asked(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    alice, seen = sim.add_user(ALICE), verdicts(online)
    sim.set_latency("auth", 5.0)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    online.end_auth_session(ALICE)
    sim.advance(1)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    sim.advance(4.5)
    assert online.run_callbacks() == 0
    sim.advance(1)
    assert online.run_callbacks() == 1
    assert len(seen) == 1


def test_answers_wait_for_steam_to_come_back(online: steamgs.GameServer, sim: Simulator) -> None:
    alice = sim.add_user(ALICE)
    sim.disconnect()
    online.run_callbacks()
    seen = verdicts(online)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    assert online.run_callbacks() == 0
    sim.reconnect()
    online.run_callbacks()
    assert [event.response for event in seen] == [Response.OK]


def test_ten_thousand_sessions_leave_nothing_behind(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    answers = 0

    def count(event: steamgs.ValidateAuthTicketResponse) -> None:
        nonlocal answers
        answers += event.response is Response.OK

    online.validate_auth_ticket_response.connect(count)
    for number in range(10_000):
        steam_id = ALICE + number
        online.begin_auth_session(make_ticket(steam_id, 480), steam_id)
        if number % 1000 == 999:
            online.run_callbacks()
    assert len(online.sessions) == answers == 10_000
    for steam_id in list(online.sessions):
        online.end_auth_session(steam_id)
    assert online.sessions == {}
    assert sim.server.sessions == ()


def test_the_view_of_sessions_is_read_only_and_live(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    view = online.sessions
    online.create_unauthenticated_user_connection()
    assert len(view) == 1
    with pytest.raises(TypeError):
        view[1] = 2  # type: ignore[index]


# The older flow.


def test_approval(online: steamgs.GameServer, sim: Simulator) -> None:
    alice, seen = sim.add_user(ALICE, owner_id=BOB), verdicts(online)
    blob = alice.connect_blob()
    assert online.send_user_connect_and_authenticate("127.0.0.1", blob) == ALICE
    assert online.sessions[ALICE].kind is SessionKind.CONNECT
    online.run_callbacks()
    assert seen == [steamgs.ClientApproved(ALICE, BOB)]
    assert sim.server.players[0].kind == "connect"
    online.send_user_disconnect(ALICE)
    assert online.sessions == {}
    assert sim.server.sessions == ()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"licenses": ()}, DenyReason.NO_LICENSE),
        ({"vac_banned": True}, DenyReason.CHEATER),
        ({"online": False}, DenyReason.NOT_LOGGED_ON),
    ],
)
def test_denial(
    online: steamgs.GameServer, sim: Simulator, options: dict[str, Any], reason: DenyReason
) -> None:
    alice, seen = sim.add_user(ALICE, **options), verdicts(online)
    online.send_user_connect_and_authenticate("127.0.0.1", alice.connect_blob())
    online.run_callbacks()
    assert seen == [steamgs.ClientDenied(ALICE, reason, "")]
    assert sim.server.sessions == ()


@pytest.mark.parametrize("reason", list(DenyReason))
def test_every_reason_to_deny_and_to_kick(
    online: steamgs.GameServer, sim: Simulator, reason: DenyReason
) -> None:
    alice, seen = sim.add_user(ALICE), verdicts(online)
    alice.deny_next(reason, "so sorry")
    online.send_user_connect_and_authenticate("127.0.0.1", alice.connect_blob())
    online.run_callbacks()
    online.send_user_disconnect(ALICE)
    online.send_user_connect_and_authenticate("127.0.0.1", alice.connect_blob())
    online.run_callbacks()
    alice.kick(reason)
    online.run_callbacks()
    assert seen == [
        steamgs.ClientDenied(ALICE, reason, "so sorry"),
        steamgs.ClientApproved(ALICE, ALICE),
        steamgs.ClientKick(ALICE, reason),
    ]


def test_what_befalls_a_player_of_the_older_flow(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    alice = sim.add_user(ALICE)
    online.send_user_connect_and_authenticate("127.0.0.1", alice.connect_blob())
    online.run_callbacks()
    seen = verdicts(online)
    alice.vac_ban()
    online.run_callbacks()
    assert seen == [steamgs.ClientKick(ALICE, DenyReason.CHEATER)]


def test_a_malformed_blob(online: steamgs.GameServer, sim: Simulator) -> None:
    blob = sim.add_user(ALICE).connect_blob()
    for bad in (blob[:-1], sim.users[0].auth_session_ticket(), sim.users[0].connect_blob(481)):
        with pytest.raises(steamgs.AuthSessionError) as caught:
            online.send_user_connect_and_authenticate("127.0.0.1", bad)
        assert caught.value.result is Begin.INVALID_TICKET
    assert online.sessions == {}


def test_bots(online: steamgs.GameServer, sim: Simulator) -> None:
    bots = [online.create_unauthenticated_user_connection() for _ in range(3)]
    assert len(set(bots)) == 3
    assert {session.kind for session in online.sessions.values()} == {SessionKind.BOT}
    assert online.update_user_data(bots[0], "Bot Één", 2**32 - 1)
    player = next(player for player in sim.server.players if player.steam_id == bots[0])
    assert (player.name, player.score) == ("Bot Één", 2**32 - 1)
    for bot in bots:
        online.end_auth_session(bot)
    assert sim.server.sessions == ()
    assert not online.update_user_data(bots[0], "gone", 0)


def test_licences(online: steamgs.GameServer, sim: Simulator) -> None:
    alice = sim.add_user(ALICE, licenses={480, 1000})
    has = steamgs.UserHasLicenseForAppResult
    assert online.user_has_license_for_app(ALICE, 480) is has.NO_AUTH
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    online.run_callbacks()
    assert online.user_has_license_for_app(ALICE, 1000) is has.HAS_LICENSE
    assert online.user_has_license_for_app(ALICE, 1001) is has.DOES_NOT_HAVE_LICENSE


def test_the_servers_own_ticket(online: steamgs.GameServer) -> None:
    assert online.steam_id is not None
    ticket = online.get_auth_session_ticket()
    assert ticket.handle > 0
    seen = verdicts(online)
    online.begin_auth_session(ticket.data, online.steam_id)
    online.run_callbacks()
    online.cancel_auth_ticket(ticket)
    online.run_callbacks()
    assert [event.response for event in seen] == [Response.OK, Response.AUTH_TICKET_CANCELED]
    online.cancel_auth_ticket(ticket.handle)


def test_a_ticket_for_one_peer_alone(online: steamgs.GameServer) -> None:
    assert online.steam_id is not None
    seen = verdicts(online)
    peers: list[int | str | steamgs.NetworkingIdentity] = [
        online.steam_id,
        f"steamid:{online.steam_id}",
        steamgs.NetworkingIdentity.from_steam_id(ALICE),
        "ip:192.0.2.1:27015",
    ]
    for peer in peers:
        ticket = online.get_auth_session_ticket(identity=peer)
        online.begin_auth_session(ticket.data, online.steam_id)
        online.run_callbacks()
        online.end_auth_session(online.steam_id)
    failure = Response.AUTH_TICKET_NETWORK_IDENTITY_FAILURE
    assert [event.response for event in seen] == [Response.OK, Response.OK, failure, failure]


def test_the_servers_own_ticket_needs_a_logon(server: steamgs.GameServer) -> None:
    with pytest.raises(steamgs.NotLoggedOnError):
        server.get_auth_session_ticket()


def test_many_players_updated_at_once(online: steamgs.GameServer, sim: Simulator) -> None:
    ids = [online.create_unauthenticated_user_connection() for _ in range(1000)]
    updates = [(steam_id, f"name {number}", number) for number, steam_id in enumerate(ids)]
    assert online.update_users([*updates, (ALICE, "a stranger", 1)]) == 1000
    told = {player.steam_id: (player.name, player.score) for player in sim.server.players}
    assert told == {steam_id: (name, score) for steam_id, name, score in updates}
    assert online.update_users([]) == 0
    assert online.update_users(iter(updates[:5])) == 5


@pytest.mark.parametrize(
    ("bad", "error", "words"),
    [
        ((0, "x", 1), OverflowError, "steam_id must be from 1"),
        ((ALICE, b"x", 1), TypeError, "name must be a str"),
        ((ALICE, "x", -1), OverflowError, "score must be from 0"),
        ((ALICE, "x"), ValueError, "players must be an iterable of"),
        (5, TypeError, "iterable"),
    ],
)
def test_a_bad_update_stops_all(
    online: steamgs.GameServer, sim: Simulator, bad: Any, error: type[Exception], words: str
) -> None:
    bot = online.create_unauthenticated_user_connection()
    with pytest.raises(error, match=words):
        online.update_users([(bot, "told too early", 1), bad])
    assert sim.server.players[0].name == ""
