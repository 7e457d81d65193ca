"""What systemd is told by a server, and when."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import steamgs.systemd
from served import ASYNC, LOOP, PLAIN, SECONDS, heard, posix, program, rest


@contextmanager
def service_manager(abstract: bool) -> Iterator[tuple[str, socket.socket]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock,
    ):
        path = str(Path(folder) / "notify")
        sock.bind("\0" + path if abstract else path)
        sock.settimeout(SECONDS)
        yield "@" + path if abstract else path, sock


def states(sock: socket.socket) -> list[str]:
    return sock.recv(4096).decode().split("\n")


@posix
@pytest.mark.parametrize(
    "abstract",
    [
        False,
        pytest.param(
            True,
            marks=pytest.mark.skipif(
                sys.platform != "linux", reason="abstract addresses are Linux'"
            ),
        ),
    ],
)
@pytest.mark.parametrize("kind", ["plain", "asyncio"])
def test_systemd_is_told(abstract: bool, kind: str) -> None:
    code = PLAIN.format(loop=LOOP, grace=0) if kind == "plain" else ASYNC.format(grace=0)
    with service_manager(abstract) as (address, sock):
        environment = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "400000"}
        with program("simulator", code, **environment) as process:
            assert states(sock) == ["READY=1", "STATUS=logged on"]
            assert [states(sock) for _ in range(3)] == [["WATCHDOG=1"]] * 3
            process.send_signal(signal.SIGTERM)
            while (said := states(sock)) == ["WATCHDOG=1"]:
                pass
            assert said == ["STOPPING=1"]
            rest(process)


@posix
@pytest.mark.parametrize("kind", ["plain", "asyncio"])
def test_a_game_that_hangs_feeds_no_watchdog(kind: str) -> None:
    hang = "time.sleep(3600)"
    code = PLAIN.format(loop=hang, grace=0)
    if kind == "asyncio":
        code = ASYNC.format(grace=0).replace("await asyncio.Event().wait()", hang)
    with service_manager(False) as (address, sock):
        environment = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "400000"}
        with program("simulator", code, **environment) as process:
            heard(process, "playing")
            sock.settimeout(1.0)
            said: list[list[str]] = []
            with pytest.raises(TimeoutError):
                while True:
                    said.append(states(sock))
            assert said.count(["WATCHDOG=1"]) <= 6


def test_elsewhere_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not steamgs.systemd.notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/at/all")
    assert not steamgs.systemd.notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", "vsock:2:1")
    assert not steamgs.systemd.notify("READY=1")


@posix
def test_what_is_no_text_is_said_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with service_manager(False) as (address, sock):
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        assert steamgs.systemd.notify("STATUS=\udc80")
        assert states(sock) == ["STATUS=?"]


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "often"}, None),
    ],
)
def test_how_often_the_watchdog_is_fed(
    environment: dict[str, str], seconds: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WATCHDOG_USEC", "WATCHDOG_PID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert steamgs.systemd.watchdog_seconds() == seconds
