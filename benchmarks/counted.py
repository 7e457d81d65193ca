"""Measurements in instructions: ``python -m benchmarks.counted ROW LIBRARY BARE SIZE...``.

Each size runs in its own region, at the end of which callgrind writes a file. The cost of one event
or player is the difference between two sizes, so that start-up and preparations are not included.
The garbage collector is off, because it runs at unpredictable times.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import storms
from benchmarks.bare import Bare
from benchmarks.servers import (
    asyncio_server,
    available,
    say_kick,
    say_verdicts,
    synchronous_server,
)
from benchmarks.storms import FIRST, Storm, players_of

Row = Callable[[str, Bare, list[int]], None]


def no_op(event: Any) -> None:
    pass


def say(sim: Any, size: int) -> None:
    """That many verdicts, and at last a kick."""
    say_verdicts(sim, size)
    say_kick(sim, 1)


# An event


def nobody_listens(library: str, bare: Bare, sizes: list[int]) -> None:
    with synchronous_server(library) as (server, sim):
        for size in sizes:
            with bare.counted():
                say(sim, size)
                server.run_callbacks()


def no_op_handler(library: str, bare: Bare, sizes: list[int]) -> None:
    with synchronous_server(library) as (server, sim):
        server.validate_auth_ticket_response.connect(no_op)
        for size in sizes:
            with bare.counted():
                say(sim, size)
                server.run_callbacks()


def beside_routes(library: str, bare: Bare, sizes: list[int]) -> None:
    with synchronous_server(library) as (server, sim):
        server.validate_auth_ticket_response.connect(no_op)
        for number in range(1000):  # players of whom no event comes
            server.player(FIRST + number).connect(no_op)
        for size in sizes:
            with bare.counted():
                say(sim, size)
                server.run_callbacks()


def with_metrics(library: str, bare: Bare, sizes: list[int]) -> None:
    import steamgs

    with synchronous_server(library) as (server, sim):
        available(steamgs._core, "enable_metrics")(server, 0.01)
        server.validate_auth_ticket_response.connect(no_op)
        for size in sizes:
            with bare.counted():
                say(sim, size)
                server.run_callbacks()


async def asyncio_handler(library: str, bare: Bare, sizes: list[int]) -> None:
    async with asyncio_server(library) as (server, sim):
        server.validate_auth_ticket_response.connect(no_op)
        for size in sizes:
            last = server.client_kick.wait()
            with bare.counted():
                say(sim, size)
                await last


async def async_for(library: str, bare: Bare, sizes: list[int]) -> None:
    async def read(stream: Any) -> None:
        async for _ in stream:
            pass

    async with asyncio_server(library) as (server, sim):
        for size in sizes:
            stream = server.validate_auth_ticket_response.stream(maxsize=None)
            last = server.client_kick.wait()
            with bare.counted():
                say(sim, size)
                await last
                await stream.aclose()  # so that the loop ends with what has come
                await read(stream)


async def batches(library: str, bare: Bare, sizes: list[int]) -> None:
    async def read(stream: Any, count: int) -> None:
        async for some in stream:
            count -= len(some)
            if count == 0:
                return

    async with asyncio_server(library) as (server, sim):
        for size in sizes:
            stream = available(server.validate_auth_ticket_response, "batches")(max=1000)
            with bare.counted():
                say(sim, size)
                await read(stream, size)


# A player


def storm(come: Storm) -> Row:
    async def row(library: str, bare: Bare, sizes: list[int]) -> None:
        async with asyncio_server(library) as (server, _):
            for size in sizes:
                players = players_of(size)
                with bare.counted():
                    await come(server, players)

    return in_loop(row)


def storm_of_steam(library: str, bare: Bare, sizes: list[int]) -> None:
    with synchronous_server(library) as (server, _):
        for size in sizes:
            players = bare.players(server, players_of(size))
            with bare.counted():
                players.begin()
                assert server.run_callbacks() == size
                players.end()


def begin_auth_session(library: str, bare: Bare, sizes: list[int]) -> None:
    with synchronous_server(library) as (server, _):
        for size in sizes:
            players = players_of(size)
            begin = server.begin_auth_session
            with bare.counted():
                for steam_id, ticket in players:
                    begin(ticket, steam_id)
            for steam_id, _ in players:
                server.end_auth_session(steam_id)


def begin_of_steam(library: str, bare: Bare, sizes: list[int]) -> None:
    with synchronous_server(library) as (server, _):
        for size in sizes:
            players = bare.players(server, players_of(size))
            with bare.counted():
                players.begin()
            players.end()


def update_users(library: str, bare: Bare, sizes: list[int]) -> None:
    with synchronous_server(library) as (server, _):
        for size in sizes:
            players = [(FIRST + number, f"player {number}", number) for number in range(size)]
            with bare.counted():
                server.update_users(players)


def update_of_steam(library: str, bare: Bare, sizes: list[int]) -> None:
    with synchronous_server(library) as (server, _):
        for size in sizes:
            players = bare.players(server, players_of(size))
            with bare.counted():
                players.update()


def in_loop(row: Callable[[str, Bare, list[int]], Any]) -> Row:
    return lambda library, bare, sizes: asyncio.run(row(library, bare, sizes))


ROWS: dict[str, Row] = {
    "event, nobody listens": nobody_listens,
    "event, no-op handler": no_op_handler,
    "event, beside routes": beside_routes,
    "event, with metrics": with_metrics,
    "event, asyncio handler": in_loop(asyncio_handler),
    "event, async for": in_loop(async_for),
    "event, batches": in_loop(batches),
    "player, bare task": storm(storms.bare_tasks),
    "player, task with Future": storm(storms.tasks_with_future),
    "player, authenticate()": storm(storms.sessions),
    "player, Steam's own part": storm_of_steam,
    "begin_auth_session": begin_auth_session,
    "begin_auth_session, Steam's own part": begin_of_steam,
    "update_users": update_users,
    "update_users, Steam's own part": update_of_steam,
}


if __name__ == "__main__":
    name, library, path, *numbers = sys.argv[1:]
    gc.disable()
    ROWS[name](library, Bare(path), [int(number) for number in numbers])
