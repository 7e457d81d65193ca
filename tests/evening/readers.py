"""Tasks that read all events of a kind, or of all kinds, beside the handlers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import steamgs
import steamgs.asyncio
from evening.books import Books
from evening.visits import said_by

__all__ = ["readers_of"]

_OF_PLAYERS = (
    steamgs.ValidateAuthTicketResponse,
    steamgs.ClientKick,
    steamgs.ClientApproved,
    steamgs.ClientDenied,
    steamgs.StatsReceived,
    steamgs.StatsStored,
    steamgs.ClientGroupStatus,
)


def readers_of(server: steamgs.asyncio.GameServer, books: Books) -> list[asyncio.Task[None]]:
    """The tasks, which end when the server closes. Their streams exist when this returns."""
    verdicts = server.validate_auth_ticket_response.stream()
    kicks = server.client_kick.batches()
    everything = server.events()

    async def read_verdicts() -> None:
        async for event in verdicts:
            books.of_readers["stream"].add(event.steam_id, said_by(event))

    async def read_kicks() -> None:
        async for events in kicks:
            for event in events:
                books.of_readers["batches"].add(event.steam_id, said_by(event))

    async def read_everything() -> None:
        async for event in everything:
            if isinstance(event, _OF_PLAYERS):
                books.of_readers["all"].add(event.steam_id, said_by(event))

    def task_of(reader: Awaitable[None]) -> asyncio.Task[None]:
        return asyncio.ensure_future(reader)

    return [task_of(read_verdicts()), task_of(read_kicks()), task_of(read_everything())]
