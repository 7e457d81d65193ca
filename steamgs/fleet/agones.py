"""One server in a fleet of Agones: it becomes ready, is alive, says who plays, and goes."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from types import TracebackType
from typing import Any, Literal, Self

from steamgs.asyncio import GameServer
from steamgs.errors import NotRunningError, ServerFullError
from steamgs.findings import Finding, Status
from steamgs.fleet.checks import seconds_argument
from steamgs.fleet.description import Description
from steamgs.fleet.errors import FleetError
from steamgs.fleet.roster import CounterRoster, ListRoster, Roster, TrackingRoster
from steamgs.fleet.sidecar import PORT_VARIABLE, Sidecar, sidecar_url
from steamgs.log import logger
from steamgs.pulse import Health
from steamgs.stopping import StopReason

__all__ = ["Agones"]

_LOOK_SECONDS = 0.25
_RETRY_SECONDS = 2.0
_LONGEST_PING = 2.0
# However often the book agrees, it is written anew so often, should the fleet have lost it.
_REWRITE_SECONDS = 30.0
# What each of the two last messages may take.
_LAST_BOOK_SECONDS = 2.0
_SHUTDOWN_SECONDS = 5.0
_GOING = frozenset({"Shutdown", "Unhealthy"})
# What Agones allows.
_LONGEST_LIST = 1000
_PLAYERS = ("list", "counter", "tracking", None)


class Agones:
    """A server's membership in an Agones fleet, for ``async with`` inside its own block.

    ::

        async def main(server: steamgs.asyncio.GameServer) -> None:
            async with steamgs.fleet.Agones(server, players="counter"):
                await server.log_on_anonymous()
                ...

    - The game server becomes Ready when Steam has logged it on and ``check_listing()`` knows no
      fault.
    - It is reported as alive as long as :meth:`~steamgs.GameServer.health` is fine. If the event
      loop hangs, or the game's beats stop, nothing is reported; if Steam's library hangs, the
      annotation ``agones.dev/sdk-steamgs-health`` says so.
    - Those who play are in the fleet's list or counter by themselves. Who comes when all places are
      taken gets a :class:`~steamgs.ServerFullError` before Steam is asked.
    - If Agones shuts it down, ``server.request_stop(StopReason.FLEET)`` is called.
    - While it drains it is Reserved, so that it is not allocated. When the block is left, Agones is
      asked to shut it down, and so to replace it; cancelling that waits for it, seven seconds at
      most.

    What the sidecar refuses, or does not answer, is logged and tried again; none of it disturbs the
    game. Outside Agones, where there is no ``AGONES_SDK_HTTP_PORT``, it logs that once, and does
    nothing.

    :param server: a running server.
    :param players: where the fleet keeps who plays: a ``"list"`` of Steam ids (at most 1000), a
        ``"counter"``, alpha's player ``"tracking"``, or None for nowhere.
    :param name: of the list or counter, which the fleet's manifest has to declare.
    :param capacity: how many may play; None for what the fleet's manifest says.
    :param patience: seconds for which the game's loop, or Steam, may stand still.
    :param sidecar: a sidecar to use instead of the one that the environment names; it is entered.
    """

    def __init__(
        self,
        server: GameServer,
        *,
        players: Literal["list", "counter", "tracking"] | None = "list",
        name: str = "players",
        capacity: int | None = None,
        patience: float = 5.0,
        sidecar: Sidecar | None = None,
    ) -> None:
        if not isinstance(server, GameServer):
            raise TypeError(f"server must be a steamgs.asyncio.GameServer, not {server!r}")
        if players not in _PLAYERS:
            words = "players must be 'list', 'counter', 'tracking' or None"
            raise ValueError(f"{words}, not {players!r}")
        if not isinstance(name, str):
            raise TypeError(f"name must be a str, not {type(name).__name__}")
        if not name:
            raise ValueError("name must not be empty")
        is_count = isinstance(capacity, int) and not isinstance(capacity, bool) and capacity >= 0
        if capacity is not None and not is_count:
            raise ValueError(f"capacity must be 0 or more, or None, not {capacity!r}")
        if players == "list" and capacity is not None and capacity > _LONGEST_LIST:
            words = f"capacity must be at most {_LONGEST_LIST} for a list, or players 'counter'"
            raise ValueError(f"{words}, not {capacity}")
        if sidecar is not None and not isinstance(sidecar, Sidecar):
            raise TypeError(f"sidecar must be a Sidecar, not {type(sidecar).__name__}")
        self._patience = seconds_argument("patience", patience)
        url = sidecar_url()
        if sidecar is None and url is not None:
            sidecar = Sidecar(url)
        self.server = server
        self.sidecar = sidecar
        """The sidecar's own calls; None outside Agones."""
        self._roster = None if sidecar is None else _roster(sidecar, players, name)
        self._wanted_capacity = capacity
        self._capacity = capacity
        self._description = Description()
        self._published: tuple[frozenset[str], int | None] | None = None
        self._is_book_full = False  # as the log was told
        self._published_at = 0.0
        self._is_ready = False
        self._health = Health.FINE  # as Agones was told
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def active(self) -> bool:
        """Whether the server is in a fleet."""
        return self.sidecar is not None

    @property
    def description(self) -> Description:
        """What Agones last said of this game server; empty before it has."""
        return self._description

    @property
    def capacity(self) -> int | None:
        """How many may play; None while that is not known, or not limited."""
        return self._capacity

    async def __aenter__(self) -> Self:
        if self.sidecar is None:
            if port := os.environ.get(PORT_VARIABLE):
                words = "%s=%s is not a port, so this server is in no fleet"
                logger().warning(words, PORT_VARIABLE, port)
            else:
                logger().info("there is no %s, so this server is in no fleet", PORT_VARIABLE)
            return self
        await self.sidecar.__aenter__()
        self.server.add_admission_check(self._check_place)
        duties: list[Callable[[], Awaitable[None]]] = [
            self._follow_agones,
            self._be_alive,
            self._become_ready,
            self._leave_when_draining,
        ]
        if self._roster is not None:
            duties.append(self._keep_roster)
        self._tasks = [asyncio.ensure_future(_persist(duty)) for duty in duties]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.sidecar is None:
            return
        self.server.remove_admission_check(self._check_place)
        await _to_the_end(self._leave(self.sidecar))

    async def _leave(self, sidecar: Sidecar) -> None:
        try:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            # Without the second one nothing replaces the server, whatever becomes of the first.
            await _tell_last("who plays", self._publish(), _LAST_BOOK_SECONDS)
            await _tell_last("its shutdown", sidecar.shutdown(), _SHUTDOWN_SECONDS)
        finally:
            await sidecar.__aexit__(None, None, None)

    def _check_place(self, _: int | None) -> None:
        if self._capacity is not None and self.server.places_taken() >= self._capacity:
            raise ServerFullError(self._capacity)

    # The duties, each a task, which begins anew if the sidecar fails it.

    async def _follow_agones(self) -> None:
        assert self.sidecar is not None
        async for description in self.sidecar.watch():
            self._description = description
            if self._roster is not None and self._wanted_capacity is None:
                self._capacity = self._roster.capacity_in(description)
            if description.state in _GOING or description.being_deleted:
                if self.server.stop_requested is None:
                    words = "Agones ends this server: its state is %s"
                    logger().info(words, description.state, extra={"reason": description.state})
                self.server.request_stop(StopReason.FLEET)

    async def _be_alive(self) -> None:
        assert self.sidecar is not None
        while True:
            health = self.server.health(self._patience)
            if health is Health.FINE and not self._description.health_disabled:
                await self.sidecar.health()
            if health is not self._health:
                if health is not Health.FINE:
                    words = "%s, so Agones is not told that it is alive"
                    logger().error(words, health.value, extra={"reason": health.name})
                await self.sidecar.set_annotation("steamgs-health", health.value)
                self._health = health
            await asyncio.sleep(min(_LONGEST_PING, self._description.health_period / 3))

    async def _become_ready(self) -> None:
        assert self.sidecar is not None
        told: tuple[str, ...] = ()
        while not self._is_ready and self.server.stop_requested is None:
            findings = self.server.check_listing()
            faults = _messages(findings, Status.FAULT)
            if not faults and self.server.logged_on:
                await self.sidecar.ready()
                self._is_ready = True
                if warnings := _messages(findings, Status.WARNING):
                    fields = {"reason": "ready_with_warnings", "count": len(warnings)}
                    words = "ready for Agones, although: %s"
                    logger().info(words, "; ".join(warnings), extra=fields)
                return
            if faults != told:
                fields = {"reason": "not_ready", "count": len(faults)}
                words = "; ".join(faults) or "not logged on"
                logger().info("not ready for Agones: %s", words, extra=fields)
                told = faults
            await asyncio.sleep(_LOOK_SECONDS)

    async def _leave_when_draining(self) -> None:
        assert self.sidecar is not None
        await self.server.stopped()
        seen: Description | None = None
        while True:
            # It may become Ready only now, as Agones takes its time. And who is Allocated may be
            # allocated once more, if an allocation asks for servers with free places.
            free = self._description.state in ("Ready", "Allocated", "")
            if free and self._description is not seen:
                seen = self._description
                await self.sidecar.reserve()
            await asyncio.sleep(_LOOK_SECONDS)

    async def _keep_roster(self) -> None:
        assert self._roster is not None
        if self._wanted_capacity is not None:
            await self._roster.set_capacity(self._wanted_capacity)
        self._published = None
        while True:
            await self._publish()
            await asyncio.sleep(_LOOK_SECONDS)

    async def _publish(self) -> None:
        if self._roster is None:
            return
        playing = self.server.playing() if self.server.running else []
        players = frozenset(str(player) for player in playing)
        room = self._roster.capacity_in(self._description)
        now = time.monotonic()
        if (players, room) == self._published and now - self._published_at < _REWRITE_SECONDS:
            return
        self._look_at_room(len(players), room)
        await self._roster.publish(players, room)
        self._published, self._published_at = (players, room), now

    def _look_at_room(self, players: int, room: int | None) -> None:
        was_full, self._is_book_full = self._is_book_full, room is not None and players > room
        if self._is_book_full and not was_full:
            words = (
                "%d play, but Agones' book of players has room for only %d, so that is what it says"
            )
            fields = {"reason": "book_full", "count": players}
            logger().warning(words, players, room, extra=fields)


