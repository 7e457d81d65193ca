"""Collections in the middle of whatever a program does with a server.

Up to CPython 3.11 a collection may start at any allocation in C. It runs finalizers, which may do
anything, such as close the server. Whatever runs then either still does what it is for, or raises
an error of steamgs.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest

import steamgs
from collecting import at_allocation
from conftest import MakeServer
from operations import Stage, furnish
from socket_operations import STAGES
from steamgs.simulator import Simulator

# What may come of an operation whose server, or handle, is gone: all but the untyped ones.
EXPECTED = (steamgs.SteamError, asyncio.CancelledError, TimeoutError, ExceptionGroup)
FAILED = object()
# Where Steam tells what only a restart changes: all of it is told, or there is an error.
PLAIN = (int, str, bytes, list, tuple, dict)
STEADY = ("response", "answered_query", "result", "inventory", "packets", "batch")


def online_again(server: steamgs.GameServer) -> None:
    server.close()
    server.start()
    server.log_on_anonymous()
    server.run_callbacks()


CHANGES: dict[str, Callable[[Stage], object]] = {
    "close": lambda stage: stage.server.close(),
    "restart": lambda stage: online_again(stage.server),
    "release": lambda stage: stage.release(),
    "deliver": lambda stage: stage.server.run_callbacks(),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("place", STAGES)
def test_whatever_is_done(
    place: str, change: str, front: str, make_server: MakeServer, sim: Simulator
) -> None:
    if front == "valve" and change != "close":
        return  # no more to be learnt, as all of this is above Valve's library
    prepare, operations = STAGES[place]
    options = {"query_port": steamgs.QUERY_PORT_SHARED} if place == "packets" else {}
    server = make_server(**options)
    steady = place in STEADY and change != "restart"
    furnish(sim)
    gc.collect()
    gc.freeze()
    try:
        for name, operation in operations.items():
            try_all(name, prepare, operation, CHANGES[change], server, sim, steady=steady)
    finally:
        gc.unfreeze()


def try_all(
    name: str,
    prepare: Callable[[steamgs.GameServer, Simulator], Stage],
    operation: Callable[[Any], object],
    change: Callable[[Stage], object],
    server: steamgs.GameServer,
    sim: Simulator,
    *,
    steady: bool,
) -> None:
    usual: object = None
    errors: list[BaseException] = []
    missed = 0
    for number in count():
        if number % 4 > 1:
            continue  # two beginnings are enough, as all operations take long
        online_again(server)
        stage = prepare(server, sim)
        stage.server = server
        if not hasattr(stage, "release"):
            stage.release = lambda: None
        with at_allocation(number, partial(try_one, change, stage, errors)) as happened:
            told = try_one(operation, stage, errors)
        usual = told if number == 0 else usual
        assert not errors, (name, number)
        if steady and told is not FAILED and type(usual) in PLAIN:
            assert told == usual, (name, number)
        if not server.running:
            made = told if isinstance(told, tuple) else (told,)
            assert all(getattr(one, "closed", True) for one in made), (name, number)
        missed = 0 if happened() or number == 0 else missed + 1
        if missed == 2:
            break
    online_again(server)


def try_one(
    operation: Callable[[Stage], object], stage: Stage, errors: list[BaseException]
) -> object:
    try:
        return operation(stage)
    except EXPECTED:
        pass
    except BaseException as error:
        errors.append(error)
    return FAILED
