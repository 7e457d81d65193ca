"""What steamgs raises, apart from ``TypeError``/``ValueError``/``OverflowError`` for arguments.

::

    SteamError
    ├── ConfigError            a setting is missing or wrong (also a ValueError)
    ├── SteamLibraryError      no usable libsteam_api
    ├── SteamInitError         Steam would not start the server
    ├── NotRunningError        the server has not been started, or was closed
    ├── NotLoggedOnError       the call needs a connection to Steam
    ├── LogOnError             Steam did not let the server log on
    │   └── LogOnTimeoutError  the logon was not finished in time (also a TimeoutError)
    ├── AuthSessionError       a ticket was refused
    │   └── AuthTimeoutError   Steam did not say in time (also a TimeoutError)
    ├── CallFailedError        Steam's answer to a call was lost
    ├── TextFilterError        Steam can't filter texts
    ├── WorkshopError          Steam refused something about a workshop item
    │   └── DownloadError      it could not be downloaded
    ├── HttpError              Steam refused a request, or has no response to it
    │   ├── HttpTimeoutError   the response was not complete in time (also a TimeoutError)
    │   └── NoResponseError    nobody answered, or not as a server that can be trusted
    ├── InventoryError         Steam refused something about items that players own
    │   └── ItemProofError         a player's proof of items is not good
    │       ├── InvalidProofError  it is none, or was tampered with
    │       ├── ExpiredProofError  it is too old, or the items have gone since
    │       └── WrongOwnerError    it is of another player
    ├── StatsError             a player's value is not loaded, not defined, or of another type
    ├── AdmissionError         the server itself refuses a player; Steam was not asked
    │   ├── DrainingError      it is draining, and lets nobody new in
    │   └── ServerFullError    all places are taken
    ├── TooManyPendingError    too many players wait for Steam; this one was not asked about
    ├── ClosedHandleError      a connection, query, request or the like was closed before
    ├── NetworkingError        Steam's networking refused something
    │   └── SendError          a message was not taken
    │       ├── SendLimitError      too much waits to be sent to this connection
    │       ├── NotConnectedError   the connection has ended
    │       └── MessageTooBigError  more than 512 KiB, or more than the other side takes
    └── UnsupportedError       steamclient or libsteam_api lacks an interface or a method
"""

from __future__ import annotations

