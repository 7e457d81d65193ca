"""Ports of a FakeIP as UDP sockets: datagrams from and to addresses that Steam has made up."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

import steamgs
from steamgs import NetworkingAddress
from steamgs.simulator import ClientConnection, Simulator, User

ALICE = 76561197960287930


@pytest.fixture
def alice(sim: Simulator) -> User:
    return sim.add_user(ALICE)


@pytest.fixture
def port(server: steamgs.GameServer) -> steamgs.FakeUDPPort:
    """The second of two; it is there before anybody can connect to it."""
    server.sockets.request_fake_ip(2)
    server.log_on_anonymous()
    server.run_callbacks()
    return server.sockets.fake_udp_port(1)


def reach(server: steamgs.GameServer, player: User) -> ClientConnection:
    given = server.sockets.fake_ip()
    return player.connect(f"{IPv4Address(given.ip)}:{given.ports[1]}")


def address_of(batch: steamgs.Batch) -> NetworkingAddress:
    address = batch[0].identity.address
    assert address is not None
    return address


def test_who_has_sent_a_datagram_can_be_answered(
    server: steamgs.GameServer, port: steamgs.FakeUDPPort, alice: User
) -> None:
    connection = reach(server, alice)
    connection.send(b"ping", reliable=False)
    batch = port.receive()
    assert [data for _, data in batch] == [b"ping"]
    address = address_of(batch)
    utils = server.networking_utils
    assert utils.fake_ip_type(address) is steamgs.FakeIPType.LOCAL_IPV4
    assert utils.identity_of_fake_ip(address).steam_id == ALICE
    port.send(address, b"pong")
    assert [one.data for one in connection.receive()] == [b"pong"]
    assert server.sockets.connections == ()  # those behind it are not the program's


def test_players_have_an_address_each(
    server: steamgs.GameServer, port: steamgs.FakeUDPPort, sim: Simulator
) -> None:
    players = [sim.add_user(ALICE + number) for number in range(3)]
    connections = [reach(server, player) for player in players]
    addresses = []
    for connection in connections:
        connection.send(b"hello")
        addresses.append(address_of(port.receive()))
    assert len(set(addresses)) == 3
    for address, player in zip(addresses, players, strict=True):
        port.send(address, str(player.steam_id).encode())
    for connection, player in zip(connections, players, strict=True):
        assert [one.data for one in connection.receive()] == [str(player.steam_id).encode()]


def test_a_port_is_used_once_and_closed_once(
    server: steamgs.GameServer, port: steamgs.FakeUDPPort, alice: User
) -> None:
    with pytest.raises(steamgs.NetworkingError):
        server.sockets.fake_udp_port(1)
    with pytest.raises(steamgs.NetworkingError):
        server.sockets.fake_udp_port(2)
    with pytest.raises(steamgs.NetworkingError):
        server.sockets.listen_fake_ip(1)
    connection = reach(server, alice)
    for _ in range(2):
        port.close()
    assert port.closed
    for use in (port.receive, lambda: port.send("169.254.1.1:42000", b"x")):
        with pytest.raises(steamgs.ClosedHandleError):
            use()
    connection.send(b"to nobody")
    server.sockets.fake_udp_port(1).close()
    with server.sockets.listen_fake_ip(1):
        pass


def test_datagrams_are_limited(port: steamgs.FakeUDPPort) -> None:
    port.send("169.254.1.1:42000", bytes(4096))
    with pytest.raises(steamgs.MessageTooBigError):
        port.send("169.254.1.1:42000", bytes(4097))
    with pytest.raises(steamgs.SendError):
        port.send("192.0.2.1:42000", b"x")
