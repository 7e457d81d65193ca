"""Tickets of the simulator, for clients in any process."""

from __future__ import annotations

import ctypes
import math
import secrets
import time
from enum import IntEnum

from steamgs.simulator import arguments
from steamgs.simulator.library import control

__all__ = ["TICKET_SECONDS", "TicketKind", "build_ticket", "make_ticket"]

TICKET_SECONDS = 3600.0
"""How long a ticket is good for, unless something else is asked for."""

_CURRENT_VERSION = 1
_CAPACITY = 1024


class TicketKind(IntEnum):
    """The call that a ticket is for."""

    SESSION = 1
    """``GameServer.begin_auth_session``."""
    CONNECT = 2
    """``GameServer.send_user_connect_and_authenticate``."""


def make_ticket(
    steam_id: int,
    app_id: int,
    *,
    owner_id: int | None = None,
    kind: TicketKind = TicketKind.SESSION,
    expires_in: float = TICKET_SECONDS,
    key: bytes | None = None,
    version: int = _CURRENT_VERSION,
) -> bytes:
    """Make a ticket that any simulator with the same key accepts, without a simulator.

    :param owner_id: the owner of the licence, if it is borrowed.
    :param expires_in: seconds from now; negative for one that has expired.
    :param key: the simulator's ``ticket_key``; a fixed public one by default.
    :param version: any value but 1 is refused as an incompatible version.
    """
    return build_ticket(
        steam_id,
        app_id,
        owner_id=owner_id,
        kind=kind,
        issued=time.time(),
        expires_in=expires_in,
        serial=secrets.randbits(64) | 1,
        key=key,
        version=version,
    )


def build_ticket(
    steam_id: int,
    app_id: int,
    *,
    owner_id: int | None,
    kind: TicketKind,
    issued: float,
    expires_in: float,
    serial: int,
    key: bytes | None,
    version: int = _CURRENT_VERSION,
) -> bytes:
    """A ticket with everything given."""
    owner = steam_id if owner_id is None else arguments.steam_id("owner_id", owner_id)
    lifetime = arguments.seconds("expires_in", expires_in, low=-math.inf)
    if key is not None and not isinstance(key, bytes):
        raise TypeError(f"key must be bytes, not {type(key).__name__}")
    buffer = ctypes.create_string_buffer(_CAPACITY)
    size = control().make_ticket(
        int(TicketKind(kind)),
        arguments.integer("version", version, 0, 255),
        arguments.steam_id("steam_id", steam_id),
        owner,
        arguments.app_id("app_id", app_id),
        issued,
        issued + lifetime,
        serial,
        key,
        len(key or b""),
        buffer,
        _CAPACITY,
    )
    return buffer.raw[:size]
