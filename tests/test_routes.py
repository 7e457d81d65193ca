"""Each way in which players and servers find each other, as programs have it."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Any

import pytest

import steamgs
from steamgs import Connection, ConnectionState, Listener
from steamgs.simulator import ClientConnection, Simulator, User

ALICE = 76561197960287930


@pytest.fixture
def alice(sim: Simulator) -> User:
    return sim.add_user(ALICE)


def let_in(server: steamgs.GameServer, listener: Listener) -> Connection:
    server.run_callbacks()
    (connection,) = listener.incoming()
    connection.accept()
    server.run_callbacks()
    assert connection.state is ConnectionState.CONNECTED
    return connection


def talk(ours: ClientConnection, theirs: Connection, receive: Callable[[], Any]) -> None:
    assert ours.state == "connected"
    assert theirs.identity.steam_id == ALICE
    ours.send(b"hello")
    assert list(receive()) == [(theirs, b"hello")]
    theirs.send(b"welcome")
    assert [message.data for message in ours.receive()] == [b"welcome"]


def test_by_the_servers_steam_id(online: steamgs.GameServer, alice: User) -> None:
    with online.sockets.listen_p2p(5) as listener:
        assert listener.address is None
        with pytest.raises(steamgs.NetworkingError, match="listen_p2p"):
            online.sockets.listen_p2p(5)
        ours = alice.connect(online.steam_id or 0, 5)
        theirs = let_in(online, listener)
        talk(ours, theirs, listener.receive)
        assert theirs.address is None
        assert theirs.info().flags & 16  # relayed
    assert ours.state == "closed_by_peer"
    with online.sockets.listen_p2p(5):
        pass


def test_a_server_connects_to_a_player(online: steamgs.GameServer, alice: User) -> None:
    alice.client.listen(3)
    connection = online.sockets.connect_p2p(ALICE, 3)
    (asked,) = alice.client.changes()
    asked.connection.accept()
    online.run_callbacks()
    assert connection.state is ConnectionState.CONNECTED
    assert connection.listener is None
    talk(asked.connection, connection, connection.receive)


def test_behind_relays_of_a_data_center(
    online: steamgs.GameServer, alice: User, sim: Simulator
) -> None:
    sockets = online.sockets
    assert (sockets.hosted_port, sockets.hosted_data_center) == (0, "")
    with pytest.raises(steamgs.NetworkingError, match="listen_hosted"):
        sockets.listen_hosted(4)
    with pytest.raises(steamgs.NetworkingError, match="hosted_address: FAIL"):
        _ = sockets.hosted_address
    sim.set_data_center("iad", 27500)
    sim.set_latency("relay", 1)
    assert (sockets.hosted_port, sockets.hosted_data_center) == (27500, "iad")
    with pytest.raises(steamgs.NetworkingError, match="hosted_address: PENDING"):
        _ = sockets.hosted_address
    with sockets.listen_hosted(4) as listener:
        sim.advance(1)
        assert len(sockets.hosted_address) > 0
        ours = alice.connect(online.steam_id or 0, 4, hosted=True)
        theirs = let_in(online, listener)
        talk(ours, theirs, listener.receive)
        assert theirs.address is None
        assert theirs.info().relay_data_center == 0x696164
    sim.set_relays("failed")
    with pytest.raises(steamgs.NetworkingError, match="hosted_address: NO_CONNECTION"):
        _ = sockets.hosted_address


def test_by_a_fake_ip(server: steamgs.GameServer, alice: User) -> None:
    sockets = server.sockets
    answer = sockets.request_fake_ip(2)
    with sockets.listen_fake_ip(1) as listener:  # it need not wait for the answer
        server.log_on_anonymous()
        server.run_callbacks()
        given = answer.result(0)
        ours = alice.connect(f"{IPv4Address(given.ip)}:{given.ports[1]}")
        theirs = let_in(server, listener)
        talk(ours, theirs, listener.receive)
        fake = theirs.remote_fake_ip()
        utils = server.networking_utils
        assert utils.fake_ip_type(fake) is steamgs.FakeIPType.LOCAL_IPV4
        assert utils.identity_of_fake_ip(fake).steam_id == ALICE
        first, _ = sockets.socket_pair()
        with pytest.raises(steamgs.NetworkingError, match="remote_fake_ip"):
            first.remote_fake_ip()
