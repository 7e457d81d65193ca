"""The fixtures that steamgs gives to tests of game servers: used as the example uses them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, valve_library


def run_pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_example_project_passes(front: str, tmp_path: Path) -> None:
    folder = tmp_path / "tested_server"
    shutil.copytree(ROOT / "examples" / "tested_server", folder)
    options = [f"--steamgs-library={valve_library()}"] if front == "valve" else []
    result = run_pytest(folder, "--strict-markers", "-W", "error", *options)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "7 passed" in result.stdout


def test_a_broken_server_fails_its_tests(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_it(game_server, steam_player, steam_wait):\n"
        "    alice = steam_player()\n"
        "    game_server.begin_auth_session(alice.auth_session_ticket(), alice.steam_id)\n"
        "    game_server.end_auth_session(alice.steam_id)\n"
        "    steam_wait(game_server.validate_auth_ticket_response)\n"
    )
    result = run_pytest(tmp_path)
    assert result.returncode == 1
    assert "no ValidateAuthTicketResponse came in 60 seconds" in result.stdout


def test_pytest_starts_without_importing_steamgs(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\ndef test_it():\n    assert 'steamgs' not in sys.modules\n"
    )
    result = run_pytest(tmp_path)
    assert result.returncode == 0, result.stdout


def test_fixtures_are_listed_with_what_they_are_for() -> None:
    result = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "--fixtures", "-q"],
        cwd=ROOT / "examples" / "tested_server",
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    for name in ("steam_simulator", "game_server", "async_game_server", "steam_player"):
        assert f"\n{name} -- " in result.stdout


@pytest.mark.parametrize(
    ("option", "words"),
    [("--help", "--steamgs-library=PATH"), ("--markers", "@pytest.mark.game_server(app_id=480")],
)
def test_help_speaks_of_it(option: str, words: str, tmp_path: Path) -> None:
    assert words in run_pytest(tmp_path, option).stdout


def test_pytest_runs_as_a_module_beside_the_source() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--collect-only"]
    subprocess.run([*command, "tests/test_values.py"], cwd=ROOT, check=True, timeout=120)
