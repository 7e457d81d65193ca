"""What a server has for its end, and for those who watch whether it is alive."""

from __future__ import annotations

import time
from collections.abc import Callable

from steamgs.drain import LOOK_SECONDS, Drain, Drainable, DrainReport, call_hook
from steamgs.errors import DrainingError, NotRunningError
from steamgs.log import logger
from steamgs.pulse import Health, Pulse
from steamgs.stopping import StopReason, grace_argument

__all__ = ["StopMethods"]


class StopMethods(Drainable):
    """How a server lets players in, drains and stops, and whether it is alive."""

    def _make_stoppable(self) -> None:
        self._admission_checks: tuple[Callable[[int | None], object], ...] = ()
        self._stop_reason: StopReason | None = None
        self._drain: Drain | None = None
        self._on_drain: Callable[[Drain], object] | None = None
        self._pulse = Pulse()

    def _forget_pulse(self) -> None:
        self._pulse.forget()

    def _has_closed(self) -> None:
        self._drain = self._stop_reason = None
        self._set_gate(self._admit if self._admission_checks else None)
        super()._has_closed()

    # Who may come in.

    def add_admission_check(self, check: Callable[[int | None], object]) -> None:
        """Have ``check(steam_id)`` called before Steam is asked about a player.

        ::

            def not_banned_here(steam_id: int | None) -> None:
                if steam_id in banned:
                    raise steamgs.AdmissionError("banned from this server")

            server.add_admission_check(not_banned_here)

        What it raises refuses the player, and comes out of ``begin_auth_session()`` or
        ``authenticate()``; an :class:`AdmissionError`, or one of your own that is derived from it,
        is what callers expect. The Steam id is the one that the player claims to have, and not
        proven. It is None in the older flow, in which only Steam reads it. Checks are called in the
        order in which they were added, in the thread that asks. They stay when the server closes.
        """
        if not callable(check):
            raise TypeError(f"check must be callable, not {type(check).__name__}")
        self._admission_checks = (*self._admission_checks, check)
        self._set_gate(self._admit)

    def remove_admission_check(self, check: Callable[[int | None], object]) -> None:
        """Undo :meth:`add_admission_check`.

        :raises ValueError: it was not added.
        """
        checks = list(self._admission_checks)
        checks.remove(check)
        self._admission_checks = tuple(checks)
        self._set_gate(self._admit if checks or self._drain is not None else None)

    def _admit(self, steam_id: int | None) -> None:
        if self._drain is not None:
            raise DrainingError
        for check in self._admission_checks:
            check(steam_id)

    def playing(self) -> list[int]:
        """Return the Steam ids of those who have an open session and have been let in; no bots.

        With asyncio, sessions that Steam has still to judge are left out, however they began. A
        plain server knows no verdicts, so it returns all open sessions.
        """
        return self._players_in()

    def places_taken(self) -> int:
        """Return how many sessions are open, judged or not. Those of bots don't count."""
        return self._sessions_of_players()

    # How it stops.

    def request_stop(self, reason: StopReason = StopReason.REQUESTED) -> None:
        """Ask the program to drain the server and to end; :attr:`stop_requested` then says why.

        :func:`steamgs.serve` does so, and :meth:`run_forever` returns. If the program asks nobody,
        nothing happens. Only the first request counts. It may be called from any thread, in a
        signal's handler, and before the server is started.
        """
        if not isinstance(reason, StopReason):
            raise TypeError(f"reason must be a StopReason, not {type(reason).__name__}")
        if self._stop_reason is None:
            self._stop_reason = reason

    @property
    def stop_requested(self) -> StopReason | None:
        """Why the server is to stop; None if nobody has asked for it since it was closed last."""
        return self._stop_reason

    @property
    def on_drain(self) -> Callable[[Drain], object] | None:
        """A function that tells those who play that the server is about to close; or None.

        It is called once as ``hook(drain)``, when a drain begins. ``drain.players`` are the Steam
        ids to tell, and ``drain.seconds_left`` is how long they may still play. With asyncio it may
        be a coroutine function, which is cancelled when the grace is over, and after a second at
        the earliest. The drain waits for it. What it raises is logged.
        """
        return self._on_drain

    @on_drain.setter
    def on_drain(self, hook: Callable[[Drain], object] | None) -> None:
        if hook is not None and not callable(hook):
            raise TypeError(f"on_drain must be callable or None, not {type(hook).__name__}")
        self._on_drain = hook

    @property
    def draining(self) -> Drain | None:
        """The drain that is going on, or has been done; None if none has begun."""
        return self._drain

    def drain(
        self, *, grace: float = 30.0, turn: Callable[[], object] | None = None
    ) -> DrainReport:
        """Stop in good order: let nobody new in, let those who play finish, and log off.

        1. The server is no longer advertised. New players get a :class:`DrainingError` before Steam
           is asked.
        2. :attr:`on_drain` tells those who play.
        3. It waits until all sessions have ended, for ``grace`` seconds at most. Bots don't count.
        4. Statistics that were changed and not stored are stored, and the sessions that are left
           are ended. Whatever that changes is stored too.
        5. The server logs off. :meth:`close` it next.

        Events are delivered meanwhile; what their handlers raise is logged. Don't call it in a
        handler. If a drain is already going on, it is only shortened to ``grace``.

        :param grace: seconds that players have to leave, 0 or more.
        :param turn: what the game does in each of its turns, called about twenty times a second
            while players have time left. If it raises, the grace is over, and the exception is
            raised when the drain is done.
        :raises NotRunningError: the server is not running, or was closed meanwhile.
        """
        if self._drain is not None:
            self._shorten_drain(grace)
            return self._finished(self._drain)
        drain = self._begin_drain(grace, self._tell)
        failure: Exception | None = None
        for _ in drain.steps():
            self._pulse.take_turns()
            try:
                self._deliver_for(LOOK_SECONDS)
                if turn is not None and failure is None and drain.seconds_left:
                    turn()
            except Exception as error:
                failure = error
                drain.shorten(0)
        if failure is not None:
            raise failure
        return self._finished(drain)

    def _begin_drain(self, grace: float, tell: Callable[[Drain], Callable[[], bool]]) -> Drain:
        seconds = grace_argument(grace)
        self.set_advertise_server_active(False)
        self.request_stop()
        reason = self._stop_reason or StopReason.REQUESTED
        self._turn_away()
        self._drain = Drain(self, reason, seconds, self._sessions_of_players, tell)
        self._set_gate(self._admit)
        return self._drain

    def _shorten_drain(self, grace: float) -> None:
        if self._drain is not None:
            self._drain.shorten(grace_argument(grace))

    def _tell(self, drain: Drain) -> Callable[[], bool]:
        call_hook(self._on_drain, drain)
        return lambda: True

    def _finished(self, drain: Drain) -> DrainReport:
        if drain.report is None:
            raise NotRunningError("the drain goes on elsewhere")
        return drain.report

    def _deliver_for(self, seconds: float) -> None:
        try:
            self.run_callbacks()
        except ExceptionGroup as group:
            logger().error("handlers of Steam events raised while draining", exc_info=group)
        if not self.running:
            return
        if self.pump_interval is None:
            time.sleep(seconds)
        else:
            self.wait_for_events(seconds)

    # Whether it is alive.

    def beat(self) -> None:
        """Say that the game's own loop goes on; once called, call it in each of its turns.

        :meth:`health` misses the beats, except in a drain, which takes the game's turns. Without
        them it looks at Steam's ticks, which tell of the game's loop only if that loop ticks Steam,
        and not if a pump does. May be called from any thread.
        """
        self._pulse.beat()

    def health(self, patience: float = 5.0) -> Health:
        """Whether the game's loop and Steam go on, as seen since the last call.

        Call it again and again, for example each second. systemd's watchdog is fed by it. With
        asyncio the call itself shows that the event loop goes on.

        :param patience: seconds that either may stand still, more than 0.
        """
        if not patience > 0:
            raise ValueError(f"patience must be more than 0 seconds, not {patience!r}")
        interval = self.pump_interval
        return self._pulse.look(
            self.counters().ticks,
            pumped=interval is not None,
            patience=max(patience, 3 * (interval or 0.0)),
        )
