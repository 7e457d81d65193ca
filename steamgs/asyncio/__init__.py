"""steamgs for asyncio: the same server, which an event loop drives.

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
import os
import threading
from collections.abc import Callable
from ipaddress import IPv4Address
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import steamgs.server
from steamgs._core import (
    STREAM_LIMIT,
    AuthenticatedSession,
    Call,
    ConnectionSession,
    Event,
    EventBatches,
    EventStream,
    ServerConnected,
)
from steamgs.admission import AdmittedPlayer
from steamgs.asyncio.addresses import Address, counted_address
from steamgs.asyncio.shared_port import SharedPort
from steamgs.asyncio.stops import StopWaiters
from steamgs.asyncio.wakeup import LoopWaker
from steamgs.drain import LOOK_SECONDS, Drain, DrainReport, call_hook
from steamgs.enums import ServerMode
from steamgs.errors import NotRunningError, SteamError
from steamgs.log import logger
from steamgs.stopping import StopReason

if TYPE_CHECKING:
    from steamgs.simulator import Simulator

__all__ = [
    "AdmittedPlayer",
    "AuthenticatedSession",
    "EventBatches",
    "EventStream",
    "GameServer",
    "SharedPort",
]

# No timer is set for longer, as some loops have limits.
_LONGEST_TIMER = 3600.0

_PENDING_SESSIONS = 131_072
_PENDING_PER_ADDRESS = 256


class GameServer(steamgs.server.GameServer):
    """:class:`steamgs.GameServer` for asyncio: started inside a running loop, by ``async with``.

    It takes the same arguments and three more. ``start()`` raises RuntimeError if no loop runs in
    this thread. Call the methods in the loop's thread. Exceptions of handlers go to the loop's
    exception handler, unless :attr:`on_handler_error` is set.

    :param tick_interval: seconds between ticks of Steam, 0.0001 to 60.
    :param max_pending_sessions: see :attr:`max_pending_sessions`.
    :param max_pending_per_address: see :attr:`max_pending_per_address`.
    """

    def __init__(
        self,
        app_id: int,
        *,
        ip: str | IPv4Address = "0.0.0.0",
        game_port: int = 27015,
        query_port: int = 27016,
        mode: ServerMode = ServerMode.AUTHENTICATION_AND_SECURE,
        version: str = "1.0.0.0",
        library: str | os.PathLike[str] | Simulator | None = None,
        steamclient: Simulator | None = None,
        allow_simulator: bool = False,
        require_genuine: bool = False,
        tick_interval: float = 0.01,
        max_pending_sessions: int | None = _PENDING_SESSIONS,
        max_pending_per_address: int | None = _PENDING_PER_ADDRESS,
    ) -> None:
        super().__init__(
            app_id,
            ip=ip,
            game_port=game_port,
            query_port=query_port,
            mode=mode,
            version=version,
            library=library,
            steamclient=steamclient,
            allow_simulator=allow_simulator,
            require_genuine=require_genuine,
        )
        self._tick_interval = tick_interval
        self.max_pending_sessions = max_pending_sessions
        self.max_pending_per_address = max_pending_per_address
        self._thread = 0
        self._waker: LoopWaker | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._draining: asyncio.Task[DrainReport] | None = None
        self._stops = StopWaiters()
        self._follow_verdicts()
        self._set_result_handler(self._take_result)

    def _prepare(self) -> tuple[int, int, int, int, bytes]:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._timer = None
        self._draining = None
        self._stops.loop = self._loop
        return super()._prepare()

    def _has_started(self) -> None:
        super()._has_started()
        assert self._loop is not None
        self._waker = LoopWaker(self._loop, self._deliver)
        wake_up = self._waker.attach()
        self._set_wake_up(wake_up)
        self.start_pump(
            self._tick_interval, on_events=self._waker.wake if wake_up is None else None
        )

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
        if self._waker is not None:
            self._waker.detach()
            self._waker = None
        self._stops.tell(None)
        self._draining = None
        super()._has_closed()

    def _abandoned(self) -> None:
        if self._waker is not None:
            self._waker.abandon()
            self._waker = None
        super()._abandoned()
        self._tasks.clear()
        self._stops.abandon()

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

    def _deliver(self) -> None:
        if not self.running:
            return
        try:
            self._deliver_in_loop()
        except ExceptionGroup as group:
            for error in group.exceptions:
                self._report("a handler of a Steam event raised", error)

    def _look_again_in(self, seconds: float) -> None:
        assert self._loop is not None
        when = self._loop.time() + min(seconds, _LONGEST_TIMER)
        if self._timer is not None:
            if self._timer.when() <= when:
                return  # what comes too early looks again
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._deliver()

    def _may_deliver_here(self) -> bool:
        # Handlers belong in the loop's thread; where the loop is gone, nobody else delivers.
        assert self._loop is not None
        return self._thread == threading.get_ident() or self._loop.is_closed()

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

    def events(self, maxsize: int | None = STREAM_LIMIT) -> EventStream[Event]:
        """Return a stream of all events from now on, for ``async for``, until the server closes.

        :param maxsize: how many events may wait before the oldest are dropped; None for no limit.
        """
        return EventStream(self.signals, maxsize)

    def log_on(self, token: str, *, timeout: float | None = 30.0) -> Call[ServerConnected]:
        """Like :meth:`steamgs.GameServer.log_on`, with a time limit unless you pass None."""
        return super().log_on(token, timeout=timeout)

    def log_on_anonymous(self, *, timeout: float | None = 30.0) -> Call[ServerConnected]:
        """Like :meth:`steamgs.GameServer.log_on_anonymous`; see :meth:`log_on`."""
        return super().log_on_anonymous(timeout=timeout)

    # How it stops.

    def request_stop(self, reason: StopReason = StopReason.REQUESTED) -> None:
        """Like :meth:`steamgs.GameServer.request_stop`; it also ends :meth:`stopped`."""
        super().request_stop(reason)
        if self.stop_requested is not None:
            self._stops.tell(self.stop_requested)

    async def stopped(self) -> StopReason:
        """Wait until somebody asks the server to stop; returns at once if that has been done.

        :raises NotRunningError: the server has been closed, and was not started again.
        """
        if self.stop_requested is not None:
            return self.stop_requested
        if self._closed:
            raise NotRunningError("the game server was closed")
        return await self._stops.wait()

    async def drain(self, *, grace: float = 30.0) -> DrainReport:  # type: ignore[override]
        """Stop in good order, as :meth:`steamgs.GameServer.drain` does, while the loop goes on.

        Sessions of :meth:`authenticate` that Steam has not judged raise a
        :class:`~steamgs.DrainingError`. Those that are still open when the grace is over are ended:
        ``session.revoked`` is None. Cancelling the task that awaits it does not end the drain.

        :param grace: seconds that players have to leave, 0 or more.
        :raises NotRunningError: the server is not running, or was closed meanwhile.
        """
        if self._draining is None:
            drain = self._begin_drain(grace, self._tell_in_task)
            self._draining = asyncio.get_running_loop().create_task(
                self._finish_draining(drain), name="drain"
            )
            self._keep(self._draining)
        else:
            self._shorten_drain(grace)
        return await asyncio.shield(self._draining)

    async def _finish_draining(self, drain: Drain) -> DrainReport:
        for _ in drain.steps():
            self._pulse.take_turns()
            await asyncio.sleep(LOOK_SECONDS)
        return self._finished(drain)

    def _tell_in_task(self, drain: Drain) -> Callable[[], bool]:
        result = call_hook(self.on_drain, drain)
        if not asyncio.iscoroutine(result):
            return lambda: True
        assert self._loop is not None
        task = self._loop.create_task(result, name="on_drain")
        self._keep(task)

        def told() -> bool:
            if not task.done() and not drain.may_tell():
                task.cancel()
            return task.done()

        task.add_done_callback(self._has_told)
        return told

    def _has_told(self, task: asyncio.Task[Any]) -> None:
        if task.cancelled():
            logger().error("on_drain took longer than the grace, and was cancelled")
        elif task.exception() is not None:
            logger().error("on_drain raised", exc_info=task.exception())

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Players.

    @property
    def max_pending_sessions(self) -> int | None:
        """How many sessions of :meth:`authenticate` may wait for Steam's verdict at once.

        Beyond it, a player is refused with a TooManyPendingError before Steam is asked. It may be
        changed at any time. 1 to 2**32-1; None for no limit.
        """
        return self._pending.max_sessions

    @max_pending_sessions.setter
    def max_pending_sessions(self, value: int | None) -> None:
        self._pending.max_sessions = value

    @property
    def max_pending_per_address(self) -> int | None:
        """How many of them may be from one address, as named by ``authenticate(address=...)``.

        Like :attr:`max_pending_sessions`.
        """
        return self._pending.max_per_address

    @max_pending_per_address.setter
    def max_pending_per_address(self, value: int | None) -> None:
        self._pending.max_per_address = value

    def authenticate(
        self,
        steam_id: int,
        ticket: bytes,
        *,
        timeout: float | None = 10.0,
        address: Address | None = None,
    ) -> AuthenticatedSession:
        """Admit a player by ticket: ``async with server.authenticate(...) as session:``.

        The block runs after Steam has said OK, and the session ends when the block is left. Await
        ``session.revoked`` to learn if Steam changes its mind. Steamworks: ``BeginAuthSession``.

        Steam's verdict names the player, not the session. So if the last session of this player
        ended before its verdict, this waits for that verdict first, for five seconds at most. A
        late OK lets nobody in, and a late refusal is raised here.

        :param timeout: seconds to wait for Steam's verdict; None waits without limit.
        :param address: where the player comes from, for :attr:`max_pending_per_address`: an
            address of :mod:`ipaddress` or a socket (``transport.get_extra_info("peername")``), or
            text. Ports don't count, and all of an IPv6 /64 is one address. Text that is no IP
            address is taken as it is, so you may name what you like, such as a larger network.
        :raises AuthSessionError: the ticket is refused, at once or by Steam; ``result`` says why,
            and is ``DUPLICATE_REQUEST`` if the player already has an open session.
        :raises AuthTimeoutError: Steam gave no verdict in time.
        :raises TooManyPendingError: too many players, or too many from this address, wait for
            Steam's verdict. Steam was not asked.
        :raises NotRunningError: the server is not running, or was closed meanwhile.
        """
        counted = None if address is None else counted_address(address)
        return AuthenticatedSession(self, steam_id, ticket, timeout, counted)

    def authenticate_connection(
        self,
        ip: str | IPv4Address,
        blob: bytes,
        *,
        timeout: float | None = 10.0,
        address: Address | None = None,
    ) -> AuthenticatedSession:
        """:meth:`authenticate` for the older flow of approval and denial.

        ``ip`` is what Steam is told; nothing is counted by it unless it is named as ``address``
        too. Steamworks: ``SendUserConnectAndAuthenticate``.
        """
        counted = None if address is None else counted_address(address)
        return ConnectionSession(self, None, (ip, blob), timeout, counted)

    def run_forever(
        self, interval: float = 0.01, *, stop: threading.Event | Callable[[], bool] | None = None
    ) -> None:
        """Not available with asyncio, whose loop is already running."""
        raise SteamError(
            "the event loop already delivers events: await something instead of run_forever()"
        )

    def run_parallel(
        self,
        interval: float = 0.01,
        *,
        threads: int,
        max_waiting: int = 4096,
        stop: threading.Event | Callable[[], bool] | None = None,
    ) -> None:
        """Not available with asyncio, where handlers and tasks run in the loop's thread."""
        raise SteamError(
            "the event loop delivers events in its own thread: run_parallel() is of "
            "steamgs.GameServer"
        )
