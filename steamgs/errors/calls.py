"""Errors of calls that Steam answers later."""

from __future__ import annotations

from steamgs.enums import Result
from steamgs.errors.base import SteamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steamgs.later_enums import APICallFailure


_NO_REASON = -1  # APICallFailure.NONE


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


class SteamHangsError(CallFailedError):
    """Steam was not asked: its tick, which nobody may disturb, has not returned for two seconds.

    Whoever asks while the same tick goes on is told at once.

    :ivar call: the method that was called, or the interface that was to be asked for.
    """

    def __init__(self, call: str) -> None:
        super().__init__(call)

    def __reduce__(self) -> tuple[object, ...]:
        return SteamHangsError, (self.call,)

    def __str__(self) -> str:
        return f"{self.call}: Steam hangs: its tick (SteamGameServer_RunCallbacks) does not return"


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
