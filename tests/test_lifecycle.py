"""Starting, closing, starting again; and what is left behind."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import steamgs
from conftest import MakeServer
from fronts import valve_library
from payloads import payload
from steamgs.simulator import Simulator

ALICE = 76561197960287930


def test_a_hundred_starts_in_one_process(make_server: MakeServer, sim: Simulator) -> None:
    server = make_server()
    connected: list[steamgs.ServerConnected] = []
    server.server_connected.connect(connected.append)
    for round_ in range(100):
        with server:
            server.log_on_anonymous()
            server.run_callbacks()
            assert server.logged_on
            assert len(connected) == round_ + 1
        assert not server.running
        assert not sim.server.running


def test_handlers_stay_connected_over_close(make_server: MakeServer, sim: Simulator) -> None:
    server = make_server()
    seen: list[int] = []
    server.client_kick.connect(lambda event: seen.append(event.steam_id))
    for number in (1, 2):
        with server:
            sim.post(203, payload("client_kick", number, 0))
            server.run_callbacks()
    assert seen == [1, 2]


def test_callbacks_before_start_do_not_leak_into_it(make_server: MakeServer) -> None:
    with make_server() as server:
        assert server.run_callbacks() == 0
        assert server.run_callbacks() == 0
        assert server.counters().ticks == 2


def test_only_one_server_runs(make_server: MakeServer) -> None:
    first, second = make_server(), make_server()
    with first:
        with pytest.raises(steamgs.SteamError, match="another game server is already running"):
            second.start()
        with pytest.raises(steamgs.SteamError, match="this game server is already running"):
            first.start()
        assert first.running
        assert not second.running
    with second:
        assert second.running


def test_close_is_idempotent(make_server: MakeServer) -> None:
    server = make_server()
    server.close()
    server.start()
    server.close()
    server.close()
    assert not server.running
    assert server.steam_id is None
    assert server.public_ip is None
    assert not server.logged_on
    assert not server.secure
    assert not server.simulated


def test_close_ends_sessions_and_logs_off(online: steamgs.GameServer, sim: Simulator) -> None:
    alice = sim.add_user(ALICE)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    online.create_unauthenticated_user_connection()
    assert len(sim.server.sessions) == 2
    online.close()
    assert online.sessions == {}
    assert not sim.server.sessions
    assert sim.server.logon == "off"


def test_the_app_id_is_put_into_the_environment_and_taken_out(
    make_server: MakeServer, monkeypatch: pytest.MonkeyPatch, sim: Simulator
) -> None:
    monkeypatch.setenv("SteamAppId", "7")
    monkeypatch.delenv("SteamGameId", raising=False)
    with make_server(4242):
        assert os.environ["SteamAppId"] == "4242"
        assert os.environ["SteamGameId"] == "4242"
        assert sim.server.app_id == 4242
    assert os.environ["SteamAppId"] == "7"
    assert "SteamGameId" not in os.environ


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"481\n", "says app id 481, but the server was created for 480"),
        (b"\xef\xbb\xbf481", "says app id 481"),
        (b"four-eighty", "which is not an app id"),
        (b"\xef\xbb\xbf 480 \r\n", None),
    ],
)
def test_a_conflicting_app_id_file_is_reported(
    make_server: MakeServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    sim: Simulator,
    content: bytes,
    words: str | None,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "steam_appid.txt").write_bytes(content)
    with make_server(480):
        assert sim.server.app_id == 480
    messages = [record.getMessage() for record in caplog.records if record.name == "steamgs"]
    assert any(words in message for message in messages) if words else len(messages) == 1


def test_a_simulated_server_says_so(
    make_server: MakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "steamgs")
    with make_server() as server:
        assert server.simulated
        assert "simulated" in repr(server)
    assert any("authenticates nobody" in record.getMessage() for record in caplog.records)


def test_parameters_reach_steam(make_server: MakeServer, sim: Simulator) -> None:
    with make_server() as other:
        port = other.query_port  # free again afterwards
    server = make_server(
        480,
        ip="127.0.0.1",
        game_port=27020,
        query_port=port,
        version="1.2.3.4",
        mode=steamgs.ServerMode.AUTHENTICATION,
    )
    with server:
        state = sim.server
        assert (state.ip, state.game_port, state.query_port) == (0x7F000001, 27020, port)
        assert state.version == "1.2.3.4"
        server.log_on_anonymous()
        server.run_callbacks()
        assert not server.secure
    assert (server.app_id, server.game_port, server.query_port) == (480, 27020, port)
    assert server.mode is steamgs.ServerMode.AUTHENTICATION


EXIT_SCRIPT = """
import sys
import threading
import steamgs
from steamgs.simulator import Simulator

library, ending = sys.argv[1:]
sim = Simulator()
server = steamgs.GameServer(480, library=library, steamclient=sim, query_port=0)
server.start()
server.log_on_anonymous()
server.run_callbacks()
alice = sim.add_user(76561197960287930)
server.begin_auth_session(alice.auth_session_ticket(), alice.steam_id)
future = server.compute_new_player_compatibility(alice.steam_id)
server.server_disconnected.connect(lambda event: print("never"))

@server.validate_auth_ticket_response.connect
def handler(event):
    raise RuntimeError("on purpose")

if ending == "raised":
    try:
        server.run_callbacks()
    except ExceptionGroup:
        pass
elif ending == "thread":
    def run():
        while True:
            try:
                server.run_callbacks()
            except (ExceptionGroup, steamgs.NotRunningError):
                pass
    threading.Thread(target=run, daemon=True).start()
elif ending == "exit":
    sys.exit(0)
"""


@pytest.mark.parametrize("ending", ["plain", "raised", "thread", "exit"])
def test_interpreter_exit_with_a_running_server(front: str, ending: str) -> None:
    library = valve_library() if front == "valve" else "simulator"
    done = subprocess.run(
        [sys.executable, "-P", "-X", "dev", "-c", textwrap.dedent(EXIT_SCRIPT), library, ending],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # What Valve's own library writes is not ours to answer for.
    valves = ("[S_API]", "Setting breakpad", "SteamInternal_SetMinidump")
    ours = [line for line in done.stderr.splitlines() if not line.startswith(valves)]
    warning = "steamgs: this game server runs on the Steam simulator: it authenticates nobody"
    assert (done.returncode, done.stdout, ours) == (0, "", [warning])
