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
    MessageChannel,
    NetworkingMessages,
    NetworkingSockets,
    NetworkingUtils,
    PlayerSignal,
    PollGroup,
    Signal,
    Utils,
    build_info,
)
from steamgs.counters import Counters
from steamgs.drain import Drain, DrainReport
from steamgs.enums import *
from steamgs.errors import (
    AdmissionError,
    AuthSessionError,
    AuthTimeoutError,
    CallCancelledError,
    CallFailedError,
    ClosedHandleError,
    ConfigError,
    DownloadError,
    DrainingError,
    ExpiredProofError,
    HttpError,
    HttpTimeoutError,
    InvalidProofError,
    InventoryError,
    ItemProofError,
    LogOnError,
    LogOnTimeoutError,
    MessageTooBigError,
    NetworkingError,
    NoResponseError,
    NotConnectedError,
    NotLoggedOnError,
    NotRunningError,
    SendError,
    SendLimitError,
    ServerFullError,
    StatsError,
    SteamError,
    SteamHangsError,
    SteamInitError,
    SteamLibraryError,
    TextFilterError,
    TooManyPendingError,
    UnsupportedError,
    WorkshopError,
    WrongOwnerError,
)
from steamgs.events import *
from steamgs.native import get_include
from steamgs.networking_address import NetworkingAddress
from steamgs.networking_identity import NetworkingIdentity
from steamgs.pulse import Health
from steamgs.server import QUERY_PORT_SHARED, GameServer
from steamgs.sessions import AuthTicket, Session, SessionKind
from steamgs.steamid import SteamID
from steamgs.stopping import StopReason

__all__ = [
    "AdmissionError",
    "AuthSessionError",
    "AuthTicket",
    "AuthTimeoutError",
    "Batch",
    "Call",
    "CallCancelledError",
    "CallFailedError",
    "ClosedHandleError",
    "Config",
    "ConfigError",
    "Connection",
    "ConfigInfo",
    "ConnectionInfo",
    "ConnectionStatus",
    "ConvertedCall",
    "CookieContainer",
    "Counters",
    "Details",
    "Download",
    "DownloadError",
    "DownloadProgress",
    "Drain",
    "DrainReport",
    "DrainingError",
    "Event",
    "ExpiredProofError",
    "FakeUDPPort",
    "GameServer",
    "GameServerStats",
    "Http",
    "HttpError",
    "HttpRequest",
    "HttpResponse",
    "HttpStream",
    "HttpTimeoutError",
    "Installation",
    "InstalledItem",
    "InvalidProofError",
    "Inventory",
    "InventoryError",
    "InventoryItem",
    "InventoryResult",
    "ItemDefinition",
    "ItemDetails",
    "ItemPreview",
    "ItemPrice",
    "ItemProofError",
    "LaneStatus",
    "Listener",
    "Health",
    "LogOnError",
    "LogOnTimeoutError",
    "Message",
    "MessageChannel",
    "MessageTooBigError",
    "NetworkingAddress",
    "NetworkingError",
    "NetworkingIdentity",
    "NetworkingMessages",
    "NetworkingSockets",
    "NetworkingUtils",
    "NoResponseError",
    "NotConnectedError",
    "NotLoggedOnError",
    "NotRunningError",
    "QUERY_PORT_SHARED",
    "Query",
    "RESTART_STATUS",
    "Search",
    "Session",
    "SessionKind",
    "PingLocation",
    "PlayerSignal",
    "PollGroup",
    "PropertyUpdate",
    "RelayPing",
    "SendError",
    "SendLimitError",
    "ServerFullError",
    "Signal",
    "StatsError",
    "StopReason",
    "SteamError",
    "SteamHangsError",
    "SteamID",
    "SteamInitError",
    "SteamLibraryError",
    "TextFilterError",
    "TooManyPendingError",
    "UnsupportedError",
    "Utils",
    "Verification",
    "VerifiedItems",
    "Workshop",
    "WorkshopError",
    "WrongOwnerError",
    "__version__",
    "build_info",
    "get_include",
    "serve",
]
__all__ += _enums.__all__
__all__ += _events.__all__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steamgs import later_enums as _later_enums
    from steamgs.config import Config
    from steamgs.converted_call import ConvertedCall
    from steamgs.http import (
        CookieContainer,
        Http,
        HttpRequest,
        HttpResponse,
        HttpStream,
    )
    from steamgs.inventory import (
        Inventory,
        InventoryItem,
        InventoryResult,
        ItemDefinition,
        ItemPrice,
        PropertyUpdate,
        Verification,
        VerifiedItems,
    )
    from steamgs.later_enums import *
    from steamgs.networking_config import ConfigInfo, PingLocation, RelayPing
    from steamgs.networking_status import ConnectionInfo, ConnectionStatus, LaneStatus
    from steamgs.service import RESTART_STATUS
    from steamgs.serving import serve
    from steamgs.workshop import (
        Details,
        Download,
        DownloadProgress,
        Installation,
        InstalledItem,
        ItemDetails,
        ItemPreview,
        Query,
        Search,
        Workshop,
    )

    __all__ += _later_enums.__all__

    __version__: str
else:
    __all__ += _enums.LATER  # noqa: PLE0605 - a tuple of names

    # Making these classes, or looking up the version, takes long: only who asks waits for it.
    _LATER = {
        "ConfigInfo": "steamgs.networking_config",
        "Config": "steamgs.config",
        "ConvertedCall": "steamgs.converted_call",
        "CookieContainer": "steamgs.http",
        "ConnectionInfo": "steamgs.networking_status",
        "ConnectionStatus": "steamgs.networking_status",
        "Details": "steamgs.workshop",
        "Download": "steamgs.workshop",
        "DownloadProgress": "steamgs.workshop",
        "Http": "steamgs.http",
        "HttpRequest": "steamgs.http",
        "HttpResponse": "steamgs.http",
        "HttpStream": "steamgs.http",
        "Installation": "steamgs.workshop",
        "InstalledItem": "steamgs.workshop",
        "Inventory": "steamgs.inventory",
        "InventoryItem": "steamgs.inventory",
        "InventoryResult": "steamgs.inventory",
        "ItemDefinition": "steamgs.inventory",
        "ItemDetails": "steamgs.workshop",
        "ItemPrice": "steamgs.inventory",
        "ItemPreview": "steamgs.workshop",
        "LaneStatus": "steamgs.networking_status",
        "PingLocation": "steamgs.networking_config",
        "PropertyUpdate": "steamgs.inventory",
        "RelayPing": "steamgs.networking_config",
        "RESTART_STATUS": "steamgs.service",
        "Query": "steamgs.workshop",
        "Search": "steamgs.workshop",
        "Verification": "steamgs.inventory",
        "VerifiedItems": "steamgs.inventory",
        "Workshop": "steamgs.workshop",
        "serve": "steamgs.serving",
        **dict.fromkeys(_enums.LATER, "steamgs.later_enums"),
    }

    def __getattr__(name: str) -> object:
        if name in _LATER:
            from importlib import import_module  # noqa: PLC0415

            return getattr(import_module(_LATER[name]), name)
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import version  # noqa: PLC0415

        return version("steamgs")
