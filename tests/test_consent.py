"""The simulator takes a program's own word: what stands in the environment alone is none."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from alone import loader_finds, run_python
from fronts import FRONTS, SDK_FOLDER, library_of
from steamgs.simulator import Simulator, front_path, steamclient_path

SERVERS = [steamgs.GameServer, steamgs.asyncio.GameServer]
WARNING = "steamgs: this game server runs on the Steam simulator: it authenticates nobody\n"
# Takes a ticket that was made with the public key, and says what came of it.
PROGRAM = """
import sys, steamgs
from steamgs.simulator import make_ticket
server = steamgs.GameServer(480, query_port=steamgs.QUERY_PORT_SHARED, {})
try:
    with server:
        server.log_on_anonymous()
        server.run_callbacks()
        server.begin_auth_session(make_ticket(76561197960287930, 480), 76561197960287930)
    server.start()
    server.close()
except steamgs.SteamError as error:
    print(type(error).__name__, error, server.running)
else:
    print("accepted")
"""


def program(
    home: Path, arguments: str = "", before: str = "", **environment: str
) -> tuple[str, str]:
    done = run_python("-P", "-c", before + PROGRAM.format(arguments), cwd=home, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def foreign(home: Path, front: str) -> dict[str, str]:
    """An environment in which Valve's library, or another, finds the simulated steamclient."""
    if front == "simulator":
        return {"STEAMGS_LIBRARY": str(front_path()), "STEAMGS_SIMULATOR": "1"}
    folder = home / SDK_FOLDER
    folder.mkdir(parents=True)
    shutil.copy(steamclient_path(), folder)
    found = loader_finds(folder) if sys.platform == "win32" else {}
    return {"STEAMGS_LIBRARY": library_of(front), "STEAMGS_SIMULATOR": "1", **found}


def test_the_variable_alone_is_no_consent(tmp_path: Path) -> None:
    said, _ = program(tmp_path, STEAMGS_LIBRARY="simulator")
    assert said.startswith("SteamLibraryError STEAMGS_LIBRARY=simulator names the Steam simulator")
    assert "GameServer(..., allow_simulator=True)" in said
    assert said.rstrip().endswith("False")


@pytest.mark.parametrize("front", FRONTS)
def test_nor_is_a_steamclient_that_the_environment_arms(front: str, tmp_path: Path) -> None:
    environment = foreign(tmp_path, front)
    said, _ = program(tmp_path, **environment)
    assert "SteamLibraryError the steamclient that was found is the simulated one" in said
    assert "GameServer(..., allow_simulator=True)" in said
    assert said.rstrip().endswith("False")
    assert "accepted" not in said


@pytest.mark.parametrize("front", FRONTS)
def test_with_the_program_s_word_it_serves(front: str, tmp_path: Path) -> None:
    environment = foreign(tmp_path, front)
    said, stderr = program(tmp_path, "allow_simulator=True", **environment)
    assert said.splitlines()[-1] == "accepted"
    assert stderr.count(WARNING) == 1


@pytest.mark.parametrize("arguments", ["", "allow_simulator=True"])
@pytest.mark.parametrize("front", FRONTS)
def test_another_server_may_follow_on_a_simulator(
    front: str, arguments: str, tmp_path: Path
) -> None:
    environment = foreign(tmp_path, front)
    first = PROGRAM.format(arguments)
    done = run_python(
        "-P",
        "-c",
        f"{first}\nfrom steamgs.simulator import Simulator\n"
        + PROGRAM.format("library=Simulator()"),
        cwd=tmp_path,
        **environment,
    )
    assert done.stdout.splitlines()[-1] == "accepted", done.stderr
    assert done.stdout.count("accepted") == (2 if arguments else 1)


@pytest.mark.parametrize("arguments", ["allow_simulator=True", "library='simulator'"])
def test_consent_is_given_in_code(arguments: str, tmp_path: Path) -> None:
    said, stderr = program(tmp_path, arguments, STEAMGS_LIBRARY="simulator")
    assert said == "accepted\n"
    assert stderr == WARNING


