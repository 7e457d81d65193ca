"""Errors about players: refused by Steam, by the server itself, or without values."""

from __future__ import annotations

from steamgs.enums import AuthSessionResponse, BeginAuthSessionResult, DenyReason
from steamgs.errors.base import SteamError


class AuthSessionError(SteamError):
    """Steam, or this machine's steamclient, refused a ticket.

    :ivar result: the reason; a :class:`BeginAuthSessionResult` if the ticket was refused at once,
        otherwise an :class:`AuthSessionResponse`, or a :class:`DenyReason` in the older flow.
    """

    def __init__(self, result: BeginAuthSessionResult | AuthSessionResponse | DenyReason) -> None:
        super().__init__(result)
        self.result = result

    def __str__(self) -> str:
        return f"{self.result.name}: {self.result.description}"


class AuthTimeoutError(AuthSessionError, TimeoutError):
    """Steam gave no verdict in time, so the player must not be let in."""

    def __init__(self) -> None:
        super().__init__(AuthSessionResponse.VAC_CHECK_TIMED_OUT)

    def __reduce__(self) -> tuple[object, ...]:
        return AuthTimeoutError, ()

    def __str__(self) -> str:
        return "Steam did not say in time whether the player may play"


class AdmissionError(SteamError):
    """The server itself refuses a player, before Steam is asked."""


class DrainingError(AdmissionError):
    """The server is draining: it lets nobody new in, and will close."""

    def __init__(self) -> None:
        super().__init__()

    def __str__(self) -> str:
        return "the server is about to close, and lets nobody new in"


class ServerFullError(AdmissionError):
    """All places are taken.

    :ivar capacity: how many places there are.
    """

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.capacity = capacity

    def __str__(self) -> str:
        return f"all {self.capacity} places are taken"


class TooManyPendingError(SteamError):
    """Too many players wait for Steam's verdict: Steam was not asked about this one.

    :ivar bound: which bound is reached, ``"max_pending_sessions"`` or
        ``"max_pending_per_address"``.
    :ivar limit: what it is set to.
    :ivar address: the address that was named, as it is counted; None if none was.
    """

    def __init__(self, bound: str, limit: int, address: str | None) -> None:
        super().__init__(bound, limit, address)
        self.bound = bound
        self.limit = limit
        self.address = address

    def __str__(self) -> str:
        whose = f" from {self.address!r}" if self.bound == "max_pending_per_address" else ""
        return (
            "the limit of players who wait for Steam's verdict is reached: "
            f"{self.limit}{whose} ({self.bound})"
        )


class StatsError(SteamError):
    """A statistic or achievement of a player can't be read or changed.

    Steam does not say why. Either the player's values are not loaded, or the game does not define
    this name with this type.

    :ivar steam_id: the player.
    :ivar name: the name of the statistic or achievement.
    :ivar kind: what was asked for, such as ``"INT statistic"``.
    """

    def __init__(self, steam_id: int, name: str, kind: str) -> None:
        super().__init__(steam_id, name, kind)
        self.steam_id = steam_id
        self.name = name
        self.kind = kind

    def __str__(self) -> str:
        return (
            f"user {self.steam_id} has no {self.kind} {self.name!r}: load the user's values with "
            "request_user_stats(), and check that the game defines it on the Steamworks site"
        )
