"""How a server stops in good order: nobody new comes in, who plays is told, and nothing is lost."""

from __future__ import annotations

import time

from steamgs import _core
from steamgs.enums import Result
from steamgs.errors import NotRunningError, SteamError
from steamgs.log import logger
from steamgs.named_tuple import NamedTuple
from steamgs.sessions import SessionKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from steamgs._core import Call, StatsStored
    from steamgs.stopping import StopReason

__all__ = ["LOOK_SECONDS", "Drain", "Drainable", "DrainReport", "TellingInterrupted", "call_hook"]

# How often a drain looks whether it can go on.
LOOK_SECONDS = 0.05
# What the hook has at least, however short the grace is.
_TELL_SECONDS = 1.0
# How long what has waited for the sessions, such as tasks, has to write down how they ended.
_SETTLE_SECONDS = 0.2
_STORE_SECONDS = 5.0
_LOG_OFF_SECONDS = 1.0


class Drainable(
    _core.LifecycleMethods,
    _core.PumpMethods,
    _core.LogonMethods,
    _core.BrowserMethods,
    _core.SessionMethods,
    _core.InterfaceMethods,
):
    """What a drain needs of a server."""


class TellingInterrupted(BaseException):
    """What a signal's handler raises in a hook that has taken too long."""


class DrainReport(NamedTuple):
    """What has become of a drain."""

    reason: StopReason
    players: int
    """Sessions that were open when it began."""
    ended: int
    """Sessions that were still open when the grace was over, and were ended."""
    stored: int
    """Players whose changed statistics were stored."""
    not_stored: int
    """Players whose changed statistics Steam did not store; the log says why."""
    seconds: float
    """How long it took."""


class Drain:
    """A drain that is going on, as :attr:`steamgs.GameServer.on_drain` gets it.

    :ivar reason: why the server stops.
    :ivar players: the Steam ids of the sessions that were open when the drain began.
    """

    def __init__(
        self,
        server: Drainable,
        reason: StopReason,
        grace: float,
        playing: Callable[[], int],
        tell: Callable[[Drain], Callable[[], bool]],
    ) -> None:
        self.reason = reason
        self.players = tuple(
            steam_id
            for steam_id, session in server.sessions.items()
            if session.kind is not SessionKind.BOT
        )
        self.telling = False
        """Whether the hook is being called."""
        self._server = server
        self._playing = playing
        self._tell = tell
        self._began = time.monotonic()
        self._deadline = self._began + grace
        self._ended = 0
        self._stored: set[int] = set()
        self._not_stored: set[int] = set()
        self._report: DrainReport | None = None

    @property
    def seconds_left(self) -> float:
        """How much of the grace is left, in seconds; 0 if nothing is."""
        return max(self._deadline - time.monotonic(), 0.0)

    @property
    def report(self) -> DrainReport | None:
        """What has become of it; None while it goes on."""
        return self._report

    def shorten(self, grace: float) -> None:
        """End the grace in so many seconds, if it does not end before. 0 ends it now.

        It may be called from any thread, and in a signal's handler.
        """
        self._deadline = min(self._deadline, time.monotonic() + grace)

    def may_tell(self) -> bool:
        """Whether the hook has time left."""
        return time.monotonic() < max(self._deadline, self._began + _TELL_SECONDS)

    def steps(self) -> Iterator[None]:
        """Yield whenever events are to be delivered; :data:`LOOK_SECONDS` may then pass.

        :raises NotRunningError: the server was closed.
        """
        told = self._tell(self)
        while self._goes_on(told()):
            yield
            self._require_running()
        # Steam may know nothing of players who have left, so what is there is stored before that.
        for step in (self._store, self._end_sessions, self._store, self._log_off):
            yield from self._persist(step)
        self._report = DrainReport(
            self.reason,
            len(self.players),
            self._ended,
            len(self._stored),
            len(self._not_stored),
            time.monotonic() - self._began,
        )

    def _persist(self, step: Callable[[], Iterator[None]]) -> Iterator[None]:
        """Do it; if it fails, those that follow are done all the same."""
        try:
            yield from step()
        except Exception:
            self._require_running()
            logger().exception("a step of the drain failed")

    def _goes_on(self, told: bool) -> bool:
        if not told and self.may_tell():
            return True
        return self._playing() > 0 and self.seconds_left > 0

    def _require_running(self) -> None:
        if not self._server.running:
            raise NotRunningError("the game server was closed while it was draining")

    def _while(self, goes_on: Callable[[], bool], seconds: float) -> Iterator[None]:
        deadline = time.monotonic() + seconds
        while goes_on() and time.monotonic() < deadline:
            yield
            self._require_running()

    def _store(self) -> Iterator[None]:
        stats = self._server.stats
        calls: dict[int, Call[StatsStored]] = {}
        for steam_id in stats.unstored:
            try:
                calls[steam_id] = stats.store_user_stats(steam_id, timeout=_STORE_SECONDS)
            except SteamError as error:
                self._has_not_stored(steam_id, error)
        waiting = _still_waiting(calls.values())
        yield from self._while(waiting, 2 * _STORE_SECONDS)
        for steam_id, call in calls.items():
            failure = call.exception(0) if call.done() else TimeoutError("no answer")
            if failure is None and (result := call.result(0).result) is not Result.OK:
                failure = SteamError(result.description)
            if failure is None:
                self._stored.add(steam_id)
                self._not_stored.discard(steam_id)
            else:
                self._has_not_stored(steam_id, failure)

    def _has_not_stored(self, steam_id: int, error: BaseException) -> None:
        self._not_stored.add(steam_id)
        fields = {"steam_id": steam_id, "reason": type(error).__name__}
        logger().error("the statistics of %d were not stored: %s", steam_id, error, extra=fields)

    def _end_sessions(self) -> Iterator[None]:
        for steam_id, session in list(self._server.sessions.items()):
            if session.kind is SessionKind.CONNECT:
                self._server.send_user_disconnect(steam_id)
            else:
                self._server.end_auth_session(steam_id)
            self._ended += session.kind is not SessionKind.BOT
        if self._ended:
            yield from self._while(lambda: True, _SETTLE_SECONDS)

    def _log_off(self) -> Iterator[None]:
        if self._server.logged_on:
            self._server.log_off()
            yield from self._while(lambda: self._server.logged_on, _LOG_OFF_SECONDS)


def _still_waiting(calls: Iterable[Call[StatsStored]]) -> Callable[[], bool]:
    left = list(calls)

    def waiting() -> bool:
        while left and left[-1].done():
            left.pop()
        return bool(left)

    return waiting


def call_hook(hook: Callable[[Drain], object] | None, drain: Drain) -> object:
    """Call it: what it returns. What it raises is logged, and ends nothing but the hook."""
    if hook is None:
        return None
    try:
        drain.telling = True
        try:
            return hook(drain)
        finally:
            drain.telling = False
    except TellingInterrupted:
        logger().error("on_drain took longer than the grace, and was interrupted")
    except Exception:
        logger().exception("on_drain raised")
    return None
