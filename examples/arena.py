"""A small but complete authoritative game server, in which Steam decides who plays. Copy it.

    python examples/arena.py --library simulator

Players send their Steam ticket over UDP, where a packet's source address can be forged. Therefore:

- Strangers cost no memory. The answer to a JOIN is a cookie, which is computed from the address and
  not stored. Steam is asked about the ticket only when the cookie comes back, which proves that
  somebody receives packets at that address. Until then no answer is longer than its question.
- From then on the cookie names the session: packets are accepted only with the cookie, and from its
  address. Somebody who can't read a player's packets can neither move that player nor make that
  player leave.
- A refusal leaves nothing behind, so junk sent in a player's name does not keep that player out.
- A player plays once. Steam checks a player's second ticket only after the session of the first
  has ended, so a newcomer can't prove anything before that. If the server ended the old session
  because of the newcomer's claim, everyone could throw anyone out. So the newcomer gets BUSY and
  tries again, and the old session ends with LEAVE, or by Steam, or after SILENT_SECONDS without a
  packet.
- All tables are bounded: players, those who wait for Steam, and the number from one host.

Nothing is encrypted: anybody who can read the traffic can act for the players in it.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import logging
import math
import secrets
import signal
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import steamgs
from steamgs.asyncio import AuthenticatedSession, GameServer, SharedPort

log = logging.getLogger("arena")

Address = tuple[str, int]
Key = tuple[Address, bytes]

# Every packet begins with its kind and 16 bytes that name the session. Until the server has sent a
# cookie, the client chooses these bytes, and recognises the answer to its JOIN by them.
HEADER = struct.Struct("<c16s")
# From client to server, with what follows the header: JOIN (a Steam id and the ticket), MOVE (an
# increasing number and a position), LEAVE (nothing).
JOIN, MOVE, LEAVE = b"J", b"M", b"L"
# From server to client: CHALLENGE (the cookie), WELCOME (nothing), STATE (like MOVE), and with a
# reason BUSY (try again), REFUSED (don't) and DROPPED (the reason is empty if there is no such
# session).
CHALLENGE, WELCOME, STATE, BUSY, REFUSED, DROPPED = b"C", b"W", b"S", b"B", b"R", b"D"
STEAM_ID = struct.Struct("<Q")
POSITION = struct.Struct("<Iff")

COOKIE_SECONDS = 10  # how long a cookie is valid
VERDICT_SECONDS = 10.0  # how long to wait for Steam's verdict on a ticket
SILENT_SECONDS = 5.0  # how long a player may send nothing
MAX_SPEED = 5.0  # per second


class Cookies:
    """Proofs that somebody receives packets at an address, checked without storing them."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def make(self, address: Address) -> bytes:
        """Make a cookie for this address: a time, a random part and their signature."""
        head = struct.pack("<I4s", int(time.monotonic()), secrets.token_bytes(4))
        return head + self._sign(head, address)

    def proves(self, address: Address, cookie: bytes) -> bool:
        """Whether the cookie was made for this address, and recently."""
        (made,) = struct.unpack_from("<I", cookie)
        genuine = hmac.compare_digest(cookie[8:], self._sign(cookie[:8], address))
        return genuine and time.monotonic() - made <= COOKIE_SECONDS

    def _sign(self, head: bytes, address: Address) -> bytes:
        return hashlib.blake2b(head + repr(address).encode(), key=self._key, digest_size=8).digest()


@dataclass(eq=False)
class Player:
    """Somebody whose address is proven, and who becomes a player when Steam says OK."""

    key: Key
    steam_id: int
    task: asyncio.Task[None] = field(init=False)
    heard: float = 0.0
    sequence: int = 0
    x: float = 0.0
    y: float = 0.0
    reason: str = "server closed"  # why it ended, if it has


