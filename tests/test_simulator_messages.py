"""ISteamNetworkingMessages of the simulated Steam, and what no server should trip over."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

import networking
import steamgs
from networking import Interface, Networking, State
from raw_steam import RawSteam
from steamgs.simulator import Client, ClientConnection, ClientError, Simulator, User

ALICE = 76561197960287930
ADDRESS = "127.0.0.1:27015"
VERSION = "SteamNetworkingSockets013"
REQUEST, FAILED = 1251, 1252
RESTART = 32


class Messages:
    """The server's side."""

    def __init__(self, net: Networking) -> None:
        self._net = net
        self._interface = Interface(
            net.server, "ISteamNetworkingMessages", "SteamNetworkingMessages002"
        )

    def send(self, to: int, data: bytes, flags: int = networking.RELIABLE, channel: int = 0) -> int:
        identity = networking.identity_of(to)
        return int(
            self._interface.SendMessageToUser(
                ctypes.byref(identity), data, len(data), flags, channel
            )
        )

    def receive(self, channel: int = 0) -> list[tuple[int, bytes]]:
        out = (ctypes.c_size_t * 64)()
        count = self._interface.ReceiveMessagesOnChannel(channel, out, 64)
        received = [self._net.release(one) for one in out[:count]]
        assert all(one.connection == 0 for one in received)
        return [(one.steam_id, one.data) for one in received]

    def of(self, method: str, user: int, *more: object) -> int:
        return int(
            getattr(self._interface, method)(ctypes.byref(networking.identity_of(user)), *more)
        )


@pytest.fixture
def net(online: steamgs.GameServer) -> Iterator[Networking]:
    made = Networking(online, VERSION)
    with made.hearing():
        yield made


@pytest.fixture
def messages(net: Networking) -> Messages:
    return Messages(net)


@pytest.fixture
def alice(sim: Simulator) -> User:
    return sim.add_user(ALICE)


def test_a_player_begins(net: Networking, messages: Messages, alice: User, sim: Simulator) -> None:
    held = sim.server.networking.held_messages
    with RawSteam(net.server).hearing(REQUEST, 136) as requests:
        alice.client.send_to(net.steam_id, b"hello")
        alice.client.send_to(net.steam_id, b"on three", channel=3)
        net.server.run_callbacks()
        assert [int.from_bytes(one[8:16], "little") for one in requests] == [ALICE]
    assert messages.receive() == []
    assert messages.of("AcceptSessionWithUser", ALICE)
    assert messages.receive() == [(ALICE, b"hello")]
    assert messages.receive(3) == [(ALICE, b"on three")]
    assert messages.send(ALICE, b"welcome") == steamgs.Result.OK
    assert alice.client.receive_on() == [(f"steamid:{net.steam_id}", b"welcome")]
    assert messages.of("GetSessionConnectionInfo", ALICE, None, None) == State.CONNECTED
    assert net.changes() == []  # these connections are not the game's
    assert sim.server.networking.connections == 0
    assert messages.of("CloseSessionWithUser", ALICE)
    assert not messages.of("CloseSessionWithUser", ALICE)
    assert messages.of("GetSessionConnectionInfo", ALICE, None, None) == State.NONE
    assert sim.server.networking.held_messages == held


def test_the_server_begins(net: Networking, messages: Messages, alice: User) -> None:
    client = alice.client
    assert messages.send(ALICE, b"news", channel=1) == steamgs.Result.OK
    assert client.receive_on(1) == [(f"steamid:{net.steam_id}", b"news")]
    client.send_to(net.steam_id, b"thanks")
    assert messages.receive() == [(ALICE, b"thanks")]
    client.send_to(net.steam_id, b"unread", channel=2)
    assert messages.of("CloseChannelWithUser", ALICE, 2)
    assert messages.receive(2) == []


def test_an_answer_accepts(net: Networking, messages: Messages, alice: User) -> None:
    alice.client.send_to(net.steam_id, b"hello")
    assert messages.send(ALICE, b"hello yourself") == steamgs.Result.OK
    assert messages.receive() == [(ALICE, b"hello")]
    assert len(alice.client.receive_on()) == 1


def test_nobody_is_there(net: Networking, messages: Messages, sim: Simulator) -> None:
    with RawSteam(net.server).hearing(FAILED, 696) as failures:
        assert messages.send(ALICE, b"hello?") == steamgs.Result.OK
        sim.advance(11)
        net.server.run_callbacks()
        (failure,) = (networking.Info.from_buffer_copy(one) for one in failures)
        assert (failure.identity.steam_id, failure.end_reason) == (ALICE, 5008)
        assert messages.send(ALICE, b"again") == steamgs.Result.CONNECT_FAILED
        assert messages.send(ALICE, b"again", 8 | RESTART) == steamgs.Result.OK


