"""Players' sessions as asyncio sees them: admitted by Steam, and perhaps revoked later."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from steamgs._core import (
    ClientApproved,
    ClientDenied,
    ClientKick,
    ValidateAuthTicketResponse,
)
from steamgs.enums import AuthSessionResponse, DenyReason
from steamgs.errors import AuthSessionError, AuthTimeoutError, NotRunningError, SteamError

if TYPE_CHECKING:
    from steamgs.asyncio import GameServer

__all__ = ["AuthenticatedSession", "ConnectionSession", "SessionRouter"]

_log = logging.getLogger("steamgs")

Reason: TypeAlias = AuthSessionResponse | DenyReason
Verdict: TypeAlias = ValidateAuthTicketResponse | ClientApproved | ClientDenied


class AuthenticatedSession:
    """A player whom Steam vouches for; what ``async with server.authenticate(...)`` gives.

    Few objects a player: with thousands of them, Python's garbage collector counts each.
    """

    __slots__ = (
        "_answer",
        "_credentials",
        "_ended",
        "_reason",
        "_revoked",
        "_server",
        "_timeout",
        "owner_id",
        "steam_id",
    )

    def __init__(
        self, server: GameServer, steam_id: int, credentials: Any, timeout: float | None
    ) -> None:
        self.steam_id = steam_id
        """The player."""
        self.owner_id = 0
        """Who owns the licence; another one if it is borrowed."""
        self._server = server
        self._credentials = credentials
        self._timeout = timeout
        self._answer: asyncio.Future[Verdict] | None = None
        self._ended = False
        self._reason: Reason | None = None
        self._revoked: asyncio.Future[Reason | None] | None = None

    @property
    def revoked(self) -> asyncio.Future[Reason | None]:
        """Await it to learn that, and why, Steam no longer vouches for the player.

        None if the session ended otherwise: the block was left, or the server closed. May be
        awaited by many, and cancelled.
        """
        if self._revoked is None:
            self._revoked = asyncio.get_running_loop().create_future()
            if self._ended:
                self._revoked.set_result(self._reason)
        return asyncio.shield(self._revoked)

    def __repr__(self) -> str:
        state = "revoked" if self._ended else "open"
        return f"<AuthenticatedSession {self.steam_id}, {state}>"

    def _begin(self) -> None:
        self._server.begin_auth_session(self._credentials, self.steam_id)

    def _end(self) -> None:
        self._server.end_auth_session(self.steam_id)

    async def __aenter__(self) -> Self:
        if self._answer is not None:
            raise SteamError("a session can be entered once only")
        loop = asyncio.get_running_loop()
        self._begin()
        self._answer = loop.create_future()
        self._server._router.add(self)
        timer = None if self._timeout is None else loop.call_later(self._timeout, self._give_up)
        try:
            self.owner_id = _owner(await self._answer)
        except BaseException:
            self._leave()
            raise
        finally:
            if timer is not None:
                timer.cancel()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._leave()

    def _give_up(self) -> None:
        self._fail(AuthTimeoutError())

    def _leave(self) -> None:
        self._server._router.remove(self)
        self._revoke(None)
        if self._server.running:
            self._end()

    # What the router tells.

    def _take(self, verdict: Verdict) -> None:
        assert self._answer is not None
        if not self._answer.done():
            self._answer.set_result(verdict)
        elif (reason := _refusal(verdict)) is not None:
            self._revoke(reason)

    def _fail(self, error: Exception) -> None:
        assert self._answer is not None
        if not self._answer.done():
            self._answer.set_exception(error)

    def _revoke(self, reason: Reason | None) -> None:
        if self._ended:
            return
        self._ended = True
        self._reason = reason
        if self._revoked is not None:
            self._revoked.set_result(reason)


class ConnectionSession(AuthenticatedSession):
    """One of the older flow; what ``async with server.authenticate_connection(...)`` gives."""

    __slots__ = ()

    def _begin(self) -> None:
        ip, blob = self._credentials
        self.steam_id = self._server.send_user_connect_and_authenticate(ip, blob)

    def _end(self) -> None:
        self._server.send_user_disconnect(self.steam_id)


class SessionRouter:
    """Brings each answer of Steam to its session: by a table, however many are waiting."""

    def __init__(self, server: GameServer) -> None:
        self._sessions: dict[int, AuthenticatedSession] = {}
        server.validate_auth_ticket_response.connect(self._on_verdict)
        server.client_approved.connect(self._on_verdict)
        server.client_denied.connect(self._on_verdict)
        server.client_kick.connect(self._on_kick)

    def __len__(self) -> int:
        return len(self._sessions)

    def add(self, session: AuthenticatedSession) -> None:
        """What Steam says of its player is the session's from now on."""
        self._sessions[session.steam_id] = session

    def remove(self, session: AuthenticatedSession) -> None:
        """The player is gone."""
        if self._sessions.get(session.steam_id) is session:
            del self._sessions[session.steam_id]

    def close_all(self) -> None:
        """The server is gone."""
        for session in self._sessions.values():
            session._fail(NotRunningError("the game server was closed"))
            session._revoke(None)

    def _on_verdict(self, event: Verdict) -> None:
        session = self._sessions.get(event.steam_id)
        if session is None:
            # Late, after the player left; or a session of the host's own making.
            _log.debug("%r is for no session of authenticate()", event)
        else:
            session._take(event)

    def _on_kick(self, event: ClientKick) -> None:
        session = self._sessions.get(event.steam_id)
        if session is not None:
            session._revoke(event.reason)


def _refusal(verdict: Verdict) -> Reason | None:
    """Why Steam does not vouch for the player; None if it does."""
    match verdict:
        case ValidateAuthTicketResponse(response=response):
            return None if response is AuthSessionResponse.OK else response
        case ClientDenied(reason=reason):
            return reason
    return None


def _owner(verdict: Verdict) -> int:
    reason = _refusal(verdict)
    if reason is not None:
        raise AuthSessionError(reason)
    assert not isinstance(verdict, ClientDenied)
    return verdict.owner_id