class Arena(asyncio.DatagramProtocol):
    """The game: players move about, no faster than the server allows."""

    def __init__(
        self, steam: GameServer, *, seats: int = 64, waiting: int = 32, per_host: int = 8
    ) -> None:
        self.steam = steam
        self.seats, self.waiting, self.per_host = seats, waiting, per_host
        self.joining: dict[Key, Player] = {}
        self.playing: dict[Key, Player] = {}
        self.hosts: Counter[str] = Counter()
        self.cookies = Cookies()

    @asynccontextmanager
    async def open(self, sock: socket.socket) -> AsyncIterator[None]:
        """Play on this socket; when the block is left, all players are dropped."""
        loop = asyncio.get_running_loop()
        self.closed = loop.create_future()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)  # many may send at once
        transport, _ = await loop.create_datagram_endpoint(
            lambda: SharedPort(self.steam, self), sock=sock
        )
        try:
            yield
        finally:
            tasks = [player.task for player in (*self.joining.values(), *self.playing.values())]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            # On Windows the loop sends the last words later. A transport that is closed meanwhile
            # neither sends them nor says that it is closed, and some Pythons count wrongly what it
            # still has.
            for _ in range(20):
                if transport.get_write_buffer_size() > 0:  # type: ignore[attr-defined]
                    await asyncio.sleep(0.01)
            transport.abort()
            await self.closed

    # Packets.

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        """The socket is open."""
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed."""
        self.closed.set_result(None)

    def datagram_received(self, data: bytes, address: Address) -> None:
        """A packet came, from anybody."""
        if len(data) < HEADER.size or address[1] == 0:
            return
        kind, name = HEADER.unpack_from(data)
        body = data[HEADER.size :]
        player = self.playing.get((address, name)) or self.joining.get((address, name))
        if player is not None:
            self.on_player(player, kind, body)
        elif kind == JOIN and len(body) >= STEAM_ID.size * 2:  # no shorter than the challenge
            if self.cookies.proves(address, name):
                self.join((address, name), body)
            else:
                self.send(CHALLENGE, (address, name), self.cookies.make(address))
        elif kind in (MOVE, LEAVE):
            self.send(DROPPED, (address, name))

    def on_player(self, player: Player, kind: bytes, body: bytes) -> None:
        """A packet came that belongs to a known session."""
        if kind == LEAVE:
            self.end(player, "left")
        elif player.key not in self.playing:
            return  # no verdict yet; the client repeats its JOIN, as UDP may lose packets
        elif kind == JOIN:
            self.send(WELCOME, player.key)
        elif kind == MOVE and len(body) == POSITION.size:
            self.move(player, *POSITION.unpack(body))

    def send(self, kind: bytes, key: Key, body: bytes = b"") -> None:
        """Send one packet."""
        address, name = key
        self.transport.sendto(HEADER.pack(kind, name) + body, address)

    # Sessions. Each is a task, from the ticket to the end.

    def join(self, key: Key, body: bytes) -> None:
        """Somebody wants to join, from an address that is proven."""
        host = key[0][0]
        full = len(self.joining) + len(self.playing) >= self.seats
        if full or len(self.joining) >= self.waiting or self.hosts[host] >= self.per_host:
            self.send(BUSY, key, b"full")
            return
        player = Player(key, *STEAM_ID.unpack_from(body))
        self.joining[key] = player
        self.hosts[host] += 1
        ticket = body[STEAM_ID.size :]
        player.task = asyncio.get_running_loop().create_task(self.play(player, ticket))
        # Not in play(): a task that is cancelled before its first step runs no `finally`.
        player.task.add_done_callback(lambda _: self.forget(player))

    async def play(self, player: Player, ticket: bytes) -> None:
        """Ask Steam, let the player in, and wait for the end; leaving `async with` tells Steam."""
        try:
            attempt = self.steam.authenticate(player.steam_id, ticket, timeout=VERDICT_SECONDS)
            async with attempt as session:
                self.admit(player)
                player.reason = await self.until_over(player, session)
        except steamgs.AuthSessionError as error:
            player.reason = error.result.name
        except (ValueError, OverflowError):  # not a Steam id, or too long for a ticket
            player.reason = "INVALID_TICKET"

    async def until_over(self, player: Player, session: AuthenticatedSession) -> str:
        """Wait until Steam revokes the session, or the player is silent: LEAVE may never come."""
        revoked = session.revoked
        while (patience := player.heard + SILENT_SECONDS - time.monotonic()) > 0:
            await asyncio.wait([revoked], timeout=patience)
            if revoked.done():
                why = revoked.result()
                kicked = "KICKED_" if isinstance(why, steamgs.DenyReason) else ""
                return kicked + why.name if why is not None else player.reason
        return "silent"

    def admit(self, player: Player) -> None:
        """Steam has said OK."""
        self.playing[player.key] = self.joining.pop(player.key)
        player.heard = time.monotonic()
        self.steam.update_user_data(player.steam_id, f"player {player.steam_id & 0xFFFF}", 0)
        self.send(WELCOME, player.key)
        log.info("%d plays", player.steam_id)

    def end(self, player: Player, reason: str) -> None:
        """End a player's session."""
        player.reason = reason
        player.task.cancel()

    def forget(self, player: Player) -> None:
        """The session is over, however it ended: tell the player, and forget the session."""
        played = self.playing.pop(player.key, None)
        self.joining.pop(player.key, None)
        self.hosts -= Counter([player.key[0][0]])  # which removes entries that are 0
        kind = DROPPED if played else REFUSED
        if player.reason in ("DUPLICATE_REQUEST", "VAC_CHECK_TIMED_OUT") and not played:
            kind = BUSY
        self.send(kind, player.key, player.reason.encode())
        log.log(logging.INFO if played else logging.DEBUG, "%d: %s", player.steam_id, player.reason)

    # The game itself.

    def move(self, player: Player, sequence: int, x: float, y: float) -> None:
        """Clients say where they want to be; the server decides where they are."""
        if sequence <= player.sequence or not math.isfinite(x + y):
            return  # overtaken, replayed or meaningless, so it does not count as a sign of life
        now = time.monotonic()
        reach = MAX_SPEED * (now - player.heard)  # by time: packets alone make nobody faster
        player.sequence, player.heard = sequence, now
        player.x += min(max(x - player.x, -reach), reach)
        player.y += min(max(y - player.y, -reach), reach)
        self.send(STATE, player.key, POSITION.pack(sequence, player.x, player.y))


