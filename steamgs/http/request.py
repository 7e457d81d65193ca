"""A request that Steam makes."""

from __future__ import annotations

from steamgs._core import HttpCore, HttpRequestCompleted, RequestCore
from steamgs.converted_call import ConvertedCall
from steamgs.errors import HttpError
from steamgs.http.options import RequestOptions
from steamgs.http.response import HttpResponse, require_response
from steamgs.http.stream import HttpStream
from steamgs.later_enums import HttpMethod
from steamgs.released import Released

__all__ = ["HttpRequest"]


class HttpRequest(Released):
    """A request: a context manager, which releases it in Steam at the end.

    Send it once. It belongs to this run of the server. Released before it has ended, it is given
    up, and who waits for it gets an error.

    :ivar host: whom it is for.
    """

    def __init__(
        self, http: HttpCore, method: HttpMethod, url: str, options: RequestOptions
    ) -> None:
        self.host = host_of(url)
        self._core: RequestCore = RequestCore(http, method, url, self.host)
        try:
            for name, taken in options.given_to(self._core):
                if not taken:
                    raise HttpError(f"request, {name}", self.host)
        except BaseException:
            self.release()
            raise

    def send(self, *, timeout: float | None = None) -> ConvertedCall[HttpResponse]:
        """Send it: await what this returns, or use its ``result()``.

        The signal ``request_completed`` is emitted as well. Steamworks: ``SendHTTPRequest``.

        :param timeout: seconds after which the call fails with a TimeoutError, while the request
            goes on; None for no limit but the request's own.
        :raises CallFailedError: Steam refused, as it was sent before; from the call: the answer was
            lost.
        :raises HttpTimeoutError: from the call: a timeout of the request has passed.
        :raises NoResponseError: from the call: there is no response.
        :raises ClosedHandleError: the request was released, or is of an earlier run.
        """
        return ConvertedCall(self._core.send(False, timeout), self._whole)

    def stream(self, *, timeout: float | None = None) -> HttpStream:
        """Send it, for ``async for piece in request.stream()``: the body as it comes.

        Without asyncio, ``for piece in request.stream()``. It is sent at once. The signals
        ``headers_received``, ``data_received`` and ``request_completed`` are emitted as well.
        Steamworks: ``SendHTTPRequestAndStreamResponse``, ``GetHTTPStreamingResponseBodyData``.

        :param timeout: as of :meth:`send`.
        :raises CallFailedError: as in :meth:`send`.
        :raises ClosedHandleError: the request was released, or is of an earlier run.
        """
        return HttpStream(self._core, self.host, timeout)

    def header(self, name: str) -> str | None:
        """Return a header of the response; None if it has none, or has not come yet.

        Steamworks: ``GetHTTPResponseHeaderValue``. It has no list of them.

        :raises ClosedHandleError: the request was released, or is of an earlier run.
        """
        return self._core.response_header(name)

    @property
    def progress(self) -> float:
        """How much of the response has come, from 0 to 1; 0 while its size is not known.

        Steamworks: ``GetHTTPDownloadProgressPct``.

        :raises ClosedHandleError: the request was released, or is of an earlier run.
        """
        percent = self._core.progress()
        return 0.0 if percent is None else min(max(percent / 100.0, 0.0), 1.0)

    @property
    def timed_out(self) -> bool:
        """Whether it has failed as one of its timeouts has passed: ``GetHTTPRequestWasTimedOut``.

        :raises ClosedHandleError: the request was released, or is of an earlier run.
        """
        return self._core.timed_out()

    def prioritize(self) -> None:
        """Put it before others that wait, after it was sent: ``PrioritizeHTTPRequest``.

        :raises HttpError: Steam refused, as it was not sent.
        :raises ClosedHandleError: the request was released, or is of an earlier run.
        """
        if not self._core.prioritize():
            raise HttpError("prioritize", self.host)

    def defer(self) -> None:
        """Put it behind others that wait, after it was sent: ``DeferHTTPRequest``.

        :raises HttpError: Steam refused, as it was not sent.
        :raises ClosedHandleError: the request was released, or is of an earlier run.
        """
        if not self._core.defer():
            raise HttpError("defer", self.host)

    def _whole(self, answer: HttpRequestCompleted) -> HttpResponse:
        require_response(answer, self._core, "send", self.host)
        body = self._core.response_body()
        if body is None:
            raise HttpError("send", self.host, "Steam has no body of the response")
        return HttpResponse(answer.status, body)

    def __repr__(self) -> str:
        return f"<HttpRequest to {self.host}>"


def host_of(url: object) -> str:
    """Whom a request is for: the rest of an address may be secret.

    :raises ValueError: it is no address of HTTP.
    """
    if not isinstance(url, str):
        raise TypeError(f"url must be a str, not {type(url).__name__}")
    scheme, _, rest = url.partition("://")
    host = rest.replace("?", "/").replace("#", "/").partition("/")[0].rpartition("@")[2]
    if scheme.lower() not in ("http", "https") or not host:
        raise ValueError("url must be an absolute address that begins with http:// or https://")
    return host
