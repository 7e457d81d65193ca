"""What may stand under a well-known name, and is neither waited for nor read without an end."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from alone import run_python
from conftest import MakeServer
from steamgs import app_id
from steamgs.doctor import app_id as doctor_app_id
from steamgs.doctor import binaries
from steamgs.files import read_regular
from steamgs.library import describe_binary, try_to_load


def fifo(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def socket_file(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        here = os.getcwd()
        os.chdir(path.parent)  # the path of a socket is short
        try:
            sock.bind(path.name)
        finally:
            os.chdir(here)


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


Make = Callable[[Path], None]
SPECIAL = [] if sys.platform == "win32" else [fifo, device, socket_file]


def test_a_regular_file_is_read_so_far(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_regular(path, 3) == b"123"
    assert read_regular(path, 1 << 40) == b"12345"
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "nothing", 1)
    with pytest.raises(OSError, match="is not a regular file"):
        read_regular(tmp_path, 1)


@pytest.mark.parametrize("make", SPECIAL)
def test_nothing_else_is_read(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "file"
    make(path)
    with pytest.raises(OSError, match="is not a regular file"):
        read_regular(path, 1)
    assert describe_binary(str(path)) is None
    assert binaries.content_of(path) == b""
    assert try_to_load(str(path)) == ("no_file", "")


@pytest.mark.parametrize("make", [*SPECIAL, huge])
def test_an_app_id_s_file(
    make: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_server: MakeServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path / app_id.FILE_NAME)
    words = "which is not an app id" if make is huge else "can't be read: it is not a regular file"
    with caplog.at_level(logging.WARNING), make_server():
        assert words in caplog.text
    findings = doctor_app_id.examine(480)
    assert [finding.status.value for finding in findings] == ["fault"]
    assert words in findings[0].message


# As other programs are served: no SteamAppId, so that the simulator itself looks for the file.
FOREIGN = """
import ctypes, os, sys
from steamgs.simulator import front_path
os.environ["STEAMGS_SIMULATOR"] = "1"
steam = ctypes.CDLL(str(front_path()))
message = ctypes.create_string_buffer(1024)
print(steam.SteamInternal_GameServer_Init_V2(0, 27015, 0xFFFF, 3, b"1.0.0.0", None, message))
print(message.value.decode())
"""


@pytest.mark.parametrize("make", [*SPECIAL, huge])
def test_the_simulator_s_own_look_at_it(make: Make, tmp_path: Path) -> None:
    make(tmp_path / app_id.FILE_NAME)
    done = run_python("-P", "-c", FOREIGN, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "1"
    assert "AppID" in done.stdout
    (tmp_path / app_id.FILE_NAME).unlink()
    (tmp_path / app_id.FILE_NAME).write_text("480")
    assert run_python("-P", "-c", FOREIGN, cwd=tmp_path).stdout.splitlines()[0] == "0"


def test_a_table_of_absurd_size(tmp_path: Path) -> None:
    """The header of a library says how long its table is: up to 4 GB, if one believes it."""
    path = tmp_path / "libsteam_api.so"
    head = bytearray(b"\x7fELF\x02\x01\x01".ljust(64, b"\0"))
    head[54:58] = b"\xff\xff\xff\xff"
    with path.open("wb") as file:
        file.write(head)
        file.truncate(8 << 30)
    code = (
        "import resource, sys, steamgs.library as library\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "print(library.try_to_load(sys.argv[1])[0])\n"
    )
    if sys.platform == "linux":
        done = run_python("-P", "-c", code, str(path), cwd=tmp_path)
        assert done.stdout.strip() == "not_loadable", done.stderr
    else:
        assert try_to_load(str(path))[0] != "ok"


@pytest.mark.parametrize("value", ["/dev/zero", "huge.toml"])
def test_a_scenario_without_an_end(value: str, tmp_path: Path) -> None:
    if value == "huge.toml":
        huge(tmp_path / value)
    elif not os.path.exists(value):
        assert sys.platform == "win32"
        return
    done = run_python("-P", "-c", FOREIGN.replace('"1"', repr(value)), cwd=tmp_path)
    assert done.stdout.splitlines()[0] == "1"
    assert f"STEAMGS_SIMULATOR={value}: too large for a scenario" in done.stderr
