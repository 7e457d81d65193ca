"""Cases of ``stress.py``: routes, sessions and streams of players, against threads and loops."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
from functools import partial
from typing import Any

import steamgs
import steamgs.asyncio
from payloads import payload
from stage import ALICE, KICK, LOOPS, Stage
from steamgs.simulator import make_ticket
from together import together

__all__ = ["CASES"]

PLAYERS = range(ALICE, ALICE + 20)


def kick_all(stage: Stage) -> None:
    for player in PLAYERS:
        stage.sim.post(KICK, payload("client_kick", player, 0))


def routes_against_deliveries(stage: Stage) -> None:
    """Threads connect and disconnect while two deliver; what stays connected misses nothing."""
    server = stage.server().start()
    while stage.more():
        heard: list[int] = []
        once: list[int] = []
        done = threading.Event()
        hears = partial(heard.append, 1)

        def hear(_: object, hears: Any = hears) -> None:
            hears()

        server.client_kick.of(ALICE).connect(hear)

        def churn(once: list[int] = once) -> None:
            for _ in range(30):
                handlers: list[Any] = [[].append for _ in PLAYERS]
                for player, handler in zip(PLAYERS, handlers, strict=True):
                    server.client_kick.of(player).connect(handler)
                    server.player(player).connect(handler)
                server.player(ALICE).once(lambda _: once.append(1))
                for player, handler in zip(PLAYERS, handlers, strict=True):
                    server.player(player).disconnect(handler)
                    server.client_kick.of(player).disconnect(handler)

        def deliver(done: threading.Event = done) -> None:
            while not done.is_set():
                server.run_callbacks()

        def churn_and_kick(done: threading.Event = done) -> None:
            try:
                together(churn, churn, *[partial(kick_all, stage)] * 10)
            finally:
                done.set()

        together(deliver, deliver, churn_and_kick)
        server.run_callbacks()
        kick_all(stage)
        server.run_callbacks()
        server.client_kick.of(ALICE).disconnect(hear)
        assert len(heard) == 11
        assert len(once) == 60
        assert server._players_known() == 0
    server.close()


async def play(stage: Stage, server: steamgs.asyncio.GameServer, player: int) -> int:
    async with server.authenticate(player, make_ticket(player, 480)) as session:
        kicked = asyncio.ensure_future(server.client_kick.of(player).wait())
        batches = server.player(player).batches()
        reading = asyncio.ensure_future(anext(batches))
        await asyncio.sleep(0)
        stage.sim.post(KICK, payload("client_kick", player, 0))
        assert (await kicked).steam_id == player
        assert {event.steam_id for event in await reading} == {player}
        assert await session.revoked is steamgs.DenyReason.INVALID
    return player


def asyncio_server(stage: Stage) -> steamgs.asyncio.GameServer:
    return steamgs.asyncio.GameServer(480, library=stage.library, steamclient=stage.sim)


def tasks_against_threads_that_deliver(stage: Stage) -> None:
    """A loop's tasks are woken by two other threads, at any instruction of theirs."""

    async def main() -> None:
        async with asyncio_server(stage) as server:
            await server.log_on_anonymous()
            server.stop_pump()
            done = threading.Event()

            def deliver() -> None:
                while not done.is_set():
                    server.run_callbacks()

            threads = [threading.Thread(target=deliver) for _ in range(2)]
            for thread in threads:
                thread.start()
            try:
                while stage.more():
                    async with asyncio.timeout(60):
                        played = await asyncio.gather(
                            *(play(stage, server, player) for player in PLAYERS)
                        )
                    assert played == list(PLAYERS)
                    assert not server.sessions
                    gc.collect()
                    assert server._players_known() == 0
            finally:
                done.set()
                for thread in threads:
                    await asyncio.to_thread(thread.join)

    asyncio.run(main())


def close_while_players_play(stage: Stage) -> None:
    """At any moment of any task; asyncio's loop and uvloop's in turn, some dropped with tasks."""

    async def join(server: steamgs.asyncio.GameServer, player: int) -> None:
        with contextlib.suppress(steamgs.SteamError, steamgs.NotRunningError, StopAsyncIteration):
            while True:
                await play(stage, server, player)

    async def main(dropped: bool) -> steamgs.asyncio.GameServer:
        server = asyncio_server(stage).start()
        await server.log_on_anonymous()
        tasks = [asyncio.create_task(join(server, player)) for player in PLAYERS]
        for number, task in enumerate(tasks):
            await asyncio.sleep(stage.random.random() * 0.001)
            if number % 3 == 0:
                task.cancel()
        if not dropped:
            await asyncio.to_thread(server.close)
            async with asyncio.timeout(60):
                await asyncio.gather(*tasks, return_exceptions=True)
        for task in tasks:
            task._log_destroy_pending = False  # type: ignore[attr-defined]
        return server

    while stage.more():
        loop = LOOPS[stage.rounds % len(LOOPS)]()
        loop.set_exception_handler(lambda *_: None)
        server = loop.run_until_complete(main(dropped=stage.rounds % 4 >= 2))
        loop.close()
        with contextlib.suppress(steamgs.NotRunningError):
            kick_all(stage)
            server.run_callbacks()
        server.close()
        assert not server.sessions
        assert not stage.sim.server.sessions
        del loop
        gc.collect()
        assert server._players_known() == 0


CASES = (
    routes_against_deliveries,
    tasks_against_threads_that_deliver,
    close_while_players_play,
)
