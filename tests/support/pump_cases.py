"""Cases of ``stress.py``: the pump, and those whom it tells of events."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
from collections.abc import Callable
from typing import Any

import steamgs
import steamgs.asyncio
from stage import GRACE_SECONDS, LOOPS, Stage, listeners_with_the_gil
from together import together

__all__ = ["CASES"]


def often(function: Callable[[], object]) -> None:
    for _ in range(20):
        function()


def start_pump_from_four_threads(stage: Stage) -> None:
    while stage.more():
        with stage.server() as server:
            together(*[lambda: server.start_pump(0.001)] * 4)
            assert server.pump_interval == 0.001


def stop_against_start_of_the_pump(stage: Stage) -> None:
    with stage.server() as server:
        while stage.more():
            together(
                lambda: often(lambda: server.start_pump(0.001)),
                lambda: often(server.stop_pump),
                lambda: often(server.run_callbacks),
            )
            server.stop_pump()
            assert server.pump_interval is None


def close_against_start_of_the_pump(stage: Stage) -> None:
    server = stage.server()

    def start() -> None:
        with contextlib.suppress(steamgs.NotRunningError):
            often(lambda: server.start_pump(0.001, on_events=lambda: None))

    def close() -> None:
        stage.later()
        server.close()

    while stage.more():
        server.start()
        stage.kick(3)
        together(start, start, close)
        assert server.pump_interval is None
        assert not server.running


def start_pump_in_on_events(stage: Stage) -> None:
    while stage.more():
        with stage.server() as server:
            calls = threading.Semaphore(0)

            def on_events(server: steamgs.GameServer = server, calls: Any = calls) -> None:
                with contextlib.suppress(steamgs.NotRunningError):  # at the end of the block
                    server.stop_pump()
                    server.start_pump(0.0005, on_events=calls.release)
                    server.start_pump(0.0005, on_events=on_events)
                calls.release()

            server.start_pump(0.001, on_events=on_events)
            for _ in range(3):
                stage.kick()
                assert calls.acquire(timeout=GRACE_SECONDS)
                while server.run_callbacks() == 0:
                    pass
        assert server.pump_interval is None


def close_in_on_events_and_let_go(stage: Stage) -> None:
    while stage.more():
        server = stage.server().start()
        closed = threading.Event()
        holder = [server]

        def on_events(holder: list[Any] = holder, closed: Any = closed) -> None:
            holder.pop().close()
            closed.set()

        server.start_pump(0.001, on_events=on_events)
        del server, on_events
        stage.kick()
        assert closed.wait(GRACE_SECONDS)
        if stage.random.random() < 0.5:
            stage.later()
        gc.collect(0)


def on_events_against_a_listener_with_the_gil(stage: Stage) -> None:
    with listeners_with_the_gil() as listeners:
        while stage.more():
            server = stage.server().start()

            def on_events(server: steamgs.GameServer = server) -> None:
                with contextlib.suppress(steamgs.NotRunningError):
                    server.stop_pump()
                    server.start_pump(0.0005, on_events=on_events)
                    if stage.random.random() < 0.3:
                        server.close()

            def stop_or_start(server: steamgs.GameServer = server) -> None:
                if stage.random.random() < 0.5:
                    server.stop_pump()
                else:
                    server.start_pump(0.0005, on_events=on_events)

            listener = listeners(stop_or_start)
            listener.listen(server)

            def play(server: steamgs.GameServer = server) -> None:
                try:
                    for _ in range(10):
                        server.start_pump(0.0005, on_events=on_events)
                        stage.kick()
                        stage.later()
                        server.run_callbacks()
                except steamgs.NotRunningError:
                    pass
                server.close()

            together(play, play)
            listener.stop()
            assert all(isinstance(error, steamgs.NotRunningError) for error in listener.errors)
            assert server.pump_interval is None


def close_beside_a_loop(stage: Stage) -> None:
    """Another thread closes an asyncio server, and its loop may be closed at the same time."""

    async def serve(server: steamgs.asyncio.GameServer, seconds: float) -> None:
        server.start()
        server.client_kick.connect(lambda _: None)
        stage.kick()
        await asyncio.sleep(seconds)

    while stage.more():
        server = steamgs.asyncio.GameServer(
            480, library=stage.library, steamclient=stage.sim, tick_interval=0.0005
        )

        def close(server: steamgs.GameServer = server) -> None:
            while not server.running:
                stage.later()
            stage.kick()
            stage.later()
            server.close()

        factory = stage.random.choice(LOOPS)
        duration = stage.random.random() * 0.004

        def run(
            server: steamgs.asyncio.GameServer = server,
            factory: Any = factory,
            duration: float = duration,
        ) -> None:
            with asyncio.Runner(loop_factory=factory) as runner:
                runner.run(serve(server, duration))

        together(run, close)
        assert server.pump_interval is None


CASES = (
    start_pump_from_four_threads,
    stop_against_start_of_the_pump,
    close_against_start_of_the_pump,
    start_pump_in_on_events,
    close_in_on_events_and_let_go,
    on_events_against_a_listener_with_the_gil,
    close_beside_a_loop,
)
