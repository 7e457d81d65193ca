"""Steam's callback structs as bytes: layouts by hand, apart from the code under test."""

from __future__ import annotations

import struct
import sys
from typing import Any, NamedTuple

MAX_ID = (1 << 64) - 1
PACKING = 8 if sys.platform == "win32" else 4


class Layout(NamedTuple):
    id: int
    event: str
    format: str  # little-endian, packed to PACKING bytes
    examples: tuple[tuple[Any, ...], ...]


TEXT_127 = "x" * 127
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
}


def payload(signal: str, *values: Any) -> bytes:
    """The struct of a signal's callback with these fields."""
    packed = (
        value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
        for value in values
    )
    return struct.pack(LAYOUTS[signal].format, *packed)