def test_a_simulator_in_code_is_consent_wherever_it_stands(tmp_path: Path) -> None:
    before = "from steamgs.simulator import Simulator\n"
    said, _ = program(tmp_path, "steamclient=Simulator()", before, STEAMGS_LIBRARY="simulator")
    assert said == "accepted\n"
    said, _ = program(tmp_path, "library=Simulator()", before)
    assert said == "accepted\n"


def test_the_environment_s_simulator_plays_the_environment_s_scenario(tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.toml"
    scenario.write_text("[latency]\nauth = 1\n")
    said, _ = program(
        tmp_path,
        "allow_simulator=True",
        STEAMGS_LIBRARY="simulator",
        STEAMGS_SIMULATOR=str(scenario),
    )
    assert said == "accepted\n"
    scenario.write_text("nonsense")
    said, stderr = program(
        tmp_path,
        "allow_simulator=True",
        STEAMGS_LIBRARY="simulator",
        STEAMGS_SIMULATOR=str(scenario),
    )
    assert "accepted" not in said
    assert f"STEAMGS_SIMULATOR={scenario}" in stderr


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("options", [{}, {"allow_simulator": True}])
def test_genuine_and_simulated_exclude_each_other(
    server: Any, options: dict[str, Any], sim: Simulator
) -> None:
    for simulated in ({"library": "simulator"}, {"library": sim}, {"steamclient": sim}):
        with pytest.raises(ValueError, match="require_genuine can't be True together with a sim"):
            server(480, require_genuine=True, **simulated)
    with pytest.raises(ValueError, match="together with allow_simulator"):
        server(480, require_genuine=True, allow_simulator=True)


def test_whoever_requires_the_genuine_steam_gets_no_other(tmp_path: Path) -> None:
    said, _ = program(tmp_path, "require_genuine=True", STEAMGS_LIBRARY="simulator")
    assert said.startswith("SteamLibraryError STEAMGS_LIBRARY=simulator names the Steam simulator")
    assert "require_genuine=True refuses it" in said
    for front in FRONTS:
        environment = foreign(tmp_path / front, front)
        (tmp_path / front).mkdir(exist_ok=True)
        said, _ = program(tmp_path / front, "require_genuine=True", **environment)
        assert "SteamLibraryError the steamclient that was found is the simulated one" in said
        assert "require_genuine=True refuses it" in said
        assert "accepted" not in said


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("name", ["allow_simulator", "require_genuine"])
def test_both_are_told_by_name(server: Any, name: str) -> None:
    with pytest.raises(TypeError, match=f"{name} must be a bool, not int"):
        server(480, **{name: 1})


BASIC = "import logging; logging.basicConfig()\n"
QUIET = "import logging; logging.getLogger('steamgs').setLevel(logging.ERROR)\n"
NULL = "import logging; logging.getLogger('steamgs').addHandler(logging.NullHandler())\n"
NOBODY = "import steamgs, logging; logging.getLogger('steamgs').handlers.clear()\n"
NO_STDERR = "import sys; sys.stderr = None\n"


@pytest.mark.parametrize(
    ("before", "stderr"),
    [
        ("", WARNING),
        (NULL, WARNING),
        (NOBODY, WARNING),
        (QUIET, ""),
        (NO_STDERR, ""),
        (BASIC, 2 * f"WARNING:{WARNING}".replace(" ", "", 1)),
    ],
    ids=["nothing", "a null handler", "no handler", "told to be quiet", "no stderr", "set up"],
)
def test_the_warning_is_seen_once(before: str, stderr: str, tmp_path: Path) -> None:
    """The program starts two servers; a log that is set up has a line for each."""
    said, written = program(tmp_path, "library='simulator'", before)
    assert said == "accepted\n"
    assert written == stderr
