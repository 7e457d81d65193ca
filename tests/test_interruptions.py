"""Ctrl-C and its like at every instruction: a server is started or it is not, and can be again."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import MakeServer
from fronts import library_of
from payloads import payload
from steamgs.simulator import Simulator

ALICE = 76561197960287930
KICK = 203


@contextmanager
def interrupted_at(number: int) -> Iterator[Callable[[], bool]]:
    """Raises KeyboardInterrupt before the given line of Python code that runs in the block.

    Gives a function that tells whether there were so many.
    """
    left = number
    before = sys.gettrace()
    # Interrupted at the wrong line, logging keeps its handler's lock from other threads for good.
    spared = (__file__, logging.__file__)

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        if event == "line" and frame.f_code.co_filename not in spared:
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        yield lambda: left <= 0
    finally:
        sys.settrace(before)


# Between open() and its `with` a file is closed by its last reference only.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_at_every_line_of_start_and_close(
    make_server: MakeServer, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SteamAppId", "7")
    monkeypatch.delenv("SteamGameId", raising=False)
    server = make_server()
    server.start().close()  # what is imported by the first start is imported once only
    number, reached = 0, True
    while reached:
        number += 1
        try:
            with interrupted_at(number) as was_reached, server:
                server.log_on_anonymous()
                server.run_callbacks()
                server.begin_auth_session(b"x" * 50 if number % 2 else b"y", ALICE)
        except (KeyboardInterrupt, steamgs.AuthSessionError):
            pass
        reached = was_reached()
        server.close()
        assert not server.running
        assert not sim.server.running
        assert (os.environ["SteamAppId"], os.environ.get("SteamGameId")) == ("7", None)
    assert number > 50
    with make_server() as another:
        assert another.running


def test_a_start_that_is_interrupted_leaves_nothing(
    make_server: MakeServer, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make_server()

    def interrupt(_: object) -> None:
        assert server.running  # Steam's init has returned
        raise KeyboardInterrupt

    monkeypatch.setattr(steamgs.GameServer, "_has_started", interrupt)
    with pytest.raises(KeyboardInterrupt):
        server.start()
    monkeypatch.undo()
    assert not server.running
    assert not sim.server.running
    with make_server() as second, pytest.raises(steamgs.SteamError, match="another game server"):
        assert second.running
        server.start()


def test_close_goes_on_whatever_is_raised_by_whoever_waits(
    online: steamgs.GameServer, make_server: MakeServer
) -> None:
    futures: list[steamgs.Call[Any]] = [
        online.compute_new_player_compatibility(n) for n in range(1, 4)
    ]
    told: list[int] = []

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    futures[0].add_done_callback(interrupt)
    futures[1].add_done_callback(lambda _: told.append(1))
    futures[2].add_done_callback(interrupt)
    futures[2].add_done_callback(lambda _: told.append(2))
    with pytest.raises(KeyboardInterrupt):
        online.close()
    assert [type(future.exception()) for future in futures] == [steamgs.NotRunningError] * 3
    assert told == [1, 2]
    assert not online.running
    with make_server() as server:
        assert server.running


@pytest.mark.parametrize("kind", ["wait", "stream", "logon", "session", "group"])
def test_closing_after_the_loop_of_those_who_wait(
    kind: str, front: str, sim: Simulator, make_server: MakeServer
) -> None:
    """A loop that was dropped with tasks in it: nobody is there to be told."""
    sim.set_latency("auth", 1e6)
    sim.set_latency("group", 1e6)
    server = steamgs.asyncio.GameServer(
        480, library=library_of(front), steamclient=sim, query_port=0
    )
    kept: list[Any] = []

    async def main() -> None:
        server.start()
        if kind == "logon":
            sim.set_latency("policy", 1e6)
        else:
            await server.log_on_anonymous()
        alice = sim.add_user(ALICE)
        if kind == "wait":
            coroutine: Any = server.client_kick.wait()
        elif kind == "stream":
            coroutine = anext(aiter(server.client_kick))
        elif kind == "logon":
            coroutine = server.log_on_anonymous()
        elif kind == "session":
            coroutine = server.authenticate(ALICE, alice.auth_session_ticket()).__aenter__()
        else:
            coroutine = server.request_user_group_status(ALICE, 103582791429521408)
        kept.append(coroutine.__await__() if isinstance(coroutine, steamgs.Call) else coroutine)
        kept[-1].send(None)  # as a task would, but nobody will cancel it

    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.close()
    server.close()
    assert not server.running
    with make_server() as another:
        assert another.running
    with suppress(RuntimeError):  # some want their loop for that
        kept.pop().close()


INTERRUPTIONS = [KeyboardInterrupt, SystemExit, asyncio.CancelledError]


@pytest.mark.parametrize("error", INTERRUPTIONS)
def test_all_hear_the_event_at_which_a_handler_interrupts(
    server: steamgs.GameServer, sim: Simulator, error: type[BaseException]
) -> None:
    seen: list[int] = []

    def interrupt(event: steamgs.ClientKick) -> None:
        if event.steam_id == 2:
            raise error

    server.client_kick.connect(interrupt)
    server.client_kick.connect(lambda event: seen.append(event.steam_id))
    for number in (1, 2, 3):
        sim.post(KICK, payload("client_kick", number, 0))
    with pytest.raises(error):
        server.run_callbacks()
    assert seen == [1, 2]
    assert server.run_callbacks() == 1
    assert seen == [1, 2, 3]


@pytest.mark.parametrize("error", INTERRUPTIONS)
def test_what_an_interruption_leaves_is_announced_again(
    server: steamgs.GameServer, sim: Simulator, error: type[BaseException]
) -> None:
    woken = threading.Semaphore(0)
    seen: list[int] = []

    def handler(event: steamgs.ClientKick) -> None:
        seen.append(event.steam_id)
        if event.steam_id == 1:
            raise error

    server.client_kick.connect(handler)
    sim.post(KICK, payload("client_kick", 1, 0))
    sim.post(KICK, payload("client_kick", 2, 0))
    server.start_pump(0.001, on_events=woken.release)
    assert woken.acquire(timeout=20)
    with pytest.raises(error):
        while not seen:
            server.run_callbacks()
    assert seen == [1]
    assert woken.acquire(timeout=20)
    assert server.wait_for_events(20)
    assert server.run_callbacks() == 1
    assert seen == [1, 2]


def test_players_are_admitted_beside_a_handler_that_is_cancelled(
    front: str, sim: Simulator
) -> None:
    async def main() -> None:
        problems: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, what: problems.append(what))
        async with steamgs.asyncio.GameServer(
            480, library=library_of(front), steamclient=sim, query_port=0
        ) as server:
            await server.log_on_anonymous()

            def cancelled(_: object) -> None:
                raise asyncio.CancelledError

            server.validate_auth_ticket_response.connect(cancelled)

            async def play(steam_id: int) -> None:
                ticket = sim.add_user(steam_id).auth_session_ticket()
                async with server.authenticate(steam_id, ticket, timeout=20):
                    admitted.append(steam_id)

            admitted: list[int] = []
            await asyncio.gather(*(play(ALICE + number) for number in range(5)))
            assert sorted(admitted) == [ALICE + number for number in range(5)]

    asyncio.run(main())


def test_an_interruption_out_of_what_handlers_return_or_report(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    seen: list[int] = []

    def fail(_: object) -> None:
        raise RuntimeError("on purpose")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    server.on_handler_error = interrupt
    server.client_kick.connect(fail)
    server.client_kick.connect(lambda event: seen.append(event.steam_id))
    sim.post(KICK, payload("client_kick", 1, 0))
    with pytest.raises(KeyboardInterrupt):
        server.run_callbacks()
    assert seen == [1]
    server.on_handler_error = None
    server.client_kick.disconnect(fail)
    server._set_result_handler(interrupt)
    server.client_kick.connect(lambda _: 5)
    server.client_kick.connect(lambda event: seen.append(event.steam_id))
    sim.post(KICK, payload("client_kick", 2, 0))
    with pytest.raises(KeyboardInterrupt):
        server.run_callbacks()
    assert seen == [1, 2, 2]


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_at_every_line_of_an_asyncio_server_s_life(front: str, sim: Simulator) -> None:
    server = steamgs.asyncio.GameServer(
        480, library=library_of(front), steamclient=sim, query_port=0
    )

    async def live() -> None:
        async with server:
            pass

    def run(coroutine: Any) -> None:
        # Without a loop's own code, which no Ctrl-C may cut in pieces.
        with suppress(StopIteration):
            while True:
                coroutine.send(None)

    async def main() -> None:
        run(live())
        number, reached = 0, True
        while reached:
            number += 1
            try:
                with interrupted_at(number) as was_reached:
                    run(live())
            except KeyboardInterrupt:
                # Between leaving the block and closing there is nothing that could be caught.
                server.close()
            reached = was_reached()
            assert not server.running
            assert server.pump_interval is None
            assert not sim.server.running
        assert number > 20

    asyncio.run(main())
