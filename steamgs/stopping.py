"""Why a server is to stop."""

from __future__ import annotations

from enum import Enum

__all__ = ["StopReason"]


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
