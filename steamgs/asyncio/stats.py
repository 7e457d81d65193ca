"""``server.stats`` for asyncio."""

from __future__ import annotations

from steamgs import _core
from steamgs._core import StatsReceived, StatsStored
from steamgs.asyncio.answers import answer_of

__all__ = ["GameServerStats"]


class GameServerStats(_core.GameServerStats):
    """:class:`steamgs.GameServerStats`, but what Steam answers later is awaited."""

    async def request_user_stats(  # type: ignore[override]
        self, steam_id: int, *, timeout: float | None = None
    ) -> StatsReceived:
        """As :meth:`steamgs.GameServerStats.request_user_stats`, awaited."""
        return await answer_of(super().request_user_stats(steam_id), timeout)

    async def store_user_stats(  # type: ignore[override]
        self, steam_id: int, *, timeout: float | None = None
    ) -> StatsStored:
        """As :meth:`steamgs.GameServerStats.store_user_stats`, awaited."""
        return await answer_of(super().store_user_stats(steam_id), timeout)
