"""The demo's server: ``examples/arena.py``, which the build copies here, with statistics."""

from __future__ import annotations

from typing import Any

from steamgs.demo import arena

__all__ = ["Arena"]


class Arena(arena.Arena):
    """The example that users copy, with room for all players. It records how each session ended.

    A real server must not do that, because such a table has no limit.
    """

    def __init__(self, steam: Any, players: int) -> None:
        super().__init__(steam, seats=players, waiting=players, per_host=players)
        self.refused: set[int] = set()
        self.dropped: set[int] = set()
        self.outcomes: dict[int, str] = {}

    def forget(self, player: arena.Player) -> None:
        """Do as the example does, and record the outcome."""
        (self.dropped if player.key in self.playing else self.refused).add(player.steam_id)
        self.outcomes[player.steam_id] = player.reason
        super().forget(player)
