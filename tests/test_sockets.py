"""``server.sockets``: listeners, connections and poll groups, from the first event to the close."""

from __future__ import annotations

import gc
import logging
import pickle
import sys
from ipaddress import IPv6Address
from typing import Any

import pytest

import steamgs
from conftest import MakeServer
from steamgs import (
    ClosedHandleError,
    ConnectionEnd,
    ConnectionState,
    NetworkingAddress,
    NetworkingAvailability,
    NetworkingConfig,
    NetworkingIdentity,
)
from steamgs.simulator import Simulator

PLACE = "127.0.0.1:27450"


@pytest.fixture
def listener(online: steamgs.GameServer) -> steamgs.Listener:
    return online.sockets.listen_ip(PLACE)


@pytest.fixture
def pair(
    online: steamgs.GameServer, listener: steamgs.Listener
) -> tuple[steamgs.Connection, steamgs.Connection]:
    """One that connects, and the one that was accepted; the server talks to itself."""
    return connected(online, listener)


def connected(
    server: steamgs.GameServer, listener: steamgs.Listener
) -> tuple[steamgs.Connection, steamgs.Connection]:
    ours = server.sockets.connect_ip(PLACE)
    server.run_callbacks()
    (theirs,) = listener.incoming()
    theirs.accept()
    server.run_callbacks()
    assert (ours.state, theirs.state) == (ConnectionState.CONNECTED,) * 2
    return ours, theirs


def test_a_connection_comes_in_and_is_told_step_by_step(
    online: steamgs.GameServer, listener: steamgs.Listener
) -> None:
    told: list[steamgs.ConnectionStatusChanged] = []
    online.sockets.connection_status_changed.connect(told.append)
    assert listener.address == NetworkingAddress.parse(PLACE)
    ours = online.sockets.connect_ip(PLACE)
    assert ours.listener is None
    assert listener.incoming() == []
    online.run_callbacks()
    (theirs,) = listener.waiting_connections
    assert listener.incoming() == [theirs]
    assert listener.incoming() == []
    assert (theirs.listener, theirs.state) == (listener, ConnectionState.CONNECTING)
    assert theirs.identity == NetworkingIdentity.of(online.steam_id or 0)
    theirs.accept()
    assert listener.waiting_connections == ()
    assert theirs.group is listener.group
    online.run_callbacks()
    assert {ours, theirs} == set(online.sockets.connections)
    assert online.sockets.connection(theirs.handle) is theirs
    steps = [event.state for event in told if event.handle == theirs.handle]
    assert steps == [ConnectionState.CONNECTING, ConnectionState.CONNECTED]
    assert [event.old_state for event in told][:1] == [ConnectionState.NONE]
    assert {event.listener for event in told if event.handle == theirs.handle} == {listener.handle}


def test_the_other_side_learns_why_it_was_closed(
    online: steamgs.GameServer, pair: tuple[steamgs.Connection, steamgs.Connection]
) -> None:
    ours, theirs = pair
    told: list[steamgs.ConnectionStatusChanged] = []
    online.sockets.connection_status_changed.connect(told.append)
    ours.close(1234, "Grüße")
    ours.close()
    ours.close(2999, "again")
    online.run_callbacks()
    (event,) = told  # and no echo of our own close
    assert (event.handle, event.state) == (theirs.handle, ConnectionState.CLOSED_BY_PEER)
    assert (event.end_reason, event.end_text) == (1234, "Grüße")
    assert isinstance(event.end_reason, ConnectionEnd)
    info = theirs.info()
    assert (info.end_reason, info.end_text) == (1234, "Grüße")
    assert not theirs.closed
    with pytest.raises(steamgs.NotConnectedError):
        theirs.send(b"too late")
    theirs.close()
    assert online.sockets.connections == ()


def test_a_connection_that_is_not_wanted(
    online: steamgs.GameServer, listener: steamgs.Listener
) -> None:
    ours = online.sockets.connect_ip(PLACE)
    online.run_callbacks()
    listener.incoming()[0].reject(1100, "full")
    online.run_callbacks()
    assert ours.state is ConnectionState.CLOSED_BY_PEER
    assert ours.info().end_text == "full"
    assert listener.waiting_connections == ()


