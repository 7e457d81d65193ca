"""ISteamNetworkingSockets of the simulated Steam, as a game in C calls it: both versions."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pytest

import networking
import steamgs
from conftest import MakeServer
from networking import NO_DELAY, RELIABLE, Networking, State
from raw_steam import RawSteam
from steamgs.simulator import Simulator

SEND_BUFFER = 9
RECEIVE_MESSAGES = 48
RECEIVE_SIZE = 49
USER_DATA = 40
TIMEOUT_INITIAL = 24
VERSIONS = ["SteamNetworkingSockets012", "SteamNetworkingSockets013"]
MOST = 512 * 1024


@pytest.fixture(params=VERSIONS)
def net(request: pytest.FixtureRequest, online: steamgs.GameServer) -> Iterator[Networking]:
    made = Networking(online, request.param)
    with made.hearing():
        yield made


def test_a_connection_from_beginning_to_end(net: Networking) -> None:
    listener = net.listen()
    outgoing = net.connect()
    assert listener
    assert outgoing
    changes = net.changes()
    assert [(one.old, one.new) for one in changes] == [(State.NONE, State.CONNECTING)] * 2
    incoming = changes[1].connection
    assert changes[0].connection == outgoing != incoming
    assert net.info(incoming).listen_socket == listener
    assert net.info(outgoing).listen_socket == 0
    assert net.sockets.AcceptConnection(incoming) == steamgs.Result.OK
    assert [(one.connection, one.old, one.new) for one in net.changes()] == [
        (incoming, State.CONNECTING, State.CONNECTED),
        (outgoing, State.CONNECTING, State.CONNECTED),
    ]
    assert net.send(outgoing, b"hello") == 1
    assert net.send(outgoing, b"again", 0) == 2
    first, second = net.receive(incoming)
    assert (first.data, first.number, first.reliable) == (b"hello", 1, True)
    assert (second.data, second.number, second.reliable) == (b"again", 2, False)
    assert first.connection == incoming
    assert first.steam_id == net.server.steam_id
    assert net.sockets.CloseConnection(incoming, 1002, b"that is all", False)
    echo, told = net.changes()
    # Steam tells the server even of what it does itself.
    assert (echo.connection, echo.old, echo.new) == (incoming, State.CONNECTED, State.NONE)
    assert (told.connection, told.new) == (outgoing, State.CLOSED_BY_PEER)
    assert (told.reason, told.text) == (echo.reason, echo.text) == (1002, "that is all")
    assert not net.sockets.CloseConnection(incoming, 0, None, False)
    assert net.sockets.CloseConnection(outgoing, 0, None, False)
    assert [one.new for one in net.changes()] == [State.NONE]
    assert net.sockets.CloseListenSocket(listener)
    assert not net.sockets.CloseListenSocket(listener)


def test_what_was_received_outlives_the_peer(net: Networking) -> None:
    net.listen()
    outgoing, incoming = net.connected()
    net.send(outgoing, b"last words")
    net.sockets.CloseConnection(outgoing, 0, None, False)
    assert net.states(incoming) == [State.CLOSED_BY_PEER]
    assert net.send(incoming, b"too late") == -steamgs.Result.NO_CONNECTION
    assert [one.data for one in net.receive(incoming)] == [b"last words"]


def test_rejected(net: Networking) -> None:
    net.listen()
    outgoing = net.connect()
    (incoming,) = (one.connection for one in net.changes() if one.connection != outgoing)
    assert net.send(outgoing, b"early") == 1
    assert net.send(outgoing, b"early", NO_DELAY) == -steamgs.Result.IGNORED
    net.sockets.CloseConnection(incoming, 1234, b"full", False)
    (told,) = (one for one in net.changes() if one.connection == outgoing)
    assert (told.old, told.new) == (State.CONNECTING, State.CLOSED_BY_PEER)
    assert (told.reason, told.text) == (1234, "full")


def test_what_is_sent_before_it_is_accepted_comes_then(net: Networking) -> None:
    net.listen()
    outgoing = net.connect()
    assert [net.send(outgoing, bytes([i])) for i in range(3)] == [1, 2, 3]
    (incoming,) = (one.connection for one in net.changes() if one.connection != outgoing)
    assert net.receive(incoming) == []
    net.sockets.AcceptConnection(incoming)
    assert [one.data for one in net.receive(incoming)] == [b"\0", b"\1", b"\2"]


@pytest.mark.parametrize("reason", [1, 999, 3000, -5])
def test_a_reason_that_is_none_of_an_application(net: Networking, reason: int) -> None:
    first, second = net.pair()
    net.sockets.CloseConnection(first, reason, b"lies", False)
    (told,) = (one for one in net.changes() if one.connection == second)
    assert told.reason == 1999


def test_accept_refuses(net: Networking) -> None:
    net.listen()
    outgoing, incoming = net.connected()
    assert net.sockets.AcceptConnection(12345) == steamgs.Result.INVALID_PARAM
    assert net.sockets.AcceptConnection(incoming) == steamgs.Result.INVALID_STATE
    assert net.sockets.AcceptConnection(outgoing) == steamgs.Result.INVALID_STATE
    waiting = net.connect()
    assert net.sockets.AcceptConnection(waiting) == steamgs.Result.INVALID_PARAM


def test_a_port_is_taken_once(net: Networking) -> None:
    assert net.listen(27016)
    assert net.listen(27016) == 0
    assert net.listen(27017)
    assert net.listen(0) == 0


def test_peer_to_peer_finds_a_route(net: Networking) -> None:
    listener = net.sockets.CreateListenSocketP2P(7, 0, None)
    assert listener
    assert net.sockets.CreateListenSocketP2P(7, 0, None) == 0
    me = networking.Identity()
    assert net.sockets.GetIdentity(ctypes.byref(me))
    outgoing = net.sockets.ConnectP2P(ctypes.byref(me), 7, 0, None)
    incoming = net.changes()[1].connection
    assert net.sockets.AcceptConnection(incoming) == 1
    changes = net.changes()
    for connection in (incoming, outgoing):
        assert [one.new for one in changes if one.connection == connection] == [
            State.FINDING_ROUTE,
            State.CONNECTED,
        ]
    wrong = net.sockets.ConnectP2P(ctypes.byref(me), 8, 0, None)
    states = [(one.new, one.reason) for one in net.changes() if one.connection == wrong]
    assert states == [(State.CONNECTING, 0), (State.CLOSED_BY_PEER, 5008)]


def test_nobody_answers(net: Networking, sim: Simulator) -> None:
    outgoing = net.connect(27099)
    stranger = networking.identity_of(76561197960299999)
    lost = net.sockets.ConnectP2P(ctypes.byref(stranger), 0, 0, None)
    soon = net.connect(27099, networking.int_option(TIMEOUT_INITIAL, 2000))
    net.changes()
    sim.advance(2.5)
    assert [(one.connection, one.new) for one in net.changes()] == [(soon, State.PROBLEM)]
    sim.advance(8)
    ended = {one.connection: one.reason for one in net.changes()}
    assert ended == {outgoing: 5003, lost: 5008}


def test_not_accepted_in_time(net: Networking, sim: Simulator) -> None:
    net.listen()
    outgoing = net.connect()
    net.changes()
    sim.advance(10)
    states = {one.connection: one.new for one in net.changes()}
    assert states[outgoing] == State.PROBLEM
    assert len(states) == 2


def test_limits(net: Networking) -> None:
    net.listen()
    outgoing, incoming = net.connected()
    assert net.send(outgoing, bytes(MOST)) == 1
    assert net.send(outgoing, bytes(MOST + 1)) == -steamgs.Result.INVALID_PARAM
    assert net.send(outgoing, b"", 0) == 2
    assert net.send(12345, b"x") == -steamgs.Result.INVALID_PARAM
    large, empty = net.receive(incoming)
    assert (len(large.data), empty.data) == (MOST, b"")


def test_a_peer_that_does_not_read(net: Networking, sim: Simulator) -> None:
    """Steam takes no more than its buffers hold: those of the receiver, then the sender's."""
    net.listen()
    outgoing, incoming = net.connected()
    sent = 0
    while net.send(outgoing, bytes(64 * 1024)) > 0:
        sent += 1
    assert net.send(outgoing, b"x" * 64 * 1024) == -steamgs.Result.LIMIT_EXCEEDED
    assert sent == 16 + 8
    assert net.status(outgoing).pending_reliable == 8 * 64 * 1024
    received = net.receive(incoming, 3)
    assert net.send(outgoing, b"there is room again") == sent + 1
    while batch := net.receive(incoming):
        received += batch
    assert [one.number for one in received] == list(range(1, sent + 2))


