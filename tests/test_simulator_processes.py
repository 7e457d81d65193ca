"""Players' connections to a game server from other processes, in Python and in C."""

from __future__ import annotations

import ctypes
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import networking
from conftest import ROOT, MakeServer
from networking import Networking, State
from steamgs.simulator import (
    Client,
    ClientConnection,
    Simulator,
    steamclient_path,
)

ALICE = 76561197960287930
ADDRESS = "127.0.0.1:27015"
VERSION = "SteamNetworkingSockets013"


PLAYER = """
import sys
from steamgs.simulator import Client

client = Client(sys.argv[1], 76561197960287931)
connection = client.connect(sys.argv[2], int(sys.argv[3]))
connection.wait("connected")
assert connection.send(b"from afar") == 1
while not (received := connection.receive()):
    connection.wait("connected")
print(received[0].data.decode(), flush=True)
if sys.argv[4] == "close":
    connection.close(1234, "done")
client.close()
"""


@pytest.fixture
def real(make_server: MakeServer) -> Iterator[tuple[Simulator, Networking]]:
    with Simulator(query_host=None) as sim, make_server(steamclient=sim) as server:
        server.log_on_anonymous()
        server.run_callbacks()
        net = Networking(server, VERSION)
        with net.hearing():
            yield sim, net


@pytest.mark.parametrize("ends", ["close", "crash"])
@pytest.mark.parametrize("route", ["ip", "p2p"])
def test_a_player_in_another_process(
    real: tuple[Simulator, Networking], route: str, ends: str, tmp_path: Path
) -> None:
    sim, net = real
    host, port = sim.open_exchange()
    net.listen(27015, networking.int_option(25, 300))  # TimeoutConnected
    net.sockets.CreateListenSocketP2P(7, 1, ctypes.byref(networking.int_option(25, 300)))
    place = ADDRESS if route == "ip" else f"steamid:{net.server.steam_id}"
    command = [sys.executable, "-P", "-c", PLAYER, f"{host}:{port}", place, "7", ends]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as player:
        changes: list[networking.Change] = []
        answered = False
        while not changes or changes[-1].new not in (State.CLOSED_BY_PEER, State.PROBLEM):
            assert player.poll() in (None, 0)
            for change in net.changes():
                changes.append(change)
                if change.new == State.CONNECTING:
                    net.sockets.AcceptConnection(change.connection)
            if changes and not answered:
                for message in net.receive(changes[0].connection):
                    assert (message.data, message.steam_id) == (b"from afar", ALICE + 1)
                    net.send(message.connection, b"welcome")
                    answered = True
        assert player.stdout is not None
        assert player.stdout.read() == "welcome\n"
    reason = 1234 if ends == "close" else 5003 if route == "ip" else 4001
    assert changes[-1].reason == reason


def test_a_client_in_c(real: tuple[Simulator, Networking], compiler: str, tmp_path: Path) -> None:
    sim, net = real
    net.listen()
    host, port = sim.open_exchange()
    source = tmp_path / "client.c"
    source.write_text(
        r"""
        #include <steamgs/simulator_client.h>
        #include <stdio.h>
        #include <string.h>

        int main(int count, char** arguments) {
            char error[256] = "";
            steamgs_sim_client* client =
                steamgs_sim_client_open(arguments[1], 76561197960287932u, error, sizeof(error));
            if (client == NULL) {
                puts(error);
                return 1;
            }
            uint32_t connection = steamgs_sim_client_connect(client, "127.0.0.1:27015", 0);
            int64_t number = 0;
            if (steamgs_sim_client_send(client, connection, "hello", 5, STEAMGS_SEND_RELIABLE, 0,
                                        &number) != 1 || number != 1) {
                return 2;
            }
            steamgs_sim_message message;
            char data[16];
            int outcome;
            do {
                outcome = steamgs_sim_client_receive(client, connection, &message, data,
                                                     sizeof(data));
            } while (outcome == 0);
            printf("%.*s\n", (int)message.size, data);
            if (!steamgs_sim_client_close(client, connection, 1000, "bye", false)) {
                return 3;
            }
            steamgs_sim_client_free(client);
            return outcome == 1 && count == 2 ? 0 : 4;
        }
        """
    )
    program = tmp_path / "client"
    library = steamclient_path()
    subprocess.run(
        [
            *(compiler, "-x", "c", f"-I{ROOT / 'include'}", "-Wall", "-Werror", str(source)),
            *("-x", "none", str(library), f"-Wl,-rpath,{library.parent}", "-o", str(program)),
        ],
        check=True,
        timeout=120,
    )
    with subprocess.Popen(
        [str(program), f"{host}:{port}"], stdout=subprocess.PIPE, text=True
    ) as client:
        changes: list[networking.Change] = []
        while not changes or changes[-1].new != State.CLOSED_BY_PEER:
            for change in net.changes():
                changes.append(change)
                if change.new == State.CONNECTING:
                    net.sockets.AcceptConnection(change.connection)
                    net.send(change.connection, b"welcome")
            assert client.poll() in (None, 0), client.communicate()
        assert client.stdout is not None
        assert client.stdout.read() == "welcome\n"
    assert client.returncode == 0


def test_a_cut_link_times_out_by_a_real_clock_too(real: tuple[Simulator, Networking]) -> None:
    sim, net = real
    net.listen(27015, networking.int_option(25, 50))  # TimeoutConnected
    alice = sim.add_user(ALICE)
    alice.connect(ADDRESS)
    (asked,) = net.changes()
    net.sockets.AcceptConnection(asked.connection)
    alice.cut_link()
    changes: list[networking.Change] = []
    deadline = time.monotonic() + 10
    while State.PROBLEM not in (one.new for one in changes):
        changes += net.changes()
        assert time.monotonic() < deadline


def test_garbage_at_the_exchange(real: tuple[Simulator, Networking]) -> None:
    sim, net = real
    net.listen()
    address = sim.open_exchange()
    for garbage in (b"\xff" * 8, b"\0\0\0\0", b"GET / HTTP/1.1\r\n\r\n", b"\x05\0\0\0\x01aaaa"):
        with socket.create_connection(address) as stream:
            stream.settimeout(10)
            stream.sendall(garbage)
            assert stream.recv(1) == b""
    client = Client("{}:{}".format(*address), ALICE)
    connection: ClientConnection = client.connect(ADDRESS)
    assert connection.state == "connecting"
    client.close()


def test_a_second_exchange_ends_the_first(real: tuple[Simulator, Networking]) -> None:
    sim, _ = real
    first = "{}:{}".format(*sim.open_exchange())
    client = Client(first, ALICE)
    second = "{}:{}".format(*sim.open_exchange())
    assert first != second
    with Client(second, ALICE) as other:
        assert other.connect(ADDRESS).state == "connecting"
    client.close()
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(KeyError, match="there is no TCP port"),
    ):
        sim.open_exchange("127.0.0.1", taken.getsockname()[1])