def test_what_was_sent_before_the_close_is_received(
    online: steamgs.GameServer, pair: tuple[steamgs.Connection, steamgs.Connection]
) -> None:
    ours, theirs = pair
    ours.send(b"last words")
    ours.close(linger=True)
    online.run_callbacks()
    assert theirs.state is ConnectionState.CLOSED_BY_PEER
    assert [data for _, data in theirs.receive()] == [b"last words"]


USES: dict[str, Any] = {
    "accept": lambda one: one.accept(),
    "send": lambda one: one.send(b""),
    "send on a lane": lambda one: one.send(b"", lane=1),
    "receive": lambda one: one.receive(),
    "flush": lambda one: one.flush(),
    "user_data": lambda one: one.user_data,
    "set user_data": lambda one: setattr(one, "user_data", 1),
    "name": lambda one: one.name,
    "set name": lambda one: setattr(one, "name", "x"),
    "info": lambda one: one.info(),
    "identity": lambda one: one.identity,
    "address": lambda one: one.address,
    "status": lambda one: one.status(),
    "detailed_status": lambda one: one.detailed_status(),
    "configure_lanes": lambda one: one.configure_lanes([0]),
    "remote_fake_ip": lambda one: one.remote_fake_ip(),
}


@pytest.mark.parametrize("use", USES)
def test_a_closed_connection_can_only_be_closed(
    online: steamgs.GameServer,
    pair: tuple[steamgs.Connection, steamgs.Connection],
    use: str,
) -> None:
    ours, theirs = pair
    ours.close()
    with pytest.raises(ClosedHandleError, match=f"connection {ours.handle} is closed"):
        USES[use](ours)
    online.close()
    with pytest.raises(ClosedHandleError, match=f"connection {theirs.handle} is closed"):
        USES[use](theirs)
    theirs.close()
    assert theirs.state is ConnectionState.NONE


def test_listeners_and_groups_die_once(online: steamgs.GameServer) -> None:
    listener = online.sockets.listen_ip(PLACE)
    group = online.sockets.create_poll_group()
    ours, theirs = connected(online, listener)
    group.add(theirs)
    assert theirs.group is group
    for one in (listener, group):
        one.close()
        one.close()
        assert one.closed
        with pytest.raises(ClosedHandleError, match="is closed"):
            one.receive()
    assert theirs.closed  # with its listener
    assert theirs.group is None
    with pytest.raises(ClosedHandleError):
        listener.incoming()
    with pytest.raises(ClosedHandleError):
        group.add(ours)
    online.sockets.listen_ip(PLACE)  # the address is free again


def test_a_closed_server_has_closed_all(make_server: MakeServer) -> None:
    server = make_server().start()
    server.log_on_anonymous()
    server.run_callbacks()
    listener = server.sockets.listen_ip(PLACE)
    ours, theirs = connected(server, listener)
    group = server.sockets.create_poll_group()
    server.close()
    assert [one.closed for one in (listener, ours, theirs, group, listener.group)] == [True] * 5
    assert server.sockets.connections == ()
    for one in (listener, ours, theirs, group):
        one.close()
    with pytest.raises(steamgs.NotRunningError):
        server.sockets.create_poll_group()
    server.start()
    server.log_on_anonymous()
    server.run_callbacks()
    again = server.sockets.listen_ip(PLACE)
    _, new = connected(server, again)
    assert new.receive is not None
    with pytest.raises(ClosedHandleError):
        theirs.send(b"x")


def test_nothing_is_closed_where_the_text_is_too_long(
    pair: tuple[steamgs.Connection, steamgs.Connection], listener: steamgs.Listener
) -> None:
    ours, _ = pair
    for close in (ours.close, ours.reject, listener.close):
        with pytest.raises(ValueError, match="text must be at most 127 bytes of UTF-8, not 128"):
            close(1000, "ü" * 64)
        for reason in (0, 999, 3000, -1):
            with pytest.raises(OverflowError, match="reason must be from 1000 to 2999"):
                close(reason)
    assert not ours.closed
    assert not listener.closed
    ours.close(1000, "ü" * 63 + "x")
    assert ours.closed