def test_unreliable_messages_are_dropped_instead(net: Networking) -> None:
    net.listen(27015, networking.int_option(RECEIVE_MESSAGES, 10))
    outgoing, incoming = net.connected()
    for _ in range(100):
        assert net.send(outgoing, b"state", 0) > 0
    assert [one.number for one in net.receive(incoming)] == list(range(1, 11))


def test_too_large_for_the_receiver(net: Networking) -> None:
    net.listen(27015, networking.int_option(RECEIVE_SIZE, 100))
    outgoing, incoming = net.connected()
    net.send(outgoing, bytes(101))
    states = {one.connection: one.new for one in net.changes()}
    assert states == {incoming: State.PROBLEM, outgoing: State.CLOSED_BY_PEER}


def test_user_data_and_names(net: Networking) -> None:
    first, second = net.pair()
    assert net.sockets.GetConnectionUserData(first) == -1
    net.send(first, b"before")
    assert net.sockets.SetConnectionUserData(second, -(2**63))
    assert net.sockets.GetConnectionUserData(second) == -(2**63)
    net.send(first, b"after")
    assert [one.user_data for one in net.receive(second)] == [-(2**63)] * 2
    net.sockets.SetConnectionName(first, b"alice")
    name = ctypes.create_string_buffer(64)
    assert net.sockets.GetConnectionName(first, name, 64)
    assert name.value == b"alice"
    assert b"alice" in net.info(first).description
    assert not net.sockets.SetConnectionUserData(12345, 1)
    assert net.sockets.GetConnectionUserData(12345) == -1
    assert not net.sockets.GetConnectionName(12345, name, 64)


