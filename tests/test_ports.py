"""The ports of a server: those that the system chooses, and those that are taken."""

from __future__ import annotations

import platform
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import IPv4Address
from pathlib import Path

import pytest

import steamgs
from conftest import MakeServer
from fronts import VALVE_RUNS_HERE, library_of, valve_library
from steamgs import ports
from steamgs.simulator import Simulator, front_path
from wine import IN_WINE

OPENS_HERE_ONLY = pytest.mark.skipif(IN_WINE, reason="wine opens ports at any address")
# What Valve's library says where no Steam is installed.
NO_STEAM = "Steam client install directory" if sys.platform == "win32" else "steamclient.so"
INFO = b"\xff\xff\xff\xffTSource Engine Query\0"


@contextmanager
def held(host: str, *options: int) -> Iterator[int]:
    """A port that somebody else has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        for option in options:
            other.setsockopt(socket.SOL_SOCKET, option, 1)
        other.bind((host, 0))
        yield other.getsockname()[1]


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mine:
        try:
            mine.bind((host, port))
        except OSError:
            return False
        return True


def asks(port: int) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as player:
        player.settimeout(10)
        player.sendto(INFO, ("127.0.0.1", port))
        return player.recv(100)


def test_free_ports_are_told(make_server: MakeServer, sim: Simulator) -> None:
    server = make_server(game_port=0, query_port=0)
    assert (server.game_port, server.query_port) == (0, 0)
    with server:
        assert server.game_port != server.query_port
        assert min(server.game_port, server.query_port) > 0
        state = sim.server
        assert (state.game_port, state.query_port) == (server.game_port, server.query_port)
        assert state.query_port_open
        assert f"port {server.game_port}," in repr(server)
        assert is_free(server.game_port)  # it is not reserved
        server.set_advertise_server_active(True)
        assert asks(server.query_port)[:5] == b"\xff\xff\xff\xffA"
        first = server.query_port
    assert is_free(first)
    assert server.query_port == first  # as it last was
    with held("127.0.0.1") as taken, server:
        assert server.query_port not in (0, taken)
        assert sim.server.query_port == server.query_port


def test_a_given_port_stays_what_it_is(make_server: MakeServer) -> None:
    with held("127.0.0.1") as free:
        pass
    with make_server(game_port=1, query_port=free) as server:
        assert (server.game_port, server.query_port) == (1, free)
    with make_server(game_port=0, query_port=steamgs.QUERY_PORT_SHARED) as server:
        assert server.query_port == steamgs.QUERY_PORT_SHARED
        assert server.game_port > 0


def test_a_game_port_is_never_the_query_port(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = ports._bound
    with ExitStack() as kept:
        first, second = (kept.enter_context(bound("127.0.0.1", 0)) for _ in range(2))
        unwanted, wanted = first.getsockname()[1], second.getsockname()[1]
        draws = iter([first, second])
        monkeypatch.setattr(ports, "_bound", lambda host, port: next(draws))
        port, holder = ports.game_port_for(0, unwanted)
        assert holder is not None
        with holder:
            assert port == wanted
            assert is_free(unwanted)  # Steam is to open it
            assert not is_free(wanted)  # Steam is not to find it
    assert is_free(wanted)


def test_without_a_query_socket_there_is_no_number(front: str) -> None:
    with (
        Simulator(query_host=None) as sim,
        steamgs.GameServer(480, library=library_of(front), steamclient=sim, query_port=0) as server,
    ):
        assert server.query_port == 0
        assert sim.query_host is None
        assert not sim.server.query_port_open


def test_a_taken_query_port_fails_the_start(make_server: MakeServer, sim: Simulator) -> None:
    with held("127.0.0.1") as taken:
        server = make_server(query_port=taken)
        with pytest.raises(steamgs.SteamInitError) as caught:
            server.start()
        assert caught.value.result is steamgs.InitResult.FAILED_GENERIC
        assert f"query_port {taken} can't be opened at 127.0.0.1: " in str(caught.value)
        assert not server.running
        assert not sim.server.running
    with server:
        assert sim.server.query_port_open
    assert not sim.server.query_port_open


@OPENS_HERE_ONLY
def test_an_address_of_another_machine_fails_the_start() -> None:
    with Simulator(query_host="192.0.2.1") as sim:
        server = steamgs.GameServer(480, library=sim, query_port=0)
        with pytest.raises(steamgs.SteamInitError, match=r"query_port 0 .* at 192\.0\.2\.1: "):
            server.start()
        server = steamgs.GameServer(480, library=sim, query_port=steamgs.QUERY_PORT_SHARED)
        with server:
            assert server.running


# A socket that shares its port must not let the probe in: Steam's own need not share.
SHARING = [
    (),
    (socket.SO_REUSEADDR,),
    *([(socket.SO_REUSEPORT,)] if hasattr(socket, "SO_REUSEPORT") else []),
]
PLACES = [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0")]
if sys.platform != "win32":  # there one socket on all addresses and one on a single one get along
    PLACES += [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "0.0.0.0")]


@pytest.mark.parametrize("options", SHARING)
@pytest.mark.parametrize(("host", "ip"), PLACES)
def test_what_a_probe_finds(host: str, ip: str, options: tuple[int, ...]) -> None:
    with held(host, *options) as taken:
        with pytest.raises(steamgs.SteamInitError, match=f"query_port {taken} .* at {ip}: "):
            ports.probe(IPv4Address(ip), taken)
        ports.probe(IPv4Address(ip), steamgs.QUERY_PORT_SHARED)
    ports.probe(IPv4Address(ip), taken)
    assert is_free(taken, ip)  # at once, for Steam


@OPENS_HERE_ONLY
def test_a_probe_is_made_at_the_servers_own_address() -> None:
    with pytest.raises(steamgs.SteamInitError, match=r"at 192\.0\.2\.1: "):
        ports.probe(IPv4Address("192.0.2.1"), 27016)
    if sys.platform == "linux":  # all of 127.0.0.0/8 is this machine's
        with held("127.0.0.1") as taken:
            ports.probe(IPv4Address("127.0.0.2"), taken)


ON_REAL_STEAM = """
import sys, steamgs
library, game_port, query_port, ip = sys.argv[1:]
server = steamgs.GameServer(
    480, library=library, game_port=int(game_port), query_port=int(query_port), ip=ip
)
try:
    server.start()
