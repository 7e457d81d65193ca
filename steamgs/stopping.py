"""Why a server is to stop, and in how long."""

from __future__ import annotations

from enum import Enum

__all__ = ["StopReason", "grace_argument"]

_LONGEST_GRACE = 1e9


class StopReason(Enum):
    """Who asked a server to stop; see :meth:`steamgs.GameServer.request_stop`."""

    REQUESTED = "requested"
    """The program itself."""
    SIGNAL = "signal"
    """SIGTERM, Ctrl-C or Ctrl-Break."""
    STEAM = "steam"
    """Steam wants the server restarted, for example after an update (``WasRestartRequested``)."""
    FLEET = "fleet"
    """Whoever manages the fleet of servers, such as Agones."""


def grace_argument(grace: float) -> float:
    """Seconds that players have to leave, if it is that."""
    if isinstance(grace, bool) or not isinstance(grace, (int, float)):
        raise TypeError(f"grace must be a number of seconds, not {type(grace).__name__}")
    if not 0 <= grace <= _LONGEST_GRACE:
        raise ValueError(f"grace must be from 0 to {_LONGEST_GRACE:g} seconds, not {grace!r}")
    return float(grace)
