"""Cookies that requests send."""

from __future__ import annotations

from steamgs._core import CookiesCore, HttpCore, RequestCore
from steamgs.errors import HttpError
from steamgs.released import Released

__all__ = ["CookieContainer"]


class CookieContainer(Released):
    """Cookies for any number of requests: a context manager, which releases it at the end.

    Steam loses the cookies with it, and with the server.
    """

    def __init__(self, http: HttpCore, from_responses: bool) -> None:
        self._core: CookiesCore = CookiesCore(http, from_responses)

    def give_to(self, request: RequestCore) -> bool:
        """Have a request send them; False if Steam refuses. :meth:`Http.request` does it.

        :meta private:
        """
        return request.cookies(self._core)

    def set(self, host: str, url: str, cookie: str) -> None:
        """Put a cookie into it. Steamworks: ``SetCookie``.

        :param host: whom it is for, such as ``"example.org"``.
        :param url: the path it is for, such as ``"/"``.
        :param cookie: as in the header Set-Cookie: ``"name=value; ..."``.
        :raises HttpError: Steam refused.
        :raises ValueError: one of them is empty or has a line break.
        :raises ClosedHandleError: the container was released, or is of an earlier run.
        """
        if not self._core.set(host, url, cookie):
            raise HttpError("set", host)
