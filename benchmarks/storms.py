"""Players who all come at once and stay until the last one is there: as sessions, and as tasks
that asyncio alone is to be blamed for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

Players: TypeAlias = list[tuple[int, bytes]]
"""A Steam id and a ticket each."""
Full: TypeAlias = Callable[[], object]
"""What is called when the last player is there, before any of them goes."""
Storm: TypeAlias = Callable[[Any, Players], Awaitable[None]]
"""The players come to the server."""

FIRST = 76561197960287930


def players_of(count: int) -> Players:
    from steamgs.simulator import make_ticket

    return [(FIRST + number, make_ticket(FIRST + number, 480)) for number in range(count)]


def nothing() -> None:
    pass


class Crowd:
    """Those who wait for one another."""

    def __init__(self, count: int, full: Full) -> None:
        self.missing = count
        self.full = full
        self.everybody = asyncio.Event()

    async def stay(self) -> None:
        self.missing -= 1
        if self.missing == 0:
            self.full()
            self.everybody.set()
        await self.everybody.wait()


async def bare_tasks(server: Any, players: Players, full: Full = nothing) -> None:
    crowd = Crowd(len(players), full)

    async def play(steam_id: int, ticket: bytes) -> None:
        await crowd.stay()

    async with asyncio.TaskGroup() as group:
        for player in players:
            group.create_task(play(*player))


class Answered:
    """The smallest possible session made of asyncio's parts."""

    __slots__ = ("answer", "asked")

    def __init__(self, asked: list[asyncio.Future[None]]) -> None:
        self.asked = asked

    async def __aenter__(self) -> None:
        self.answer = asyncio.get_running_loop().create_future()
        self.asked.append(self.answer)
        await self.answer

    async def __aexit__(self, *_: object) -> None:
        pass


async def tasks_with_future(server: Any, players: Players, full: Full = nothing) -> None:
    crowd = Crowd(len(players), full)
    asked: list[asyncio.Future[None]] = []

    async def play(steam_id: int, ticket: bytes) -> None:
        async with Answered(asked):
            await crowd.stay()

    async with asyncio.TaskGroup() as group:
        for player in players:
            group.create_task(play(*player))
        while len(asked) < len(players):
            await asyncio.sleep(0)
        for answer in asked:
            answer.set_result(None)


async def sessions(server: Any, players: Players, full: Full = nothing) -> None:
    crowd = Crowd(len(players), full)

    async def play(steam_id: int, ticket: bytes) -> None:
        async with server.authenticate(steam_id, ticket, timeout=120):
            await crowd.stay()

    async with asyncio.TaskGroup() as group:
        for player in players:
            group.create_task(play(*player))
