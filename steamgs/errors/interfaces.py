"""Errors of Steam's optional interfaces: text filters, the workshop, HTTP, items, networking."""

from __future__ import annotations

from steamgs.enums import Result
from steamgs.errors.base import SteamError


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


class NetworkingError(SteamError):
    """Steam's networking refused something.

    :ivar action: the method that was called.
    :ivar result: Steam's reason; None where it gives none.
    :ivar message: Steam's own words; None where it says nothing, which is nearly always.
    """

    def __init__(
        self, action: str, result: Result | None = None, message: str | None = None
    ) -> None:
        super().__init__(action, result, *([] if message is None else [message]))
        self.action = action
        self.result = result
        self.message = message

    def __str__(self) -> str:
        if self.message:
            return f"{self.action}: {self.message}"
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
