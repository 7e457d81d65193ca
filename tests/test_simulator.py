"""The simulator by itself: its clock, its seed, its tickets, its own bad input."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import steamgs
from conftest import MakeServer
from payloads import payload
from steamgs.simulator import Simulator, TicketKind, make_ticket

ALICE = 76561197960287930
# Untyped, for arguments that the types forbid.
make: Any = Simulator
ticket: Any = make_ticket


def history(seed: int) -> list[Any]:
    """All that a server hears in a world with drawn latencies, with the times."""
    heard: list[Any] = []
    with Simulator(seed, clock="manual") as sim:
        sim.set_latency("logon", 0.1, 2.0)
        sim.set_latency("auth", 0.1, 5.0)
        with steamgs.GameServer(480, library=sim, query_port=0) as server:
            server.server_connected.connect(lambda _: heard.append((sim.now, server.steam_id)))
            server.validate_auth_ticket_response.connect(
                lambda event: heard.append((sim.now, event))
            )
            server.log_on_anonymous()
            for number in range(20):
                user = sim.add_user(ALICE + number)
                server.begin_auth_session(user.auth_session_ticket(), user.steam_id)
            for _ in range(80):
                sim.advance(0.1)
                server.run_callbacks()
    return heard


def test_a_seed_tells_the_whole_story() -> None:
    first = history(7)
    assert len(first) == 21
    assert history(7) == first
    assert history(8) != first


def test_manual_time_stands_still(sim: Simulator) -> None:
    assert sim.now == 0.0
    sim.advance(1.5)
    sim.advance(0)
    assert sim.now == 1.5


def test_real_time_passes_by_itself() -> None:
    with Simulator() as real:
        before = real.now
        while real.now <= before:
            pass
        with pytest.raises(steamgs.SteamError, match="the clock is real"):
            real.advance(1)


def test_a_simulator_in_use_can_not_be_closed(make_server: MakeServer, sim: Simulator) -> None:
    with make_server(), pytest.raises(steamgs.SteamError, match="a game server is running"):
        sim.close()
    sim.close()
    sim.close()
    assert "closed" in repr(sim)
    with pytest.raises(steamgs.SteamError, match="the simulator is closed"):
        sim.disconnect()


def test_not_simulated_methods_are_noted(server: steamgs.GameServer, sim: Simulator) -> None:
    assert sim.server.not_simulated == ()
    assert sim.server.running


def test_a_server_that_goes_leaves_no_answers(make_server: MakeServer, sim: Simulator) -> None:
    sim.set_latency("logon", 10)
    with make_server() as server:
        server.log_on_anonymous()
        assert sim.server.scheduled == 1
    assert sim.server.scheduled == 0
    with make_server() as server:
        sim.advance(20)
        assert server.run_callbacks() == 0


def test_callbacks_of_any_size(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.post(4999, b"x" * 32_768)
    sim.post(203, payload("client_kick", 1, 1))
    assert server.run_callbacks() == 1


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda sim: Simulator(-1), OverflowError, "seed must be from 0"),
        (lambda sim: make("1"), TypeError, "seed must be an int"),
        (lambda sim: make(clock="fast"), ValueError, "clock must be one of real, manual"),
        (lambda sim: make(ticket_key="k"), TypeError, "ticket_key must be bytes"),
        (lambda sim: sim.advance(-1), ValueError, "seconds must be a finite number"),
        (lambda sim: sim.advance(float("nan")), ValueError, "seconds must be a finite number"),
        (lambda sim: sim.advance("1"), TypeError, "seconds must be a number"),
        (lambda sim: sim.add_user(0), OverflowError, "steam_id must be from 1"),
        (lambda sim: sim.add_user(5, owner_id=1 << 64), OverflowError, "owner_id must be from 1"),
        (lambda sim: sim.add_user(5, licenses=[-1]), OverflowError, "licenses must be from 1"),
        (lambda sim: sim.set_member(sim.add_user(5), 7, "boss"), ValueError, "role must be"),
        (lambda sim: sim.set_latency("mail", 1), ValueError, "kind must be one of auth, call, "),
        (lambda sim: sim.set_latency("auth", 2, 1), ValueError, "maximum must be"),
        (lambda sim: sim.post(0), OverflowError, "callback_id must be from 1"),
        (lambda sim: sim.post(101, "x"), TypeError, "data must be bytes"),
        (lambda sim: sim.post(101, b"x" * 32_769), ValueError, "at most 32768 bytes, not 32769"),
        (lambda sim: sim.post(101, b"", -1), OverflowError, "count must be from 0"),
        (lambda sim: sim.warn("x", severity=9), OverflowError, "severity must be from 0 to 1"),
        (lambda sim: sim.add_user(5).dislike(0), OverflowError, "other must be from 1"),
        (lambda sim: make_ticket(0, 480), OverflowError, "steam_id must be from 1"),
        (lambda sim: make_ticket(5, 0), OverflowError, "app_id must be from 1"),
        (lambda sim: ticket(5, 480, key="k"), TypeError, "key must be bytes"),
        (lambda sim: make_ticket(5, 480, version=256), OverflowError, "version must be from 0"),
        (lambda sim: ticket(5, 480, expires_in="1"), TypeError, "expires_in must be"),
    ],
)
def test_bad_arguments(sim: Simulator, call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call(sim)


def test_tickets_fit_and_say_what_they_are() -> None:
    first, second = make_ticket(ALICE, 480), make_ticket(ALICE, 480)
    assert first != second
    assert len(first) <= 1024
    assert b"steamgs simulator ticket" in first


def test_a_key_of_ones_own() -> None:
    with Simulator(ticket_key=b"secret") as sim:
        alice = sim.add_user(ALICE)
        with steamgs.GameServer(480, library=sim, query_port=0) as server:
            with pytest.raises(steamgs.AuthSessionError):
                server.begin_auth_session(make_ticket(ALICE, 480), ALICE)
            server.begin_auth_session(make_ticket(ALICE, 480, key=b"secret"), ALICE)
            server.end_auth_session(ALICE)
            server.begin_auth_session(alice.auth_session_ticket(), ALICE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(data=st.data(), kind=st.sampled_from(list(TicketKind)))
def test_mangled_tickets_are_never_accepted(
    online: steamgs.GameServer, data: st.DataObject, kind: TicketKind
) -> None:
    mangled = bytearray(make_ticket(ALICE, 480, kind=kind))
    match data.draw(st.sampled_from(["flip", "cut", "grow", "noise"])):
        case "flip":
            position = data.draw(st.integers(0, len(mangled) - 1))
            mangled[position] ^= data.draw(st.integers(1, 255))
        case "cut":
            del mangled[data.draw(st.integers(1, len(mangled) - 1)) :]
        case "grow":
            mangled += data.draw(st.binary(min_size=1, max_size=100))
        case _:
            mangled = bytearray(data.draw(st.binary(min_size=1, max_size=1024)))
    with pytest.raises(steamgs.AuthSessionError) as caught:
        if kind is TicketKind.SESSION:
            online.begin_auth_session(bytes(mangled), ALICE)
        else:
            online.send_user_connect_and_authenticate("127.0.0.1", bytes(mangled))
    assert caught.value.result is steamgs.BeginAuthSessionResult.INVALID_TICKET
    assert online.sessions == {}


def test_verdicts_can_come_twice(online: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[int] = []
    online.validate_auth_ticket_response.connect(lambda event: seen.append(event.steam_id))
    sim.duplicate_next_verdict(2)
    for number in range(3):
        online.begin_auth_session(make_ticket(ALICE + number, 480), ALICE + number)
    online.run_callbacks()
    assert [steam_id - ALICE for steam_id in seen] == [0, 0, 1, 1, 2]


def test_the_clock_can_jump(online: steamgs.GameServer, sim: Simulator) -> None:
    alice = sim.add_user(ALICE)
    ticket = alice.auth_session_ticket(expires_in=60)
    sim.set_latency("call", 5)
    answer = online.get_server_reputation()
    sim.jump_clock(61)
    with pytest.raises(steamgs.AuthSessionError) as caught:
        online.begin_auth_session(ticket, ALICE)
    assert caught.value.result is steamgs.BeginAuthSessionResult.EXPIRED_TICKET
    online.run_callbacks()
    assert not answer.done()
    sim.jump_clock(-61)
    online.begin_auth_session(ticket, ALICE)
    sim.advance(5)
    online.run_callbacks()
    assert answer.done()


def test_everyone_can_be_kicked_at_once(online: steamgs.GameServer, sim: Simulator) -> None:
    players = [sim.add_user(ALICE + number) for number in range(50)]
    for player in players[:25]:
        online.begin_auth_session(player.auth_session_ticket(), player.steam_id)
    for player in players[25:]:
        online.send_user_connect_and_authenticate("127.0.0.1", player.connect_blob())
    online.run_callbacks()
    kicked: list[steamgs.ClientKick] = []
    online.client_kick.connect(kicked.append)
    sim.kick_everyone(steamgs.DenyReason.CHEATER)
    online.run_callbacks()
    assert {event.steam_id for event in kicked} == {player.steam_id for player in players}
    assert {event.reason for event in kicked} == {steamgs.DenyReason.CHEATER}
    assert len(kicked) == 50