from steamgs.enums import (
    AuthSessionResponse,
    BeginAuthSessionResult,
    DenyReason,
    InitResult,
    Result,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steamgs._core import ServerConnectFailure
    from steamgs.later_enums import APICallFailure

__all__ = [
    "AdmissionError",
    "AuthSessionError",
    "AuthTimeoutError",
    "CallCancelledError",
    "CallFailedError",
    "ClosedHandleError",
    "ConfigError",
    "DownloadError",
    "DrainingError",
    "HttpError",
    "HttpTimeoutError",
    "ExpiredProofError",
    "InvalidProofError",
    "InventoryError",
    "ItemProofError",
    "LogOnError",
    "LogOnTimeoutError",
    "MessageTooBigError",
    "NetworkingError",
    "NoResponseError",
    "NotConnectedError",
    "NotLoggedOnError",
    "NotRunningError",
    "SendError",
    "SendLimitError",
    "ServerFullError",
    "StatsError",
    "SteamError",
    "SteamInitError",
    "SteamLibraryError",
    "TextFilterError",
    "TooManyPendingError",
    "UnsupportedError",
    "WorkshopError",
    "WrongOwnerError",
]


class SteamError(Exception):
    """The base of all errors that Steam or its absence causes."""


class ConfigError(SteamError, ValueError):
    """Settings are missing or wrong; see :class:`steamgs.Config`.

    :ivar problems: ``(where, what)`` for each, such as ``("STEAMGS_GAME_PORT", "must be ...")``.
    """

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(f"{where}: {what}" for where, what in self.problems)


class SteamLibraryError(SteamError):
    """No libsteam_api could be loaded.

    :ivar attempts: what was tried, in order: pairs of a path or name, and why it can't be used.
    """

    def __init__(self, message: str, attempts: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message, attempts)
        self.attempts = attempts

    def __str__(self) -> str:
        lines = [str(self.args[0])]
        lines += [f"  {path}: {reason}" for path, reason in self.attempts]
        return "\n".join(lines)


class SteamInitError(SteamError):
    """``SteamGameServer_InitEx`` failed.

    :ivar result: the kind of failure.
    :ivar message: Steam's own words.
    """

    def __init__(self, result: InitResult, message: str) -> None:
        super().__init__(result, message)
        self.result = result
        self.message = message

    def __str__(self) -> str:
        return f"Steam refused to start the game server ({self.result.name}): {self.message}"


class NotRunningError(SteamError):
    """The server has not been started, or was closed."""


class NotLoggedOnError(SteamError):
    """The call needs a server that is logged on to Steam; see ``server_connected``."""


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


class LogOnError(SteamError):
    """Logging on to Steam failed.

    :ivar result: why.
    :ivar retrying: whether Steam keeps trying by itself; ``server_connected`` may still come.
    """

    def __init__(self, result: Result, retrying: bool) -> None:
        super().__init__(result, retrying)
        self.result = result
        self.retrying = retrying

    def __str__(self) -> str:
        outlook = "Steam keeps trying" if self.retrying else "Steam has given up"
        return f"{self.result.name}: {outlook}"


class LogOnTimeoutError(LogOnError, TimeoutError):
    """The logon was not finished in time; Steam may still be trying.

    :ivar failure: the last ``server_connect_failure`` since the logon began, or None.
    """

    def __init__(self, failure: ServerConnectFailure | None) -> None:
        super().__init__(Result.TIMEOUT if failure is None else failure.result, True)
        self.failure = failure

    def __reduce__(self) -> tuple[object, ...]:
        return LogOnTimeoutError, (self.failure,)

    def __str__(self) -> str:
        words = "the logon was not finished in time"
        return words if self.failure is None else f"{words}; last failure: {self.result.name}"


class CallFailedError(SteamError):
    """A call that Steam answers later has no answer.

    :ivar call: the method that was called.
    :ivar result: Steam's reason, where it gives one.
    :ivar io_failure: whether the answer was lost on the way (``bIOFailure``).
    :ivar reason: why it was lost (``GetAPICallFailureReason``); None if Steam does not say so.
    """

    reason: APICallFailure | None = None

    def __init__(
        self,
        call: str,
        *,
        result: Result | None = None,
        io_failure: bool = False,
        reason: APICallFailure | None = None,
    ) -> None:
        super().__init__(call, result, io_failure, reason)
        self.call = call
        self.result = result
        self.io_failure = io_failure
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        return call_failed, (self.call, self.result, self.io_failure, self.reason)

    def __str__(self) -> str:
        if self.io_failure:
            why = "" if self.reason is None else f": {self.reason.description}"
            return f"{self.call}: Steam's answer was lost (I/O failure){why}"
        reason = "Steam refused the call" if self.result is None else self.result.description
        return f"{self.call}: {reason}"


_NO_REASON = -1  # APICallFailure.NONE


def call_failed(
    call: str, result: Result | None, io_failure: bool, reason: int | None = None
) -> CallFailedError:
    """Make a :class:`CallFailedError` without keyword arguments, for pickle and for Cython."""
    why = None
    if reason is not None and reason != _NO_REASON:
        from steamgs.later_enums import APICallFailure  # noqa: PLC0415 - few programs need it

        why = APICallFailure(reason)
    return CallFailedError(call, result=result, io_failure=io_failure, reason=why)


class CallCancelledError(SteamError):
    """The call was cancelled by its ``cancel()``, so nobody waits for Steam's answer any more.

    :ivar call: the method that was called.
    """

    def __init__(self, call: str) -> None:
        super().__init__(call)
        self.call = call

    def __str__(self) -> str:
        return f"{self.call}: the call was cancelled"


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


class TextFilterError(SteamError):
    """Steam can't filter texts: it refused, or ``init_filter_text()`` was not called before."""


class WorkshopError(SteamError):
    """Steam refused something that concerns its workshop.

    :ivar action: the method that was called.
    :ivar item_id: the item, if it is about one.
    :ivar result: Steam's reason; None where it gives none.
    :ivar why: what may be wrong, in words.
    """

    def __init__(
        self, action: str, item_id: int | None, result: Result | None = None, why: str = ""
    ) -> None:
        super().__init__(action, item_id, result, why)
        self.action = action
        self.item_id = item_id
        self.result = result
        self.why = why

    def __str__(self) -> str:
        where = self.action if self.item_id is None else f"{self.action}, item {self.item_id}"
        if self.result is not None:
            return f"{where}: {self.result.name}: {self.result.description}"
        return f"{where}: {self.why or 'Steam refused it, and does not say why'}"


class DownloadError(WorkshopError):
    """A workshop item could not be downloaded; ``result`` says why."""


class HttpError(SteamError):
    """Steam refused something of a request of ``server.http``, or has no response to it.

    The address is not kept, as it may contain a secret.

    :ivar action: what was refused, such as ``"request, headers"``.
    :ivar host: whom the request is for; empty if it is about none.
    :ivar why: what may be wrong, in words.
    """

    reason = "Steam refused it, and does not say why"

    def __init__(self, action: str, host: str = "", why: str = "") -> None:
        super().__init__(action, host, why)
        self.action = action
        self.host = host
        self.why = why

    def __str__(self) -> str:
        where = f"{self.action}, {self.host}" if self.host else self.action
        return f"{where}: {self.why or self.reason}"


class HttpTimeoutError(HttpError, TimeoutError):
    """The response was not complete in time: one of the request's timeouts has passed."""

    reason = "the response was not complete in time"


class NoResponseError(HttpError):
    """There is no response. Steam does not say why.

    The host may not exist, refuse connections or have ended this one, or its certificate can't be
    verified.
    """

    reason = "no response: the host was not reached, or its certificate not accepted"


class InventoryError(SteamError):
    """Steam refused something that concerns items which players own.

    :ivar action: the method that was called.
    :ivar result: Steam's reason; None where it gives none.
    :ivar why: what may be wrong, in words.
    """

    def __init__(self, action: str, result: Result | None = None, why: str = "") -> None:
        super().__init__(action, result, why)
        self.action = action
        self.result = result
        self.why = why

    def __str__(self) -> str:
        if self.result is None:
            return f"{self.action}: {self.why or 'Steam refused it, and does not say why'}"
        said = f"{self.action}: {self.result.name}: {self.result.description}"
        return f"{said} ({self.why})" if self.why else said


class ItemProofError(InventoryError):
    """What a player has sent does not prove that they own something.

    :ivar steam_id: the player.
    """

    def __init__(self, steam_id: int, result: Result | None = None, why: str = "") -> None:
        super().__init__("verify", result, why)
        self.args = (steam_id, result, why)
        self.steam_id = steam_id


class InvalidProofError(ItemProofError):
    """It is no proof, is of another game, or was tampered with: Steam does not tell them apart."""


class ExpiredProofError(ItemProofError):
    """The proof is too old, or some of its items were traded or consumed since.

    ``result`` is ``EXPIRED`` if Steam says so, and None if it is older than the host allows.

    :ivar age: how many seconds old it is.
    """

    def __init__(
        self, steam_id: int, result: Result | None = None, why: str = "", age: int = 0
    ) -> None:
        super().__init__(steam_id, result, why)
        self.args = (steam_id, result, why, age)
        self.age = age


class WrongOwnerError(ItemProofError):
    """The proof is genuine, and of another player."""


class ClosedHandleError(SteamError):
    """A connection, a listener, a query, a request or the like was used after it was closed.

    :ivar what: what it was, such as ``"connection 1234"``.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return f"{self.what} is closed"


class NetworkingError(SteamError):
    """Steam's networking refused something.

    :ivar action: the method that was called.
    :ivar result: Steam's reason; None where it gives none.
    """

    def __init__(self, action: str, result: Result | None = None) -> None:
        super().__init__(action, result)
        self.action = action
        self.result = result

    def __str__(self) -> str:
        if self.result is None:
            return f"{self.action}: Steam refused it, and does not say why"
        return f"{self.action}: {self.result.name}: {self.result.description}"


class SendError(NetworkingError):
    """A message was not taken, and will not be sent."""


class SendLimitError(SendError):
    """So much waits to be sent to this connection that no more is taken: ``SEND_BUFFER_SIZE``."""


class NotConnectedError(SendError):
    """The connection has ended, or is not known. While it is being made, messages wait."""


class MessageTooBigError(SendError):
    """The message has more than 512 KiB."""


def send_error(action: str, result: int) -> SendError:
    """The error that says why a message was not taken."""
    reason = Result(result)
    return _SEND_ERRORS.get(reason, SendError)(action, reason)


_SEND_ERRORS = {
    Result.LIMIT_EXCEEDED: SendLimitError,
    Result.NO_CONNECTION: NotConnectedError,
    Result.CONNECT_FAILED: NotConnectedError,
    Result.INVALID_STATE: NotConnectedError,
}


class UnsupportedError(SteamError):
    """This steamclient, or this libsteam_api, does not have an interface or a method.

    :ivar name: what was needed, as Steamworks calls it: ``ISteamUGC`` or ``ISteamUGC::VoteItem``.
    :ivar served: the version of the interface that steamclient serves; None if it serves none.
    :ivar versions: the versions that have it, each with the first Steamworks SDK that has this
        version, such as ``("SteamUtils011", "1.65")``.
    """

    def __init__(
        self, name: str, served: str | None, versions: tuple[tuple[str, str], ...]
    ) -> None:
        super().__init__(name, served, versions)
        self.name = name
        self.served = served
        self.versions = versions

    def __str__(self) -> str:
        known = ", ".join(f"{version} (SDK {sdk})" for version, sdk in self.versions)
        if self.served is None:
            return f"this steamclient serves no version of {self.name} that steamgs knows: {known}"
        since = dict(self.versions).get(self.served)
        if since is None:
            return (
                f"{self.name} is not in {self.served}, the version that steamclient serves, "
                f"but in {known}"
            )
        return (
            f"{self.name} needs libsteam_api of Steamworks SDK {since} or newer, because "
            f"{self.served} of an older steamclient does not have it"
        )
