"""What the sidecar of a fleet, or its absence, causes."""

from __future__ import annotations

from steamgs.errors import SteamError

__all__ = ["FleetError", "SidecarRefusedError", "SidecarUnreachableError"]


class FleetError(SteamError):
    """The base of what goes wrong between a server and its fleet."""


class SidecarUnreachableError(FleetError):
    """The sidecar did not answer in time, however often it was tried.

    :ivar call: what was called, such as ``"POST /ready"``.
    :ivar seconds: for how long it was tried.
    """

    def __init__(self, call: str, seconds: float, reason: str) -> None:
        super().__init__(call, seconds, reason)
        self.call = call
        self.seconds = seconds
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.call}: the sidecar did not answer in {self.seconds:g} seconds: {self.reason}"


class SidecarRefusedError(FleetError):
    """The sidecar answered with an error, or with what makes no sense.

    :ivar call: what was called, such as ``"POST /ready"``.
    :ivar status: the HTTP status.
    :ivar code: the code of gRPC, such as 5 for "not found"; None if there was none.
    :ivar message: the sidecar's own words.
    """

    def __init__(self, call: str, status: int, code: int | None, message: str) -> None:
        super().__init__(call, status, code, message)
        self.call = call
        self.status = status
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.call}: the sidecar refused it ({self.status}): {self.message}"
