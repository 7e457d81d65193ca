"""Steam's functions by ctypes, as the table declares them: whichever interface, whichever version.

All arguments are nulls, but pointers lead to a canary: what nothing simulates leaves it alone.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import kinds
import tables
from model import Interface, Method, Version

MODEL = tables.load()
# Of these all methods are simulated, of others those that are named by their flat functions.
WHOLLY_SIMULATED = {
    "ISteamClient",
    "ISteamGameServer",
    "ISteamGameServerStats",
    "ISteamHTTP",
    "ISteamNetworkingMessages",
    "ISteamNetworkingUtils",
}
SIMULATED = {
    "ISteamNetworkingSockets": {
        "CreateListenSocketIP",
        "ConnectByIPAddress",
        "CreateListenSocketP2P",
        "ConnectP2P",
        "AcceptConnection",
        "CloseConnection",
        "CloseListenSocket",
        "SetConnectionUserData",
        "GetConnectionUserData",
        "SetConnectionName",
        "GetConnectionName",
        "SendMessageToConnection",
        "SendMessages",
        "FlushMessagesOnConnection",
        "ReceiveMessagesOnConnection",
        "GetConnectionInfo",
        "GetConnectionRealTimeStatus",
        "GetDetailedConnectionStatus",
        "GetListenSocketAddress",
        "CreateSocketPair",
        "ConfigureConnectionLanes",
        "GetIdentity",
        "InitAuthentication",
        "GetAuthenticationStatus",
        "GetCertificateRequest",
        "SetCertificate",
        "CreatePollGroup",
        "DestroyPollGroup",
        "SetConnectionPollGroup",
        "ReceiveMessagesOnPollGroup",
        "ConnectToHostedDedicatedServer",
        "GetHostedDedicatedServerPort",
        "GetHostedDedicatedServerPOPID",
        "GetHostedDedicatedServerAddress",
        "CreateHostedDedicatedServerListenSocket",
        "GetGameCoordinatorServerLogin",
        "BeginAsyncRequestFakeIP",
        "GetFakeIP",
        "CreateListenSocketP2PFakeIP",
        "GetRemoteFakeIPForConnection",
        "CreateFakeUDPPort",
        "RunCallbacks",
    },
    "ISteamUGC": {
        "GetItemState",
        "GetItemInstallInfo",
        "GetItemDownloadInfo",
        "DownloadItem",
        "BInitWorkshopForGameServer",
        "SuspendDownloads",
        "CreateQueryUGCDetailsRequest",
        "CreateQueryAllUGCRequestPage",
        "CreateQueryAllUGCRequestCursor",
        "AddRequiredTag",
        "AddRequiredTagGroup",
        "AddExcludedTag",
        "AddRequiredKeyValueTag",
        "SetSearchText",
        "SetMatchAnyTag",
        "SetRankedByTrendDays",
        "SetTimeCreatedDateRange",
        "SetTimeUpdatedDateRange",
        "SetReturnOnlyIDs",
        "SetReturnTotalOnly",
        "GetAppDependencies",
        "SendQueryUGCRequest",
        "ReleaseQueryUGCRequest",
        "SetReturnChildren",
        "SetReturnMetadata",
        "SetReturnLongDescription",
        "SetReturnKeyValueTags",
        "SetLanguage",
        "SetAllowCachedResponse",
        "GetQueryUGCResult",
        "GetQueryUGCNumTags",
        "GetQueryUGCTag",
        "GetQueryUGCNumKeyValueTags",
        "GetQueryUGCKeyValueTag",
        "GetQueryUGCPreviewURL",
        "GetQueryUGCMetadata",
        "GetQueryUGCTagDisplayName",
        "GetQueryUGCNumAdditionalPreviews",
        "GetQueryUGCAdditionalPreview",
        "GetQueryUGCStatistic",
        "GetQueryUGCContentDescriptors",
        "GetNumSupportedGameVersions",
        "GetSupportedGameVersionData",
        "SetReturnAdditionalPreviews",
        "SetReturnPlaytimeStats",
        "GetQueryUGCChildren",
        "MarkDownloadedItemAsUnused",
    },
    "ISteamInventory": {
        "GetResultStatus",
        "GetResultItems",
        "GetResultItemProperty",
        "GetResultTimestamp",
        "CheckResultSteamID",
        "DestroyResult",
        "GetAllItems",
        "GetItemsByID",
        "SerializeResult",
        "DeserializeResult",
        "GenerateItems",
        "GrantPromoItems",
        "AddPromoItem",
        "AddPromoItems",
        "ConsumeItem",
        "ExchangeItems",
        "TransferItemQuantity",
        "TriggerItemDrop",
        "LoadItemDefinitions",
        "GetItemDefinitionIDs",
        "GetItemDefinitionProperty",
        "RequestEligiblePromoItemDefinitionsIDs",
        "GetEligiblePromoItemDefinitionIDs",
        "RequestPrices",
        "GetNumItemsWithPrices",
        "GetItemsWithPrices",
        "GetItemPrice",
        "StartUpdateProperties",
        "RemoveProperty",
        "SetPropertyString",
        "SetPropertyBool",
        "SetPropertyInt64",
        "SetPropertyFloat",
        "SubmitUpdateProperties",
        "InspectItem",
    },
    "ISteamUtils": {
        "GetSecondsSinceAppActive",
        "GetSecondsSinceComputerActive",
        "GetConnectedUniverse",
        "GetServerRealTime",
        "GetIPCountry",
        "GetCurrentBatteryPower",
        "GetAppID",
        "IsAPICallCompleted",
        "GetAPICallFailureReason",
        "GetAPICallResult",
        "RunFrame",
        "GetIPCCallCount",
        "SetWarningMessageHook",
        "CheckFileSignature",
        "InitFilterText",
        "FilterText",
        "GetIPv6ConnectivityState",
        "GetSteamUILanguage",
    },
}
VERSIONS = [(face, version) for face in MODEL.interfaces.values() for version in face.versions]
CANARY = bytes(range(1, 256)) * 16
_UNSIGNED = {1: ctypes.c_uint8, 2: ctypes.c_uint16, 4: ctypes.c_uint32, 8: ctypes.c_uint64}


def not_simulated(face: Interface, method: Method) -> bool:
    return face.name not in WHOLLY_SIMULATED and method.flat not in SIMULATED.get(face.name, ())


def slots_of(face: Interface, version: Version) -> tuple[Method, ...]:
    """All methods of a version in the order of their slots, with those that were appended."""
    in_order = (*face.slots(version), *face.appended(version))
    return face.microsoft_order(in_order) if sys.platform == "win32" else in_order


def accessor(face: Interface, version: Version) -> str:
    """The function of libsteam_api that gives a game server its instance."""
    number = "".join(filter(str.isdigit, version.string))
    return f"SteamAPI_{face.accessor}_v{number}"


def flat(face: Interface, method: Method) -> str:
    return f"SteamAPI_{face.name}_{method.flat}"


def result_type(method: Method) -> Any:
    """A number for whatever comes back in a register."""
    if method.returns == "void":
        return None
    kind = MODEL.kind(method.returns or "uint64", MODEL.sdks[-1])
    if isinstance(kind, kinds.Float):
        return ctypes.c_float if kind.bits == 32 else ctypes.c_double
    return _UNSIGNED[kind.size(4)]


def call(method: Method, address: int, interface: int) -> Any:
    """Call a method at an address; what it leaves of the canary must be all."""
    canary = ctypes.create_string_buffer(CANARY, len(CANARY))
    types: list[Any] = []
    values: list[Any] = []
    for type_ in method.types:
        kind = MODEL.kind(type_.replace("const ", "").replace("&", "*"), MODEL.sdks[-1])
        if isinstance(kind, kinds.Pointer):
            types.append(ctypes.c_void_p)
            values.append(ctypes.addressof(canary))
        elif isinstance(kind, kinds.Float):
            types.append(ctypes.c_float if kind.bits == 32 else ctypes.c_double)
            values.append(0.0)
        elif isinstance(kind, kinds.Nested):
            bytes_ = ctypes.c_uint8 * kind.size(4)
            types.append(type(type_, (ctypes.Structure,), {"_fields_": [("bytes", bytes_)]}))
            values.append(types[-1]())
        else:
            types.append(_UNSIGNED[kind.size(4)])
            values.append(0)
    function = ctypes.CFUNCTYPE(result_type(method), ctypes.c_void_p, *types)(address)
    result = function(interface, *values)
    assert canary.raw == CANARY, f"{method.flat} wrote to what it was given"
    return result


class Library:
    """A libsteam_api while a server runs on it."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)

    def exports(self, name: str) -> bool:
        return hasattr(self._library, name)

    def address(self, name: str) -> int:
        return ctypes.cast(getattr(self._library, name), ctypes.c_void_p).value or 0

    def interface(self, accessor: str) -> int:
        function = getattr(self._library, accessor)
        function.restype = ctypes.c_void_p
        return function() or 0

    def find(self, version: str) -> int:
        """What the game server gets for a version string; 0 if nothing."""
        find = self._library.SteamInternal_FindOrCreateGameServerInterface
        find.restype = ctypes.c_void_p
        return find(self._library.SteamGameServer_GetHSteamUser(), version.encode()) or 0


def table_of(interface: int, length: int) -> list[int]:
    """The addresses in an interface's table of functions."""
    table = ctypes.cast(interface, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
    return [table[slot] or 0 for slot in range(length)]
