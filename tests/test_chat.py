"""The example of a server on Steam's sockets: a chat whose players Steam vouches for."""

from __future__ import annotations

import asyncio
import importlib.util
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import ROOT, Run
from steamgs.simulator import ClientConnection, Simulator, User, make_ticket

EXAMPLE = ROOT / "examples" / "chat.py"
PLACE = "127.0.0.1:27453"
ALICE = 76561197960287930


def load_example() -> Any:
    spec = importlib.util.spec_from_file_location("chat_example", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


chat = load_example()


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


class Talker:
    """A player's side."""

    def __init__(self, user: User) -> None:
        self.connection: ClientConnection = user.connect(PLACE)
        self.steam_id = user.steam_id
        self.heard: list[str] = []

    def enter(self, ticket: bytes | None = None) -> None:
        self.connection.send(make_ticket(self.steam_id, 480) if ticket is None else ticket)

    def hears(self, line: str) -> bool:
        self.heard += [one.data.decode() for one in self.connection.receive()]
        return line in self.heard


async def opened(server: steamgs.asyncio.GameServer) -> tuple[Any, asyncio.Task[None]]:
    room = chat.Chat(server)
    task = asyncio.create_task(room.run(PLACE))
    await until(lambda: server.logged_on)
    await asyncio.sleep(0.02)
    return room, task


async def closed(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_players_talk(run: Run, sim: Simulator) -> None:
    users = [sim.add_user(ALICE + number) for number in range(3)]

    async def main(server: steamgs.asyncio.GameServer) -> None:
        room, task = await opened(server)
        talkers = [Talker(user) for user in users]
        for talker in talkers:
            talker.enter()
        await until(lambda: len(room.players) == 3)
        talkers[0].connection.send("Grüße".encode())
        for talker in talkers:
            await until(lambda talker=talker: talker.hears(f"{ALICE}: Grüße"))  # type: ignore[misc]
        # Nobody says a line of somebody else's, nor controls a terminal.
        talkers[0].connection.send(b"hi\n%d: hello\x1b[2J" % (ALICE + 2))
        await until(lambda: talkers[2].hears(f"{ALICE}: hi {ALICE + 2}: hello [2J"))
        talkers[1].connection.close()
        await until(lambda: talkers[2].hears(f"{ALICE + 1} has gone"))
        assert sorted(room.players) == [ALICE, ALICE + 2]
        await until(lambda: server.places_taken() == 2)
        await closed(task)
        assert server.places_taken() == 0

    run(main)


def test_strangers_stay_outside(run: Run, sim: Simulator) -> None:
    users = [sim.add_user(ALICE + number) for number in range(3)]

    async def main(server: steamgs.asyncio.GameServer) -> None:
        room, task = await opened(server)
        forger, empty, silent = (Talker(user) for user in users)
        forger.enter(b"a ticket of my own")
        empty.enter(b"")
        await until(lambda: forger.connection.state == "closed_by_peer")
        await until(lambda: empty.connection.state == "closed_by_peer")
        silent.connection.close()
        assert room.players == {}
        await closed(task)

    run(main)


@pytest.mark.skipif(sys.platform == "win32", reason="no signals from process to process there")
def test_the_program_runs_and_ends_by_a_signal(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-W", "error", str(EXAMPLE), "--library", "simulator"]
    command += ["--query-port", "0", "--listen", "127.0.0.1:27454"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr is not None
        try:
            while "listens at 127.0.0.1:27454" not in run.stderr.readline():
                assert run.poll() is None
            run.send_signal(signal.SIGTERM)
            rest = run.communicate(timeout=20)[1]
        finally:
            run.kill()
    assert run.returncode == 0
    stopping, drained, closed = rest.splitlines()
    assert stopping == "steamgs: SIGTERM: draining, up to 5 s"
    assert drained.startswith("steamgs: drained in 0.")
    assert closed == "chat: closed"
