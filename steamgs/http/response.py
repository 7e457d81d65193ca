"""What a request has brought."""

from __future__ import annotations

from dataclasses import dataclass

from steamgs._core import HttpRequestCompleted, RequestCore
from steamgs.errors import HttpTimeoutError, NoResponseError

__all__ = ["HttpResponse", "require_response"]


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response, whatever its status: also 404 is one.

    Its headers are read by :meth:`HttpRequest.header`, as long as the request is open.
    """

    status: int
    """As HTTP has it, such as 200; :class:`http.HTTPStatus` has names for them."""
    body: bytes
    """All of it; empty if it was streamed."""

    @property
    def ok(self) -> bool:
        """Whether the status is 200 to 299."""
        return 200 <= self.status <= 299


def require_response(
    answer: HttpRequestCompleted, core: RequestCore, action: str, host: str
) -> None:
    """Raise what has become of a request that has ended without a response."""
    if not answer.successful:
        raise (HttpTimeoutError if core.timed_out() else NoResponseError)(action, host)
