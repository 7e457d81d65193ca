"""Steam's callback structs as bytes: layouts by hand, apart from the code under test."""

from __future__ import annotations

import struct
import sys
from typing import Any, NamedTuple

from steamgs import NetworkingIdentity

MAX_ID = (1 << 64) - 1
PACKING = 8 if sys.platform == "win32" else 4


class Layout(NamedTuple):
    id: int
    event: str
    format: str  # little-endian, packed to PACKING bytes
    examples: tuple[tuple[Any, ...], ...]
    items: str = "H"  # of what is a tuple


TEXT_127 = "x" * 127
_STEAM = NetworkingIdentity.from_steam_id(76561197960287930)
_NAMED = NetworkingIdentity.parse("str:somebody")
_AT = NetworkingIdentity.parse("ip:192.0.2.1:27015")
_NOBODY = NetworkingIdentity.parse("invalid")
LAYOUTS = {
    "server_connected": Layout(101, "ServerConnected", "<x", ((),)),
    "server_connect_failure": Layout(
        102, "ServerConnectFailure", "<i?3x", ((20, True), (5, False), (-7, True), (99999, False))
    ),
    "server_disconnected": Layout(103, "ServerDisconnected", "<i", ((3,), (0,), (2**31 - 1,))),
    "policy_response": Layout(115, "PolicyResponse", "<?", ((True,), (False,))),
    "validate_auth_ticket_response": Layout(
        143, "ValidateAuthTicketResponse", "<QiQ", ((1, 0, MAX_ID), (MAX_ID, 10, 1), (7, 4242, 8))
    ),
    "get_auth_session_ticket_response": Layout(
        163, "GetAuthSessionTicketResponse", "<Ii", ((1, 1), (2**32 - 1, 12345), (0, -7))
    ),
    "client_approved": Layout(
        201, "ClientApproved", "<QQ", ((1, MAX_ID), (MAX_ID, 1), (76561197960287930, 2**63))
    ),
    "client_denied": Layout(
        202,
        "ClientDenied",
        "<Qi128s",
        (
            (1, 4, ""),
            (MAX_ID, 77, TEXT_127),
            (2**63, 15, "\udcff\udcfe not UTF-8 \udc80"),
            (5, 7, "Grüße, 玩家 🎮"),
        ),
    ),
    "client_kick": Layout(203, "ClientKick", "<Qi", ((1, 0), (MAX_ID, -1), (2**63, 15))),
    "client_achievement_status": Layout(
        206,
        "ClientAchievementStatus",
        "<Q128s?3x" if PACKING == 4 else "<Q128s?7x",
        ((1, "ACH_WIN", True), (MAX_ID, TEXT_127, False)),
    ),
    "gameplay_stats": Layout(
        207, "GameplayStats", "<iiII", ((1, -(2**31), 0, 2**32 - 1), (2, 2**31 - 1, 2**32 - 1, 0))
    ),
    "client_group_status": Layout(
        208,
        "ClientGroupStatus",
        "<QQ??2x",
        ((1, MAX_ID, True, True), (MAX_ID, 1, True, False), (2, 3, False, False)),
    ),
    "server_reputation": Layout(
        209,
        "ServerReputation",
        "<iI?3xIH2xQI" if PACKING == 4 else "<iI?3xIH6xQI4x",
        ((1, 2**32 - 1, True, 0x7F000001, 65535, MAX_ID, 2**32 - 1), (2, 0, False, 0, 0, 0, 0)),
    ),
    "associate_clan": Layout(210, "AssociateClan", "<i", ((1,), (12345,))),
    "player_compat": Layout(
        211, "PlayerCompat", "<iiiiQ", ((1, 2, 3, 4, MAX_ID), (1, -1, 2**31 - 1, 0, 1))
    ),
    "stats_unloaded": Layout(1108, "StatsUnloaded", "<Q", ((1,), (MAX_ID,))),
    "stats_received": Layout(1800, "StatsReceived", "<iQ", ((1, MAX_ID), (2, 1))),
    "stats_stored": Layout(1801, "StatsStored", "<iQ", ((1, MAX_ID), (8, 1))),
    "request_completed": Layout(
        2101,
        "HttpRequestCompleted",
        "<I8x?3xiI" if PACKING == 4 else "<I4x8x?3xiI4x",
        (
            (1, True, 200, 2**32 - 1),
            (2**32 - 1, False, 0, 0),
            (7, True, 418, 1),
            (8, True, 2**31 - 1, 0),
            (9, False, -(2**31), 0),
        ),
    ),
    "headers_received": Layout(
        2102,
        "HttpHeadersReceived",
        "<I8x" if PACKING == 4 else "<I4x8x",
        ((1,), (2**32 - 1,)),
    ),
    "data_received": Layout(
        2103,
        "HttpDataReceived",
        "<I8xII" if PACKING == 4 else "<I4x8xII",
        ((1, 0, 2**32 - 1), (2**32 - 1, 2**32 - 1, 0)),
    ),
    "inventory_result_ready": Layout(
        4700,
        "InventoryResultReady",
        "<ii",
        ((1, 1), (-1, 27), (2**31 - 1, 22), (-(2**31), 12345)),
    ),
    "inventory_full_update": Layout(
        4701, "InventoryFullUpdate", "<i", ((0,), (2**31 - 1,), (-(2**31),))
    ),
    "definitions_updated": Layout(4702, "ItemDefinitionsUpdated", "<x", ((),)),
    "promo_items_received": Layout(
        4703,
        "PromoItemsReceived",
        "<iQi?3x",
        ((1, MAX_ID, 2**31 - 1, True), (12345, 1, 0, False), (2, 2**63, -(2**31), True)),
    ),
    "prices_received": Layout(
        4705, "PricesReceived", "<i4s", ((1, "EUR"), (12345, ""), (2, "\udcff"))
    ),
    "session_request": Layout(
        1251, "MessagesSessionRequest", "<136s", ((_STEAM,), (_NAMED,), (_AT,), (_NOBODY,))
    ),
    "session_failed": Layout(
        1252,
        "MessagesSessionFailed",
        "<136s12x18x2x8xii128s128x4x252x",
        (
            (_STEAM, 5, 5003, "timed out"),
            (_NAMED, 4, 1234, TEXT_127),
            (_NOBODY, 99, -1, "Grüße \udcff"),
        ),
    ),
    "connection_status_changed": Layout(
        1221,
        "ConnectionStatusChanged",
        "<I136sqI18x2x8xii128s128x4x252xi"
        if PACKING == 4
        else "<I4x136sqI18x2x8xii128s128x4x252xi4x",
        (
            (1, _STEAM, -1, 0, 1, 0, "", 0),
            (2**32 - 1, _NAMED, 2**63 - 1, 2**32 - 1, 4, 1234, TEXT_127, 3),
            (7, _NOBODY, -(2**63), 3, 99, -1, "Grüße \udcff", 77),
            (8, _AT, 5, 0, 5, 4001, "timed out", 3),
        ),
    ),
    "auth_status_changed": Layout(
        1222, "AuthStatusChanged", "<i256s", ((100, "OK"), (-101, "x" * 255), (12345, ""))
    ),
    "fake_ip_result": Layout(
        1223,
        "FakeIPResult",
        "<i136sI16s",
        ((1, _STEAM, 0xA9FE0001, (27015, 27016)), (2, _NOBODY, 0, ()), (1, _NAMED, 1, (1,) * 8)),
    ),
    "relay_status_changed": Layout(
        1281,
        "RelayStatusChanged",
        "<iiii256s",
        ((100, 0, 100, 3, "OK"), (-10, 1, 2, 777, "x" * 255)),
    ),
    "query_completed": Layout(
        3401,
        "WorkshopQueryCompleted",
        "<QiII?256s3x",
        ((MAX_ID, 1, 0, 2**32 - 1, True, "x" * 255), (1, 12345, 2**32 - 1, 0, False, "")),
    ),
    "item_installed": Layout(
        3405,
        "ItemInstalled",
        "<IQQQ" if PACKING == 4 else "<I4xQQQ",
        ((480, MAX_ID, 1, 2**63), (2**32 - 1, 1, MAX_ID, 0)),
    ),
    "download_item_result": Layout(
        3406,
        "DownloadItemResult",
        "<IQi" if PACKING == 4 else "<I4xQi4x",
        ((480, MAX_ID, 1), (2**32 - 1, 1, 12345)),
    ),
    "app_dependencies_received": Layout(
        3416,
        "AppDependencies",
        "<iQ128sII" if PACKING == 4 else "<i4xQ128sII",
        (
            (1, MAX_ID, (2**32 - 1,) * 32, 32, 2**32 - 1),
            (9, 1, (), 0, 0),
            (12345, 2, (480, 0, 730), 3, 3),
        ),
        "I",
    ),
    "user_subscribed_items_list_changed": Layout(
        3418, "UserSubscribedItemsListChanged", "<I", ((0,), (2**32 - 1,))
    ),
    "ip_country_changed": Layout(701, "IPCountryChanged", "<x", ((),)),
    "file_signature_checked": Layout(705, "FileSignatureChecked", "<i", ((0,), (4,), (-1,))),
    "filter_text_dictionary_changed": Layout(
        739, "FilterTextDictionaryChanged", "<i", ((0,), (2**31 - 1,), (-(2**31),))
    ),
}


