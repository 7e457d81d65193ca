"""``server.http``."""

from __future__ import annotations

from collections.abc import Mapping

from steamgs import _core
from steamgs.http.cookies import CookieContainer
from steamgs.http.options import RequestOptions
from steamgs.http.request import HttpRequest
from steamgs.later_enums import HttpMethod

__all__ = ["Http"]


class Http(_core.HttpCore):
    """``server.http``: requests of HTTP that Steam makes.

    The object exists as long as the server object, and its methods work while the server is
    running, logged on or not. A steamclient without ISteamHTTP makes them raise an
    UnsupportedError.
    """

    def request(
        self,
        method: HttpMethod,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "application/octet-stream",
        user_agent: str | None = None,
        cookies: CookieContainer | None = None,
        network_timeout: int | None = None,
        absolute_timeout_ms: int | None = None,
        verify_certificate: bool = True,
    ) -> HttpRequest:
        """Make a request: ``with http.request(HttpMethod.GET, url) as request:``.

        Nothing is sent yet. Steamworks: ``CreateHTTPRequest``, and the methods named below.

        :param url: an absolute address of http or https.
        :param headers: by their names: ``SetHTTPRequestHeaderValue``.
        :param parameters: of the address, or of a form that is posted:
            ``SetHTTPRequestGetOrPostParameter``. Steam encodes them.
        :param body: what is sent, at most 2**32-1 bytes: ``SetHTTPRequestRawPostBody``. A request
            can't have parameters of a form as well.
        :param content_type: of the body.
        :param user_agent: what Steam adds to its own: ``SetHTTPRequestUserAgentInfo``.
        :param cookies: what it sends: ``SetHTTPRequestCookieContainer``.
        :param network_timeout: seconds without any data after which it fails, 1 to 2**32-1:
            ``SetHTTPRequestNetworkActivityTimeout``. Steam takes 60 if None.
        :param absolute_timeout_ms: milliseconds after which it fails, 1 to 2**32-1:
            ``SetHTTPRequestAbsoluteTimeoutMS``. No limit if None.
        :param verify_certificate: whether the host has to prove who it is:
            ``SetHTTPRequestRequiresVerifiedCertificate``.
        :raises HttpError: Steam refused the request, or something of it, which ``action`` names.
        :raises ValueError: an address of another kind, or a line break where there can be none.
        :raises ClosedHandleError: the cookies were released, or are of an earlier run.
        :raises NotRunningError: the server is not running.
        """
        options = RequestOptions(
            headers,
            parameters,
            body,
            content_type,
            user_agent,
            cookies,
            network_timeout,
            absolute_timeout_ms,
            verify_certificate,
        )
        return HttpRequest(self, method, url, options)

    def cookies(self, *, from_responses: bool = True) -> CookieContainer:
        """Make a container of cookies: ``with http.cookies() as cookies:``.

        :param from_responses: whether responses may put cookies into it and change them.
        :raises HttpError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        return CookieContainer(self, from_responses)
