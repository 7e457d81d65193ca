"""What mypy says of code that uses steamgs: every ignore in here is needed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import assert_type

import steamgs
import steamgs.asyncio


def on_kick(event: steamgs.ClientKick) -> None:
    """Take what the signal gives."""


def on_approved(event: steamgs.ClientApproved) -> None:
    """Take another event."""


def on_any(event: steamgs.Event) -> None:
    """Take any event."""


async def coroutine(event: steamgs.ClientKick) -> int:
    return 1


def handlers(server: steamgs.GameServer) -> None:
    server.client_kick.connect(on_kick)
    server.client_kick.connect(on_any)
    server.client_kick.once(lambda event: print(event.steam_id, event.reason))
    server.client_kick.connect(coroutine)
    server.client_kick.connect(on_approved)  # type: ignore[arg-type]
    server.client_kick.once(on_approved)  # type: ignore[arg-type]
    server.client_kick.connect(lambda event: event.owner_id)  # type: ignore[attr-defined]


def answers(server: steamgs.GameServer) -> None:
    assert_type(server.log_on_anonymous().result(30), steamgs.ServerConnected)
    call = server.associate_with_clan(5)
    assert_type(call, steamgs.Call[steamgs.AssociateClan])
    call.add_done_callback(lambda done: print(done.result().result))
    wrong: steamgs.Call[steamgs.PlayerCompat] = call  # type: ignore[assignment]
    wider: steamgs.Call[steamgs.Event] = call
    print(wrong, wider)


async def awaited(server: steamgs.asyncio.GameServer) -> None:
    assert_type(await server.log_on("token", timeout=5), steamgs.ServerConnected)
    assert_type(await server.stats.request_user_stats(1, timeout=5), steamgs.StatsReceived)
    await asyncio.gather(server.get_server_reputation(), server.associate_with_clan(5))
    steamgs.asyncio.GameServer(480, tick_interval=0.1, game_port=5)
    steamgs.asyncio.GameServer(480, game_port="5")  # type: ignore[arg-type]
    steamgs.asyncio.GameServer(480, prot=5)  # type: ignore[call-arg]


def test_mypy_agrees(tmp_path: Path) -> None:
    file = tmp_path / "users.py"
    file.write_text(Path(__file__).read_text("utf-8"), encoding="utf-8")
    command = [sys.executable, "-P", "-m", "mypy", "--strict", "--cache-dir", os.devnull, str(file)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
