"""A small authoritative game server: Steam decides who plays.

Players send their Steam ticket over the game's own UDP socket. The server has Steam validate it,
lets the player in or says why not, and drops whom Steam revokes while they play. Copy it.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

import steamgs

Address = tuple[str, int]

# client -> server: kind, steam id, then a ticket (JOIN) or a position (MOVE)
JOIN, MOVE, LEAVE = b"J", b"M", b"L"
# server -> client: kind, steam id, then the reason (REFUSED, DROPPED) or the player's position
WELCOME, REFUSED, DROPPED, STATE = b"W", b"R", b"D", b"S"
HEADER = struct.Struct("<cQ")
POSITION = struct.Struct("<ff")
MAX_SPEED = 1.0


class Arena:
    """The game: players walk about, no faster than the server allows."""

    def __init__(
        self,
        steam: steamgs.GameServer,
        sock: socket.socket,
        tick_steam: Callable[[], int] | None = None,
    ) -> None:
        self.steam = steam
        self.tick_steam = tick_steam or steam.run_callbacks
        self.sock = sock
        self.joining: dict[int, Address] = {}
        self.playing: dict[int, Address] = {}
        self.positions: dict[int, tuple[float, float]] = {}
        self.refused: set[int] = set()
        self.dropped: set[int] = set()
        self.outcomes: dict[int, str] = {}
        steam.validate_auth_ticket_response.connect(self.on_verdict)
        steam.client_kick.connect(self.on_kick)

    def tick(self) -> None:
        """One turn of the game loop: what players sent, then what Steam says."""
        while True:
            try:
                data, address = self.sock.recvfrom(2048)
            except BlockingIOError:
                break
            if len(data) >= HEADER.size:
                kind, steam_id = HEADER.unpack_from(data)
                self.on_packet(kind, steam_id, data[HEADER.size :], address)
        self.tick_steam()

    def on_packet(self, kind: bytes, steam_id: int, body: bytes, address: Address) -> None:
        """What a player sent."""
        if kind == JOIN:
            self.join(steam_id, body, address)
        elif self.playing.get(steam_id) != address:
            self.send(DROPPED, steam_id, address, self.outcomes.get(steam_id, "not playing"))
        elif kind == LEAVE:
            self.drop(steam_id, "left")
        elif kind == MOVE and len(body) == POSITION.size:
            self.move(steam_id, *POSITION.unpack(body))

    def join(self, steam_id: int, ticket: bytes, address: Address) -> None:
        """A player wants in: have Steam look at the ticket."""
        if steam_id in self.joining:
            return  # Steam is still thinking; the player repeats itself as UDP may lose packets
        if steam_id in self.outcomes:
            self.send(REFUSED, steam_id, address, self.outcomes[steam_id])
        elif steam_id in self.playing:
            self.send(WELCOME, steam_id, self.playing[steam_id])
        else:
            try:
                self.steam.begin_auth_session(ticket, steam_id)
            except (steamgs.AuthSessionError, ValueError, OverflowError) as error:
                reason = error.result.name if isinstance(error, steamgs.AuthSessionError) else "BAD"
                self.refuse(steam_id, reason, address)
            else:
                self.joining[steam_id] = address

    def on_verdict(self, event: steamgs.ValidateAuthTicketResponse) -> None:
        """Steam's word on a player, at the door or later."""
        match event:
            case steamgs.ValidateAuthTicketResponse(steam_id, steamgs.AuthSessionResponse.OK):
                if (address := self.joining.pop(steam_id, None)) is not None:
                    self.playing[steam_id] = address
                    self.positions[steam_id] = (0.0, 0.0)
                    self.steam.update_user_data(steam_id, f"player {steam_id & 0xFFFF}", 0)
                    self.send(WELCOME, steam_id, address)
            case steamgs.ValidateAuthTicketResponse(steam_id, response):
                if (address := self.joining.pop(steam_id, None)) is not None:
                    self.steam.end_auth_session(steam_id)
                    self.refuse(steam_id, response.name, address)
                elif steam_id in self.playing:
                    self.drop(steam_id, response.name)

    def on_kick(self, event: steamgs.ClientKick) -> None:
        """Steam wants a player out."""
        if event.steam_id in self.playing:
            self.drop(event.steam_id, f"KICKED_{event.reason.name}")

    def refuse(self, steam_id: int, reason: str, address: Address) -> None:
        """Say no at the door."""
        self.outcomes[steam_id] = reason
        self.refused.add(steam_id)
        self.send(REFUSED, steam_id, address, reason)

    def drop(self, steam_id: int, reason: str) -> None:
        """A player is gone, or has to go."""
        address = self.playing.pop(steam_id)
        del self.positions[steam_id]
        self.steam.end_auth_session(steam_id)
        self.outcomes[steam_id] = reason
        self.dropped.add(steam_id)
        self.send(DROPPED, steam_id, address, reason)

    def move(self, steam_id: int, x: float, y: float) -> None:
        """Clients say where they want to be; the server says where they are."""
        old_x, old_y = self.positions[steam_id]
        x = old_x + min(max(x - old_x, -MAX_SPEED), MAX_SPEED)
        y = old_y + min(max(y - old_y, -MAX_SPEED), MAX_SPEED)
        self.positions[steam_id] = (x, y)
        self.sock.sendto(HEADER.pack(STATE, steam_id) + POSITION.pack(x, y), self.playing[steam_id])

    def send(self, kind: bytes, steam_id: int, address: Address, reason: str = "") -> None:
        """One packet to a player."""
        self.sock.sendto(HEADER.pack(kind, steam_id) + reason.encode(), address)


def open_game_socket(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """The game's UDP socket, not blocking; port 0 lets the system choose."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sock.bind((host, port))
    sock.setblocking(False)
    return sock
