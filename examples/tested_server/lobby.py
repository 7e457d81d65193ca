"""A small game server with tests: it decides who may come in and who has to leave."""

from __future__ import annotations

import steamgs


class Lobby:
    """Lets players in when Steam says OK, and drops them when Steam changes its mind."""

    def __init__(self, steam: steamgs.GameServer, seats: int = 2) -> None:
        self.players: set[int] = set()
        self.log: list[str] = []
        self._steam = steam
        self._seats = seats
        steam.validate_auth_ticket_response.connect(self._on_verdict)
        steam.server_disconnected.connect(lambda event: self.log.append("Steam is away"))
        steam.server_connected.connect(lambda event: self.log.append("Steam is back"))

    def join(self, steam_id: int, ticket: bytes) -> bool:
        """Whether the player may wait for Steam's verdict."""
        if len(self._steam.sessions) >= self._seats:
            return False
        try:
            self._steam.begin_auth_session(ticket, steam_id)
        except steamgs.AuthSessionError as error:
            self.log.append(f"refused: {error}")
            return False
        return True

    def leave(self, steam_id: int) -> None:
        """The player has gone."""
        self.players.discard(steam_id)
        self._steam.end_auth_session(steam_id)

    def _on_verdict(self, event: steamgs.ValidateAuthTicketResponse) -> None:
        if event.response is steamgs.AuthSessionResponse.OK:
            self.players.add(event.steam_id)
        else:
            self.log.append(f"out: {event.response.name}")
            self.leave(event.steam_id)