def test_user_data_by_option(net: Networking) -> None:
    net.listen(27015, networking.int_option(USER_DATA, 77))
    outgoing, incoming = net.connected()
    assert net.sockets.GetConnectionUserData(incoming) == 77
    assert net.sockets.GetConnectionUserData(outgoing) == -1


def test_unknown_options_are_refused(net: Networking) -> None:
    assert net.listen(27015, networking.int_option(4711, 1)) == 0
    assert net.connect(27015, networking.int_option(4711, 1)) == 0
    assert net.changes() == []


def test_poll_groups(net: Networking) -> None:
    net.listen()
    pairs = [net.connected() for _ in range(3)]
    group = net.sockets.CreatePollGroup()
    net.send(pairs[0][0], b"waiting")
    for _, incoming in pairs[:2]:
        assert net.sockets.SetConnectionPollGroup(incoming, group)
    for outgoing, _ in reversed(pairs):
        net.send(outgoing, b"new")
    received = net.receive_group(group)
    assert [(one.connection, one.data) for one in received] == [
        (pairs[0][1], b"waiting"),
        (pairs[1][1], b"new"),
        (pairs[0][1], b"new"),
    ]
    net.send(pairs[0][0], b"by itself")
    assert [one.data for one in net.receive(pairs[0][1])] == [b"by itself"]
    assert net.receive_group(group) == []
    assert net.sockets.SetConnectionPollGroup(pairs[0][1], 0)
    net.send(pairs[0][0], b"elsewhere")
    net.send(pairs[1][0], b"here")
    assert [one.data for one in net.receive_group(group)] == [b"here"]
    assert net.sockets.DestroyPollGroup(group)
    assert not net.sockets.DestroyPollGroup(group)
    assert net.sockets.ReceiveMessagesOnPollGroup(group, None, 0) == -1
    assert not net.sockets.SetConnectionPollGroup(pairs[0][1], group)
    assert [one.data for one in net.receive(pairs[0][1])] == [b"elsewhere"]


def test_a_closed_connection_leaves_its_group(net: Networking, sim: Simulator) -> None:
    before = sim.server.networking.held_messages
    first, second = net.pair()
    group = net.sockets.CreatePollGroup()
    net.sockets.SetConnectionPollGroup(second, group)
    net.send(first, b"unread")
    net.sockets.CloseConnection(second, 0, None, False)
    assert net.receive_group(group) == []
    assert sim.server.networking.held_messages == before


def test_many_messages_at_once(net: Networking) -> None:
    first, second = net.pair()
    other, _ = net.pair()
    net.sockets.CloseConnection(other, 0, None, False)
    results = net.send_many([(first, b"a"), (other, b"b"), (first, b"c"), (0, b"d"), (first, b"")])
    assert results == [1, -8, 2, -8, 3]
    assert [one.data for one in net.receive(second)] == [b"a", b"c", b""]


def test_after_a_failure(net: Networking) -> None:
    """Version 013 does not try the rest of that connection, and says 0."""
    first, second = net.pair()
    too_large = bytes(MOST + 1)
    results = net.send_many([(first, b"a"), (first, too_large), (first, b"c")])
    assert results == ([1, -8, 0] if "013" in net.version else [1, -8, 2])
    assert len(net.receive(second)) == (1 if "013" in net.version else 2)


