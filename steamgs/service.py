"""What a server's process does beside the game: it hears who stops it, and says how it is."""

from __future__ import annotations

import signal
import threading
import time

from steamgs import systemd
from steamgs.drain import TellingInterrupted
from steamgs.errors import NotRunningError
from steamgs.log import logger
from steamgs.pulse import Health
from steamgs.stop_signals import die_of
from steamgs.stopping import StopReason, grace_argument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steamgs.server import GameServer

__all__ = ["RESTART_STATUS", "MainInterrupted", "Service"]

RESTART_STATUS = 75
"""The exit status if Steam wants a restart: ``EX_TEMPFAIL`` of ``sysexits.h``."""

# How often to ask Steam, and to look whether the server is alive.
_LOOK_SECONDS = 1.0
# How long after the grace what blocks the main thread is broken off.
_PATIENCE_SECONDS = 2.0


_WHO_STOPS = {
    StopReason.REQUESTED: "the program wants to stop",
    StopReason.STEAM: "Steam wants the server restarted",
    StopReason.FLEET: "the fleet ends the server",
}


class MainInterrupted(BaseException):
    """What a signal's handler raises in a main function that does not return."""


class Service:
    """One run of a server under :func:`steamgs.serve`, of either kind."""

    def __init__(self, server: GameServer, grace: float) -> None:
        self.server = server
        self.main_may_be_interrupted = False
        self._grace = grace_argument(grace)
        self._signals = 0
        self._forced: int | None = None
        self._reason: StopReason | None = None
        self._stop_by: float | None = None
        self._watchdog = systemd.watchdog_seconds()
        self._health = Health.FINE
        self._ready_is_said = False
        self._unsaid: list[str] = []
        self._saying = threading.Lock()

    @property
    def look_seconds(self) -> float:
        """How often to :meth:`look`."""
        return _LOOK_SECONDS if self._watchdog is None else min(_LOOK_SECONDS, self._watchdog / 4)

    @property
    def stopping(self) -> bool:
        """Whether somebody wants the server to stop."""
        return self._stop_by is not None or self.server.stop_requested is not None

    @property
    def seconds_left(self) -> float:
        """How much of the grace is left, from the moment at which the stop was requested."""
        if self._forced is not None:
            return 0.0
        return self._grace if self._stop_by is None else max(self._stop_by - time.monotonic(), 0.0)

    # Signals, in the main thread, between any two instructions.

    def on_signal(self, number: int) -> None:
        """The first asks for a drain, the second ends its grace, the third ends the process."""
        if self._blocks_for_too_long():
            self._interrupt()
            return
        self._signals += 1
        if self._signals == 1:
            self.server.request_stop(StopReason.SIGNAL)
            self.begin_to_stop(signal.Signals(number).name)
        elif self._signals == 2:
            self._forced = number
            self._unsaid.append(f"{signal.Signals(number).name} again: the grace is over")
            self._end_grace()
            self._interrupt()
        else:
            die_of(number)

    def _end_grace(self) -> None:
        if self.server.draining is not None:
            self.server.draining.shorten(0)

    def has_caught_signal(self, number: int) -> None:
        """One has come that the main thread may not get to handle: the stop begins. Any thread."""
        if not self.stopping:
            self.server.request_stop(StopReason.SIGNAL)
            self.begin_to_stop(signal.Signals(number).name)

    def _interrupt(self) -> None:
        drain = self.server.draining
        if drain is not None and drain.telling:
            raise TellingInterrupted
        if self.main_may_be_interrupted and (drain is None or drain.report is not None):
            raise MainInterrupted

    def _blocks_for_too_long(self) -> bool:
        return self._stop_by is not None and time.monotonic() > self._stop_by + _PATIENCE_SECONDS

    # What is looked at again and again, in the loop or in a thread.

    def look(self) -> None:
        """Ask Steam whether it wants a restart, and feed systemd's watchdog."""
        try:
            if not self.stopping and self.server.was_restart_requested():
                self.server.request_stop(StopReason.STEAM)
        except NotRunningError:
            return
        if self.server.stop_requested is not None:
            self.begin_to_stop()
        if self._forced is not None:
            self._end_grace()  # the drain may have begun just after the signal
        self.say()
        if self._watchdog is not None:
            self._feed_watchdog(self._watchdog)

    def _feed_watchdog(self, seconds: float) -> None:
        health = self.server.health(patience=seconds / 2)
        if health is Health.FINE:
            systemd.notify("WATCHDOG=1")
        elif health is not self._health:
            fields = {"reason": health.name}
            logger().error("%s, so systemd's watchdog is not fed", health.value, extra=fields)
            systemd.notify(f"STATUS={health.value}")
        self._health = health

    def blocks(self) -> bool:
        """Whether the main thread should have come to its end by now, and blocks instead."""
        drain = self.server.draining
        telling = drain is not None and drain.telling
        return self._blocks_for_too_long() and (self.main_may_be_interrupted or telling)

    # What the service manager is told.

    def has_started(self) -> None:
        """The server runs. It is ready when it has logged on."""
        self.server.server_connected.once(self._is_ready)

    def _is_ready(self, _: object) -> None:
        self._ready_is_said = True
        if not self.stopping:
            systemd.notify("READY=1", "STATUS=logged on")

    def begin_to_stop(self, signal_name: str = "a signal") -> None:
        """The grace begins, if it has not begun before."""
        if self._stop_by is not None:
            return
        self._stop_by = time.monotonic() + self._grace
        self._reason = self.server.stop_requested
        why = _WHO_STOPS.get(self._reason or StopReason.REQUESTED, signal_name)
        self._unsaid.append(f"{why}: draining, up to {self._grace:g} s")
        systemd.notify("STOPPING=1")

    # What the log is told; not in a signal's handler, which may interrupt one that logs.

    def say(self) -> None:
        """Log what has happened in a signal's handler, or since the last call. From any thread."""
        with self._saying:  # nothing is said later than what comes after it
            while self._unsaid:
                fields = {"reason": self._reason.name} if self._reason is not None else {}
                logger().info("%s", self._unsaid.pop(0), extra=fields)

    def has_drained(self) -> None:
        """Log what has become of the drain, if it is done."""
        self.say()
        report = None if self.server.draining is None else self.server.draining.report
        if report is None:
            return
        lost = f", of {report.not_stored} not" if report.not_stored else ""
        logger().info(
            "drained in %.1f s: %d played, %d of them until the end; statistics of %d stored%s",
            *(report.seconds, report.players, report.ended, report.stored, lost),
            extra={"reason": report.reason.name, "seconds": report.seconds},
        )

    def has_ended(self) -> None:
        """The game is over, whoever has ended it."""
        if self.stopping and self.server.draining is None:
            self.begin_to_stop()
        self.say()
        self._reason = self._reason or self.server.stop_requested
        if not self._ready_is_said:
            self.server.server_connected.disconnect(self._is_ready)

    def status(self) -> int:
        """The exit status."""
        if self._forced is not None:
            return 128 + self._forced
        return RESTART_STATUS if self._reason is StopReason.STEAM else 0
