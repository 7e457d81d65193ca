"""A forked child: the server is the parent's, and one of the child's own can be started."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import MakeServer
from fronts import library_of, valve_library
from payloads import payload
from steamgs.simulator import Simulator, steamclient_path
from stress import serves

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]

ALICE = 76561197960287930
KICK = 203


def in_child(works: Callable[[], object]) -> int:
    """The exit status of a child: 0 if ``works()`` is true there."""
    child = os.fork()
    if child == 0:
        import signal

        status = 9
        try:
            signal.alarm(60)
            status = 0 if works() else 1
        except BaseException as error:
            sys.stderr.write(f"in the child: {error!r}\n")
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def test_handles_are_the_parents(online: steamgs.GameServer, sim: Simulator) -> None:
    request = online.http.request(steamgs.HttpMethod.GET, "http://localhost")

    def own_ones_only() -> bool:
        with online:
            with pytest.raises(steamgs.ClosedHandleError):
                request.send()
            request.release()
            with online.http.request(steamgs.HttpMethod.GET, "http://localhost"):
                assert sim.server.http_requests == 1
        return sim.server.wrong_releases == 0

    assert in_child(own_ones_only) == 0
    request.release()
    assert (sim.server.http_requests, sim.server.wrong_releases) == (0, 0)


def test_there_is_no_server_in_a_child(online: steamgs.GameServer, sim: Simulator) -> None:
    online.begin_auth_session(sim.add_user(ALICE).auth_session_ticket(), ALICE)
    future = online.compute_new_player_compatibility(ALICE)
    told: list[object] = []
    future.add_done_callback(told.append)
    online.start_pump(0.001)

    def nothing_is_left() -> bool:
        assert not online.running
        assert online.pump_interval is None
        assert online.sessions == {}
        # It has failed here, and its callbacks are the parent's.
        assert isinstance(future.exception(0), steamgs.NotRunningError)
        assert told == []
        assert "SteamAppId" not in os.environ
        with pytest.raises(steamgs.NotRunningError):
            online.run_callbacks()
        online.stop_pump()
        online.close()
        return True

    assert in_child(nothing_is_left) == 0
    assert online.running
    assert list(online.sessions) == [ALICE]
    while not future.done():
        online.run_callbacks()
    assert told == [future]


def test_a_child_starts_one_of_its_own(online: steamgs.GameServer, front: str) -> None:
    assert in_child(lambda: serves(library_of(front))) == 0
    assert online.logged_on


def test_a_child_starts_the_same_object_again(online: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[int] = []
    online.client_kick.connect(lambda event: seen.append(event.steam_id))

    def again() -> bool:
        with online:
            sim.post(KICK, payload("client_kick", 7, 0))
            online.start_pump(0.001)
            while not seen:
                online.run_callbacks()
        return seen == [7]

    sim.post(KICK, payload("client_kick", 1, 0))
    assert in_child(again) == 0
    online.run_callbacks()
    assert seen == [1]


def test_a_fork_in_a_handler(online: steamgs.GameServer, sim: Simulator, front: str) -> None:
    """The child is in the middle of a delivery that is not its own, and goes on elsewhere."""
    statuses: list[int] = []
    seen: list[int] = []

    def fork(event: steamgs.ClientKick) -> None:
        seen.append(event.steam_id)
        if event.steam_id == 1:
            statuses.append(in_child(lambda: serves(library_of(front))))

    online.client_kick.connect(fork)
    for number in (1, 2):
        sim.post(KICK, payload("client_kick", number, 0))
    assert online.run_callbacks() == 2
    assert (seen, statuses) == ([1, 2], [0])


def test_a_child_that_leaves_the_handler_in_which_it_was_forked(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    read, write = os.pipe()
    child = 0

    def fork(event: steamgs.ClientKick) -> None:
        nonlocal child
        if event.steam_id == 1:
            child = os.fork()
        if child == 0:
            os.write(write, bytes([event.steam_id]))

    online.client_kick.connect(fork)
    for number in (1, 2):
        sim.post(KICK, payload("client_kick", number, 0))
    try:
        online.run_callbacks()
    finally:
        if child == 0:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    assert os.read(read, 10) == b"\x01"  # the second event is the parent's
    os.close(read)


def test_a_fork_beside_a_thread_that_delivers(
    online: steamgs.GameServer, sim: Simulator, front: str
) -> None:
    inside, release = threading.Event(), threading.Event()

    def slow(_: object) -> None:
        inside.set()
        release.wait(60)

    online.client_kick.connect(slow)
    sim.post(KICK, payload("client_kick", 1, 0))
    thread = threading.Thread(target=online.run_callbacks)
    thread.start()
    assert inside.wait(20)
    assert in_child(lambda: serves(library_of(front))) == 0
    release.set()
    thread.join()
    assert online.counters().events["client_kick"] == 1


def test_a_fork_beside_a_thread_that_closes(
    online: steamgs.GameServer, make_server: MakeServer, front: str
) -> None:
    closing, release = threading.Event(), threading.Event()
    future: steamgs.Call[Any] = online.compute_new_player_compatibility(ALICE)

    def slow(_: object) -> None:
        closing.set()
        release.wait(60)

    future.add_done_callback(slow)
    thread = threading.Thread(target=online.close)
    thread.start()
    assert closing.wait(20)

    def works() -> bool:
        online.close()
        return serves(library_of(front))

    assert in_child(works) == 0
    release.set()
    thread.join()
    with make_server() as server:
        assert server.running


def test_grandchildren(online: steamgs.GameServer, front: str) -> None:
    def works() -> bool:
        with Simulator(query_host=None) as sim:
            server = steamgs.GameServer(480, library=library_of(front), steamclient=sim)
            with server:
                return in_child(lambda: serves(library_of(front))) == 0 and server.running

    assert in_child(works) == 0


REAL = """
import os, sys
import steamgs

