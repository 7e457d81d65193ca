"""A player who owns items, and what Steam says of the proofs that she sends."""

from __future__ import annotations

from typing import Any

import steamgs
from steamgs.simulator import Simulator, User

ALICE = 76561197960287930
SWORD, COINS = 2**40 + 1, 2**40 + 2


def add_alice(sim: Simulator) -> User:
    alice = sim.add_user(ALICE)
    alice.give_item(SWORD, 101, properties={"kills": "7", "owner": "älice"}, tradable=False)
    alice.give_item(COINS, 999_999_999, 65535)
    return alice


def verified(server: steamgs.GameServer, proof: bytes, **options: Any) -> steamgs.VerifiedItems:
    verification = server.inventory.verify(proof, options.pop("steam_id", ALICE), **options)
    server.run_callbacks()
    return verification.result(0)
