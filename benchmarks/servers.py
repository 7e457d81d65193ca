"""Servers that are logged on to the simulated Steam, and callbacks for it to post."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

NOT_AVAILABLE = "not available"
"""The last line of what a process says where this steamgs lacks what is to be measured."""


def available(owner: Any, name: str) -> Any:
    """A part of steamgs that may be missing in the installed one."""
    found = getattr(owner, name, None)
    if found is None:
        print(NOT_AVAILABLE)
        raise SystemExit
    return found


@contextmanager
def synchronous_server(library: str) -> Iterator[tuple[Any, Any]]:
    import steamgs
    from steamgs.simulator import Simulator

    sim = Simulator()
    with steamgs.GameServer(480, library=library, steamclient=sim, query_port=0) as server:
        server.log_on_anonymous()
        server.run_callbacks()
        yield server, sim


@asynccontextmanager
async def asyncio_server(library: str) -> AsyncIterator[tuple[Any, Any]]:
    import steamgs.asyncio
    from steamgs.simulator import Simulator

    sim = Simulator()
    async with steamgs.asyncio.GameServer(
        480, library=library, steamclient=sim, query_port=0
    ) as server:
        await server.log_on_anonymous()
        yield server, sim


def say_verdicts(sim: Any, count: int) -> None:
    """OK for player 1, that many times."""
    sim.post(143, (1).to_bytes(8, "little") + bytes(12), count)


def say_kick(sim: Any, steam_id: int) -> None:
    sim.post(203, steam_id.to_bytes(8, "little") + bytes(4))
