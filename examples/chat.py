"""A chat on Steam's sockets, in which Steam decides who talks. Copy it.

    python examples/chat.py --library simulator

A player connects and sends the ticket of their Steam client as the first message. Once Steam has
said OK, each message is a line of text, and everybody gets it with the Steam id of who has said it.
Whom Steam doesn't vouch for any more is disconnected, and a player whose connection ends has no
session left. SIGTERM and Ctrl-C close it in good order: everybody is told, and connections are
closed when what was sent has arrived.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path

import steamgs
from steamgs import Connection, Listener
from steamgs.asyncio import AdmittedPlayer, GameServer

log = logging.getLogger("chat")

TICKET_SECONDS = 5.0  # how long a player may take to send the ticket
VERDICT_SECONDS = 10.0  # how long to wait for Steam's verdict on it
LONGEST_LINE = 500  # bytes
MOST_CONNECTIONS = 1000  # those who have not proved who they are included
# Why a connection is closed: the game's own numbers are from 1000 to 1999.
CLOSING, SLOW, CROWDED = 1001, 1002, 1003


class Chat:
    """Who is in, and what is said."""

    def __init__(self, server: GameServer, token: str | None = None) -> None:
        self.server = server
        self.token = token
        self.players: dict[int, AdmittedPlayer] = {}
        server.on_drain = self.say_goodbye

    async def run(self, place: str) -> None:
        """Log on and let players in, until the task is cancelled."""
        if self.token is None:
            await self.server.log_on_anonymous()
        else:
            await self.server.log_on(self.token)
        with self.server.sockets.listen_ip(place) as listener:
            log.info("%s listens at %s", self.server.steam_id, listener.address)
            async with asyncio.TaskGroup() as tasks:
                async for connection in listener:
                    if len(self.server.sockets.connections) > MOST_CONNECTIONS:
                        connection.reject(CROWDED, "too many connections")
                    else:
                        tasks.create_task(self.serve(listener, connection))

    async def serve(self, listener: Listener, connection: Connection) -> None:
        """One connection, from its beginning to its end."""
        try:
            async with connection:
                async with asyncio.timeout(TICKET_SECONDS):
                    ticket = await anext(connection)
                async with listener.admit(
                    connection, ticket=ticket, timeout=VERDICT_SECONDS
                ) as player:
                    await self.talk(player)
        except (steamgs.SteamError, TimeoutError, StopAsyncIteration) as error:
            log.info("connection %d: %s", connection.handle, error or type(error).__name__)
        except Exception:  # one player's trouble is nobody else's
            log.exception("connection %d", connection.handle)

    async def talk(self, player: AdmittedPlayer) -> None:
        """What a player says, until the connection ends."""
        name = player.steam_id
        self.players[name] = player
        self.tell_all(f"{name} has come")
        try:
            async for message in player.connection:
                line = message.data[:LONGEST_LINE].decode("utf-8", "replace")
                self.tell_all(f"{name}: {one_line(line)}")
        finally:
            del self.players[name]
            self.tell_all(f"{name} has gone")

    def tell_all(self, line: str) -> None:
        """Send a line to everybody; who is too slow to read is closed."""
        log.info("%s", line)
        connections = [player.connection for player in self.players.values()]
        results = self.server.sockets.broadcast(connections, line.encode())
        for connection, result in zip(connections, results, strict=True):
            if isinstance(result, steamgs.SendLimitError):
                connection.close(SLOW, "too slow")

    def say_goodbye(self, drain: steamgs.Drain) -> None:
        """The server is to stop: nobody is left to wait for."""
        for player in list(self.players.values()):
            player.connection.close(CLOSING, "the server closes", linger=True)


def one_line(text: str) -> str:
    """A text with which nobody can say a line of somebody else's, nor control a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def main() -> None:
    """Run by the command line, until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(description="A chat on Steam's sockets.")
    parser.add_argument("--library", help="Valve's libsteam_api, or 'simulator' to try it")
    parser.add_argument("--token-file", type=Path, help="with the login token; else anonymous")
    parser.add_argument("--app-id", type=int, default=480, help="the game (default: 480)")
    parser.add_argument("--listen", default="*:27015", help="where (default: *:27015)")
    parser.add_argument("--query-port", type=int, default=27016, help="UDP (default: 27016)")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    server = GameServer(options.app_id, library=options.library, query_port=options.query_port)
    token = options.token_file and options.token_file.read_text().strip()
    chat = Chat(server, token)

    async def game(_: GameServer) -> None:
        await chat.run(options.listen)

    try:
        status = steamgs.serve(game, server, grace=5)
    except (steamgs.SteamError, OSError) as error:
        sys.exit(f"chat: {error}")
    log.info("closed")
    sys.exit(status)


if __name__ == "__main__":
    main()
