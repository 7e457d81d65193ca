"""Players' sessions as asyncio sees them: admitted by Steam, and perhaps revoked later."""

from __future__ import annotations

import asyncio
import logging
from time import monotonic
from typing import Any, Self, TypeAlias

from steamgs._core import (
    ClientApproved,
    ClientDenied,
    ClientKick,
    ValidateAuthTicketResponse,
)
from steamgs.enums import AuthSessionResponse, DenyReason
from steamgs.errors import AuthSessionError, AuthTimeoutError, NotRunningError, SteamError
from steamgs.server import GameServer

__all__ = ["AuthenticatedSession", "ConnectionSession", "SessionRouter"]

_log = logging.getLogger("steamgs")

LATE_VERDICT_SECONDS = 5.0
"""How long to wait for the verdict on a session that has ended, before a new one may begin."""

Reason: TypeAlias = AuthSessionResponse | DenyReason
Verdict: TypeAlias = ValidateAuthTicketResponse | ClientApproved | ClientDenied


class AuthenticatedSession:
    """A player for whom Steam vouches, as given by ``async with server.authenticate(...)``.

    It uses few objects per player: with thousands of players, the garbage collector counts each.
    """

    __slots__ = (
        "_answer",
        "_credentials",
        "_ended",
        "_reason",
        "_revoked",
        "_router",
        "_timeout",
        "owner_id",
        "steam_id",
    )

    def __init__(
        self, router: SessionRouter, steam_id: int, credentials: Any, timeout: float | None
    ) -> None:
        self.steam_id = steam_id
        """The player."""
        self.owner_id = 0
        """Who owns the licence; differs from :attr:`steam_id` if it is borrowed."""
        self._router = router
        self._credentials = credentials
        self._timeout = timeout
        self._answer: asyncio.Future[Verdict] | None = None
        self._ended = False
        self._reason: Reason | None = None
        self._revoked: asyncio.Future[Reason | None] | None = None

    @property
    def revoked(self) -> asyncio.Future[Reason | None]:
        """Await it to learn that, and why, Steam no longer vouches for the player.

        None if the session ended otherwise: the block was left, the host ended it by
        ``end_auth_session()``, or the server closed. Several tasks may await it, and each may be
        cancelled.
        """
        if self._revoked is None:
            self._revoked = asyncio.get_running_loop().create_future()
            if self._ended:
                self._revoked.set_result(self._reason)
        return asyncio.shield(self._revoked)

    def __repr__(self) -> str:
        state = "revoked" if self._ended else "open"
        return f"<AuthenticatedSession {self.steam_id}, {state}>"

    async def _begin(self) -> None:
        await self._router.no_doubt_about(self.steam_id)
        self._router.server.begin_auth_session(self._credentials, self.steam_id)

    def _end(self) -> None:
        self._router.server.end_auth_session(self.steam_id)

    async def __aenter__(self) -> Self:
        if self._answer is not None:
            raise SteamError("a session can be entered only once")
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        await self._begin()
        self._router.add(self)
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
        self._revoke(None)
        # Where the server was closed meanwhile, or the host has ended the session, the player may
        # have another one by now.
        if self._router.remove(self) and self._router.server.running:
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
        if not self._answer.done() and not self._answer.get_loop().is_closed():
            self._answer.set_exception(error)

    def _revoke(self, reason: Reason | None) -> None:
        if self._ended:
            return
        self._ended = True
        self._reason = reason
        if self._revoked is not None and not self._revoked.get_loop().is_closed():
            self._revoked.set_result(reason)


class ConnectionSession(AuthenticatedSession):
    """A player of the older flow, as ``server.authenticate_connection(...)`` gives it."""

    __slots__ = ()

    async def _begin(self) -> None:
        ip, blob = self._credentials
        while True:
            self.steam_id = self._router.server.send_user_connect_and_authenticate(ip, blob)
            if not self._router.is_in_doubt(self.steam_id):
                return
            # Who it is was not known before: the player comes again when the doubt is over.
            self._end()
            await self._router.no_doubt_about(self.steam_id)

    def _end(self) -> None:
        self._router.server.send_user_disconnect(self.steam_id)


class _Doubt:
    """Verdicts that may still come for sessions that have ended, and those who wait for them."""

    __slots__ = ("deadline", "verdicts", "waiting")

    def __init__(self, deadline: float, verdicts: int) -> None:
        self.deadline = deadline
        self.verdicts = verdicts
        self.waiting: list[asyncio.Future[Verdict]] = []

    def settle(self, verdict: Verdict) -> None:
        for future in self.waiting:
            if not future.done():
                future.set_result(verdict)

    def give_up(self, error: Exception) -> None:
        for future in self.waiting:
            if not future.done() and not future.get_loop().is_closed():
                future.set_exception(error)


