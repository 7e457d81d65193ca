"""Steam dedicated game servers in Python.

See :class:`GameServer` for how it is used, and ``README.md`` for what a host needs.
steamgs is not affiliated with Valve.
"""

from steamgs import enums as _enums
from steamgs import events as _events
from steamgs._core import (
    Batch,
    Call,
    Connection,
    Event,
    FakeUDPPort,
    GameServerStats,
    Listener,
    Message,
    NetworkingSockets,
    NetworkingUtils,
    PlayerSignal,
    PollGroup,
    Signal,
    build_info,
)
from steamgs.counters import Counters
from steamgs.enums import *
from steamgs.errors import (
    AuthSessionError,
    AuthTimeoutError,
    CallCancelledError,
    CallFailedError,
    ClosedHandleError,
    LogOnError,
    LogOnTimeoutError,
    MessageTooBigError,
    NetworkingError,
    NotConnectedError,
    NotLoggedOnError,
    NotRunningError,
    SendError,
    SendLimitError,
    StatsError,
    SteamError,
    SteamInitError,
    SteamLibraryError,
    TooManyPendingError,
    UnsupportedError,
)
from steamgs.events import *
from steamgs.native import get_include
from steamgs.networking_address import NetworkingAddress
from steamgs.networking_identity import NetworkingIdentity
from steamgs.networking_status import ConnectionInfo, ConnectionStatus, LaneStatus
from steamgs.server import QUERY_PORT_SHARED, GameServer
from steamgs.sessions import AuthTicket, Session, SessionKind
from steamgs.steamid import SteamID

__all__ = [
    "AuthSessionError",
    "AuthTicket",
    "AuthTimeoutError",
    "Batch",
    "Call",
    "CallCancelledError",
    "CallFailedError",
    "ClosedHandleError",
    "Connection",
    "ConnectionInfo",
    "ConnectionStatus",
    "Counters",
    "Event",
    "FakeUDPPort",
    "GameServer",
    "GameServerStats",
    "LaneStatus",
    "Listener",
    "LogOnError",
    "LogOnTimeoutError",
    "Message",
    "MessageTooBigError",
    "NetworkingAddress",
    "NetworkingError",
    "NetworkingIdentity",
    "NetworkingSockets",
    "NetworkingUtils",
    "NotConnectedError",
    "NotLoggedOnError",
    "NotRunningError",
    "QUERY_PORT_SHARED",
    "Session",
    "SessionKind",
    "PlayerSignal",
    "PollGroup",
    "SendError",
    "SendLimitError",
    "Signal",
    "StatsError",
    "SteamError",
    "SteamID",
    "SteamInitError",
    "SteamLibraryError",
    "TooManyPendingError",
    "UnsupportedError",
    "__version__",
    "build_info",
    "get_include",
]
__all__ += _enums.__all__
__all__ += _events.__all__

TYPE_CHECKING = False
if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        # Looking it up takes longer than importing all the rest: only who asks waits for it.
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import version  # noqa: PLC0415

        return version("steamgs")
