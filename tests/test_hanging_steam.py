"""A tick of Steam's that does not return: who asks Steam is told, and waits for it at most once."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest

import steamgs
import steamgs.asyncio
from conftest import Run
from payloads import payload
from raw_steam import RawSteam
from steamgs.simulator import Simulator

ALICE = 76561197960287930
KICK = 203


class Hang:
    """A listener of somebody else's, which does not return until it may."""

    def __init__(self, server: steamgs.GameServer, sim: Simulator) -> None:
        self.inside, self.may_go = threading.Event(), threading.Event()
        self.listening = RawSteam(server).calling(KICK, 12, self.wait)
        self.sim = sim

    def wait(self, _: bytes) -> None:
        self.inside.set()
        self.may_go.wait(60)

    def __enter__(self) -> Hang:
        self.listening.__enter__()
        return self

    def begin(self) -> None:
        self.sim.post(KICK, payload("client_kick", ALICE, 0))
        assert self.inside.wait(20)

    def end(self) -> None:
        self.may_go.set()

    def __exit__(self, *_: object) -> None:
        self.end()
        self.listening.__exit__(None, None, None)


@pytest.fixture
def hang(online: steamgs.GameServer, sim: Simulator) -> Iterator[Hang]:
    with Hang(online, sim) as made:
        online.start_pump(0.001)
        try:
            yield made
        finally:
            made.end()
            online.stop_pump()


QUESTIONS: dict[str, Callable[[steamgs.GameServer], object]] = {
    "request_user_stats": lambda server: server.stats.request_user_stats(ALICE),
    "get_server_reputation": lambda server: server.get_server_reputation(),
    # The first use of an interface asks steamclient for it.
    "ISteamUGC": lambda server: server.workshop.state(1),
    "ISteamNetworkingUtils": lambda server: server.sockets.create_poll_group(),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_who_asks_is_told(online: steamgs.GameServer, hang: Hang, name: str) -> None:
    hang.begin()
    for _ in range(2):
        with pytest.raises(steamgs.SteamHangsError, match=f"{name}: Steam hangs") as caught:
            QUESTIONS[name](online)
    assert caught.value.call == name
    hang.end()
    deadline = time.monotonic() + 20
    while True:  # the tick returns soon, and Steam can be asked again
        try:
            QUESTIONS[name](online)
        except steamgs.SteamHangsError:
            assert time.monotonic() < deadline
        else:
            break


def test_nobody_waits_twice_for_the_same_tick(online: steamgs.GameServer, hang: Hang) -> None:
    hang.begin()
    with pytest.raises(steamgs.SteamHangsError):
        online.get_server_reputation()
    start = time.monotonic()
    for _ in range(100):
        with pytest.raises(steamgs.SteamHangsError):
            online.get_server_reputation()
    assert time.monotonic() - start < 100  # seconds, where each alone would take two


def test_a_tick_that_returns_in_time_is_waited_for(online: steamgs.GameServer, hang: Hang) -> None:
    hang.begin()
    threading.Timer(0.1, hang.end).start()
    assert online.get_server_reputation().result(20).result is steamgs.Result.OK


def test_what_asks_nothing_goes_on(online: steamgs.GameServer, sim: Simulator, hang: Hang) -> None:
    ticket = sim.add_user(ALICE).auth_session_ticket(480)
    hang.begin()
    assert online.begin_auth_session(ticket, ALICE).steam_id == ALICE
    online.set_key_value("rules", "none")
    online.end_auth_session(ALICE)


def test_a_loop_goes_on(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        server.stop_pump()
        with Hang(server, sim) as hang:
            server.start_pump(0.001)
            hang.begin()
            with pytest.raises(steamgs.SteamHangsError):
                await server.stats.request_user_stats(ALICE)
            await asyncio.sleep(0.01)
            hang.end()
            server.stop_pump()

    run(main)
