"""How :func:`steamgs.serve` runs a server in an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from steamgs.errors import NotRunningError
from steamgs.log import logger
from steamgs.service import Service

__all__ = ["run_in_loop"]

# A coroutine function, which serve() has checked.
Main = Callable[[Any], Any]


def run_in_loop(
    service: Service, main: Main, loop_factory: Callable[[], asyncio.AbstractEventLoop] | None
) -> None:
    """Run the server and ``main`` in a loop of their own, until both have ended."""
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(_run(service, main))


async def _run(service: Service, main: Main) -> None:
    server: Any = service.server
    async with server:
        service.has_started()
        game = asyncio.ensure_future(_play(main, server))
        stop = asyncio.ensure_future(server.stopped())
        watch = asyncio.ensure_future(_watch(service))
        try:
            await asyncio.wait([game, stop], return_when=asyncio.FIRST_COMPLETED)
            service.has_ended()
            await _drain(service, game)
        finally:
            for task in (game, stop, watch):
                task.cancel()
            await asyncio.gather(game, stop, watch, return_exceptions=True)
        if not game.cancelled() and (end := game.result()) is not None:
            raise end


async def _play(main: Main, server: Any) -> BaseException | None:
    """Run the game; returns what it has raised, which ends no loop before the server is drained."""
    try:
        await main(server)
    except asyncio.CancelledError:
        raise
    except BaseException as end:
        return end
    return None


async def _drain(service: Service, game: asyncio.Future[BaseException | None]) -> None:
    """Drain while the game goes on; there is no grace if nobody plays it any more."""
    server: Any = service.server
    if not server.running:
        return
    drain = asyncio.ensure_future(server.drain(grace=0 if game.done() else service.seconds_left))
    await asyncio.wait([game, drain], return_when=asyncio.FIRST_COMPLETED)
    if not drain.done() and server.draining is not None:
        server.draining.shorten(0)
    try:
        await drain
    except NotRunningError:
        logger().warning("the server was closed before it had been drained")
    service.has_drained()


async def _watch(service: Service) -> None:
    while True:
        await asyncio.sleep(service.look_seconds)
        service.look()