def test_a_player_crashes(net: Networking, messages: Messages, alice: User, sim: Simulator) -> None:
    with RawSteam(net.server).hearing(FAILED, 696) as failures:
        alice.client.send_to(net.steam_id, b"hello")
        messages.of("AcceptSessionWithUser", ALICE)
        alice.vanish()
        sim.advance(10)
        net.server.run_callbacks()
        assert len(failures) == 1


def test_from_another_process(net: Networking, messages: Messages, sim: Simulator) -> None:
    with Client("{}:{}".format(*sim.open_exchange()), ALICE) as client:
        client.send_to(net.steam_id, b"from afar")
        messages.of("AcceptSessionWithUser", ALICE)
        assert messages.receive() == [(ALICE, b"from afar")]
        messages.send(ALICE, bytes(100_000))
        assert client.receive_on() == [(f"steamid:{net.steam_id}", bytes(100_000))]
        with pytest.raises(ClientError):
            client.send_to("nobody", b"x")


# What no server should trip over.


def test_changes_that_come_late_and_out_of_order(
    net: Networking, alice: User, sim: Simulator
) -> None:
    net.listen()
    sim.set_latency("status", 0, 5)
    connections = [alice.connect(ADDRESS) for _ in range(20)]
    sim.advance(5)
    asked = [one.connection for one in net.changes()]
    assert len(asked) == 20
    assert asked != sorted(asked)
    for connection in connections:
        connection.close()
    sim.advance(5)
    assert sorted(one.connection for one in net.changes()) == sorted(asked)


def test_changes_that_come_twice(net: Networking, alice: User, sim: Simulator) -> None:
    net.listen()
    sim.set_behaviour("double_changes")
    alice.connect(ADDRESS)
    first, second = net.changes()
    assert first == second
    assert net.sockets.AcceptConnection(first.connection) == steamgs.Result.OK
    assert net.sockets.AcceptConnection(first.connection) == steamgs.Result.INVALID_STATE


def test_identities_that_are_not_steams(net: Networking, alice: User) -> None:
    net.listen()
    alice.set_identity("str:bob")
    alice.connect(ADDRESS)
    (change,) = net.changes()
    info = net.info(change.connection)
    assert info.identity.type == 2
    assert info.flags & 1  # unauthenticated
    with pytest.raises(KeyError, match="no identity"):
        alice.set_identity("bob")


def test_exhausted_memory(net: Networking, sim: Simulator) -> None:
    first, second = net.pair()
    before = sim.server.networking.held_messages
    held = net.utils.AllocateMessage(10)
    sim.limit_messages(before + 1)
    assert net.utils.AllocateMessage(10) is None
    assert net.send(first, b"x") == -steamgs.Result.FAIL
    assert net.sockets.SendMessages is not None
    net.release(held)
    assert net.send(first, b"y") == 1
    assert len(net.receive(second)) == 1


def test_a_flood_that_nobody_accepts(net: Networking, alice: User, sim: Simulator) -> None:
    net.listen()
    for _ in range(500):
        alice.connect(ADDRESS)
    assert sim.server.networking.connections == 500
    net.changes()
    sim.advance(11)
    ended = net.changes()
    assert len(ended) == 500
    assert {one.new for one in ended} <= {State.CLOSED_BY_PEER, State.PROBLEM}
    for one in ended:
        assert net.sockets.CloseConnection(one.connection, 0, None, False)
    assert sim.server.networking.connections == 0


# The fixtures for tests of game servers.


def test_connected_players(
    game_server: steamgs.GameServer,
    steam_player: Callable[..., User],
    steam_connection: Callable[..., ClientConnection],
    steam_link: Callable[..., AbstractContextManager[None]],
    steam_simulator: Simulator,
) -> None:
    net = Networking(game_server, VERSION)
    net.listen()
    alice, bob = steam_player(), steam_player()
    with net.accepting():
        near = steam_connection(alice, ADDRESS)
        with steam_link(bob, latency=1.0):
            far = steam_connection(bob, ADDRESS)
            status = far.status()
            assert status is not None
            assert status.ping == 2000
        with steam_link(alice, cut=True):
            near.send(b"kept")
            assert near.state == "connected"
        assert near.send(b"again") == 2
        with steam_link(bob, cut=True):
            steam_simulator.advance(11)
            assert far.state == "problem"


def test_a_player_whom_nobody_accepts(
    game_server: steamgs.GameServer,
    steam_player: Callable[..., User],
    steam_connection: Callable[..., ClientConnection],
) -> None:
    Networking(game_server, VERSION).listen()
    with pytest.raises(pytest.fail.Exception, match="is not connected"):
        steam_connection(steam_player(), ADDRESS, seconds=1)
