"""What may be said of a request before it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from steamgs._core import RequestCore
from steamgs.http.cookies import CookieContainer

__all__ = ["RequestOptions"]


@dataclass(frozen=True)
class RequestOptions:
    """See :meth:`steamgs.http.Http.request`; None where nothing is said."""

    headers: Mapping[str, str] | None
    parameters: Mapping[str, str] | None
    body: bytes | None
    content_type: str
    user_agent: str | None
    cookies: CookieContainer | None
    network_timeout: int | None
    absolute_timeout_ms: int | None
    verify_certificate: bool

    def __post_init__(self) -> None:
        for name, value in (("headers", self.headers), ("parameters", self.parameters)):
            if value is not None and not isinstance(value, Mapping):
                raise TypeError(f"{name} must be a mapping of texts, not {type(value).__name__}")
        if self.cookies is not None and not isinstance(self.cookies, CookieContainer):
            kind = type(self.cookies).__name__
            raise TypeError(f"cookies must be a CookieContainer, not {kind}")

    def given_to(self, core: RequestCore) -> Iterator[tuple[str, bool]]:
        """Tell Steam; the name of each, and whether Steam has taken it."""
        for name, value in (self.headers or {}).items():
            yield "headers", core.header(name, value)
        for name, value in (self.parameters or {}).items():
            yield "parameters", core.parameter(name, value)
        if self.body is not None:
            yield "body", core.body(self.content_type, self.body)
        if self.user_agent is not None:
            yield "user_agent", core.user_agent(self.user_agent)
        if self.cookies is not None:
            yield "cookies", self.cookies.give_to(core)
        if self.network_timeout is not None:
            yield "network_timeout", core.network_timeout(self.network_timeout)
        if self.absolute_timeout_ms is not None:
            yield "absolute_timeout_ms", core.absolute_timeout(self.absolute_timeout_ms)
        yield "verify_certificate", core.verify(self.verify_certificate)
