"""steamgs for asyncio: the same names, but calls that Steam answers later are awaited.

::

    import steamgs.asyncio

    async def main() -> None:
        async with steamgs.asyncio.GameServer(480) as server:
            await server.log_on_anonymous(timeout=30)
            async for event in server.client_kick:
                print(event)

A native thread ticks Steam without the GIL and wakes the loop only when there are events. Handlers,
which may be coroutine functions, run in the loop's thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ipaddress import IPv4Address
from types import TracebackType
from typing import Any, Self

import steamgs.server
from steamgs._core import (
    STREAM_LIMIT,
    AssociateClan,
    ClientGroupStatus,
    Event,
    PlayerCompat,
    ServerConnected,
    ServerReputation,
)
from steamgs.asyncio.answers import Answers, answer_of
from steamgs.asyncio.logon import LogonProgress
from steamgs.asyncio.sessions import AuthenticatedSession, ConnectionSession, SessionRouter
from steamgs.asyncio.shared_port import SharedPort
from steamgs.asyncio.stats import GameServerStats
from steamgs.errors import SteamError
from steamgs.sessions import Session
from steamgs.waiting import EventStream

__all__ = ["AuthenticatedSession", "EventStream", "GameServer", "SharedPort"]


class GameServer(steamgs.server.GameServer):
    """:class:`steamgs.GameServer` for asyncio: started inside a running loop, by ``async with``.

    Takes the same arguments; ``start()`` raises RuntimeError if no loop is running in this thread.
    Methods are to be called in the loop's thread. Exceptions of handlers
    go to the loop's exception handler, unless :attr:`on_handler_error` is set.

    :param tick_interval: seconds between ticks of Steam, 0.0001 to 60.
    """

    def __init__(self, app_id: int, *, tick_interval: float = 0.01, **options: Any) -> None:
        super().__init__(app_id, **options)
        self._tick_interval = tick_interval
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[object]] = set()
        self._logon = LogonProgress(self)
        self._router = SessionRouter(self)
        self._stats = GameServerStats(self)  # type: ignore[call-arg]
        self._group_status = Answers(
            self.client_group_status, lambda event: (event.steam_id, event.group_id)
        )
        self._set_result_handler(self._take_result)

    def _prepare(self) -> tuple[int, int, int, int, bytes]:
        self._loop = asyncio.get_running_loop()
        return super()._prepare()

    def _has_started(self) -> None:
        super()._has_started()
        self.start_pump(self._tick_interval, on_events=self._wake_loop)

    async def aclose(self) -> None:
        """:meth:`close`, and wait for coroutine handlers, which are cancelled."""
        try:
            self.close()
        finally:
            tasks = self._tasks - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _has_closed(self) -> None:
        # Whoever awaits anything gets a NotRunningError.
        super()._has_closed()
        self._logon.close()
        self._router.close_all()
        self._group_status.close_all()

    def _abandoned(self) -> None:
        super()._abandoned()
        self._tasks.clear()
        self._logon.abandon()
        self._router.abandon()
        self._group_status.abandon()

    async def __aenter__(self) -> Self:
        if self.running:
            return self.start()  # which says that it is running
        try:
            return self.start()
        except BaseException:
            self.close()  # Ctrl-C may come when it has started
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    # Delivery, in the loop's thread.

    def _wake_loop(self) -> None:
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(self._deliver)
        except RuntimeError:
            # The loop was closed under the server: events wait, and are counted when it closes.
            if not self._loop.is_closed():
                raise

    def _deliver(self) -> None:
        if not self.running:
            return
        try:
            self.run_callbacks()
        except ExceptionGroup as group:
            for error in group.exceptions:
                self._report("a handler of a Steam event raised", error)

    def _take_result(self, result: object, event: Event, handler: Callable[[Any], object]) -> None:
        if asyncio.iscoroutine(result):
            assert self._loop is not None
            task = self._loop.create_task(result, name=f"handler of {type(event).__name__}")
            self._tasks.add(task)
            task.add_done_callback(lambda done: self._task_done(done, event, handler))

    def _task_done(
        self, task: asyncio.Task[object], event: Event, handler: Callable[[Any], object]
    ) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        if self.on_handler_error is not None and isinstance(error, Exception):
            self.on_handler_error(error, event, handler)
        else:
            self._report("a coroutine handler of a Steam event raised", error)

    def _report(self, message: str, error: BaseException) -> None:
        assert self._loop is not None
        self._loop.call_exception_handler({"message": message, "exception": error, "server": self})

    # What Steam answers later.

    @property
    def stats(self) -> GameServerStats:
        """As :attr:`steamgs.GameServer.stats`; what Steam answers later is awaited."""
        return self._stats

    def events(self, maxsize: int | None = STREAM_LIMIT) -> EventStream[Event]:
        """All events of all signals from now on, for ``async for``, until the server closes.

        :param maxsize: how many events may wait before the oldest are dropped; None for no limit.
        """
        return EventStream(self.signals, maxsize)

    async def log_on(  # type: ignore[override]
        self, token: str, *, timeout: float | None = 30.0
    ) -> ServerConnected:
        """Log on with a game server account, and wait until the logon is finished.

        It is finished when Steam has connected the server and has said whether it is secure; only
        then is :attr:`secure` right. With ``ServerMode.NO_AUTHENTICATION`` Steam doesn't say.
        While Steam retries by itself after a failure, this goes on waiting. Steamworks: ``LogOn``,
        ``SteamServersConnected_t``, ``GSPolicyResponse_t``.

        :raises LogOnError: it failed, and Steam has given up.
        :raises LogOnTimeoutError: it was not finished in time; Steam may still be trying. Also a
            ``TimeoutError``; ``failure`` is the last failure that Steam reported.
        :raises NotRunningError: the server is not running, or was closed meanwhile.
        """
        self._logon.ask()
        super().log_on(token)
        return await self._logon.finished(timeout)

    async def log_on_anonymous(  # type: ignore[override]
        self, *, timeout: float | None = 30.0
    ) -> ServerConnected:
        """Log on without an account, and wait until the logon is finished; see :meth:`log_on`.

        Steamworks: ``LogOnAnonymous``.

        :raises LogOnError: it failed, and Steam has given up.
        :raises LogOnTimeoutError: it was not finished in time; Steam may still be trying.
        :raises NotRunningError: the server is not running, or was closed meanwhile.
        """
        self._logon.ask()
        super().log_on_anonymous()
        return await self._logon.finished(timeout)

    def log_off(self) -> None:
        """As :meth:`steamgs.GameServer.log_off`; an awaited logon raises LogOnError."""
        super().log_off()
        self._logon.log_off()

    async def associate_with_clan(  # type: ignore[override]
        self, clan_id: int, *, timeout: float | None = None
    ) -> AssociateClan:
        """As :meth:`steamgs.GameServer.associate_with_clan`, awaited."""
        return await answer_of(super().associate_with_clan(clan_id), timeout)

    async def compute_new_player_compatibility(  # type: ignore[override]
        self, steam_id: int, *, timeout: float | None = None
    ) -> PlayerCompat:
        """As :meth:`steamgs.GameServer.compute_new_player_compatibility`, awaited."""
        return await answer_of(super().compute_new_player_compatibility(steam_id), timeout)

    async def get_server_reputation(  # type: ignore[override]
        self, *, timeout: float | None = None
    ) -> ServerReputation:
        """As :meth:`steamgs.GameServer.get_server_reputation`, awaited."""
        return await answer_of(super().get_server_reputation(), timeout)

    async def request_user_group_status(  # type: ignore[override]
        self, steam_id: int, group_id: int, *, timeout: float | None = None
    ) -> ClientGroupStatus:
        """As :meth:`steamgs.GameServer.request_user_group_status`, awaited."""
        ask = super().request_user_group_status
        return await self._group_status.request(
            (steam_id, group_id), lambda: ask(steam_id, group_id), timeout
        )

    # Players.

    def begin_auth_session(self, ticket: bytes, steam_id: int) -> Session:
        """As :meth:`steamgs.GameServer.begin_auth_session`."""
        session = super().begin_auth_session(ticket, steam_id)
        self._router.begun(session.steam_id)
        return session

    def end_auth_session(self, steam_id: int) -> None:
        """As :meth:`steamgs.GameServer.end_auth_session`.

        If the session is one of :meth:`authenticate`, that has ended too: its ``revoked`` is None,
        or where it waits for Steam's verdict it raises a ``SteamError``.
        """
        super().end_auth_session(steam_id)
        self._router.ended(steam_id)

    def send_user_connect_and_authenticate(self, ip: str | IPv4Address, blob: bytes) -> int:
        """As :meth:`steamgs.GameServer.send_user_connect_and_authenticate`."""
        steam_id = super().send_user_connect_and_authenticate(ip, blob)
        self._router.begun(steam_id)
        return steam_id

    def send_user_disconnect(self, steam_id: int) -> None:
        """As :meth:`steamgs.GameServer.send_user_disconnect`; see :meth:`end_auth_session`."""
        super().send_user_disconnect(steam_id)
        self._router.ended(steam_id)

    def authenticate(
        self, steam_id: int, ticket: bytes, *, timeout: float | None = 10.0
    ) -> AuthenticatedSession:
        """Admit a player by ticket: ``async with server.authenticate(...) as session:``.

        The block runs once Steam has said OK, and the session ends when the block is left.
        ``session.revoked`` tells if Steam changes its mind. Steamworks: ``BeginAuthSession``.

        Steam's verdict names the player, not the session. So where the last session of this player
        ended before its verdict, this waits for that verdict first, five seconds at most: a late OK
        lets nobody in, a late refusal is raised here.

        :param timeout: seconds to wait for Steam's verdict; None waits without limit.
        :raises AuthSessionError: the ticket is refused, at once or by Steam; ``result`` says why. A
            player who has an open session already is a ``DUPLICATE_REQUEST``.
        :raises AuthTimeoutError: Steam did not say in time.
        :raises NotRunningError: the server is not running, or was closed meanwhile.
        """
        return AuthenticatedSession(self._router, steam_id, ticket, timeout)

    def authenticate_connection(
        self, ip: str | IPv4Address, blob: bytes, *, timeout: float | None = 10.0
    ) -> AuthenticatedSession:
        """:meth:`authenticate` for the older flow of approval and denial.

        Steamworks: ``SendUserConnectAndAuthenticate``.
        """
        return ConnectionSession(self._router, 0, (ip, blob), timeout)

    def run_forever(self, *_: Any, **__: Any) -> None:
        """Not available with asyncio, whose loop is already running."""
        raise SteamError(
            "the event loop already delivers; await something instead of calling run_forever()"
        )
