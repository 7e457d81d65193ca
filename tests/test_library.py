"""Libraries that can't be used: what is said of each, and that the process lives on."""

from __future__ import annotations

import os
import platform
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import steamgs
from alone import run_python
from conftest import MakeServer
from fronts import SDK_FOLDER, VALVE_RUNS_HERE, valve_library
from steamgs import library as steam_library
from steamgs import search
from steamgs.simulator import Simulator, front_path, steamclient_path


def refused(path: Path | str) -> steamgs.SteamLibraryError:
    server = steamgs.GameServer(480, library=str(path))
    with pytest.raises(steamgs.SteamLibraryError) as caught:
        server.start()
    assert not server.running
    assert str(path) in str(caught.value)
    assert caught.value.attempts[0][0] == str(path)
    return caught.value


@pytest.fixture(autouse=True)
def _still_usable(make_server: MakeServer) -> Iterator[None]:
    """Whatever a test did, another library can be used afterwards."""
    yield
    with make_server() as server:
        server.log_on_anonymous()
        server.run_callbacks()
        assert server.logged_on


def compile_library(path: Path, source: str) -> Path:
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    assert compiler, "this test needs a C compiler"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", str(path)],
        input=source,
        text=True,
        check=True,
    )
    return path


def test_no_such_file(tmp_path: Path) -> None:
    assert "no such file" in str(refused(tmp_path / "libsteam_api.so"))


def test_a_folder(tmp_path: Path) -> None:
    assert "is a directory" in str(refused(tmp_path))


def test_a_file_that_is_no_library(tmp_path: Path) -> None:
    path = tmp_path / "libsteam_api.so"
    path.write_text("not a library")
    assert "is not a shared library" in str(refused(path))


def test_a_library_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "libsteam_api.so"
    path.write_bytes(front_path().read_bytes()[:10])
    assert "truncated" in str(refused(path))


@pytest.mark.parametrize(
    ("bits", "machine", "words"),
    [(1, 3, "32-bit x86"), (2, 183, "64-bit aarch64"), (2, 62, "x86-64")],
)
def test_another_architecture(tmp_path: Path, bits: int, machine: int, words: str) -> None:
    path = tmp_path / "libsteam_api.so"
    image = bytearray(front_path().read_bytes())
    image[4] = bits
    struct.pack_into("<H", image, 18, machine)
    path.write_bytes(image)
    if steam_library.describe_binary(str(path)) == f"64-bit {steam_library.machine()}":
        path.write_bytes(image[:64])  # right machine, wrong all the same: the loader's own words
        assert refused(path).attempts[0][1]
    else:
        text = str(refused(path))
        assert words in text
        assert f"this Python is 64-bit {steam_library.machine()}" in text


@pytest.mark.usefixtures("compiler")
def test_a_library_that_is_not_steams(tmp_path: Path) -> None:
    path = compile_library(tmp_path / "libsteam_api.so", "int unrelated(void) { return 1; }")
    error = refused(path)
    assert "not a Steam library: it has no SteamGameServer_Shutdown" in str(error)
    assert "not a Steam library" in str(refused(steamclient_path()))


@pytest.mark.usefixtures("compiler")
def test_a_library_that_is_too_old(tmp_path: Path) -> None:
    names = (
        "SteamGameServer_Shutdown SteamGameServer_RunCallbacks SteamGameServer_GetHSteamUser "
        "SteamInternal_FindOrCreateGameServerInterface SteamAPI_RegisterCallback "
        "SteamAPI_UnregisterCallback SteamAPI_RegisterCallResult SteamAPI_UnregisterCallResult "
        "SteamAPI_ReleaseCurrentThreadMemory SteamInternal_GameServer_Init"
    )
    source = "".join(f"void {name}(void) {{}}\n" for name in names.split())
    path = compile_library(tmp_path / "libsteam_api.so", source)
    text = str(refused(path))
    assert "too old" in text
    assert "1.56 or newer" in text


def test_the_environment_names_a_library(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sim: Simulator
) -> None:
    monkeypatch.setenv("STEAMGS_LIBRARY", str(tmp_path / "nowhere.so"))
    server = steamgs.GameServer(480)
    with pytest.raises(steamgs.SteamLibraryError) as caught:
        server.start()
    assert len(caught.value.attempts) == 1
    monkeypatch.setenv("STEAMGS_LIBRARY", "simulator")
    with steamgs.GameServer(480, query_port=0, allow_simulator=True) as server:
        assert server.simulated
    monkeypatch.setenv("STEAMGS_LIBRARY", str(tmp_path / "nowhere.so"))
    with steamgs.GameServer(480, library=sim, query_port=0) as server:
        assert server.library == str(front_path())


