"""A logon from the first call to its end, as Steam tells of it in pieces."""

from __future__ import annotations

import asyncio

from steamgs._core import (
    PolicyResponse,
    ServerConnected,
    ServerConnectFailure,
    ServerDisconnected,
)
from steamgs.enums import Result, ServerMode
from steamgs.errors import LogOnError, LogOnTimeoutError, NotRunningError
from steamgs.server import GameServer

__all__ = ["LogonProgress"]

# How long to wait for a policy response that may not come. Some steamclients give but one from a
# server's start to its end, however often it logs on; and Valve's documents promise it to servers
# that ask for VAC alone.
_DOUBTFUL_POLICY_SECONDS = 3.0


class LogonProgress:
    """What Steam has said since the server asked to be logged on.

    A logon is finished when both ``server_connected`` and ``policy_response`` have been delivered,
    in any order: before the latter nobody knows whether the server is secure.

    A server with ``ServerMode.NO_AUTHENTICATION`` takes no part in VAC, so ``server_connected`` is
    all that it waits for. One with ``ServerMode.AUTHENTICATION`` does not ask to be secure: it
    waits for the policy response too, but only for a short time, as it is not known whether Steam
    always gives one.
    """

    def __init__(self, server: GameServer) -> None:
        self._has_policy = server.mode is not ServerMode.NO_AUTHENTICATION
        self._asks_for_vac = server.mode is ServerMode.AUTHENTICATION_AND_SECURE
        self._waiting: set[asyncio.Future[ServerConnected]] = set()
        self._policy_before = False
        self._grace: asyncio.TimerHandle | None = None
        self._begin(asked=False)
        server.server_connected.connect(self._on_connected)
        server.policy_response.connect(self._on_policy)
        server.server_connect_failure.connect(self._on_failure)
        server.server_disconnected.connect(self._on_disconnected)

    def _begin(self, *, asked: bool) -> None:
        self._asked = asked
        self._connected: ServerConnected | None = None
        self._failure: ServerConnectFailure | None = None
        self._expect_policy()

    def _expect_policy(self) -> None:
        self._policy = not self._has_policy
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None

    def ask(self) -> None:
        """The server is about to ask for a logon; to ask again changes nothing until it ends."""
        if not self._asked:
            self._begin(asked=True)

    async def finished(self, timeout: float | None) -> ServerConnected:
        """Wait until the logon is finished; at once if it is.

        :raises LogOnError: it failed, and Steam does not try again by itself.
        :raises LogOnTimeoutError: it was not finished in time.
        :raises NotRunningError: the server was closed meanwhile.
        """
        done: asyncio.Future[ServerConnected] = asyncio.get_running_loop().create_future()
        self._waiting.add(done)
        try:
            self._look()
            async with asyncio.timeout(timeout):
                return await done
        except TimeoutError:
            raise LogOnTimeoutError(self._failure) from None
        finally:
            self._waiting.discard(done)

    def log_off(self) -> None:
        """The server has asked to be logged off."""
        self._end(LogOnError(Result.CANCELLED, False))

    def close(self) -> None:
        """The server is gone."""
        self._policy_before = False
        self._end(NotRunningError("the game server was closed"))

    def abandon(self) -> None:
        """In a forked child: the server is the parent's, and those who wait are there."""
        self._policy_before = False
        self._waiting.clear()
        self._begin(asked=False)

    def _end(self, error: Exception) -> None:
        self._begin(asked=False)
        for done in self._waiting:
            if not done.done() and not done.get_loop().is_closed():
                done.set_exception(error)

    def _look(self) -> None:
        if self._connected is None:
            return
        if self._policy:
            for done in self._waiting:
                if not done.done():
                    done.set_result(self._connected)
        elif (self._policy_before or not self._asks_for_vac) and self._grace is None:
            loop = asyncio.get_running_loop()
            self._grace = loop.call_later(_DOUBTFUL_POLICY_SECONDS, self._do_without_policy)

    def _do_without_policy(self) -> None:
        self._policy = True
        self._look()

    def _on_connected(self, event: ServerConnected) -> None:
        self._connected = event
        self._look()

    def _on_policy(self, _: PolicyResponse) -> None:
        self._policy = self._policy_before = True
        self._look()

    def _on_failure(self, event: ServerConnectFailure) -> None:
        self._failure = event
        if not event.retrying:
            self._end(LogOnError(event.result, False))

    def _on_disconnected(self, _: ServerDisconnected) -> None:
        # What Steam said of the connection that is gone says nothing of the next one.
        self._connected = None
        self._expect_policy()