server = steamgs.GameServer(
    480, library=sys.argv[1], query_port=steamgs.QUERY_PORT_SHARED
)
with server:
    print("simulated", server.simulated, flush=True)
child = os.fork()
if child == 0:
    try:
        server.start()
    except steamgs.SteamError as error:
        print("refused:", error)
    sys.stdout.flush()
    os._exit(0)
os.waitpid(child, 0)
with server:
    print("again", server.running)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the loader's names are Linux'")
def test_a_child_of_a_process_that_has_used_real_steam(tmp_path: Path) -> None:
    """A steamclient that does not say that it is simulated is a real one, for all that is known."""
    content = steamclient_path().read_bytes()
    sign = b"steamgs_sim_version"
    assert sign in content
    (tmp_path / "steamclient.so").write_bytes(content.replace(sign, b"another_sim_version"))
    done = subprocess.run(
        [sys.executable, "-P", "-c", textwrap.dedent(REAL), valve_library()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "LD_LIBRARY_PATH": str(tmp_path), "STEAMGS_SIMULATOR": "1"},
    )
    lines = done.stdout.splitlines()
    assert lines[0] == "simulated False"
    assert lines[1].startswith("refused: this process was forked from one that has used Steam")
    assert lines[2:] == ["again True"]


def test_an_asyncio_server_in_a_child(front: str) -> None:
    simulator = Simulator(query_host=None)
    server = steamgs.asyncio.GameServer(480, library=library_of(front), steamclient=simulator)

    async def again(stream: steamgs.asyncio.EventStream[steamgs.ClientKick]) -> bool:
        assert [event async for event in stream] == []
        alice = simulator.add_user(ALICE + 1)
        async with server:
            await server.log_on_anonymous()
            assert server.logged_on
            assert server.secure
            async with server.authenticate(alice.steam_id, alice.auth_session_ticket()):
                pass
        return True

    async def main() -> int:
        alice = simulator.add_user(ALICE)
        async with server:
            await server.log_on_anonymous()
            stream = server.client_kick.stream()
            reader = asyncio.ensure_future(anext(stream))
            async with server.authenticate(ALICE, alice.auth_session_ticket()):
                status = in_child(lambda: asyncio.run(again(stream)))
            simulator.post(KICK, payload("client_kick", 3, 0))
            assert (await reader).steam_id == 3
            await stream.aclose()
        return status

    assert asyncio.run(main()) == 0


def test_those_who_wait_for_an_old_verdict_are_the_parents(front: str) -> None:
    """Their time limits end in the parent: a child that wakes its loop writes to its socket."""
    simulator = Simulator(query_host=None)
    server = steamgs.asyncio.GameServer(480, library=library_of(front), steamclient=simulator)

    async def again(woken: list[object]) -> bool:
        async with server:
            await asyncio.sleep(0.3)
            server.run_callbacks()
        return woken == []

    async def main(monkeypatch: pytest.MonkeyPatch) -> int:
        alice = simulator.add_user(ALICE)
        async with server:
            await server.log_on_anonymous()
            simulator.set_latency("auth", 60)
            server._late_verdict_seconds = 0.2
            server.begin_auth_session(alice.auth_session_ticket(), ALICE)
            server.end_auth_session(ALICE)
            coming = server.authenticate(ALICE, alice.auth_session_ticket(), timeout=0.01)
            entering = asyncio.ensure_future(coming.__aenter__())
            await asyncio.sleep(0)
            assert not server.sessions
            woken: list[object] = []
            loop = asyncio.get_running_loop()
            monkeypatch.setattr(loop, "call_soon_threadsafe", lambda *a, **_: woken.append(a))
            status = in_child(lambda: asyncio.run(again(woken)))
            monkeypatch.undo()
            with pytest.raises(steamgs.AuthTimeoutError):
                await entering
        return status

    with pytest.MonkeyPatch.context() as patch:
        assert asyncio.run(main(patch)) == 0
