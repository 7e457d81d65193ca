"""What the server has open with Steam for each player."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from steamgs.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steamgs._core import SessionMethods

__all__ = ["AuthTicket", "OpenSessions", "Session", "SessionKind"]


class SessionKind(Enum):
    """How a player's session began, and therefore how it ends."""

    TICKET = "ticket"
    """``begin_auth_session``; ended by ``end_auth_session``."""
    CONNECT = "connect"
    """``send_user_connect_and_authenticate``; ended by ``send_user_disconnect``."""
    BOT = "bot"
    """``create_unauthenticated_user_connection``; ended by ``end_auth_session``."""


class Session(NamedTuple):
    """An open session."""

    steam_id: int
    kind: SessionKind


class OpenSessions(Mapping[int, Session]):
    """A server's open sessions by Steam id, in the order in which they began: a live view."""

    def __init__(self, server: SessionMethods) -> None:
        self._server = server

    def __getitem__(self, steam_id: int) -> Session:
        kind = self._server._session_kind(steam_id)
        if kind is None:
            raise KeyError(steam_id)
        return Session(steam_id, kind)

    def __contains__(self, steam_id: object) -> bool:
        return self._server._session_kind(steam_id) is not None

    def __iter__(self) -> Iterator[int]:
        return iter(self._server._session_kinds())

    def __len__(self) -> int:
        return len(self._server._session_kinds())

    def __repr__(self) -> str:
        return f"OpenSessions({dict(self)!r})"


class AuthTicket(NamedTuple):
    """A ticket that proves who this server is (``GetAuthSessionTicket``)."""

    handle: int
    """For ``cancel_auth_ticket``."""
    data: bytes
    """The bytes that the other side passes to its ``begin_auth_session``."""