except (steamgs.SteamInitError, ValueError) as error:
    print(type(error).__name__, error)
assert not server.running
"""


def start_alone(
    home: Path, library: str, game_port: int, query_port: int, ip: str = "0.0.0.0"
) -> str:
    """What comes of it where no simulator is, and no Steam is installed."""
    arguments = [library, str(game_port), str(query_port), ip]
    done = subprocess.run(
        [sys.executable, "-P", "-c", ON_REAL_STEAM, *arguments],
        env={"HOME": str(home)} if sys.platform != "win32" else None,
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    # Steam would have complained there.
    assert done.stderr == "" or NO_STEAM in done.stdout
    return done.stdout


@pytest.mark.parametrize(
    ("game_port", "query_port", "name"),
    [(0, 27016, "game_port"), (27015, 0, "query_port"), (0, 0, "game_port")],
)
def test_real_steam_finds_no_ports(
    game_port: int, query_port: int, name: str, tmp_path: Path
) -> None:
    # Any library without a simulator is real Steam's, as far as can be known before its init.
    library = valve_library() if VALVE_RUNS_HERE else str(front_path())
    said = start_alone(tmp_path, library, game_port, query_port)
    assert said.startswith(f"ValueError {name} must be from 1 to 65535, not 0: only a simulator")


@pytest.mark.parametrize("ip", ["0.0.0.0", "127.0.0.1"])
def test_real_steam_is_not_asked_to_open_a_taken_port(ip: str, tmp_path: Path) -> None:
    if not VALVE_RUNS_HERE:
        assert platform.machine() != "x86_64" or sys.platform != "linux"
        return
    with held("127.0.0.1") as taken:
        said = start_alone(tmp_path, valve_library(), 27015, taken, ip)
        assert f"query_port {taken} can't be opened at {ip}: " in said
    # The port is free again: now it is Steam itself that is missing.
    assert NO_STEAM in start_alone(tmp_path, valve_library(), 27015, taken, ip)
