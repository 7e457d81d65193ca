"""The example of a game server as a program: how it ends, and what it says is wrong."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import steamgs
from arena_client import ALICE, EXAMPLE, Client, arena
from steamgs.demo import arena as packaged


def start(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-W", "error", str(EXAMPLE), *arguments]
    return subprocess.Popen(command, cwd=cwd, stderr=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="no signals from process to process there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_runs_and_ends_by_a_signal(number: signal.Signals, tmp_path: Path) -> None:
    with start("--library", "simulator", "--host", "127.0.0.1", "--port", "0", cwd=tmp_path) as run:
        assert run.stderr is not None
        port = 0
        for line in run.stderr:
            if " is open at UDP 127.0.0.1:" in line:
                port = int(line.rpartition(":")[2])
                break
        client = Client(port)

        async def play_on() -> bytes:
            await client.join_in_the_end()
            run.send_signal(number)
            return await client.is_told(arena.DROPPED)

        assert asyncio.run(play_on()) == b"server closed"
        client.sock.close()
        rest = run.stderr.read()
    assert run.returncode == 0
    assert rest == f"arena: {ALICE} plays\narena: {ALICE}: server closed\narena: closed\n"


def test_the_program_says_what_is_wrong(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        trials = (
            (("--port", port), "10048" if sys.platform == "win32" else "address", 1),
            (("--port", "0", "--token-file", "nowhere"), "nowhere", 1),
            (("--port", "0", "--library", "./nowhere.so"), "no such file", 2),
        )
        for arguments, words, lines in trials:
            common = ("--library", "simulator", "--host", "127.0.0.1")
            with start(*common, *arguments, cwd=tmp_path) as run:
                assert run.stderr is not None
                said = run.stderr.read()
            assert run.returncode == 1
            assert words in said.lower()
            assert said.partition("arena: ")[2].count("\n") == lines
            assert "Traceback" not in said
            assert "Warning" not in said


def test_the_program_logs_on_with_a_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("0123456789ABCDEF0123456789ABCDEF\n", encoding="utf-8")
    common = ("--library", "simulator", "--host", "127.0.0.1", "--port", "0")
    with start(*common, "--token-file", "token", cwd=tmp_path) as run:
        assert run.stderr is not None
        line = next(line for line in run.stderr if "is open at" in line)
        run.terminate()
        run.stderr.read()
    identity = steamgs.SteamID(int(line.split()[1]))
    assert identity.account_type is steamgs.AccountType.GAME_SERVER


def test_the_demo_plays_on_the_example() -> None:
    assert Path(packaged.__file__).read_text("utf-8") == EXAMPLE.read_text("utf-8")
