"""Steam dedicated game servers in Python.

See :class:`GameServer` for how it is used, and ``README.md`` for what a host needs.
steamgs is not affiliated with Valve.
"""

import logging as _logging
from typing import TYPE_CHECKING as _TYPE_CHECKING

# isort: off
from steamgs._core import (
    # <generated imports>
    AssociateClan,
    ClientAchievementStatus,
    ClientApproved,
    ClientDenied,
    ClientGroupStatus,
    ClientKick,
    GameplayStats,
    PlayerCompat,
    PolicyResponse,
    ServerConnectFailure,
    ServerConnected,
    ServerDisconnected,
    ServerReputation,
    StatsReceived,
    StatsStored,
    StatsUnloaded,
    ValidateAuthTicketResponse,
    # </generated>
)

# isort: on
from steamgs._core import Event, GameServerStats, Signal, build_info
from steamgs.counters import Counters
from steamgs.enums import (
    AccountType,
    AuthSessionResponse,
    BeginAuthSessionResult,
    DenyReason,
    InitResult,
    Result,
    ServerMode,
    Universe,
    UserHasLicenseForAppResult,
)
from steamgs.errors import (
    AuthSessionError,
    AuthTimeoutError,
    CallFailedError,
    LogOnError,
    LogOnTimeoutError,
    NotLoggedOnError,
    NotRunningError,
    StatsError,
    SteamError,
    SteamInitError,
    SteamLibraryError,
)
from steamgs.native import get_include
from steamgs.server import QUERY_PORT_SHARED, GameServer
from steamgs.sessions import AuthTicket, Session, SessionKind
from steamgs.steamid import SteamID

__all__ = [
    # <generated names>
    "AssociateClan",
    "ClientAchievementStatus",
    "ClientApproved",
    "ClientDenied",
    "ClientGroupStatus",
    "ClientKick",
    "GameplayStats",
    "PlayerCompat",
    "PolicyResponse",
    "ServerConnectFailure",
    "ServerConnected",
    "ServerDisconnected",
    "ServerReputation",
    "StatsReceived",
    "StatsStored",
    "StatsUnloaded",
    "ValidateAuthTicketResponse",
    # </generated>
    "AccountType",
    "AuthSessionError",
    "AuthSessionResponse",
    "AuthTicket",
    "AuthTimeoutError",
    "BeginAuthSessionResult",
    "CallFailedError",
    "Counters",
    "DenyReason",
    "Event",
    "GameServer",
    "GameServerStats",
    "InitResult",
    "LogOnError",
    "LogOnTimeoutError",
    "NotLoggedOnError",
    "NotRunningError",
    "QUERY_PORT_SHARED",
    "Result",
    "ServerMode",
    "Session",
    "SessionKind",
    "Signal",
    "StatsError",
    "SteamError",
    "SteamID",
    "SteamInitError",
    "SteamLibraryError",
    "Universe",
    "UserHasLicenseForAppResult",
    "__version__",
    "build_info",
    "get_include",
]

if _TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        # Looking it up takes longer than importing all the rest: only who asks waits for it.
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import version  # noqa: PLC0415

        return version("steamgs")


# A library keeps silent unless its user asks for its log.
_logging.getLogger(__name__).addHandler(_logging.NullHandler())
