"""The players of the demo: a separate process that talks to the server only over UDP.

It is run by ``steamgs demo``, and prints one JSON object that maps each Steam id to what the player
was told last.
"""

from __future__ import annotations

import json
import math
import os
import signal
import socket
import sys
import threading
import time
from secrets import token_bytes

from steamgs.demo.arena import (
    CHALLENGE,
    DROPPED,
    HEADER,
    JOIN,
    LEAVE,
    MOVE,
    POSITION,
    REFUSED,
    STATE,
    STEAM_ID,
    WELCOME,
)
from steamgs.demo.cast import APP_ID, Part, Role, cast
from steamgs.simulator import make_ticket

STEP_SECONDS = 0.05
PATIENCE_SECONDS = 0.5
"""How long to wait for an answer before saying it again: UDP may lose it."""


def ticket_of(part: Part) -> bytes:
    """The ticket that this player's Steam client creates."""
    match part.role:
        case Role.WRONG_APP:
            return make_ticket(part.steam_id, APP_ID + 1)
        case Role.EXPIRED:
            return make_ticket(part.steam_id, APP_ID, expires_in=-60.0)
        case Role.MALFORMED:
            return make_ticket(part.steam_id, APP_ID)[:-7]
        case Role.BORROWS:
            return make_ticket(part.steam_id, APP_ID, owner_id=part.steam_id ^ 0x1000)
    return make_ticket(part.steam_id, APP_ID)


class Player:
    """One player: joins, walks in circles, and notes what the server says."""

    def __init__(self, part: Part, seconds: float) -> None:
        self.part = part
        self.ticket = ticket_of(part)
        self.enters = part.enters * seconds
        self.leaves = part.turns * seconds if part.role is Role.LEAVES else math.inf
        self.state = "outside"
        self.told = ""
        self.moves_answered = 0
        self.next_try = self.enters
        # What names this player's session: of the player's own making until the server gives one.
        self.name = token_bytes(16)
        self.moves = 0

    def step(self, now: float, sock: socket.socket) -> None:
        """Send what has to be sent at this time."""
        if self.state == "outside" and now >= self.next_try:
            self.next_try = now + PATIENCE_SECONDS
            body = STEAM_ID.pack(self.part.steam_id) + self.ticket
            sock.send(HEADER.pack(JOIN, self.name) + body)
        elif self.state == "playing":
            if now >= self.leaves:
                sock.send(HEADER.pack(LEAVE, self.name))
            self.moves += 1
            position = POSITION.pack(self.moves, math.cos(now), math.sin(now))
            sock.send(HEADER.pack(MOVE, self.name) + position)

    def on_packet(self, kind: bytes, body: bytes) -> None:
        """Note what the server says; BUSY needs no answer, as the player tries again anyway."""
        if kind == CHALLENGE:
            self.name, self.next_try = body, 0.0
        elif kind == WELCOME and self.state == "outside":
            self.state = "playing"
        elif kind in (REFUSED, DROPPED) and self.state != "out":
            self.state, self.told = "out", body.decode("ascii", "replace")
        elif kind == STATE:
            self.moves_answered += 1


def play(port: int, players: int, seconds: float, seed: int) -> dict[str, dict[str, object]]:
    """Play the demo's cast against the server on ``port``; returns what each player was told."""
    everyone = {player.name: player for player in (Player(p, seconds) for p in cast(players, seed))}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        sock.connect(("127.0.0.1", port))
        sock.setblocking(False)
        start = time.monotonic()
        while (now := time.monotonic() - start) < seconds:
            try:
                receive(sock, everyone)
                for player in everyone.values():
                    player.step(now, sock)
            except (BlockingIOError, ConnectionRefusedError):
                pass  # a full buffer or a server that is closing: the next step tries again
            time.sleep(STEP_SECONDS)
    return {
        str(p.part.steam_id): {
            "state": p.state,
            "told": p.told,
            "moves_answered": p.moves_answered,
        }
        for p in everyone.values()
    }


def receive(sock: socket.socket, everyone: dict[bytes, Player]) -> None:
    """Hand everything that has arrived to whom it concerns."""
    while True:
        try:
            data = sock.recv(2048)
        except BlockingIOError:
            return
        kind, name = HEADER.unpack_from(data)
        if (player := everyone.pop(name, None)) is not None:
            player.on_packet(kind, data[HEADER.size :])
            everyone[player.name] = player


def end_with_the_server() -> None:
    """End where the server's process does, however that ended: its end of our input is closed.

    Ctrl-C in a terminal is meant for the server as well, so it is ignored here.
    """

    def wait() -> None:
        os.read(sys.stdin.fileno(), 1)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=wait, daemon=True).start()


def main() -> None:
    """Play as the command line says: port, players, seconds, seed."""
    end_with_the_server()
    port, players, seconds, seed = sys.argv[1:]
    print(json.dumps(play(int(port), int(players), float(seconds), int(seed))))


if __name__ == "__main__":
    main()
