"""A player's visit: the task of a player, in each of the ways in which a server may write it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import steamgs
import steamgs.asyncio
from evening.accounts import Account
from steamgs import AuthSessionResponse

__all__ = ["STYLES", "Said", "Visit", "is_terminal", "said_by"]

Said: TypeAlias = tuple[str, int]
"""An event without its player: which, and its code."""

_CODES = {
    steamgs.ValidateAuthTicketResponse: ("verdict", "response"),
    steamgs.ClientKick: ("kick", "reason"),
    steamgs.ClientApproved: ("approved", None),
    steamgs.ClientDenied: ("denied", "reason"),
    steamgs.StatsReceived: ("stats received", "result"),
    steamgs.StatsStored: ("stats stored", "result"),
    steamgs.ClientGroupStatus: ("group", "member"),
}
_ACCEPTED = (("verdict", AuthSessionResponse.OK), ("approved", 0))
_OF_SESSIONS = ("verdict", "kick", "approved", "denied")


def said_by(event: Any) -> Said:
    name, field = _CODES[type(event)]
    return name, 0 if field is None else int(getattr(event, field))


def is_terminal(said: Said) -> bool:
    """Whether a player who hears it has to go."""
    return said[0] in _OF_SESSIONS and said not in _ACCEPTED


class Visit:
    """From a player's coming until they have gone."""

    def __init__(self, account: Account, *, style: str, older: bool, timeout: float | None) -> None:
        self.account = account
        self.steam_id = account.steam_id
        self.style = style
        self.older = older
        self.timeout = timeout
        self.began_at = time.monotonic()
        self.task: asyncio.Task[None] | None = None
        # What Steam knows of it.
        self.begun = False
        self.judged: Said | None = None
        self.ticket_cancelled = False
        # What Steam is to say, in this order; and what it has said, and the task has heard.
        self.owed: deque[Said] = deque()
        self.sent: list[Said] = []
        self.heard: list[Said] = []
        # What the driver did.
        self.admitted = False
        self.doomed = False
        self.ended_how: str | None = None

    def __repr__(self) -> str:
        return (
            f"<Visit {self.steam_id} by {self.style}, sent {self.sent}, heard {self.heard}, "
            f"owed {list(self.owed)}, ended {self.ended_how}>"
        )

    @property
    def leaves_terminally(self) -> Said | None:
        """The first that Steam has said against them."""
        return next(filter(is_terminal, self.sent), None)

    def hears(self, event: Any) -> bool:
        """Note an event; whether the player has to go."""
        said = said_by(event)
        self.heard.append(said)
        return is_terminal(said)

    def admission(self, server: steamgs.asyncio.GameServer) -> Any:
        if self.older:
            blob = self.account.user.connect_blob()
            return server.authenticate_connection("192.0.2.1", blob, timeout=self.timeout)
        ticket = self.account.user.auth_session_ticket()
        return server.authenticate(self.steam_id, ticket, timeout=self.timeout)


Enter: TypeAlias = Callable[[Visit], None]
Style: TypeAlias = Callable[[steamgs.asyncio.GameServer, Visit, Enter], Awaitable[object]]


async def by_revoked(server: steamgs.asyncio.GameServer, visit: Visit, enter: Enter) -> object:
    async with visit.admission(server) as session:
        enter(visit)
        return await session.revoked


async def by_stream(server: steamgs.asyncio.GameServer, visit: Visit, enter: Enter) -> object:
    stream = server.player(visit.steam_id).stream()
    try:
        async with visit.admission(server) as session:
            enter(visit)
            async for event in stream:
                if visit.hears(event):
                    break
            return await session.revoked
    finally:
        while len(stream):
            visit.hears(await anext(stream))
        await stream.aclose()


async def by_batches(server: steamgs.asyncio.GameServer, visit: Visit, enter: Enter) -> object:
    batches = server.player(visit.steam_id).batches()
    try:
        async with visit.admission(server) as session:
            enter(visit)
            async for events in batches:
                has_to_go = [visit.hears(event) for event in events]
                if any(has_to_go):
                    break
            return await session.revoked
    finally:
        while len(batches):
            for event in await anext(batches):
                visit.hears(event)
        await batches.aclose()


async def by_handler(server: steamgs.asyncio.GameServer, visit: Visit, enter: Enter) -> object:
    told_to_go = asyncio.Event()
    player = server.player(visit.steam_id)

    @player.connect
    def on_event(event: Any) -> None:
        if visit.hears(event):
            told_to_go.set()

    try:
        async with visit.admission(server) as session:
            enter(visit)
            await told_to_go.wait()
            return await session.revoked
    finally:
        player.disconnect(on_event)


async def by_wait(server: steamgs.asyncio.GameServer, visit: Visit, enter: Enter) -> object:
    async with visit.admission(server) as session:
        enter(visit)
        kicked = asyncio.ensure_future(server.client_kick.of(visit.steam_id).wait())
        revoked = session.revoked
        try:
            await asyncio.wait({kicked, revoked}, return_when=asyncio.FIRST_COMPLETED)
            return await revoked
        finally:
            kicked.cancel()


STYLES: dict[str, Style] = {
    "revoked": by_revoked,
    "stream": by_stream,
    "batches": by_batches,
    "handler": by_handler,
    "wait": by_wait,
}
HEARS_ALL = ("stream", "batches", "handler")
