"""An event object may serve again, but never one that somebody has kept."""

from __future__ import annotations

import gc
import itertools
import sys
from typing import Any

import pytest

import steamgs
from payloads import payload
from steamgs.simulator import Simulator

KICK = 203


def kick(sim: Simulator, *steam_ids: int) -> None:
    for steam_id in steam_ids:
        sim.post(KICK, payload("client_kick", steam_id, 0))


def test_kept_events_keep_their_values(server: steamgs.GameServer, sim: Simulator) -> None:
    kept: list[steamgs.ClientKick] = []
    seen: list[int] = []

    @server.client_kick.connect
    def handler(event: steamgs.ClientKick) -> None:
        seen.append(event.steam_id)
        if event.steam_id % 3 == 0:
            kept.append(event)

    kick(sim, *range(1, 301))
    server.run_callbacks()
    assert seen == list(range(1, 301))
    assert [event.steam_id for event in kept] == list(range(3, 301, 3))
    assert len({id(event) for event in kept}) == 100


def test_events_kept_in_closures_tracebacks_and_futures(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    later: list[Any] = []

    @server.client_kick.connect
    def handler(event: steamgs.ClientKick) -> None:
        later.append(lambda: event.steam_id)
        raise RuntimeError(event.steam_id)

    kick(sim, 1, 2, 3)
    with pytest.raises(ExceptionGroup) as caught:
        server.run_callbacks()
    kick(sim, 4)
    with pytest.raises(ExceptionGroup):
        server.run_callbacks()
    assert [read() for read in later] == [1, 2, 3, 4]
    for number, error in enumerate(caught.value.exceptions, 1):
        traceback = error.__traceback__
        while traceback is not None and "event" not in traceback.tb_frame.f_locals:
            traceback = traceback.tb_next
        assert traceback is not None
        assert traceback.tb_frame.f_locals["event"].steam_id == number


def test_handlers_that_disconnect_themselves_while_called(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    """The list of handlers is let go while it is walked."""
    calls: list[int] = []
    handlers: list[Any] = []

    def make(number: int) -> Any:
        def handler(event: steamgs.ClientKick) -> None:
            for other in handlers:
                if other in server.client_kick:
                    server.client_kick.disconnect(other)
            handlers.clear()
            gc.collect()
            calls.append(number)

        return handler

    handlers += [make(number) for number in range(50)]
    for handler in handlers:
        server.client_kick.connect(handler)
    del handler
    kick(sim, 1, 2)
    server.run_callbacks()
    assert calls == list(range(50))
    assert server.client_kick.handlers == ()


def test_a_server_may_be_let_go_with_its_signals_alive(sim: Simulator) -> None:
    server = steamgs.GameServer(480, library=sim, query_port=0)
    signal = server.client_kick
    signal.connect(print)
    del server
    gc.collect()
    signal.connect(repr)
    assert signal.handlers == (print, repr)
    assert isinstance(signal.server, steamgs.GameServer)


def test_idle_ticks_make_no_objects(server: steamgs.GameServer) -> None:
    for _ in range(100):
        assert server.run_callbacks() == 0
    gc.collect()
    gc.disable()
    try:
        before = sys.getallocatedblocks()
        for _ in itertools.repeat(None, 10_000):
            server.run_callbacks()
        assert sys.getallocatedblocks() - before < 10
    finally:
        gc.enable()
