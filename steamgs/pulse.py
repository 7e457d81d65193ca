"""Whether a server is alive, and if not, what hangs: the game's own loop, or Steam."""

from __future__ import annotations

import time
from enum import Enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Health", "Pulse"]


class Health(Enum):
    """What :meth:`steamgs.GameServer.health` says."""

    FINE = "fine"
    LOOP_HANGS = "the game's loop hangs"
    STEAM_HANGS = "Steam's library hangs"


class Pulse:
    """Remembers when Steam and the game's loop were last seen to go on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._beaten: float | None = None
        self._ticks = -1
        self._ticked = clock()

    def beat(self) -> None:
        """The game's loop goes on. Once it has said so, it has to go on saying so."""
        self._beaten = self._clock()

    def take_turns(self) -> None:
        """Something else takes the game's turns: if the game has beaten, this does so for it."""
        if self._beaten is not None:
            self.beat()

    def forget(self) -> None:
        """The server starts anew."""
        self._beaten = None
        self._ticks = -1

    def look(self, ticks: int, *, pumped: bool, patience: float) -> Health:
        """What the number of Steam's ticks, and the beats, come to.

        Where there is no pump, the game's own loop ticks Steam, so the two can't be told apart.
        """
        now = self._clock()
        if ticks != self._ticks:
            self._ticks, self._ticked = ticks, now
        if self._beaten is not None and now - self._beaten > patience:
            return Health.LOOP_HANGS
        if now - self._ticked > patience:
            return Health.STEAM_HANGS if pumped or self._beaten is not None else Health.LOOP_HANGS
        return Health.FINE
