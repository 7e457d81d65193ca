"""Players' connections to a game server: from this process and others, over links with faults."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pytest

import networking
import steamgs
from conftest import MakeServer
from networking import Networking, State
from raw_steam import RawSteam
from steamgs.simulator import (
    Client,
    ClientError,
    Simulator,
    User,
)
from steamgs.simulator.library import control

ALICE = 76561197960287930
ADDRESS = "127.0.0.1:27015"
VERSION = "SteamNetworkingSockets013"


@pytest.fixture
def net(online: steamgs.GameServer) -> Iterator[Networking]:
    made = Networking(online, VERSION)
    with made.hearing():
        assert made.listen()
        yield made


@pytest.fixture
def alice(sim: Simulator) -> User:
    return sim.add_user(ALICE)


def admitted(net: Networking) -> int:
    """The connection of whoever has asked last, accepted."""
    incoming = [one.connection for one in net.changes() if one.new == State.CONNECTING][-1]
    assert net.sockets.AcceptConnection(incoming) == 1
    net.changes()
    return incoming


def settled(net: Networking, sim: Simulator, seconds: float = 5) -> int:
    """The same over links that take their time."""
    sim.advance(seconds / 2)
    incoming = admitted(net)
    sim.advance(seconds / 2)
    return incoming


def test_a_player_in_this_process(net: Networking, alice: User) -> None:
    connection = alice.connect(ADDRESS)
    assert connection.state == "connecting"
    incoming = admitted(net)
    assert connection.state == "connected"
    assert net.info(incoming).identity.steam_id == ALICE
    assert [(one.old_state, one.state) for one in alice.client.changes()] == [
        ("none", "connecting"),
        ("connecting", "connected"),
    ]
    assert connection.send(b"hello") == 1
    assert connection.send(b"", reliable=False) == 2
    received = net.receive(incoming)
    assert [(one.data, one.steam_id) for one in received] == [(b"hello", ALICE), (b"", ALICE)]
    net.send(incoming, bytes(5000))
    net.send(incoming, b"short", 0)
    large, short = connection.receive()
    assert (large.data, large.reliable) == (bytes(5000), True)
    assert (short.data, short.number, short.reliable) == (b"short", 2, False)
    assert connection.receive() == []
    status = connection.status()
    assert status is not None
    assert status.peer == f"steamid:{net.server.steam_id}"
    assert connection.close(1500, "bye")
    assert not connection.close()
    (told,) = net.changes()
    assert (told.new, told.reason, told.text) == (State.CLOSED_BY_PEER, 1500, "bye")
    assert connection.state == "none"
    with pytest.raises(ClientError, match="INVALID_PARAM"):
        connection.send(b"late")
    with pytest.raises(ClientError, match="NO_CONNECTION"):
        connection.receive()


def test_a_message_without_room_ends_with_its_connection(net: Networking, alice: User) -> None:
    connection = alice.connect(ADDRESS)
    incoming = admitted(net)
    net.send(incoming, b"too long for it")
    head, buffer = ctypes.create_string_buffer(24), ctypes.create_string_buffer(100)

    def receive(room: int) -> int:
        handle = alice.client._number
        outcome: int = control().client_receive(handle, connection.handle, head, buffer, room)
        return outcome

    assert receive(2) == -2
    assert receive(2) == -2
    connection.close()
    assert receive(100) == -1


def test_a_server_closes(net: Networking, alice: User) -> None:
    connection = alice.connect(ADDRESS)
    incoming = admitted(net)
    net.sockets.CloseConnection(incoming, 1001, b"full", False)
    status = connection.status()
    assert status is not None
    assert (status.state, status.end_reason, status.end_text) == ("closed_by_peer", 1001, "full")


def test_peer_to_peer(net: Networking, alice: User, sim: Simulator) -> None:
    assert net.sockets.CreateListenSocketP2P(7, 0, None)
    connection = alice.connect(net.steam_id, 7)
    admitted(net)
    assert [one.state for one in alice.client.changes()] == [
        "connecting",
        "finding_route",
        "connected",
    ]
    assert connection.send(b"x")
    nobody = alice.connect(net.steam_id, 8)
    assert nobody.state == "closed_by_peer"
    # And the other way round: the server connects to a player who listens.
    bob = sim.add_user(ALICE + 1)
    bob.client.listen(3)
    identity = networking.identity_of(bob.steam_id)
    outgoing = net.sockets.ConnectP2P(ctypes.byref(identity), 3, 0, None)
    (asked,) = bob.client.changes()
    asked.connection.accept()
    assert net.states(outgoing) == [State.CONNECTING, State.FINDING_ROUTE, State.CONNECTED]
    assert net.info(outgoing).identity.steam_id == bob.steam_id


def test_wrong_arguments(net: Networking, alice: User) -> None:
    with pytest.raises(ValueError, match="address must be"):
        alice.connect("nowhere")
    with pytest.raises(OverflowError, match="virtual_port"):
        alice.connect(ALICE, -1)
    connection = alice.connect(ADDRESS)
    with pytest.raises(TypeError, match="data must be bytes"):
        connection.send("text")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="127 bytes"):
        connection.close(0, "x" * 128)
    with pytest.raises(ClientError, match="IGNORED"):
        connection.send(b"x", no_delay=True)
    with pytest.raises(steamgs.SteamError):
        Client("127.0.0.1:1", ALICE)
    with pytest.raises(steamgs.SteamError, match="an exchange is an address"):
        Client("here", ALICE)


def test_latency(net: Networking, alice: User, sim: Simulator) -> None:
    alice.set_link(latency=0.1)
    connection = alice.connect(ADDRESS)
    sim.advance(0.29)
    assert net.changes() == []
    sim.advance(0.02)
    incoming = admitted(net)
    assert connection.state == "connecting"
    net.send(incoming, b"already")
    sim.advance(0.11)
    assert connection.state == "connected"
    assert [one.data for one in connection.receive()] == [b"already"]
    status = connection.status()
    assert status is not None
    assert status.ping == 200
    connection.send(b"late")
    status = connection.status()
    assert status is not None
    assert status.unacknowledged == 4
    sim.advance(0.09)
    assert net.receive(incoming) == []
    sim.advance(0.02)
    assert [one.data for one in net.receive(incoming)] == [b"late"]
    connection.send(b"last words")
    connection.close(1000)
    assert net.changes() == []
    sim.advance(0.2)
    assert net.states(incoming) == [State.CLOSED_BY_PEER]
    assert [one.data for one in net.receive(incoming)] == [b"last words"]


def test_reliable_messages_survive_any_link(net: Networking, alice: User, sim: Simulator) -> None:
    alice.set_link(latency=0.05, jitter=0.05, loss=0.3, duplicates=0.3, reordering=0.3)
    connection = alice.connect(ADDRESS)
    incoming = settled(net, sim)
    for i in range(200):
        connection.send(bytes([i]))
    sim.advance(10)
    assert [one.data for one in net.receive(incoming)] == [bytes([i]) for i in range(200)]


def test_unreliable_ones_suffer(net: Networking, alice: User, sim: Simulator) -> None:
    alice.set_link(latency=0.05, loss=0.2, duplicates=0.2, reordering=0.2)
    connection = alice.connect(ADDRESS)
    incoming = settled(net, sim)
    for _ in range(200):
        connection.send(b"x", reliable=False)
        sim.advance(0.01)
    sim.advance(1)
    numbers = [one.number for one in net.receive(incoming, 500)]
    assert 120 < len(set(numbers)) < 190
    assert len(numbers) > len(set(numbers))
    assert numbers != sorted(numbers)


def test_the_seed_gives_the_same_run(make_server: MakeServer) -> None:
    runs = []
    for _ in range(2):
        with (
            Simulator(seed=7, clock="manual") as sim,
            make_server(steamclient=sim) as server,
        ):
            server.log_on_anonymous()
            server.run_callbacks()
            net = Networking(server, VERSION)
            with net.hearing():
                net.listen()
                alice = sim.add_user(ALICE)
                alice.set_link(latency=0.01, jitter=0.1, loss=0.5)
                connection = alice.connect(ADDRESS)
                incoming = settled(net, sim)
                for _ in range(50):
                    connection.send(b"x", reliable=False)
                sim.advance(1)
                runs.append([one.number for one in net.receive(incoming)])
    assert runs[0] == runs[1] != []


def test_bandwidth_and_lanes(net: Networking, alice: User, sim: Simulator) -> None:
    alice.set_link(bandwidth=1000)
    connection = alice.connect(ADDRESS)
    incoming = admitted(net)
    connection.configure_lanes([1, 0])
    for lane in (0, 0, 0, 1, 1):
        connection.send(bytes(500), lane=lane)
    status = connection.status()
    assert status is not None
    assert status.pending_reliable == 2000
    sim.advance(10)
    # The first has left before the urgent ones came.
    assert [one.lane for one in net.receive(incoming)] == [0, 1, 1, 0, 0]


def test_weights(net: Networking, alice: User, sim: Simulator) -> None:
    alice.set_link(bandwidth=1000)
    connection = alice.connect(ADDRESS)
    incoming = admitted(net)
    connection.configure_lanes([0, 0], [3, 1])
    for _ in range(40):
        connection.send(bytes(99), lane=0)
        connection.send(bytes(99), lane=1)
    sim.advance(4)
    lanes = [one.lane for one in net.receive(incoming)]
    assert 28 <= lanes.count(0) <= 32
    assert 8 <= lanes.count(1) <= 12


def test_nagle(net: Networking, alice: User, sim: Simulator) -> None:
    alice.set_link(nagle=True)
    connection = alice.connect(ADDRESS)
    incoming = admitted(net)
    connection.send(b"waits")
    assert net.receive(incoming) == []
    sim.advance(0.006)
    assert len(net.receive(incoming)) == 1
    connection.send(b"a")
    connection.send(b"b", no_nagle=True)
    assert len(net.receive(incoming)) == 2
    connection.send(b"c")
    connection.flush()
    assert len(net.receive(incoming)) == 1
    connection.send(bytes(1300))
    assert len(net.receive(incoming)) == 1


def test_a_cut_link_times_out(net: Networking, alice: User, sim: Simulator) -> None:
    connection = alice.connect(ADDRESS)
    incoming = admitted(net)
    alice.cut_link()
    connection.send(b"kept")
    sim.advance(9)
    assert net.changes() == []
    alice.restore_link()
    assert [one.data for one in net.receive(incoming)] == [b"kept"]
    alice.cut_link()
    sim.advance(10)
    (told,) = net.changes()
    assert (told.new, told.reason) == (State.PROBLEM, 5003)
    assert connection.state == "problem"


def test_nobody_connects_over_a_cut_link(net: Networking, alice: User, sim: Simulator) -> None:
    alice.cut_link()
    connection = alice.connect(ADDRESS)
    sim.advance(5)
    assert net.changes() == []
    assert connection.state == "connecting"
    alice.restore_link()
    sim.advance(1)
    admitted(net)
    assert connection.state == "connected"
    alice.cut_link()
    hopeless = alice.connect(ADDRESS)
    sim.advance(11)
    assert hopeless.state == "problem"
    # And the other way round.
    alice.client.listen(3)
    identity = networking.identity_of(ALICE)
    outgoing = net.sockets.ConnectP2P(ctypes.byref(identity), 3, 0, None)
    sim.advance(5)
    assert net.states(outgoing) == [State.CONNECTING]
    alice.restore_link()
    sim.advance(1)
    alice.client.changes()[-1].connection.accept()
    assert net.states(outgoing)[-1] == State.CONNECTED


def test_a_link_is_its_players_under_any_identity(
    net: Networking, alice: User, sim: Simulator
) -> None:
    alice.set_identity("str:bob")
    alice.set_link(latency=0.1)
    connection = alice.connect(ADDRESS)
    incoming = settled(net, sim)
    status = connection.status()
    assert status is not None
    assert status.ping == 200
    alice.cut_link()
    connection.send(b"lost")
    sim.advance(1)
    assert net.receive(incoming) == []


def test_a_stall(net: Networking, alice: User, sim: Simulator) -> None:
    connection = alice.connect(ADDRESS)
    incoming = admitted(net)
    alice.stall_link(2)
    connection.send(b"a")
    connection.send(b"b", reliable=False)
    sim.advance(1.9)
    assert net.receive(incoming) == []
    sim.advance(0.2)
    assert [one.data for one in net.receive(incoming)] == [b"a", b"b"]
    connection.send(b"c")
    assert [one.data for one in net.receive(incoming)] == [b"c"]


def test_a_game_crashes(net: Networking, alice: User, sim: Simulator) -> None:
    connection = alice.connect(ADDRESS)
    incoming = admitted(net)
    connection.send(b"last")
    alice.vanish()
    assert connection.state == "none"
    assert net.changes() == []
    assert net.send(incoming, b"into the void") == 1
    sim.advance(10)
    assert net.states(incoming) == [State.PROBLEM]
    assert [one.data for one in net.receive(incoming)] == [b"last"]


def test_lingering(net: Networking, alice: User, sim: Simulator) -> None:
    alice.set_link(bandwidth=1000)
    connection = alice.connect(ADDRESS)
    incoming = admitted(net)
    for _ in range(10):
        connection.send(bytes(100))
    connection.close(1000, "sent all", linger=True)
    assert connection.state == "none"
    sim.advance(5)
    assert net.states(incoming) == [State.CLOSED_BY_PEER]
    assert len(net.receive(incoming)) == 10
    hasty = alice.connect(ADDRESS)
    other = admitted(net)
    for _ in range(10):
        hasty.send(bytes(100))
    hasty.close(1000, "sent none")
    sim.advance(5)
    assert net.states(other) == [State.CLOSED_BY_PEER]
    assert len(net.receive(other)) <= 1


def test_the_server_is_gone(make_server: MakeServer, sim: Simulator, alice: User) -> None:
    with make_server() as server:
        server.log_on_anonymous()
        server.run_callbacks()
        net = Networking(server, VERSION)
        with net.hearing():
            net.listen()
            connection = alice.connect(ADDRESS)
            admitted(net)
    assert connection.state == "connected"
    sim.advance(10)
    assert connection.state == "problem"


def test_a_client_outlives_its_world() -> None:
    with Simulator(clock="manual") as sim:
        client = sim.add_user(ALICE).client
        connection = client.connect(ADDRESS)
    assert connection.status() is None
    assert client.changes() == []
    with pytest.raises(ClientError):
        connection.send(b"x")
    client.close()
    with pytest.raises(steamgs.SteamError, match="closed"):
        client.connect(ADDRESS)


def test_hosted(net: Networking, alice: User, sim: Simulator) -> None:
    assert net.sockets.GetHostedDedicatedServerPort() == 0
    assert net.sockets.CreateHostedDedicatedServerListenSocket(5, 0, None) == 0
    routing = ctypes.create_string_buffer(132)
    assert net.sockets.GetHostedDedicatedServerAddress(routing) == steamgs.Result.FAIL
    sim.set_data_center("iad", 27500)
    sim.set_latency("relay", 1)
    assert net.sockets.GetHostedDedicatedServerPort() == 27500
    assert net.sockets.GetHostedDedicatedServerPOPID() == 0x696164
    assert net.sockets.GetHostedDedicatedServerAddress(routing) == steamgs.Result.PENDING
    assert net.sockets.CreateHostedDedicatedServerListenSocket(5, 0, None)
    sim.advance(1)
    assert net.sockets.GetHostedDedicatedServerAddress(routing) == steamgs.Result.OK
    assert int.from_bytes(routing.raw[:4], "little") > 0
    connection = alice.connect(net.steam_id, 5, hosted=True)
    incoming = admitted(net)
    assert connection.state == "connected"
    assert net.info(incoming).pop_relay == 0x696164
    login = ctypes.create_string_buffer(136 + 132 + 12 + 2048)
    size = ctypes.c_int(1024)
    blob = ctypes.create_string_buffer(1024)
    get = net.sockets.GetGameCoordinatorServerLogin
    assert get(login, ctypes.byref(size), blob) == steamgs.Result.OK
    assert 0 < size.value < 1024
    sim.set_relays("failed")
    assert net.sockets.GetHostedDedicatedServerAddress(routing) == steamgs.Result.NO_CONNECTION


FAKE_IP = 1223


def test_fake_ips(server: steamgs.GameServer, alice: User, sim: Simulator) -> None:
    net = Networking(server, VERSION)
    result = ctypes.create_string_buffer(160)
    assert not net.sockets.BeginAsyncRequestFakeIP(9)
    assert net.sockets.BeginAsyncRequestFakeIP(2)
    assert not net.sockets.BeginAsyncRequestFakeIP(2)
    net.sockets.GetFakeIP(0, result)
    assert int.from_bytes(result.raw[:4], "little") == steamgs.Result.BUSY
    with RawSteam(server).hearing(FAKE_IP, 160) as log, net.hearing():
        server.log_on_anonymous()
        server.run_callbacks()
        (said,) = log
        assert int.from_bytes(said[:4], "little") == steamgs.Result.OK
        ip = int.from_bytes(said[140:144], "little")
        ports = [int.from_bytes(said[i : i + 2], "little") for i in range(144, 160, 2)]
        assert ip >> 16 == 0xA9FE
        assert all(ports[:2])
        assert not any(ports[2:])
        address = ".".join(str(ip >> shift & 255) for shift in (24, 16, 8, 0))
        assert net.sockets.CreateListenSocketP2PFakeIP(2, 0, None) == 0
        assert net.sockets.CreateListenSocketP2PFakeIP(0, 0, None)
        connection = alice.connect(f"{address}:{ports[0]}")
        incoming = admitted(net)
        assert connection.state == "connected"
        of_alice = networking.IPAddr()
        get = net.sockets.GetRemoteFakeIPForConnection
        assert get(incoming, ctypes.byref(of_alice)) == steamgs.Result.OK
        assert net.utils.SteamNetworkingIPAddr_GetFakeIPType(ctypes.byref(of_alice)) == 3
        identity = networking.Identity()
        assert (
            net.utils.GetRealIdentityForFakeIP(ctypes.byref(of_alice), ctypes.byref(identity))
            == steamgs.Result.OK
        )
        assert identity.steam_id == ALICE
        assert net.info(incoming).identity.steam_id == ALICE


def test_no_fake_ip(server: steamgs.GameServer, sim: Simulator) -> None:
    net = Networking(server, VERSION)
    sim.fail_next_fake_ip(steamgs.Result.LIMIT_EXCEEDED)
    assert net.sockets.BeginAsyncRequestFakeIP(1)
    with RawSteam(server).hearing(FAKE_IP, 160) as log:
        server.log_on_anonymous()
        server.run_callbacks()
    assert [int.from_bytes(one[:4], "little") for one in log] == [steamgs.Result.LIMIT_EXCEEDED]


def test_fake_ips_are_asked_for_before_the_logon(net: Networking) -> None:
    assert not net.sockets.BeginAsyncRequestFakeIP(1)
