"""What the server has open with Steam for each player."""

from __future__ import annotations

from enum import Enum

from steamgs.named_tuple import NamedTuple

__all__ = ["AuthTicket", "Session", "SessionKind"]


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


class AuthTicket(NamedTuple):
    """A ticket that proves who this server is (``GetAuthSessionTicket``)."""

    handle: int
    """For ``cancel_auth_ticket``."""
    data: bytes
    """The bytes that the other side passes to its ``begin_auth_session``."""
