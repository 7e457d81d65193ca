"""The players of the demo: a process of its own that talks to the server over UDP alone.

Run by ``steamgs demo``. Prints one JSON object, Steam id to what the player was told at last.
"""

from __future__ import annotations

import json
import math
import socket
import sys
import time

from steamgs.demo.cast import APP_ID, Part, Role, cast
from steamgs.demo.server import (
    DROPPED,
    HEADER,
    JOIN,
    LEAVE,
    MOVE,
    POSITION,
    REFUSED,
    STATE,
    WELCOME,
)
from steamgs.simulator import make_ticket

STEP_SECONDS = 0.05
PATIENCE_SECONDS = 0.5
"""How long to wait for an answer before saying it again: UDP may lose it."""


def ticket_of(part: Part) -> bytes:
    """The ticket that this player's Steam client hands out."""
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

    def step(self, now: float, sock: socket.socket) -> None:
        """Say what is to be said at this time."""
        if self.state == "outside" and now >= self.next_try:
            self.next_try = now + PATIENCE_SECONDS
            sock.send(HEADER.pack(JOIN, self.part.steam_id) + self.ticket)
        elif self.state == "playing":
            if now >= self.leaves:
                sock.send(HEADER.pack(LEAVE, self.part.steam_id))
            position = POSITION.pack(math.cos(now), math.sin(now))
            sock.send(HEADER.pack(MOVE, self.part.steam_id) + position)

    def on_packet(self, kind: bytes, reason: str) -> None:
        """Note what the server says."""
        if kind == WELCOME and self.state == "outside":
            self.state = "playing"
        elif kind in (REFUSED, DROPPED) and self.state != "out":
            self.state, self.told = "out", reason
        elif kind == STATE:
            self.moves_answered += 1


def play(port: int, players: int, seconds: float, seed: int) -> dict[str, dict[str, object]]:
    """Play the demo's cast against the server on ``port``; returns what each player was told."""
    everyone = {part.steam_id: Player(part, seconds) for part in cast(players, seed)}
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
        str(steam_id): {"state": p.state, "told": p.told, "moves_answered": p.moves_answered}
        for steam_id, p in everyone.items()
    }


def receive(sock: socket.socket, everyone: dict[int, Player]) -> None:
    """Hand everything that has arrived to whom it concerns."""
    while True:
        try:
            data = sock.recv(2048)
        except BlockingIOError:
            return
        kind, steam_id = HEADER.unpack_from(data)
        everyone[steam_id].on_packet(kind, data[HEADER.size :].decode("ascii", "replace"))


def main() -> None:
    """Play as the command line says: port, players, seconds, seed."""
    port, players, seconds, seed = sys.argv[1:]
    print(json.dumps(play(int(port), int(players), float(seconds), int(seed))))


if __name__ == "__main__":
    main()
