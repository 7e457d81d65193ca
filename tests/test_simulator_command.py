"""``python -m steamgs.simulator``: the simulated steamclient for other programs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from alone import loader_finds
from fronts import FRONTS, valve_library
from steamgs.simulator import __main__ as command
from steamgs.simulator import steamclient_path

# A program that knows nothing of steamgs: Valve's library, and the flat functions that it exports.
PROGRAM = """
import ctypes, sys
steam = ctypes.CDLL(sys.argv[1])
message = ctypes.create_string_buffer(1024)
result = steam.SteamInternal_GameServer_Init_V2(0, 27015, 0xFFFF, 3, b"1.0.0.0", None, message)
assert result == 0, message.value
accessor = steam.SteamAPI_SteamGameServer_v015
accessor.restype = ctypes.c_void_p
server = ctypes.c_void_p(accessor())
steam.SteamAPI_ISteamGameServer_SetProduct(server, b"plain")
steam.SteamAPI_ISteamGameServer_LogOnAnonymous(server)
steam.SteamGameServer_RunCallbacks()
print("logged on:", bool(steam.SteamAPI_ISteamGameServer_BLoggedOn(server) & 1))
steam.SteamGameServer_Shutdown()
"""


def test_it_says_where_the_steamclient_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--print-path"]) == 0
    assert Path(capsys.readouterr().out.strip()) == steamclient_path()


def test_it_installs_and_never_overwrites_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "folder"
    assert command.main(["--install", str(folder)]) == 0
    target = Path(capsys.readouterr().out.strip())
    assert target.parent == folder
    assert target.read_bytes() == steamclient_path().read_bytes()
    assert command.main(["--install", str(folder)]) == 0
    target.write_bytes(b"Valve's own")
    capsys.readouterr()
    assert command.main(["--install", str(folder)]) == 1
    assert (
        capsys.readouterr().err
        == f"{target}: already exists and is another file: remove it first\n"
    )
    assert target.read_bytes() == b"Valve's own"


def test_it_wants_to_be_told_what_to_do() -> None:
    with pytest.raises(SystemExit):
        command.main([])


if "valve" in FRONTS:

    @pytest.mark.parametrize("armed", [True, False])
    def test_another_program_runs_on_it(tmp_path: Path, armed: bool) -> None:
        command.main(["--install", str(tmp_path)])
        environment = {**os.environ, **loader_finds(tmp_path), "SteamAppId": "480"}
        environment.pop("STEAMGS_SIMULATOR", None)
        if armed:
            environment["STEAMGS_SIMULATOR"] = "1"
        result = subprocess.run(
            [sys.executable, "-I", "-c", PROGRAM, valve_library()],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if armed:
            assert result.returncode == 0, result.stderr
            assert result.stdout.splitlines()[-1] == "logged on: True"
        else:
            assert result.returncode == 1
            assert "AssertionError" in result.stderr
