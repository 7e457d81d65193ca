"""Tables that change while they are copied.

Up to CPython 3.11 a collection may start at any allocation. It runs finalizers and lets other
threads run, so a table may change in the middle of a loop over it that allocates.
"""

from __future__ import annotations

from functools import partial
from itertools import count

import pytest

import steamgs
from collecting import at_each_collection
from payloads import payload
from steamgs.simulator import Simulator

ALICE, BOB = 76561197960287930, 76561197960287931
HANDLERS = 20
PLACE = "127.0.0.1:27459"


def ignore(_: object) -> None:
    pass


def hear(heard: list[int], number: int, _: object) -> None:
    heard.append(number)


def close_last(opened: list[steamgs.Connection] | list[steamgs.Listener]) -> None:
    opened.pop().close()


def cancel_last(asked: list[steamgs.Call[steamgs.ClientGroupStatus]]) -> None:
    asked.pop().cancel()


def test_handlers_of_a_player(online: steamgs.GameServer, sim: Simulator) -> None:
    """One more comes at each allocation of a delivery; who was there hears each event once."""
    signal = online.client_kick.of(ALICE)
    heard: list[int] = []
    for number in range(HANDLERS):
        signal.connect(partial(hear, heard, number))
    for round_ in range(1, 101):
        sim.post(203, payload("client_kick", ALICE, 0))
        with at_each_collection(lambda: signal.connect(lambda _: None), 50):
            online.run_callbacks()
        assert heard == list(range(HANDLERS)) * round_


def test_handlers_of_a_signal(online: steamgs.GameServer, sim: Simulator) -> None:
    heard: list[int] = []
    for number in range(HANDLERS):
        online.client_kick.connect(partial(hear, heard, number))
    for round_ in range(1, 101):
        sim.post(203, payload("client_kick", BOB, 0))
        with at_each_collection(lambda: online.client_kick.connect(lambda _: None), 50):
            online.run_callbacks()
        assert heard == list(range(HANDLERS)) * round_


def test_the_handlers_that_are_shown(online: steamgs.GameServer) -> None:
    for _ in range(HANDLERS):
        online.client_kick.connect(lambda _: None)
    for _ in range(100):
        with at_each_collection(lambda: online.client_kick.connect(lambda _: None), 3):
            shown = online.client_kick.handlers
        assert len(shown) >= HANDLERS


def test_a_watch_for_slow_handlers(online: steamgs.GameServer) -> None:
    players = count(1)
    for _ in range(HANDLERS):
        player = next(players)
        online.client_kick.of(player).connect(ignore)
        online.player(player).connect(ignore)
    for limit in range(1, 101):
        with at_each_collection(lambda: online.client_kick.of(next(players)).connect(ignore), 3):
            online.slow_handler_seconds = limit


def test_calls_of_a_server_that_closes(server: steamgs.GameServer) -> None:
    for _ in range(20):
        server.log_on_anonymous()
        server.run_callbacks()
        asked = [server.request_user_group_status(ALICE, 7) for _ in range(HANDLERS)]

        with at_each_collection(partial(cancel_last, asked), HANDLERS // 2):
            server.close()
        assert all(call.done() for call in asked)
        server.start()


def test_connections_that_wait(online: steamgs.GameServer) -> None:
    listener = online.sockets.listen_ip(PLACE)
    for _ in range(20):
        for _ in range(HANDLERS):
            online.sockets.connect_ip(PLACE)
        while len(listener.waiting_connections) < HANDLERS:
            online.run_callbacks()
        waiting = list(listener.waiting_connections)
        with at_each_collection(partial(close_last, waiting), 3):
            shown = listener.waiting_connections
        assert len(shown) >= HANDLERS - 3
        for connection in waiting:
            connection.close()


def test_listeners_of_a_server_that_closes(online: steamgs.GameServer) -> None:
    for _ in range(20):
        listeners = [online.sockets.listen_p2p(port) for port in range(HANDLERS)]
        with at_each_collection(partial(close_last, listeners), HANDLERS // 2):
            online.close()
        online.start()
        for listener in listeners:
            with pytest.raises(steamgs.ClosedHandleError):
                listener.incoming()


def test_users_of_the_simulator(sim: Simulator) -> None:
    numbers = count(ALICE)
    for _ in range(HANDLERS):
        sim.add_user(next(numbers))
    for _ in range(100):
        with at_each_collection(lambda: sim.add_user(next(numbers)), 3):
            shown = sim.users
        assert len(shown) >= HANDLERS
