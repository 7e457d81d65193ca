"""Who plays in the demo, and what Steam does with each: the same for the server and the players."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum

from steamgs.enums import AccountType
from steamgs.steamid import SteamID

__all__ = ["APP_ID", "Part", "Role", "cast"]

APP_ID = 480
"""Spacewar, Valve's example app, which everybody may use for experiments."""


class Role(Enum):
    """What is special about a player, and how the player's part ends."""

    STAYS = "stayed to the end"
    BORROWS = "stayed to the end, on a borrowed licence"
    LEAVES = "left"
    WRONG_APP = "GAME_MISMATCH"
    MALFORMED = "INVALID_TICKET"
    EXPIRED = "EXPIRED_TICKET"
    NO_LICENSE = "NO_LICENSE_OR_EXPIRED"
    BANNED = "VAC_BANNED"
    BANNED_LATER = "VAC_BANNED later"
    CANCELS = "AUTH_TICKET_CANCELED"
    LOGS_IN_ELSEWHERE = "LOGGED_IN_ELSEWHERE"
    KICKED = "KICKED_GENERIC"

    @property
    def refused(self) -> bool:
        """Whether the player never gets in."""
        return self in _REFUSED

    @property
    def revoked(self) -> bool:
        """Whether Steam throws the player out during the game."""
        return self in _REVOKED

    @property
    def outcome(self) -> str:
        """The outcome that the server records for this part; empty for those who stay."""
        if self in (Role.STAYS, Role.BORROWS):
            return ""
        return str(self.value).removesuffix(" later")


_REFUSED = {Role.WRONG_APP, Role.MALFORMED, Role.EXPIRED, Role.NO_LICENSE, Role.BANNED}
_REVOKED = {Role.BANNED_LATER, Role.CANCELS, Role.LOGS_IN_ELSEWHERE, Role.KICKED}


@dataclass(frozen=True)
class Part:
    """One player of the demo."""

    steam_id: int
    role: Role
    enters: float
    """When the player joins, as a fraction of the demo's time."""
    turns: float
    """When the player's part happens, as a fraction of the demo's time."""


def cast(players: int, seed: int) -> list[Part]:
    """The cast for a seed: every role once, the honest majority for the rest."""
    rng = random.Random(seed)
    unusual = [role for role in Role if role is not Role.STAYS]
    roles = [unusual[i // 2 % len(unusual)] if i % 2 else Role.STAYS for i in range(players)]
    base = rng.randrange(1 << 20, 1 << 30)
    return [
        Part(
            steam_id=int(SteamID.of(base + number, AccountType.INDIVIDUAL)),
            role=role,
            enters=rng.uniform(0.0, 0.3),
            turns=rng.uniform(0.5, 0.8),
        )
        for number, role in enumerate(roles)
    ]
