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
    HttpError,
    HttpTimeoutError,
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
    SteamInitError,
    SteamLibraryError,
    TextFilterError,
    TooManyPendingError,
    UnsupportedError,
    WorkshopError,
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
    "APICallFailure",
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
    "ContentDescriptor",
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
    "FakeIPType",
    "FakeUDPPort",
    "GameServer",
    "GameServerStats",
    "Http",
    "HttpError",
    "HttpMethod",
    "HttpRequest",
    "HttpResponse",
    "HttpStream",
    "HttpTimeoutError",
    "IPv6ConnectivityProtocol",
    "IPv6ConnectivityState",
    "Installation",
    "InstalledItem",
    "ItemDetails",
    "ItemPreview",
    "ItemPreviewType",
    "ItemState",
    "ItemStatistic",
    "LaneStatus",
    "Listener",
    "Health",
    "LogOnError",
    "LogOnTimeoutError",
    "Message",
    "MessageChannel",
    "MessageTooBigError",
    "NetworkingAddress",
    "NetworkingConfig",
    "NetworkingConfigScope",
    "NetworkingConfigType",
    "NetworkingError",
    "NetworkingIdentity",
    "NetworkingLogLevel",
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
    "RelayPing",
    "SendError",
    "SendLimitError",
    "ServerFullError",
    "Signal",
    "StatsError",
    "StopReason",
    "SteamError",
    "SteamID",
    "SteamInitError",
    "SteamLibraryError",
    "TextFilterError",
    "TextFilteringContext",
    "TooManyPendingError",
    "UnsupportedError",
    "Utils",
    "Workshop",
    "WorkshopError",
    "WorkshopFileType",
    "WorkshopMatch",
    "WorkshopRanking",
    "WorkshopVisibility",
    "__version__",
    "build_info",
    "get_include",
    "serve",
]
__all__ += _enums.__all__
__all__ += _events.__all__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steamgs.config import Config
    from steamgs.converted_call import ConvertedCall
    from steamgs.http import (
        CookieContainer,
        Http,
        HttpRequest,
        HttpResponse,
        HttpStream,
    )
    from steamgs.later_enums import (
        APICallFailure,
        ContentDescriptor,
        FakeIPType,
        HttpMethod,
        IPv6ConnectivityProtocol,
        IPv6ConnectivityState,
        ItemPreviewType,
        ItemState,
        ItemStatistic,
        NetworkingConfig,
        NetworkingConfigScope,
        NetworkingConfigType,
        NetworkingLogLevel,
        TextFilteringContext,
        WorkshopFileType,
        WorkshopMatch,
        WorkshopRanking,
        WorkshopVisibility,
    )
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

    __version__: str
else:
    # Making these classes, or looking up the version, takes long: only who asks waits for it.
    _LATER = {
        "APICallFailure": "steamgs.later_enums",
        "ConfigInfo": "steamgs.networking_config",
        "Config": "steamgs.config",
        "ConvertedCall": "steamgs.converted_call",
        "CookieContainer": "steamgs.http",
        "ConnectionInfo": "steamgs.networking_status",
        "ConnectionStatus": "steamgs.networking_status",
        "ContentDescriptor": "steamgs.later_enums",
        "FakeIPType": "steamgs.later_enums",
        "Details": "steamgs.workshop",
        "Download": "steamgs.workshop",
        "DownloadProgress": "steamgs.workshop",
        "Http": "steamgs.http",
        "HttpMethod": "steamgs.later_enums",
        "HttpRequest": "steamgs.http",
        "HttpResponse": "steamgs.http",
        "HttpStream": "steamgs.http",
        "IPv6ConnectivityProtocol": "steamgs.later_enums",
        "IPv6ConnectivityState": "steamgs.later_enums",
        "Installation": "steamgs.workshop",
        "InstalledItem": "steamgs.workshop",
        "ItemDetails": "steamgs.workshop",
        "ItemPreview": "steamgs.workshop",
        "ItemPreviewType": "steamgs.later_enums",
        "ItemState": "steamgs.later_enums",
        "ItemStatistic": "steamgs.later_enums",
        "LaneStatus": "steamgs.networking_status",
        "NetworkingConfig": "steamgs.later_enums",
        "NetworkingConfigScope": "steamgs.later_enums",
        "NetworkingConfigType": "steamgs.later_enums",
        "NetworkingLogLevel": "steamgs.later_enums",
        "PingLocation": "steamgs.networking_config",
        "RelayPing": "steamgs.networking_config",
        "TextFilteringContext": "steamgs.later_enums",
        "RESTART_STATUS": "steamgs.service",
        "Query": "steamgs.workshop",
        "Search": "steamgs.workshop",
        "Workshop": "steamgs.workshop",
        "WorkshopFileType": "steamgs.later_enums",
        "WorkshopMatch": "steamgs.later_enums",
        "WorkshopRanking": "steamgs.later_enums",
        "WorkshopVisibility": "steamgs.later_enums",
        "serve": "steamgs.serving",
    }

    def __getattr__(name: str) -> object:
        if name in _LATER:
            from importlib import import_module  # noqa: PLC0415

            return getattr(import_module(_LATER[name]), name)
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import version  # noqa: PLC0415

        return version("steamgs")
