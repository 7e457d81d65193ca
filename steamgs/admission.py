"""A player on a connection: their ticket, their session and the connection, as one."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Any

from steamgs.enums import AuthSessionResponse, BeginAuthSessionResult, DenyReason, Result
from steamgs.errors import AuthSessionError, NotConnectedError

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from steamgs._core import AuthenticatedSession, Connection, Listener

__all__ = ["AdmittedPlayer", "Admission"]

# What steamclient takes.
_LONGEST_TICKET = 1024
# The bytes of UTF-8 that Steam has room for when a connection is closed.
_LONGEST_TEXT = 127
# As `async with connection` does where the block has raised.
_EXCEPTION_REASON = 2000


class AdmittedPlayer:
    """Somebody who plays, as ``async with listener.admit(...) as player`` gives them.

    :ivar connection: the connection.
    :ivar session: the session with Steam.
    """

    __slots__ = ("connection", "session")

    def __init__(self, connection: Connection, session: AuthenticatedSession) -> None:
        self.connection = connection
        self.session = session

    @property
    def steam_id(self) -> int:
        """The player's Steam id."""
        return self.session.steam_id

    @property
    def owner_id(self) -> int:
        """Who owns the game; another one than the player if it is shared."""
        return self.session.owner_id

    def __repr__(self) -> str:
        return f"<AdmittedPlayer {self.steam_id}, {self.connection!r}>"


class Admission:
    """What :meth:`Listener.admit` returns, for ``async with``; it can be entered once."""

    def __init__(
        self,
        server: Any,
        listener: Listener,
        connection: Connection,
        ticket: Buffer,
        timeout: float | None,
        reason: int,
    ) -> None:
        if not hasattr(server, "authenticate"):
            raise TypeError("admit() needs a steamgs.asyncio.GameServer")
        self._server = server
        self._listener = listener
        self._connection = connection
        self._ticket = bytes(memoryview(ticket))
        self._timeout = timeout
        self._reason = reason
        self._session: AuthenticatedSession | None = None
        self._ended: asyncio.Future[Any] | None = None

    async def __aenter__(self) -> AdmittedPlayer:
        try:
            return await self._admit()
        except Exception as error:
            self._refuse(str(error))
            raise
        except BaseException:
            self._refuse("the server has given up")
            raise

    async def _admit(self) -> AdmittedPlayer:
        session = self._begin()
        self._ended = asyncio.ensure_future(self._connection.ended())
        try:
            await self._unless_ended(session.__aenter__())
            self._session = session
            if self._connection in self._listener.waiting_connections:
                self._connection.accept()
            await self._unless_ended(self._connection.connected())
        except BaseException:
            _leave(session)
            await self._stop_watching()
            raise
        self._ended.add_done_callback(self._connection_has_ended)
        session.revoked.add_done_callback(self._session_has_ended)
        return AdmittedPlayer(self._connection, session)

    def _begin(self) -> AuthenticatedSession:
        steam_id = self._connection.identity.steam_id
        if not steam_id or not 1 <= len(self._ticket) <= _LONGEST_TICKET:
            raise AuthSessionError(BeginAuthSessionResult.INVALID_TICKET)
        address = self._connection.address
        session: AuthenticatedSession = self._server.authenticate(
            steam_id,
            self._ticket,
            timeout=self._timeout,
            address=None if address is None else address.ip,
        )
        return session

    async def _unless_ended(self, step: Any) -> None:
        """Wait for a step of the way in, which ends where the connection does."""
        assert self._ended is not None
        going = asyncio.ensure_future(step)
        try:
            await asyncio.wait([going, self._ended], return_when=asyncio.FIRST_COMPLETED)
            if self._ended.done():
                raise NotConnectedError("admit", Result.NO_CONNECTION)
            going.result()
        finally:
            going.cancel()
            await asyncio.gather(going, return_exceptions=True)

    def _refuse(self, text: str) -> None:
        self._connection.close(self._reason, _shortened(text))

    def _session_has_ended(
        self, revoked: asyncio.Future[AuthSessionResponse | DenyReason | None]
    ) -> None:
        if revoked.cancelled():
            return
        why = revoked.result()
        if why is None and self._ended is not None and self._ended.done():
            return  # as the connection has, whose last messages the block may not have read yet
        self._refuse("the session has ended" if why is None else why.description)

    def _connection_has_ended(self, ended: asyncio.Future[Any]) -> None:
        if self._session is not None:
            _leave(self._session)

    async def _stop_watching(self) -> None:
        if self._ended is not None:
            self._ended.cancel()
            await asyncio.gather(self._ended, return_exceptions=True)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self._connection.close(linger=True)
        else:
            self._connection.close(_EXCEPTION_REASON)
        assert self._session is not None
        _leave(self._session)
        await self._stop_watching()


def _leave(session: AuthenticatedSession) -> None:
    """End it, as leaving its block does: at once."""
    session(None, None, None)


def _shortened(text: str) -> str:
    """As much of a text as Steam has room for."""
    encoded = text.encode("utf-8", "replace")[:_LONGEST_TEXT]
    return encoded.decode("utf-8", "ignore").replace("\0", " ")
