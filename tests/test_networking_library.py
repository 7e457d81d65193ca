"""A libGameNetworkingSockets that serves a server's sockets, under the simulated Steam.

The library is a small one of these tests': its interfaces are those of Valve's.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import generate
from conftest import ROOT, MakeServer
from steamgs import ConnectionState, NetworkingConfig, NetworkingError
from steamgs.simulator import Simulator, check_scenario
from targets import STEAMCLIENT

PLACE = "127.0.0.1:27460"
VERSIONS = ("SteamNetworkingSockets012", "SteamNetworkingSockets013")


@pytest.fixture(scope="module")
def built(compiler: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    folder = tmp_path_factory.mktemp("networking_library")
    generate.build(folder / "generated")

    def build(*macros: str) -> Path:
        library = folder / f"{'_'.join(('networking', *macros))}.so"
        if not library.exists():
            source = ROOT / "tests" / "native" / "networking_library.cpp"
            include = [f"-I{folder}/generated/include", *STEAMCLIENT.options()]
            options = [*include, "-O1", "-fPIC", "-shared", "-fvisibility=hidden"]
            subprocess.run(
                [compiler, *options, *(f"-D{one}" for one in macros), str(source), "-o", library],
                check=True,
                timeout=120,
            )
        return library

    return build


@pytest.fixture
def library(built: Callable[..., Path], sim: Simulator) -> ctypes.CDLL:
    path = built()
    sim.use_networking_library(path)
    return ctypes.CDLL(str(path))


@pytest.mark.parametrize("withheld", VERSIONS)
def test_a_server_talks_over_it(
    library: ctypes.CDLL, make_server: MakeServer, sim: Simulator, withheld: str
) -> None:
    """By either version: the older one's SendMessages has an argument less."""
    sim.withhold_interface(withheld)
    server = make_server().start()
    listener = server.sockets.listen_ip(PLACE)
    (served,) = set(VERSIONS) - {withheld}
    assert server.interfaces()["networking_sockets"] == served
    ours = server.sockets.connect_ip(PLACE)
    assert listener.incoming() == []
    server.run_callbacks()
    (theirs,) = listener.incoming()
    theirs.accept()
    server.run_callbacks()
    assert (ours.state, theirs.state) == (ConnectionState.CONNECTED,) * 2
    assert server.sockets.send_many([(ours, b"first"), (ours, b"second")]) == [1, 2]
    assert list(listener.receive()) == [(theirs, b"first"), (theirs, b"second")]
    assert server.sockets.broadcast([theirs], b"answer") == [1]
    assert [data for _, data in ours.receive()] == [b"answer"]
    ours.close()
    server.run_callbacks()
    assert theirs.info().state is ConnectionState.CLOSED_BY_PEER
    assert sim.server.not_simulated == ()


def test_what_one_call_sends_is_bounded(library: ctypes.CDLL, make_server: MakeServer) -> None:
    """Valve's library sorts the messages on its stack, which 200,000 can exhaust."""
    with make_server() as server:
        listener = server.sockets.listen_ip(PLACE)
        ours = server.sockets.connect_ip(PLACE)
        server.run_callbacks()
        (theirs,) = listener.incoming()
        theirs.accept()
        count = 40_000
        numbers = [str(number).encode() for number in range(count)]
        results = server.sockets.send_many([(ours, data) for data in numbers])
        assert results == list(range(1, count + 1))
        results = server.sockets.broadcast([ours] * count, b"x")
        assert results == list(range(count + 1, 2 * count + 1))
        received: list[bytes] = []
        while batch := listener.receive(65536):
            received += [data for _, data in batch]
        assert received == numbers + [b"x"] * count
        assert 0 < library.most_sent_at_once() <= 16384


def test_what_valves_would_crash_of_is_refused(
    library: ctypes.CDLL, make_server: MakeServer
) -> None:
    with make_server() as server:
        connection = server.sockets.connect_ip(PLACE)
        with pytest.raises(NetworkingError, match="clear_config"):
            server.networking_utils.clear_config(NetworkingConfig.CONNECTION_USER_DATA, connection)
        assert not library.was_given_no_number()


def test_each_server_has_it_anew(
    library: ctypes.CDLL, make_server: MakeServer, sim: Simulator
) -> None:
    assert sim.server.networking_library.endswith(".so")
    for _ in range(2):
        assert not library.is_running()
        with make_server() as server:
            assert library.is_running()
            listener = server.sockets.listen_ip(PLACE)
            kept = server.sockets.connect_ip(PLACE)
            server.run_callbacks()
            (theirs,) = listener.incoming()
            theirs.accept()
            server.run_callbacks()
            server.sockets.send_many([(kept, b"kept")])
            batch = listener.receive()
        assert batch[0].data == b"kept"
    sim.use_networking_library(None)
    assert sim.server.networking_library == ""
    with make_server() as server:
        assert not library.is_running()
        server.sockets.listen_ip(PLACE)
        assert sim.server.networking.listening


def test_what_is_no_such_library(
    built: Callable[..., Path], make_server: MakeServer, sim: Simulator, tmp_path: Path
) -> None:
    with pytest.raises(KeyError, match="there is no networking library"):
        sim.use_networking_library(tmp_path / "nowhere.so")
    with pytest.raises(KeyError, match="it has no SteamNetworkingSockets_LibV12"):
        sim.use_networking_library(built("INCOMPLETE"))
    with pytest.raises(KeyError, match="does not start: broken"):
        sim.use_networking_library(built("BROKEN"))
    assert sim.server.networking_library == ""
    with make_server() as server:
        with pytest.raises(KeyError, match="before the server starts"):
            sim.use_networking_library(built())
        server.sockets.listen_ip(PLACE)


def test_one_simulated_steam_has_it(library: ctypes.CDLL, make_server: MakeServer) -> None:
    with make_server(), Simulator() as other:
        with pytest.raises(KeyError, match="another simulated Steam"):
            other.use_networking_library(library._name)
        assert library.is_running()


def test_a_scenario_names_it(built: Callable[..., Path]) -> None:
    text = f"[networking_library]\nlibrary = '{built()}'\n"
    assert check_scenario(text) is None
    assert check_scenario("[networking_library]\nlibrary = 5\n") is not None


@pytest.mark.skipif(sys.platform == "win32", reason="there are no forks")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_leaves_it_to_the_parent(library: ctypes.CDLL, make_server: MakeServer) -> None:
    with make_server() as server:
        server.sockets.listen_ip(PLACE)
        child = os.fork()
        if child == 0:
            server.close()
            os._exit(0 if library.is_running() else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert library.is_running()
    assert not library.is_running()