class SessionRouter:
    """Brings each answer of Steam to its session: by a table, however many are waiting."""

    def __init__(self, server: GameServer) -> None:
        self.server = server
        self._sessions: dict[int, AuthenticatedSession] = {}
        # Of players whose last session ended before its verdict, the oldest first.
        self._doubts: dict[int, _Doubt] = {}
        # Whose session is open, whoever has begun it, and waits for its verdict.
        self._unjudged: set[int] = set()
        server.validate_auth_ticket_response.connect(self._on_verdict)
        server.client_approved.connect(self._on_verdict)
        server.client_denied.connect(self._on_verdict)
        server.client_kick.connect(self._on_kick)

    def __len__(self) -> int:
        return len(self._sessions)

    def begun(self, steam_id: int) -> None:
        """Steam has begun a session of this player."""
        self._unjudged.add(steam_id)

    def ended(self, steam_id: int) -> None:
        """The session of this player has ended, whoever has ended it."""
        if steam_id in self._unjudged:
            self._unjudged.remove(steam_id)
            self._forget_old_doubts()
            before = self._doubts.pop(steam_id, None)
            verdicts = 1 if before is None else before.verdicts + 1
            self._doubts[steam_id] = _Doubt(monotonic() + LATE_VERDICT_SECONDS, verdicts)
        session = self._sessions.pop(steam_id, None)
        if session is not None:
            # The host has ended it, perhaps for another one: it has no part in what comes.
            session._fail(SteamError("the session was ended by the server"))
            session._revoke(None)

    def is_in_doubt(self, steam_id: int) -> bool:
        """Whether a verdict on an earlier session of this player may still come."""
        return self._doubt_about(steam_id) is not None

    async def no_doubt_about(self, steam_id: int) -> None:
        """Wait while a verdict on an earlier session of a player may still come.

        :raises AuthSessionError: it came, and is a refusal.
        :raises NotRunningError: the server was closed meanwhile.
        """
        loop = asyncio.get_running_loop()
        while (doubt := self._doubt_about(steam_id)) is not None:
            verdict: asyncio.Future[Verdict] = loop.create_future()
            doubt.waiting.append(verdict)
            try:
                async with asyncio.timeout(doubt.deadline - monotonic()):
                    _owner(await verdict)
            except TimeoutError:
                continue
            finally:
                doubt.waiting.remove(verdict)

    def add(self, session: AuthenticatedSession) -> None:
        """What Steam says of its player is the session's from now on."""
        self._sessions[session.steam_id] = session

    def remove(self, session: AuthenticatedSession) -> bool:
        """The player is gone; False if the session had ended before."""
        if self._sessions.get(session.steam_id) is not session:
            return False
        del self._sessions[session.steam_id]
        return True

    def close_all(self) -> None:
        """The server is gone."""
        error = NotRunningError("the game server was closed")
        while self._sessions:
            _, session = self._sessions.popitem()
            session._fail(error)
            session._revoke(None)
        while self._doubts:
            _, doubt = self._doubts.popitem()
            doubt.give_up(error)
        self._unjudged.clear()

    def abandon(self) -> None:
        """In a forked child: sessions, and those who wait, are the parent's."""
        self._sessions.clear()
        self._doubts.clear()
        self._unjudged.clear()

    def _doubt_about(self, steam_id: int) -> _Doubt | None:
        self._forget_old_doubts()
        return self._doubts.get(steam_id)

    def _forget_old_doubts(self) -> None:
        now = monotonic()
        while self._doubts:
            steam_id, doubt = next(iter(self._doubts.items()))
            if doubt.deadline > now:
                return
            del self._doubts[steam_id]

    def _on_verdict(self, event: Verdict) -> None:
        session = self._sessions.get(event.steam_id)
        doubt = self._doubt_about(event.steam_id) if self._doubts else None
        if doubt is not None:
            # It may be the verdict on a session that has ended: as an OK it lets nobody in.
            refused = _refusal(event) is not None
            doubt.verdicts -= 1
            if refused or doubt.verdicts == 0:
                del self._doubts[event.steam_id]
                doubt.settle(event)
            if not refused:
                return
        self._unjudged.discard(event.steam_id)
        if session is None:
            # Late, after the player left; or a session of the host's own making.
            _log.debug("%r belongs to no session of authenticate()", event)
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