def test_failed_messages_may_stay_the_callers(net: Networking, sim: Simulator) -> None:
    if "012" in net.version:
        return  # it always takes them
    first, second = net.pair()
    before = sim.server.networking.held_messages
    made = (ctypes.c_size_t * 2)()
    results = (ctypes.c_int64 * 2)()
    for i, connection in enumerate((first, 12345)):
        made[i] = net.utils.AllocateMessage(1)
        networking.Message.from_address(made[i]).connection = connection
    kept = made[1]
    assert sim.server.networking.held_messages == before + 2
    net.sockets.SendMessages(2, made, results, False)
    assert list(results) == [1, -8]
    assert list(made) == [0, kept]
    assert sim.server.networking.held_messages == before + 1
    net.release(kept)
    assert len(net.receive(second)) == 1
    assert sim.server.networking.held_messages == before


@pytest.mark.parametrize("works", [True, False])
def test_data_with_a_function_that_frees_them(net: Networking, works: bool) -> None:
    first, second = net.pair()
    freed: list[int] = []
    free = networking.FREE(lambda message: freed.append(message.contents.user_data))
    data = ctypes.create_string_buffer(b"from elsewhere")
    made = (ctypes.c_size_t * 1)(net.utils.AllocateMessage(0))
    message = networking.Message.from_address(made[0])
    message.connection = first if works else 12345
    message.data, message.size, message.user_data = ctypes.addressof(data), 14, 42
    message.flags = RELIABLE
    message.free_data = free
    more = (True,) if "013" in net.version else ()
    net.sockets.SendMessages(1, made, None, *more)
    assert freed == [42]
    assert [one.data for one in net.receive(second)] == ([b"from elsewhere"] if works else [])


def test_messages_are_counted(net: Networking, sim: Simulator) -> None:
    first, second = net.pair()
    before = sim.server.networking.held_messages
    for _ in range(3):
        net.send(first, b"x")
    out = (ctypes.c_size_t * 8)()
    assert net.sockets.ReceiveMessagesOnConnection(second, out, 8) == 3
    assert sim.server.networking.held_messages == before + 3
    net.server.close()
    for address in out[:3]:
        net.release(address)


def test_lanes(net: Networking) -> None:
    first, second = net.pair()
    configure = net.sockets.ConfigureConnectionLanes
    assert configure(first, 0, None, None) == steamgs.Result.INVALID_PARAM
    assert configure(first, 256, None, None) == steamgs.Result.INVALID_PARAM
    weights = (ctypes.c_uint16 * 2)(1, 0)
    assert configure(first, 2, None, weights) == steamgs.Result.INVALID_PARAM
    assert configure(first, 2, (ctypes.c_int * 2)(0, 1), None) == steamgs.Result.OK
    assert configure(first, 1, None, None) == steamgs.Result.INVALID_PARAM
    assert configure(12345, 1, None, None) == steamgs.Result.NO_CONNECTION
    assert net.send_many([(first, b"a"), (first, b"b")], lane=1) == [1, 2]
    assert net.send_many([(first, b"c")], lane=0) == [1]
    assert net.send_many([(first, b"d")], lane=2) == [-steamgs.Result.INVALID_PARAM]
    received = net.receive(second)
    assert [(one.lane, one.number) for one in received] == [(1, 1), (1, 2), (0, 1)]
    lanes = (networking.LaneStatus * 2)()
    status = networking.RealTimeStatus()
    get = net.sockets.GetConnectionRealTimeStatus
    assert get(first, ctypes.byref(status), 2, lanes) == steamgs.Result.OK
    assert get(first, ctypes.byref(status), 3, lanes) == steamgs.Result.INVALID_PARAM
    assert get(12345, ctypes.byref(status), 0, None) == steamgs.Result.NO_CONNECTION
    assert status.state == State.CONNECTED


def test_a_listen_socket_takes_its_connections_with_it(net: Networking) -> None:
    listener = net.listen()
    outgoing, incoming = net.connected()
    assert net.sockets.CloseListenSocket(listener)
    changes = net.changes()
    assert [(one.connection, one.new, one.reason) for one in changes] == [
        (incoming, State.NONE, 5010),
        (outgoing, State.CLOSED_BY_PEER, 5010),
    ]
    assert net.send(incoming, b"x") == -steamgs.Result.INVALID_PARAM


def test_addresses_of_listen_sockets(net: Networking) -> None:
    listener = net.listen(27020)
    address = networking.IPAddr()
    assert net.sockets.GetListenSocketAddress(listener, ctypes.byref(address))
    assert address.port == 27020
    hidden = net.sockets.CreateListenSocketP2P(0, 0, None)
    assert not net.sockets.GetListenSocketAddress(hidden, ctypes.byref(address))


