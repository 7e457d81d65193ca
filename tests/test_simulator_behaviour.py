"""What other implementations of steamclient do, and the simulator does when it is told to."""

from __future__ import annotations

from typing import Any

import pytest

import steamgs
from conftest import MakeServer
from raw_steam import Heard, RawSteam
from steamgs import AuthSessionResponse, Result
from steamgs.simulator import Simulator, User, commands

ALICE = 76561197960287930
CONNECTED = steamgs.ServerConnected()
SECURE = steamgs.PolicyResponse(True)
DISCONNECTED = steamgs.ServerDisconnected(Result.NO_CONNECTION)
Event = Any


@pytest.fixture
def alice(sim: Simulator) -> User:
    return sim.add_user(ALICE)


class Witness:
    """What a server says of its logon, tick by tick."""

    def __init__(self, server: steamgs.GameServer, sim: Simulator) -> None:
        self._server = server
        self._sim = sim
        self._heard: list[Event] = []
        for signal in (
            server.server_connected,
            server.policy_response,
            server.server_disconnected,
            server.server_connect_failure,
        ):
            signal.connect(self._heard.append)

    def after(self, seconds: float) -> list[Event]:
        """What comes within that time."""
        self._sim.advance(seconds)
        self._server.run_callbacks()
        heard = self._heard.copy()
        self._heard.clear()
        return heard


@pytest.fixture
def witness(server: steamgs.GameServer, sim: Simulator) -> Witness:
    return Witness(server, sim)


# Connected, policy response, Steam id


def test_connected_and_policy_response_take_their_time(
    server: steamgs.GameServer, sim: Simulator, witness: Witness
) -> None:
    sim.set_latency("connected", 1)
    sim.set_latency("policy", 2)
    server.log_on_anonymous()
    assert witness.after(0.5) == []
    assert server.logged_on
    assert server.steam_id is not None
    assert witness.after(0.5) == [CONNECTED]
    assert not server.secure
    assert not sim.server.secure
    assert witness.after(1.5) == []
    assert not server.secure
    assert witness.after(0.5) == [SECURE]
    assert server.secure
    assert witness.after(100) == []


def test_both_come_anew_with_each_connection(
    server: steamgs.GameServer, sim: Simulator, witness: Witness
) -> None:
    sim.set_latency("policy", 2)
    server.log_on_anonymous()
    assert witness.after(2) == [CONNECTED, SECURE]
    sim.disconnect()
    sim.reconnect()
    assert witness.after(0) == [DISCONNECTED, CONNECTED]
    assert server.logged_on
    assert not server.secure
    assert witness.after(2) == [SECURE]
    assert server.secure


def test_by_itself_both_come_at_once(
    online: steamgs.GameServer, sim: Simulator, witness: Witness
) -> None:
    for _ in range(2):
        sim.disconnect()
        sim.reconnect()
    assert witness.after(0) == [DISCONNECTED, CONNECTED, SECURE] * 2


@pytest.mark.parametrize(
    ("waited", "came", "first"),
    [(0.5, [], False), (1.5, [CONNECTED], False), (0.5, [], True), (2.5, [SECURE], True)],
)
@pytest.mark.parametrize("by_steam", [True, False])
def test_what_is_pending_goes_with_the_connection(
    server: steamgs.GameServer,
    sim: Simulator,
    witness: Witness,
    by_steam: bool,
    waited: float,
    came: list[Event],
    first: bool,
) -> None:
    sim.set_latency("connected", 1)
    sim.set_latency("policy", 2)
    sim.set_behaviour("policy_first", first)
    both = [SECURE, CONNECTED] if first else [CONNECTED, SECURE]
    server.log_on_anonymous()
    assert witness.after(0) == []
    assert witness.after(waited) == came
    if by_steam:
        sim.disconnect()
        assert witness.after(10) == [DISCONNECTED]
        sim.reconnect()
    else:
        server.log_off()
        assert witness.after(10) == [steamgs.ServerDisconnected(Result.OK)]
        server.log_on_anonymous()
        sim.advance(0)
    assert not server.secure
    assert witness.after(3) == both
    assert server.secure


def test_what_is_pending_goes_with_the_server(make_server: MakeServer, sim: Simulator) -> None:
    sim.set_latency("connected", 1)
    sim.set_latency("policy", 1)
    server = make_server()
    witness = Witness(server, sim)
    for _ in range(3):
        with server:
            assert witness.after(10) == []
            server.log_on_anonymous()
            assert witness.after(0) == []
            assert witness.after(1) == [CONNECTED]
            assert not server.secure


def test_policy_that_changes_meanwhile_is_told_once(
    server: steamgs.GameServer, sim: Simulator, witness: Witness
) -> None:
    sim.set_latency("policy", 2)
    server.log_on_anonymous()
    assert witness.after(0) == [CONNECTED]
    sim.set_vac(False)
    assert witness.after(1) == []
    assert witness.after(1) == [steamgs.PolicyResponse(False)]
    sim.set_vac(True)
    assert witness.after(0) == [SECURE]


@pytest.mark.parametrize("seconds", [0, 1])
def test_policy_first(
    server: steamgs.GameServer, sim: Simulator, witness: Witness, seconds: float
) -> None:
    sim.set_behaviour("policy_first")
    sim.set_latency("policy", seconds)
    sim.set_latency("connected", seconds)
    server.log_on_anonymous()
    sim.advance(0)
    assert server.logged_on
    if seconds:
        assert witness.after(0) == []
        assert not server.secure
        assert witness.after(1) == [SECURE]
        assert server.secure
        assert witness.after(1) == [CONNECTED]
    assert witness.after(5) == ([] if seconds else [SECURE, CONNECTED])


