"""Requests of HTTP that Steam makes for a game server.

It is loaded when a server's :attr:`~steamgs.GameServer.http` is first used.
"""

from steamgs.http.client import Http
from steamgs.http.cookies import CookieContainer
from steamgs.http.request import HttpRequest
from steamgs.http.response import HttpResponse
from steamgs.http.stream import HttpStream

__all__ = ["CookieContainer", "Http", "HttpRequest", "HttpResponse", "HttpStream"]