def test_the_simulator_by_name() -> None:
    with steamgs.GameServer(480, library="simulator", query_port=0) as server:
        assert server.simulated
        server.log_on_anonymous()
        server.run_callbacks()
        assert server.logged_on


def run_alone(code: str, *arguments: str, home: Path, **environment: str) -> str:
    """A process of its own, in which no steamclient was ever loaded."""
    ours = ("STEAMGS_LIBRARY", "STEAMGS_SIMULATOR", "LD_LIBRARY_PATH")
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=home,
        env={**inherited, "HOME": str(home), **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


START = """
import sys, steamgs
server = steamgs.GameServer(480, library=sys.argv[1], query_port=steamgs.QUERY_PORT_SHARED)
try:
    server.start()
except steamgs.SteamError as error:
    print(type(error).__name__, getattr(error, "result", None), error)
else:
    print("started", server.simulated)
"""


SEARCH = """
import steamgs
try:
    steamgs.GameServer(480).start()
except steamgs.SteamLibraryError as error:
    print(*[path for path, reason in error.attempts if reason], sep="\\n")
    print(error)
"""


def test_the_search_lists_every_place(tmp_path: Path) -> None:
    # Alone: by its bare name, the loader finds a library that another test has loaded.
    (tmp_path / "program.py").write_text(SEARCH)
    lines = run_python(str(tmp_path / "program.py"), cwd=tmp_path).stdout.splitlines()
    (name,) = search.file_names()
    assert lines[0] == str(tmp_path / name)
    assert lines[1] == str(Path(sys.executable).resolve().parent / name)
    assert lines[2] == name
    assert "STEAMGS_LIBRARY" in lines[3]
    assert "simulator" in lines[3]
    assert lines[4] == f"  {tmp_path / name}: no such file"


def test_nobody_is_served_by_accident(tmp_path: Path) -> None:
    """The simulator's libraries alone, found without being asked for by name, refuse."""
    output = run_alone(START, str(front_path()), home=tmp_path)
    assert "SteamLibraryError" in output or "No SteamClient023" in output
    assert "started" not in output


def test_a_foreign_program_may_arm_the_simulator(tmp_path: Path) -> None:
    agreed = START.replace("[1],", "[1], allow_simulator=True,")
    output = run_alone(agreed, str(front_path()), home=tmp_path, STEAMGS_SIMULATOR="1")
    assert output.strip() == "started True"


@pytest.mark.usefixtures("compiler")
@pytest.mark.parametrize("kind", ["missing", "32-bit", "no factory"])
def test_valves_library_without_a_steamclient(tmp_path: Path, kind: str) -> None:
    if not VALVE_RUNS_HERE:
        assert platform.machine() != "x86_64" or sys.platform != "linux"
        return
    folder = tmp_path / SDK_FOLDER
    folder.mkdir(parents=True)
    if kind == "32-bit":
        image = bytearray(steamclient_path().read_bytes())
        image[4] = 1
        (folder / "steamclient.so").write_bytes(image)
    elif kind == "no factory":
        compile_library(folder / "steamclient.so", "int unrelated(void) { return 1; }")
    done = run_python("-P", "-c", START, valve_library(), cwd=tmp_path)
    assert done.stdout.startswith("SteamInitError")
    words = "interface factory" if kind == "no factory" else "steamclient.so"
    # The oldest libraries have no message to give.
    assert words in (done.stderr if "wrote why to stderr" in done.stdout else done.stdout)


def test_the_real_steam_is_not_mistaken_for_the_simulator(make_server: MakeServer) -> None:
    """Valve's library would find the simulated steamclient that an earlier server loaded."""
    if not VALVE_RUNS_HERE:
        assert platform.machine() != "x86_64" or sys.platform != "linux"
        return
    server = steamgs.GameServer(480, library=valve_library())
    with pytest.raises(steamgs.SteamLibraryError, match="the simulated steamclient is loaded"):
        server.start()
    assert not server.running


def test_two_simulators_do_not_serve_at_once(make_server: MakeServer) -> None:
    with make_server(), Simulator() as other:
        second = steamgs.GameServer(480, library=other)
        with pytest.raises(steamgs.SteamError, match="another game server is already running"):
            second.start()


def test_build_info() -> None:
    info = steamgs.build_info()
    assert info["headers"] in ("bundled", "genuine")
    assert info["game_server"] == "SteamGameServer015"
    assert info["callback_packing"] == (8 if sys.platform == "win32" else 4)