def test_a_flood_of_connects_is_bounded_and_told(
    online: steamgs.GameServer, caplog: pytest.LogCaptureFixture
) -> None:
    listener = online.sockets.listen_ip(PLACE, backlog=3)
    with caplog.at_level(logging.WARNING, "steamgs"):
        ours = [online.sockets.connect_ip(PLACE) for _ in range(8)]
        online.run_callbacks()
    assert len(listener.waiting_connections) == 3
    assert listener.refused == 5
    assert len([one for one in caplog.records if "wait to be accepted" in one.message]) == 3
    online.run_callbacks()
    states = [one.state for one in ours]
    assert states == [ConnectionState.CONNECTING] * 3 + [ConnectionState.CLOSED_BY_PEER] * 5
    listener.incoming()[0].accept()
    online.sockets.connect_ip(PLACE)
    online.run_callbacks()
    assert len(listener.incoming()) == 1


def test_who_leaves_before_anybody_was_told_leaves_nothing_behind(
    online: steamgs.GameServer, listener: steamgs.Listener
) -> None:
    for _ in range(5):
        online.sockets.connect_ip(PLACE).close()
        online.run_callbacks()
    assert not listener.waiting_connections
    assert listener.incoming() == []
    assert not online.sockets.connections
    # Who was accepted elsewhere stays, with what came before the end.
    ours = online.sockets.connect_ip(PLACE)
    online.run_callbacks()
    (theirs,) = listener.waiting_connections
    theirs.accept()
    ours.send(b"the last word")
    online.run_callbacks()
    ours.close(linger=True)
    online.run_callbacks()
    assert listener.incoming() == []
    assert [data for _, data in listener.receive()] == [b"the last word"]
    theirs.close()
    assert online.sockets.connections == ()


def test_events_of_a_connection_that_was_closed_meanwhile(
    online: steamgs.GameServer, listener: steamgs.Listener
) -> None:
    ours = online.sockets.connect_ip(PLACE)

    @online.sockets.connection_status_changed.connect
    def close(event: steamgs.ConnectionStatusChanged) -> None:
        connection = online.sockets.connection(event.handle)
        if connection is not None:
            connection.close()

    online.run_callbacks()
    online.run_callbacks()
    assert online.sockets.connections == ()
    assert ours.closed
    assert listener.incoming() == []


def test_user_data_and_names(
    online: steamgs.GameServer, pair: tuple[steamgs.Connection, steamgs.Connection]
) -> None:
    ours, theirs = pair
    assert theirs.user_data == -1
    ours.send(b"before")
    online.run_callbacks()
    before = theirs.group
    assert before is not None
    assert before.receive().user_data.tolist() == [-1]
    for number in (0, 2**63 - 1, -(2**63)):
        theirs.user_data = number
        assert theirs.user_data == number == theirs.info().user_data
    for bad in (2**63, -(2**63) - 1):
        with pytest.raises(OverflowError, match="user_data must be from"):
            theirs.user_data = bad
    with pytest.raises(TypeError):
        theirs.user_data = "1"  # type: ignore[assignment]
    theirs.name = "Grüße"
    assert theirs.name == "Grüße"
    with pytest.raises(ValueError, match="name must be at most 127 bytes"):
        theirs.name = "x" * 128


def test_status_and_lanes(pair: tuple[steamgs.Connection, steamgs.Connection]) -> None:
    ours, _ = pair
    ours.configure_lanes([0, 10], [3, 1])
    status = ours.status(2)
    assert status.state is ConnectionState.CONNECTED
    assert len(status.lanes) == 2
    assert status.pending_reliable == 0
    assert "onnect" in ours.detailed_status()
    ours.flush()
    for priorities, weights in (([], None), ([0] * 256, None), ([0], [1, 2])):
        with pytest.raises(ValueError, match="must be"):
            ours.configure_lanes(priorities, weights)
    with pytest.raises(OverflowError, match="weights"):
        ours.configure_lanes([0], [0])
    with pytest.raises(OverflowError, match="lanes must be from 0 to 255"):
        ours.status(256)


def test_groups_take_connections_over(
    online: steamgs.GameServer, pair: tuple[steamgs.Connection, steamgs.Connection]
) -> None:
    ours, theirs = pair
    ours.send(b"first")
    online.run_callbacks()
    group = online.sockets.create_poll_group()
    group.add(theirs)
    ours.send(b"second")
    online.run_callbacks()
    assert [data for _, data in group.receive()] == [b"first", b"second"]
    group.remove(theirs)
    assert theirs.group is None
    with pytest.raises(ValueError, match="is not in"):
        group.remove(theirs)
    ours.send(b"third")
    online.run_callbacks()
    assert len(group.receive()) == 0
    assert [data for _, data in theirs.receive()] == [b"third"]
    with pytest.raises(TypeError, match="must be a Connection"):
        group.add(theirs.handle)  # type: ignore[arg-type]


