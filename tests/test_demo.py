"""The demo plays through, on both fronts."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

import steamgs
from fronts import valve_library
from steamgs.demo import director
from steamgs.demo.cast import Role, cast
from steamgs.demo.server import Arena

SUMMARY_KEYS = {"players", "admitted", "denied", "kicked", "callbacks", "library"}


def run_cli(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "steamgs", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=cwd,
    )


@pytest.mark.parametrize("transport", ["udp", "sockets"])
def test_everybody_is_accounted_for(front: str, transport: str, tmp_path: Path) -> None:
    more = ("--library", valve_library()) if front == "valve" else ()
    options = ("--players", "48", "--seconds", "4", "--transport", transport, "--json", *more)
    done = run_cli("demo", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads(done.stdout)
    assert summary.keys() >= SUMMARY_KEYS
    assert summary["players"] == 48 == summary["admitted"] + summary["denied"]
    parts = cast(48, 1)
    assert summary["denied"] == sum(part.role.refused for part in parts)
    assert summary["kicked"] == sum(part.role.revoked for part in parts)
    assert summary["library"] == (valve_library() if front == "valve" else "simulator")
    assert summary["callbacks"]["server_connected"] == 1
    assert summary["transport"] == transport
    assert summary["callbacks"].get("connection_status_changed", 0) == (
        2 * 48 + summary["left"] if transport == "sockets" else 0
    )
    assert summary["idle_tick_us"] > 0
    assert summary["callback_us"] > 0
    assert summary["callbacks"]["client_kick"] == sum(part.role is Role.KICKED for part in parts)


def test_players_may_have_more_to_tell_than_a_pipe_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    tell = "import json; print(json.dumps({n: {'state': 'out'} for n in range(20_000)}))"
    popen = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda _, **options: popen([sys.executable, "-c", tell], **options)
    )
    monkeypatch.setattr(director, "START_UP_SECONDS", 600.0)
    steam = director.SteamWithCast([], 1.0, seed=1)
    arena = Arena(None, players=1)
    playing = director.play(arena, steam, 1.0, [], lambda now, arena: None)
    told = asyncio.run(asyncio.wait_for(playing, 30.0))
    assert len(told) == 20_000


def test_the_table_for_people(tmp_path: Path) -> None:
    done = run_cli("demo", "--players", "12", "--seconds", "2", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every player is accounted for." in done.stdout
    assert "validate_auth_ticket_response" in done.stdout
    assert "\x1b[" not in done.stdout


@pytest.mark.parametrize("arguments", [("--players", "0"), ("--players", "x"), ("--seconds", "0")])
def test_bad_options(arguments: tuple[str, str], tmp_path: Path) -> None:
    done = run_cli("demo", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "must be a number from 1 to" in done.stderr


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    done = run_cli("demo", "--json", "--library", str(tmp_path / "nowhere.so"), cwd=tmp_path)
    assert done.returncode == 1
    assert "no such file" in done.stderr
    assert done.stdout == ""


def test_version_and_help(tmp_path: Path) -> None:
    assert run_cli("--version", cwd=tmp_path).stdout == f"steamgs {steamgs.__version__}\n"
    done = run_cli(cwd=tmp_path)
    assert done.returncode == 2
    assert "demo" in done.stdout


def test_the_cast_has_every_role() -> None:
    assert {part.role for part in cast(48, 1)} == set(Role)
    assert cast(48, 1) == cast(48, 1) != cast(48, 2)
    assert len({part.steam_id for part in cast(1000, 3)}) == 1000
