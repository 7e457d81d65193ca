"""Proofs of items, as clients of the simulated Steam make them in any process."""

from __future__ import annotations

import hashlib
import hmac
import struct
import time
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from steamgs.simulator import arguments

__all__ = ["SimulatedItem", "build_item_proof", "make_item_proof"]

# simulator/steamclient/features/inventory/proof.cpp writes and reads the same.
_TITLE = b"steamgs simulator items"
_DEFAULT_KEY = b"steamgs simulator: tickets for tests, worthless to Steam"
_NONE: Mapping[str, str] = MappingProxyType({})


class SimulatedItem(NamedTuple):
    """An item that a user of the simulated Steam owns."""

    item_id: int
    definition: int
    quantity: int = 1
    flags: int = 0
    """As in :class:`steamgs.ItemFlags`."""
    properties: Mapping[str, str] = _NONE
    """What the game has attached to it."""


def make_item_proof(
    steam_id: int,
    items: Iterable[SimulatedItem],
    app_id: int = 480,
    *,
    age: float = 0.0,
    key: bytes | None = None,
) -> bytes:
    """Make a proof that any simulator with the same key takes, without a simulator.

    Servers see it as expired if the user does not own these items there.

    :param age: how many seconds ago it was made; more than 3600 for one that has expired.
    :param key: the simulator's ``ticket_key``; a fixed public one by default.
    """
    return build_item_proof(steam_id, items, app_id, issued=time.time() - age, key=key)


def build_item_proof(
    steam_id: int,
    items: Iterable[SimulatedItem],
    app_id: int,
    *,
    issued: float,
    key: bytes | None,
) -> bytes:
    """A proof with everything given."""
    owner = arguments.steam_id("steam_id", steam_id)
    app = arguments.app_id("app_id", app_id)
    if key is not None and not isinstance(key, bytes):
        raise TypeError(f"key must be bytes, not {type(key).__name__}")
    packed = [_packed(item) for item in items]
    timestamp = max(0, int(issued))
    body = _TITLE + struct.pack("<IQII", app, owner, timestamp, len(packed)) + b"".join(packed)
    return body + hmac.digest(_DEFAULT_KEY if key is None else key, body, hashlib.sha256)


def _packed(item: SimulatedItem) -> bytes:
    head = struct.pack(
        "<QiHHH", item.item_id, item.definition, item.quantity, item.flags, len(item.properties)
    )
    texts = [
        text.encode("utf-8", "surrogateescape") for pair in item.properties.items() for text in pair
    ]
    return head + b"".join(struct.pack("<H", len(text)) + text for text in texts)