def test_detailed_status(net: Networking) -> None:
    first, _ = net.pair()
    assert net.sockets.GetDetailedConnectionStatus(12345, None, 0) == -1
    needed = net.sockets.GetDetailedConnectionStatus(first, None, 0)
    text = ctypes.create_string_buffer(needed)
    assert net.sockets.GetDetailedConnectionStatus(first, text, needed) == 0
    assert b"connected" in text.value
    assert len(text.value) == needed - 1


def test_ten_thousand_connections(net: Networking, sim: Simulator) -> None:
    net.listen()
    outgoing = [net.connect() for _ in range(10_000)]
    known = set(outgoing)
    incoming = [one.connection for one in net.changes() if one.connection not in known]
    assert len(known | set(incoming)) == 20_000
    group = net.sockets.CreatePollGroup()
    for connection in incoming:
        assert net.sockets.AcceptConnection(connection) == 1
        net.sockets.SetConnectionPollGroup(connection, group)
    assert sim.server.networking.connections == 20_000
    for connection in outgoing:
        net.send(connection, b"x")
    received = net.receive_group(group, 20_000)
    assert [one.connection for one in received] == incoming
    for connection in outgoing:
        net.sockets.CloseConnection(connection, 0, None, False)
    net.changes()
    for connection in incoming:
        assert net.sockets.CloseConnection(connection, 0, None, False)
    assert sim.server.networking.connections == 0


AVAILABILITY = {"attempting": 3, "current": 100, "failed": -101, "waiting": 2, "never": 1}


def heard_of(log: list[bytes]) -> list[int]:
    codes = [int.from_bytes(one[:4], "little", signed=True) for one in log]
    log.clear()
    return codes


def test_the_certificate(net: Networking, sim: Simulator) -> None:
    with RawSteam(net.server).hearing(networking.AUTHENTICATION, 260) as log:
        status = ctypes.create_string_buffer(260)
        assert net.sockets.GetAuthenticationStatus(status) == AVAILABILITY["never"]
        sim.set_latency("relay", 2)
        assert net.sockets.InitAuthentication() == AVAILABILITY["attempting"]
        net.server.run_callbacks()
        assert heard_of(log) == [AVAILABILITY["attempting"]]
        sim.advance(2)
        net.server.run_callbacks()
        assert heard_of(log) == [AVAILABILITY["current"]]
        sim.set_certificate("failed", "no rights")
        net.server.run_callbacks()
        assert heard_of(log) == [AVAILABILITY["failed"]]
        assert net.sockets.GetAuthenticationStatus(status) == AVAILABILITY["failed"]
        assert status.raw[4:13] == b"no rights"
        sim.set_certificate("current")
        assert net.sockets.InitAuthentication() == AVAILABILITY["current"]
        assert sim.server.certificate == AVAILABILITY["current"]


def test_the_relays(net: Networking, sim: Simulator) -> None:
    with RawSteam(net.server).hearing(networking.RELAYS, 272) as log:
        assert net.utils.GetRelayNetworkStatus(None) == AVAILABILITY["never"]
        sim.set_relays("cannot_try", "offline")
        # As ISteamNetworkingUtils::InitRelayNetworkAccess does.
        assert not net.utils.CheckPingDataUpToDate(1e10)
        net.server.run_callbacks()
        assert heard_of(log) == [AVAILABILITY["attempting"], -102]
        sim.set_relays("current")
        assert net.utils.CheckPingDataUpToDate(1e10)
        assert sim.server.relays == AVAILABILITY["current"]


def test_the_certificate_waits_for_the_logon(server: steamgs.GameServer, sim: Simulator) -> None:
    net = Networking(server, VERSIONS[0])
    assert net.sockets.InitAuthentication() == AVAILABILITY["waiting"]
    assert not net.sockets.GetIdentity(None)
    server.log_on_anonymous()
    server.run_callbacks()
    assert net.sockets.GetAuthenticationStatus(None) == AVAILABILITY["current"]
    assert net.sockets.GetIdentity(None)


def test_a_new_server_has_no_connections(make_server: MakeServer, sim: Simulator) -> None:
    for _ in range(2):
        with make_server() as server:
            net = Networking(server, VERSIONS[0])
            assert net.listen()
            net.pair()
            assert sim.server.networking.connections == 2
            assert sim.server.networking.listening == ("0.0.0.0:27015",)
    assert sim.server.networking.connections == 0
