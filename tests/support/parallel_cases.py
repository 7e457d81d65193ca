"""Cases of ``stress.py`` for run_parallel(), where the interpreter runs without the GIL."""

from __future__ import annotations

import contextlib
import sys
from collections import defaultdict
from collections.abc import Callable
from functools import partial

import steamgs
from payloads import payload
from stage import ALICE, Stage
from together import together

__all__ = ["CASES"]

APPROVED = 201
PLAYERS = 9
EVENTS = 300


def close_while_threads_deliver_in_parallel(stage: Stage) -> None:
    while stage.more():
        server = stage.server().start()
        last: dict[int, int] = defaultdict(int)
        closing_number = stage.random.randrange(2 * EVENTS)

        def handler(
            event: steamgs.ClientApproved,
            server: steamgs.GameServer = server,
            last: dict[int, int] = last,
            closing_number: int = closing_number,
        ) -> None:
            assert event.owner_id > last[event.steam_id]
            last[event.steam_id] = event.owner_id
            if event.owner_id == closing_number:
                server.close()

        def post() -> None:
            for number in range(1, EVENTS + 1):
                player = ALICE + number % PLAYERS
                stage.sim.post(APPROVED, payload("client_approved", player, number))

        def deliver(server: steamgs.GameServer = server) -> None:
            with contextlib.suppress(steamgs.NotRunningError):
                server.run_parallel(0.0001, threads=3, max_waiting=16)

        def connect(server: steamgs.GameServer = server) -> None:
            nothing: list[object] = []
            while server.running:
                other = partial(nothing.__contains__)
                server.client_approved.connect(other)
                server.player(ALICE).connect(other)
                server.player(ALICE).disconnect(other)
                server.client_approved.disconnect(other)

        def close(server: steamgs.GameServer = server) -> None:
            stage.later()
            server.close()

        server.client_approved.connect(handler)
        together(post, deliver, connect, close)
        assert server.counters().handler_errors == 0
        assert not server.running


WITHOUT_GIL = not getattr(sys, "_is_gil_enabled", lambda: True)()
CASES: tuple[Callable[[Stage], None], ...] = (
    (close_while_threads_deliver_in_parallel,) if WITHOUT_GIL else ()
)