# SteamUGCDetails_t before SDK 1.60, and what was added at its end.
_DETAILS = {
    4: "<QiiII129s8000s3xQIIIi???1025sQQ260sii256sIIfI",
    8: "<QiiII129s8000s7xQIIIi???1025s4xQQ260sii256sIIfI4x",
}[PACKING]
DETAILS_017, DETAILS_020 = _DETAILS, _DETAILS + "Q"
DETAILS_SIZES = {4: (9764, 9772), 8: (9776, 9784)}[PACKING]


def payload(signal: str, *values: Any) -> bytes:
    """The struct of a signal's callback with these fields."""
    layout = LAYOUTS[signal]
    return struct.pack(layout.format, *(_packed(value, layout.items) for value in values))


def _packed(value: Any, items: str) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    if isinstance(value, NetworkingIdentity):
        return identity(value)
    if isinstance(value, tuple):
        return struct.pack(f"<{len(value)}{items}", *value)
    return value


def identity(one: NetworkingIdentity) -> bytes:
    """Steam's struct of an identity."""
    data: bytes = b""
    if isinstance(one.value, int):
        data = struct.pack("<Q", one.value)
    elif isinstance(one.value, str):
        data = one.value.encode() + b"\0"
    elif one.address is not None:
        data = one.address.packed + struct.pack("<H", one.address.port)
    return struct.pack("<ii128s", one.type, len(data), data)
