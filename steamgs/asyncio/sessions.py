"""Players' sessions as asyncio sees them: admitted by Steam, and perhaps revoked later."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, TypeAlias

from steamgs._core import (
    ClientApproved,
    ClientDenied,
    ClientKick,
    Event,
    ValidateAuthTicketResponse,
)
from steamgs.enums import AuthSessionResponse, DenyReason
from steamgs.errors import AuthSessionError, AuthTimeoutError, NotRunningError

if TYPE_CHECKING:
    from steamgs.asyncio import GameServer

__all__ = ["AuthenticatedSession", "SessionRouter"]

_log = logging.getLogger("steamgs")

Reason: TypeAlias = AuthSessionResponse | DenyReason


class AuthenticatedSession:
    """A player whom Steam vouches for; what ``GameServer.authenticate`` gives."""

    def __init__(self, steam_id: int) -> None:
        loop = asyncio.get_running_loop()
        self.steam_id = steam_id
        """The player."""
        self.owner_id = 0
        """Who owns the licence; another one if it is borrowed."""
        self._verdict: asyncio.Future[Event] = loop.create_future()
        self._revoked: asyncio.Future[Reason | None] = loop.create_future()

    @property
    def revoked(self) -> asyncio.Future[Reason | None]:
        """Await it to learn that, and why, Steam no longer vouches for the player.

        None if the session ended otherwise: the block was left, or the server closed. May be
        awaited by many, and cancelled.
        """
        return asyncio.shield(self._revoked)

    def __repr__(self) -> str:
        state = "revoked" if self._revoked.done() else "open"
        return f"<AuthenticatedSession {self.steam_id}, {state}>"


class SessionRouter:
    """Brings each answer of Steam to its session: by a table, however many are waiting."""

    def __init__(self, server: GameServer) -> None:
        self._sessions: dict[int, AuthenticatedSession] = {}
        server.validate_auth_ticket_response.connect(self._on_validated)
        server.client_approved.connect(self._on_verdict)
        server.client_denied.connect(self._on_verdict)
        server.client_kick.connect(self._on_kick)

    def __len__(self) -> int:
        return len(self._sessions)

    def open(self, steam_id: int) -> AuthenticatedSession:
        """A session that waits for Steam's verdict."""
        session = AuthenticatedSession(steam_id)
        self._sessions[steam_id] = session
        return session

    def close(self, session: AuthenticatedSession) -> None:
        """The player is gone."""
        if self._sessions.get(session.steam_id) is session:
            del self._sessions[session.steam_id]
        session._verdict.cancel()
        self._revoke(session, None)

    def close_all(self) -> None:
        """The server is gone."""
        for session in self._sessions.values():
            if not session._verdict.done():
                session._verdict.set_exception(NotRunningError("the game server was closed"))
            self._revoke(session, None)

    async def verdict(self, session: AuthenticatedSession, timeout: float | None) -> None:
        """Wait until Steam has admitted the player.

        :raises AuthSessionError: Steam refuses, or does not say in time.
        """
        try:
            async with asyncio.timeout(timeout):
                event = await asyncio.shield(session._verdict)
        except TimeoutError:
            raise AuthTimeoutError from None
        match event:
            case ValidateAuthTicketResponse(response=AuthSessionResponse.OK, owner_id=owner_id):
                session.owner_id = owner_id
            case ClientApproved(owner_id=owner_id):
                session.owner_id = owner_id
            case ValidateAuthTicketResponse(response=response):
                raise AuthSessionError(response)
            case ClientDenied(reason=reason):
                raise AuthSessionError(reason)

    def _on_validated(self, event: ValidateAuthTicketResponse) -> None:
        session = self._sessions.get(event.steam_id)
        if session is not None and session._verdict.done():
            if event.response is not AuthSessionResponse.OK:
                self._revoke(session, event.response)
            return
        self._on_verdict(event)

    def _on_verdict(
        self, event: ValidateAuthTicketResponse | ClientApproved | ClientDenied
    ) -> None:
        session = self._sessions.get(event.steam_id)
        if session is None:
            # Late, after the player left; or a session of the host's own making.
            _log.debug("%r is for no session of authenticate()", event)
        elif not session._verdict.done():
            session._verdict.set_result(event)

    def _on_kick(self, event: ClientKick) -> None:
        session = self._sessions.get(event.steam_id)
        if session is not None:
            self._revoke(session, event.reason)

    @staticmethod
    def _revoke(session: AuthenticatedSession, reason: Reason | None) -> None:
        if not session._revoked.done():
            session._revoked.set_result(reason)