def _roster(sidecar: Sidecar, players: str | None, name: str) -> Roster | None:
    if players is None:
        return None
    if players == "list":
        return ListRoster(sidecar, name)
    if players == "counter":
        return CounterRoster(sidecar, name)
    return TrackingRoster(sidecar)


def _messages(findings: Iterable[Finding], status: Status) -> tuple[str, ...]:
    return tuple(finding.message for finding in findings if finding.status is status)


async def _tell_last(what: str, call: Coroutine[Any, Any, None], seconds: float) -> None:
    """Tell it once, and in time. Whatever becomes of it, the end goes on."""
    try:
        async with asyncio.timeout(seconds):
            await call
    except Exception as error:
        words = "Agones could not be told of the end: %s: %r"
        logger().error(words, what, error, extra={"reason": type(error).__name__})


async def _to_the_end(last: Coroutine[Any, Any, None]) -> None:
    """Await it even when cancelled: it takes limited time. The cancellation comes afterwards."""
    task = asyncio.ensure_future(last)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    task.result()


async def _persist(duty: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            return await duty()
        except FleetError as error:
            logger().warning("%s", error, extra={"reason": type(error).__name__})
        except NotRunningError:
            return None  # there is nothing left to tell of
        except Exception as error:
            # Whatever it is, a fleet that loses sight of the server would kill those who play.
            fields = {"reason": type(error).__name__}
            logger().exception("a duty towards Agones failed", extra=fields)
        await asyncio.sleep(_RETRY_SECONDS)