async def serve(options: argparse.Namespace) -> None:
    """Log on and play, until the task is cancelled."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(task.cancel))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((options.host, options.port))
        # One port for the game and for the server browser's queries.
        steam = GameServer(
            options.app_id,
            game_port=sock.getsockname()[1],
            query_port=steamgs.QUERY_PORT_SHARED,
            library=options.library,
        )
        arena = Arena(steam, seats=options.seats)
        async with steam, arena.open(sock):
            steam.set_product("arena")
            steam.set_game_description("An arena")
            steam.set_dedicated_server(True)
            if options.token_file is None:
                await steam.log_on_anonymous()
            else:
                await steam.log_on(options.token_file.read_text(encoding="utf-8").strip())
            steam.set_server_name("A steamgs arena")
            steam.set_map_name("arena")
            steam.set_max_player_count(options.seats)
            steam.set_advertise_server_active(True)
            log.info("%s is open at UDP %s:%d", steam.steam_id, *sock.getsockname())
            await loop.create_future()


def main() -> None:
    """Run by the command line, until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(description="A small game server on Steam.")
    parser.add_argument("--library", help="Valve's libsteam_api, or 'simulator' to try it")
    parser.add_argument("--token-file", type=Path, help="with the login token; else anonymous")
    parser.add_argument("--app-id", type=int, default=480, help="the game (default: 480)")
    parser.add_argument("--host", default="0.0.0.0", help="to listen at (default: 0.0.0.0)")
    parser.add_argument("--port", type=int, default=27015, help="UDP (default: 27015)")
    parser.add_argument("--seats", type=int, default=64, help="for players (default: 64)")
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    try:
        asyncio.run(serve(parser.parse_args()))
    except asyncio.CancelledError:
        log.info("closed")
    except (steamgs.SteamError, OSError) as error:
        sys.exit(f"arena: {error}")


if __name__ == "__main__":
    main()
