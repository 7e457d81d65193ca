"""The players of the demo on Steam's sockets: a process that finds the server by the exchange.

It is run by ``steamgs demo --transport sockets``, and prints what ``steamgs.demo.players`` does.
"""

from __future__ import annotations

import json
import math
import sys
import time
from contextlib import suppress

from steamgs.demo.arena import MOVE, POSITION, STATE, WELCOME
from steamgs.demo.cast import Part, Role, cast
from steamgs.demo.players import STEP_SECONDS, end_with_the_server, ticket_of
from steamgs.simulator import Client, ClientConnection, ClientError

_ENDED = ("closed_by_peer", "problem")


class Player:
    """One player: connects, walks in circles, and notes what the server says."""

    def __init__(self, part: Part, seconds: float) -> None:
        self.part = part
        self.ticket = ticket_of(part)
        self.enters = part.enters * seconds
        self.leaves = part.turns * seconds if part.role is Role.LEAVES else math.inf
        self.state = "outside"
        self.told = ""
        self.moves = self.moves_answered = 0
        self.connection: ClientConnection | None = None

    def step(self, now: float, exchange: str, place: str) -> None:
        """Do what is to be done at this time."""
        if self.connection is None:
            if now >= self.enters:
                self.client = Client(exchange, self.part.steam_id)
                self.connection = self.client.connect(place)
                self.connection.send(self.ticket)
        elif self.state != "out":
            with suppress(ClientError):  # it has ended meanwhile; the next step hears of it
                self.play(self.connection, now)

    def play(self, connection: ClientConnection, now: float) -> None:
        """Hear what the server says, and move, or leave."""
        for message in connection.receive():
            kind = message.data[:1]
            self.moves_answered += kind == STATE
            if kind == WELCOME:
                self.state = "playing"
        for change in self.client.changes():
            if change.state in _ENDED:
                self.state, self.told = "out", change.end_text
                return
        if self.state == "playing" and now >= self.leaves:
            connection.close()
            self.state, self.told = "out", "left"
        elif self.state == "playing":
            self.moves += 1
            connection.send(MOVE + POSITION.pack(self.moves, math.cos(now), math.sin(now)))


def main() -> None:
    """Play as the command line says: exchange, address, players, seconds, seed."""
    end_with_the_server()
    exchange, place, players, seconds, seed = sys.argv[1:]
    everyone = [Player(part, float(seconds)) for part in cast(int(players), int(seed))]
    start = time.monotonic()
    while (now := time.monotonic() - start) < float(seconds):
        for player in everyone:
            player.step(now, exchange, place)
        time.sleep(STEP_SECONDS)
    told = {
        str(one.part.steam_id): {
            "state": one.state,
            "told": one.told,
            "moves_answered": one.moves_answered,
        }
        for one in everyone
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
