"""What steamgs raises, apart from ``TypeError``/``ValueError``/``OverflowError`` for arguments.

::

    SteamError
    ├── ConfigError            a setting is missing or wrong (also a ValueError)
    ├── SteamLibraryError      no usable libsteam_api
    ├── SteamInitError         Steam would not start the server
    ├── NotRunningError        the server has not been started, or was closed
    ├── NotLoggedOnError       the call needs a connection to Steam
    ├── LogOnError             Steam did not let the server log on
    │   └── LogOnTimeoutError  the logon was not finished in time (also a TimeoutError)
    ├── AuthSessionError       a ticket was refused
    │   └── AuthTimeoutError   Steam did not say in time (also a TimeoutError)
    ├── CallFailedError        Steam's answer to a call was lost
    │   └── SteamHangsError    Steam could not be asked, as its tick does not return
    ├── TextFilterError        Steam can't filter texts
    ├── WorkshopError          Steam refused something about a workshop item
    │   └── DownloadError      it could not be downloaded
    ├── HttpError              Steam refused a request, or has no response to it
    │   ├── HttpTimeoutError   the response was not complete in time (also a TimeoutError)
    │   └── NoResponseError    nobody answered, or not as a server that can be trusted
    ├── InventoryError         Steam refused something about items that players own
    │   └── ItemProofError         a player's proof of items is not good
    │       ├── InvalidProofError  it is none, or was tampered with
    │       ├── ExpiredProofError  it is too old, or the items have gone since
    │       └── WrongOwnerError    it is of another player
    ├── StatsError             a player's value is not loaded, not defined, or of another type
    ├── AdmissionError         the server itself refuses a player; Steam was not asked
    │   ├── DrainingError      it is draining, and lets nobody new in
    │   └── ServerFullError    all places are taken
    ├── TooManyPendingError    too many players wait for Steam; this one was not asked about
    ├── ClosedHandleError      a connection, query, request or the like was closed before
    ├── NetworkingError        Steam's networking refused something
    │   └── SendError          a message was not taken
    │       ├── SendLimitError      too much waits to be sent to this connection
    │       ├── NotConnectedError   the connection has ended
    │       └── MessageTooBigError  more than 512 KiB, or more than the other side takes
    └── UnsupportedError       steamclient or libsteam_api lacks an interface or a method
"""

from __future__ import annotations

from steamgs.errors.base import (
    ClosedHandleError,
    ConfigError,
    LogOnError,
    LogOnTimeoutError,
    NotLoggedOnError,
    NotRunningError,
    SteamError,
    SteamInitError,
    SteamLibraryError,
    UnsupportedError,
)
from steamgs.errors.calls import (
    CallCancelledError,
    CallFailedError,
    SteamHangsError,
)
from steamgs.errors.interfaces import (
    DownloadError,
    ExpiredProofError,
    HttpError,
    HttpTimeoutError,
    InvalidProofError,
    InventoryError,
    ItemProofError,
    MessageTooBigError,
    NetworkingError,
    NoResponseError,
    NotConnectedError,
    SendError,
    SendLimitError,
    TextFilterError,
    WorkshopError,
    WrongOwnerError,
)
from steamgs.errors.players import (
    AdmissionError,
    AuthSessionError,
    AuthTimeoutError,
    DrainingError,
    ServerFullError,
    StatsError,
    TooManyPendingError,
)

__all__ = [
    "AdmissionError",
    "AuthSessionError",
    "AuthTimeoutError",
    "CallCancelledError",
    "CallFailedError",
    "ClosedHandleError",
    "ConfigError",
    "DownloadError",
    "DrainingError",
    "HttpError",
    "HttpTimeoutError",
    "ExpiredProofError",
    "InvalidProofError",
    "InventoryError",
    "ItemProofError",
    "LogOnError",
    "LogOnTimeoutError",
    "MessageTooBigError",
    "NetworkingError",
    "NoResponseError",
    "NotConnectedError",
    "NotLoggedOnError",
    "NotRunningError",
    "SendError",
    "SendLimitError",
    "ServerFullError",
    "StatsError",
    "SteamError",
    "SteamHangsError",
    "SteamInitError",
    "SteamLibraryError",
    "TextFilterError",
    "TooManyPendingError",
    "UnsupportedError",
    "WorkshopError",
    "WrongOwnerError",
]