def test_socket_pairs(online: steamgs.GameServer) -> None:
    first, second = online.sockets.socket_pair(identities=("str:one", None))
    assert (first.state, second.state) == (ConnectionState.CONNECTED,) * 2
    first.send(b"hello")
    online.run_callbacks()
    (message,) = second.receive()
    assert message == (second, b"hello")
    assert str(second.identity) == "str:one"
    with pytest.raises(TypeError, match="identities must be a pair"):
        online.sockets.socket_pair(identities=None)  # type: ignore[arg-type]


def test_identity_and_authentication(online: steamgs.GameServer) -> None:
    assert online.sockets.identity == NetworkingIdentity.of(online.steam_id or 0)
    assert isinstance(online.sockets.init_authentication(), steamgs.NetworkingAvailability)
    status = online.sockets.authentication_status
    assert isinstance(status, steamgs.AuthStatusChanged)


def test_options_are_typed_by_steam(online: steamgs.GameServer) -> None:
    listen = online.sockets.listen_ip
    options = {
        NetworkingConfig.TIMEOUT_INITIAL: 5000,
        NetworkingConfig.CONNECTION_USER_DATA: 2**40,
        NetworkingConfig.UNENCRYPTED: True,
    }
    listen(PLACE, options=options).close()
    for bad, error in (
        ({NetworkingConfig.TIMEOUT_INITIAL: 0.5}, TypeError),
        ({NetworkingConfig.TIMEOUT_INITIAL: 2**31}, OverflowError),
        ({NetworkingConfig.FAKE_PACKET_LOSS_SEND: "much"}, TypeError),
        ({987654: 1}, ValueError),
        ({"TIMEOUT": 1}, TypeError),
        (5, TypeError),
    ):
        with pytest.raises(error, match="option"):
            listen(PLACE, options=bad)  # type: ignore[arg-type]
    listen(PLACE)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda s: s.listen_ip(5), TypeError, "address must be a str"),
        (lambda s: s.listen_ip("nowhere"), ValueError, "not an IP address"),
        (lambda s: s.listen_ip("127.0.0.1:70000"), ValueError, "port"),
        (lambda s: s.listen_ip(("127.0.0.1", 70000)), OverflowError, "port must be from"),
        (lambda s: s.listen_ip(PLACE, backlog=0), OverflowError, "backlog must be from 1"),
        (lambda s: s.listen_p2p(-1), OverflowError, "virtual_port must be from 0"),
        (lambda s: s.listen_fake_ip(8), OverflowError, "port_index must be from 0 to 7"),
        (lambda s: s.connect_p2p(0), OverflowError, "value must be from 1"),
        (lambda s: s.connect_p2p("nobody"), ValueError, "is not an identity"),
        (lambda s: s.connect_p2p(None), TypeError, "identity must be a Steam id"),
        (lambda s: s.request_fake_ip(0), OverflowError, "ports must be from 1 to 8"),
        (lambda s: s.connection("1"), TypeError, "handle must be an int"),
        (lambda s: s.set_certificate("x"), TypeError, "certificate must be bytes"),
    ],
)
def test_bad_arguments(online: steamgs.GameServer, call: Any, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        call(online.sockets)


class Liar(NetworkingIdentity):
    """Of the type that its class says, with a value that it has chosen itself."""

    def __init__(self, type_: steamgs.NetworkingIdentityType, value: Any) -> None:
        object.__setattr__(self, "type", type_)
        self.__dict__["lie"] = value

    @property
    def value(self) -> Any:  # type: ignore[override]
        return self.__dict__["lie"]


@pytest.mark.parametrize(
    "identity",
    [
        Liar(steamgs.NetworkingIdentityType.GENERIC_BYTES, b"x" * 100_000),
        Liar(steamgs.NetworkingIdentityType.GENERIC_BYTES, None),
        Liar(steamgs.NetworkingIdentityType.UNKNOWN_TYPE, "x" * 100_000),
    ],
)
def test_identities_that_are_not_what_they_seem(online: steamgs.GameServer, identity: Liar) -> None:
    with pytest.raises(ValueError, match="identity must be at most"):
        online.sockets.connect_p2p(identity)


def test_addresses_that_are_not_what_they_seem(online: steamgs.GameServer) -> None:
    class Short(IPv6Address):
        packed = b"x"

    with pytest.raises(ValueError, match="address must have 16 bytes"):
        online.sockets.connect_ip((Short("::1"), 27015))  # type: ignore[arg-type]


def test_options_that_close_the_server(online: steamgs.GameServer) -> None:
    class Closing(dict[NetworkingConfig, int]):
        def items(self) -> Any:
            online.close()
            return super().items()

    options = Closing({NetworkingConfig.SEND_BUFFER_SIZE: 1})
    with pytest.raises(steamgs.NotRunningError):
        online.sockets.listen_ip(PLACE, options=options)


def test_objects_are_made_by_the_server_alone() -> None:
    kinds: list[Any] = [steamgs.Connection, steamgs.Listener, steamgs.PollGroup, steamgs.Batch]
    for kind in [*kinds, steamgs.Message, steamgs.FakeUDPPort, steamgs.PlayerSignal]:
        with pytest.raises(TypeError, match="make"):
            kind()
    for server in (None, 1):
        with pytest.raises(TypeError, match="server"):
            steamgs.NetworkingSockets(server)  # type: ignore[call-arg]


def test_a_server_that_was_closed_is_garbage(make_server: MakeServer) -> None:
    server = make_server().start()
    server.log_on_anonymous()
    server.run_callbacks()
    listener = server.sockets.listen_ip(PLACE)
    ours, theirs = connected(server, listener)
    ours.send(b"x")
    server.run_callbacks()
    batch = listener.receive()
    count = sys.getrefcount(theirs)
    server.close()
    # Only these names are left: the table of the server has let them go.
    assert sys.getrefcount(theirs) < count
    gc.collect()
    assert batch[0].data == b"x"


def test_a_certificate_of_the_games_own(server: steamgs.GameServer) -> None:
    with pytest.raises(steamgs.NetworkingError, match="no identity before the logon") as caught:
        server.sockets.certificate_request()
    assert str(caught.value) == "certificate_request: there is no identity before the logon"
    server.log_on_anonymous()
    server.run_callbacks()
    request = server.sockets.certificate_request()
    with pytest.raises(steamgs.NetworkingError, match="not signed") as caught:
        server.sockets.set_certificate(request)
    assert caught.value.message
    assert str(caught.value).endswith(caught.value.message)
    assert pickle.loads(pickle.dumps(caught.value)).message == caught.value.message
    told: list[steamgs.AuthStatusChanged] = []
    server.sockets.auth_status_changed.connect(told.append)
    server.sockets.set_certificate(b"signed: " + request)
    server.run_callbacks()
    assert [event.availability for event in told] == [NetworkingAvailability.CURRENT]


def test_a_fake_ip_is_asked_for_before_the_logon(server: steamgs.GameServer) -> None:
    told: list[steamgs.FakeIPResult] = []
    server.sockets.fake_ip_result.connect(told.append)
    answer = server.sockets.request_fake_ip(2)
    with pytest.raises(steamgs.NetworkingError):
        server.sockets.request_fake_ip(2)
    assert server.sockets.fake_ip().result == steamgs.Result.BUSY
    server.log_on_anonymous()
    server.run_callbacks()
    found = answer.result(0)
    assert told == [found]
    assert (found.result, len(found.ports)) == (steamgs.Result.OK, 2)
    assert server.sockets.fake_ip() == found
    assert server.sockets.listen_fake_ip(1)


def test_a_fake_ip_that_steam_refuses_is_an_answer(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    sim.fail_next_fake_ip(steamgs.Result.LIMIT_EXCEEDED)
    answer = server.sockets.request_fake_ip()
    server.log_on_anonymous()
    server.run_callbacks()
    assert answer.result(0).result == steamgs.Result.LIMIT_EXCEEDED


@pytest.mark.parametrize("address", ["1.2.3.4:0", "1.2.3.4", ("1.2.3.4", 0), "[::]:0", "*:0"])
def test_a_listener_needs_a_port(online: steamgs.GameServer, address: Any) -> None:
    with pytest.raises(ValueError, match="address must have a port"):
        online.sockets.listen_ip(address)