def test_policy_once(make_server: MakeServer, sim: Simulator) -> None:
    sim.set_behaviour("policy_once")
    server = make_server()
    witness = Witness(server, sim)
    for _ in range(2):
        with server:
            server.log_on_anonymous()
            assert witness.after(0) == [CONNECTED, SECURE]
            sim.disconnect()
            sim.reconnect()
            assert server.secure
            assert witness.after(0) == [DISCONNECTED, CONNECTED]
            server.log_off()
            assert not server.secure
            server.log_on_anonymous()
            assert witness.after(0) == [steamgs.ServerDisconnected(Result.OK), CONNECTED]
            assert server.secure


def test_a_policy_response_that_was_lost_comes_with_the_next_connection(
    server: steamgs.GameServer, sim: Simulator, witness: Witness
) -> None:
    sim.set_behaviour("policy_once")
    sim.set_latency("policy", 2)
    server.log_on_anonymous()
    assert witness.after(0) == [CONNECTED]
    sim.disconnect()
    sim.reconnect()
    assert witness.after(2) == [DISCONNECTED, CONNECTED, SECURE]


def test_logon_at_once(server: steamgs.GameServer, sim: Simulator, witness: Witness) -> None:
    sim.set_behaviour("logon_at_once")
    sim.set_latency("logon", 60)
    sim.set_latency("connected", 1)
    sim.fail_next_logon(Result.SERVICE_UNAVAILABLE, retrying=True)
    server.log_on_anonymous()
    assert not server.logged_on
    failure = steamgs.ServerConnectFailure(Result.SERVICE_UNAVAILABLE, True)
    assert witness.after(0) == [failure]
    assert witness.after(2) == [CONNECTED, SECURE]
    server.log_off()
    server.log_on_anonymous()
    assert server.logged_on
    assert not server.secure
    assert witness.after(0) == [steamgs.ServerDisconnected(Result.OK)]
    assert witness.after(1) == [CONNECTED, SECURE]


def test_no_id_before_logon(make_server: MakeServer, sim: Simulator) -> None:
    sim.set_behaviour("no_id_before_logon")
    server = make_server().start()
    raw = RawSteam(server)
    assert raw.steam_id == sim.server.steam_id == 0
    assert server.steam_id is None
    server.log_on_anonymous()
    server.run_callbacks()
    assert raw.steam_id == server.steam_id != 0
    server.log_off()
    assert raw.steam_id == 0
    sim.set_behaviour("no_id_before_logon", False)
    assert raw.steam_id == 1


def test_no_id_before_logon_without_authentication(make_server: MakeServer, sim: Simulator) -> None:
    sim.set_behaviour("no_id_before_logon")
    with make_server(mode=steamgs.ServerMode.NO_AUTHENTICATION) as server:
        # Not by the library's own function: in this mode Valve's asks nobody.
        assert sim.server.steam_id == 0
        server.log_on_anonymous()
        server.run_callbacks()
        assert sim.server.steam_id == server.steam_id != 0


# The switches themselves


def behaviours() -> tuple[str, ...]:
    return commands()["set_behaviour"].names()


def test_all_are_described() -> None:
    assert Simulator.set_behaviour.__doc__ is not None
    assert len(behaviours()) == 24
    for name in behaviours():
        assert f'``"{name}"``' in Simulator.set_behaviour.__doc__


def test_a_wrong_name_tells_the_right_ones(sim: Simulator) -> None:
    for wrong in ("late verdicts", "", "policy_once\0", "\udcff"):
        with pytest.raises(ValueError, match="name must be one of accept_duplicates, ") as caught:
            sim.set_behaviour(wrong)
        assert ", ".join(behaviours()) in str(caught.value)
    number: Any = 1
    with pytest.raises(TypeError, match="name must be a str, not int"):
        sim.set_behaviour(number)


def test_a_behaviour_outlives_the_server(make_server: MakeServer, sim: Simulator) -> None:
    sim.set_behaviour("policy_first")
    server = make_server()
    witness = Witness(server, sim)
    for on in (True, True, False):
        sim.set_behaviour("policy_first", on)
        for _ in range(2):
            with server:
                server.log_on_anonymous()
                expected = [SECURE, CONNECTED] if on else [CONNECTED, SECURE]
                assert witness.after(0) == expected


def test_all_at_once(make_server: MakeServer, sim: Simulator, alice: User) -> None:
    for name in behaviours():
        sim.set_behaviour(name)
    with make_server() as server:
        heard: list[Event] = []
        server.validate_auth_ticket_response.connect(heard.append)
        server.log_on_anonymous()
        assert server.logged_on
        server.run_callbacks()
        assert server.secure
        server.get_auth_session_ticket()
        server.begin_auth_session(alice.auth_session_ticket(), ALICE)
        answer = server.stats.request_user_stats(ALICE)
        server.run_callbacks()
        assert answer.result(0) == steamgs.StatsReceived(Result.OK, ALICE)
        assert [event.response for event in heard] == [AuthSessionResponse.OK]


# The simulator's front beside Valve's library


def test_the_front_forgets_for_whom_a_listener_was(server: steamgs.GameServer, front: str) -> None:
    log: list[Heard] = []
    listener = RawSteam(server).listener(203, log)
    listener.register()
    assert listener.for_game_server
    listener.unregister()
    assert listener.for_game_server is (front == "valve")


def test_python_hears_again_beside_others_that_come_and_go(
    make_server: MakeServer, sim: Simulator
) -> None:
    server = make_server()
    witness = Witness(server, sim)
    for _ in range(3):
        with server, RawSteam(server).listening(101, 115) as heard:
            server.log_on_anonymous()
            assert witness.after(0) == [CONNECTED, SECURE]
            assert [one.id for one in heard] == [101, 115]
