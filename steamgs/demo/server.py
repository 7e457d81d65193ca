"""The demo's server: ``examples/arena.py``, which the build copies to here, and books on it."""

from __future__ import annotations

from typing import Any

from steamgs.demo import arena

__all__ = ["Arena"]


class Arena(arena.Arena):
    """The example that users copy, with seats for the whole cast; remembers how everybody ended.

    A real server must not: such a table has no bound.
    """

    def __init__(self, steam: Any, players: int) -> None:
        super().__init__(steam, seats=players, waiting=players, per_host=players)
        self.refused: set[int] = set()
        self.dropped: set[int] = set()
        self.outcomes: dict[int, str] = {}

    def forget(self, player: arena.Player) -> None:
        """As the example does, and book it."""
        (self.dropped if player.key in self.playing else self.refused).add(player.steam_id)
        self.outcomes[player.steam_id] = player.reason
        super().forget(player)
