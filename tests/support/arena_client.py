"""A player of the example of a game server, who can also say what an honest one would not."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
import sys
from collections.abc import Callable, Coroutine
from typing import Any, cast

from conftest import ROOT
from steamgs.simulator import make_ticket

EXAMPLE = ROOT / "examples" / "arena.py"
ALICE = 76561197960287930
MALLORY = ALICE + 1
SECONDS = 20.0


def load_example() -> Any:
    spec = importlib.util.spec_from_file_location("arena_example", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


arena = load_example()


class Client:
    """A player's side of the protocol, which can also say what an honest one would not."""

    def __init__(self, port: int, steam_id: int = ALICE) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.connect(("127.0.0.1", port))
        self.sock.setblocking(False)
        self.steam_id = steam_id
        self.ticket = make_ticket(steam_id, 480)
        self.name = b"a name of my own"
        self.moves = 0

    def say(self, kind: bytes, body: bytes = b"", name: bytes | None = None) -> bytes:
        packet: bytes = arena.HEADER.pack(kind, self.name if name is None else name) + body
        self.sock.send(packet)
        return packet

    async def hear(self) -> tuple[bytes, bytes]:
        """The next packet's kind and body; its name must be what this client goes by."""
        async with asyncio.timeout(SECONDS):
            return self.taken_apart(await asyncio.get_running_loop().sock_recv(self.sock, 2048))

    def hear_after_the_loop(self) -> tuple[bytes, bytes]:
        """The same when its loop is closed: on Windows no other loop can have the socket."""
        self.sock.settimeout(SECONDS)
        return self.taken_apart(self.sock.recv(2048))

    def taken_apart(self, data: bytes) -> tuple[bytes, bytes]:
        kind, name = arena.HEADER.unpack_from(data)
        assert name == self.name
        return kind, data[arena.HEADER.size :]

    async def is_told(self, wanted: bytes) -> bytes:
        kind, body = await self.hear()
        assert (kind, body) == (wanted, body)
        return body

    def say_join(self, ticket: bytes | None = None) -> bytes:
        ticket = self.ticket if ticket is None else ticket
        return self.say(arena.JOIN, arena.STEAM_ID.pack(self.steam_id) + ticket)

    async def prove(self) -> None:
        """Get a cookie."""
        self.say_join()
        self.name = await self.is_told(arena.CHALLENGE)

    async def join(self, ticket: bytes | None = None) -> tuple[bytes, bytes]:
        """Ask to be let in; what the server says in the end."""
        while True:
            self.say_join(ticket)
            kind, body = await self.hear()
            if kind != arena.CHALLENGE:
                return kind, body
            self.name = body

    async def join_in_the_end(self) -> None:
        """As a real client does: try again while the server is busy."""
        async with asyncio.timeout(SECONDS):
            while (await self.join())[0] == arena.BUSY:
                await asyncio.sleep(0.05)
        assert (await self.move())[0] == 1

    async def move(self, x: float = 0.0, y: float = 0.0) -> tuple[int, float, float]:
        self.moves += 1
        self.say(arena.MOVE, arena.POSITION.pack(self.moves, x, y))
        body = await self.is_told(arena.STATE)
        return cast(tuple[int, float, float], arena.POSITION.unpack(body))


class Game:
    """A running arena, and its players."""

    def __init__(self, game: Any, port: int) -> None:
        self.game = game
        self.port = port
        self.clients: list[Client] = []

    def client(self, steam_id: int = ALICE) -> Client:
        self.clients.append(Client(self.port, steam_id))
        return self.clients[-1]

    @property
    def sizes(self) -> tuple[int, int, int]:
        return len(self.game.joining), len(self.game.playing), len(self.game.hosts)


Attack = Callable[[Game], Coroutine[Any, Any, None]]
Play = Callable[..., None]


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.001)
