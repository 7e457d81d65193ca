"""What waits for tasks is bounded and counted, and has one reader; what awaits leaves nothing."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from alone import run_python
from conftest import ROOT, Run
from fronts import library_of
from payloads import payload
from steamgs import NetworkingIdentity
from steamgs.simulator import Simulator
from test_fork import in_child

LARGEST = 524_288
BOUND = 16 * 2**20
MESSAGES = 16_384
PLACE = "127.0.0.1:27457"
Server = steamgs.asyncio.GameServer


def hang(server: Server, ticks: int = 30) -> None:
    """The loop does not run, while the pump ticks."""
    end = server.counters().ticks + ticks
    while server.counters().ticks < end:
        time.sleep(0.001)


def test_the_bound_in_bytes_holds_while_the_loop_hangs(run: Run, sim: Simulator) -> None:
    async def main(server: Server) -> None:
        before = sim.server.networking.held_messages
        group = server.sockets.create_poll_group()
        pairs = [server.sockets.socket_pair() for _ in range(100)]
        for _, theirs in pairs:
            group.add(theirs)
        aiter(group)
        server.sockets.broadcast([ours for ours, _ in pairs], bytes(LARGEST))
        hang(server)
        held = sim.server.networking.held_messages - before
        assert held == BOUND // LARGEST
        counters = server.counters()
        assert (counters.messages_waiting, counters.messages_waiting_bytes) == (held, BOUND)
        assert counters.messages_held_back == 1
        count = 0
        async for batch in group:
            assert all(len(data) == LARGEST for _, data in batch)
            count += len(batch)
            del batch
            if count == 100:
                break
        counters = server.counters()
        assert (counters.messages_waiting, counters.messages_waiting_bytes) == (0, 0)
        held_back = counters.messages_held_back
        assert held_back >= 1
        group.close()
        assert server.counters().messages_held_back == held_back

    run(main)


@pytest.mark.parametrize("size", [100, 300_000])
def test_the_bound_is_exceeded_by_less_than_one_message(
    run: Run, sim: Simulator, size: int
) -> None:
    async def main(server: Server) -> None:
        before = sim.server.networking.held_messages
        group = server.sockets.create_poll_group()
        pairs = [server.sockets.socket_pair() for _ in range(100)]
        for _, theirs in pairs:
            group.add(theirs)
        aiter(group)
        for _ in range(170 if size == 100 else 1):
            server.sockets.broadcast([ours for ours, _ in pairs], bytes(size))
        hang(server)
        held = sim.server.networking.held_messages - before
        if size == 100:
            assert held == MESSAGES
        else:
            assert BOUND <= held * size < BOUND + size
        assert server.counters().messages_waiting == held

    run(main)


def test_a_connections_messages_wait_too(run: Run, sim: Simulator) -> None:
    async def main(server: Server) -> None:
        ours, theirs = server.sockets.socket_pair()
        others, (quiet, _) = server.sockets.socket_pair(), server.sockets.socket_pair()
        aiter(theirs)
        aiter(others[1])
        for _ in range(1500):
            ours.send(b"xy")
        while server.counters().messages_held_back == 0:
            await asyncio.sleep(0.01)
        for _ in range(100):
            ours.send(b"xy")  # stay with Steam
        others[0].send(b"hello")
        assert (await anext(others[1])).data == b"hello"
        counters = server.counters()
        assert 1024 <= counters.messages_waiting <= 1500
        assert counters.messages_waiting_bytes == 2 * counters.messages_waiting
        for _ in range(1600):
            assert (await anext(theirs)).data == b"xy"
        assert server.counters().messages_waiting == 0
        quiet.close()

    run(main)


def test_a_connection_has_one_reader(run: Run) -> None:
    async def main(server: Server) -> None:
        ours, theirs = server.sockets.socket_pair()
        group = server.sockets.create_poll_group()
        group.add(theirs)
        assert theirs.group is group
        aiter(theirs)
        assert theirs.group is None
        for number in range(1500):
            ours.send(str(number).encode())
        await asyncio.sleep(0.05)
        with pytest.raises(RuntimeError, match="asyncio task"):
            theirs.receive()
        with pytest.raises(RuntimeError, match="asyncio task"):
            group.add(theirs)
        with pytest.raises(ValueError, match="is not in"):
            group.remove(theirs)
        for number in range(1500):
            assert (await anext(theirs)).data == str(number).encode()
        theirs.close()
        with pytest.raises(steamgs.ClosedHandleError):
            theirs.receive()

    run(main)


def test_a_reader_from_before_the_accept_keeps_its_messages(run: Run) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        with server.sockets.listen_ip(PLACE) as listener:
            ours = server.sockets.connect_ip(PLACE)
            theirs = await anext(listener)
            aiter(theirs)
            theirs.accept()
            await ours.connected()
            ours.send(b"hello")
            assert (await anext(theirs)).data == b"hello"

    run(main)


def waits() -> int:
    gc.collect()
    return sum(type(one).__name__ in ("_StateChange", "_Ending") for one in gc.get_objects())


def test_waits_leave_nothing_behind(run: Run) -> None:
    async def main(server: Server) -> None:
        ours, theirs = server.sockets.socket_pair()

        async def end_is_not_yet() -> None:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(ours.ended(), 0.0001)

        for _ in range(100):
            await ours.connected()
            assert len((ours.ended(), ours.connected())) == 2  # nobody awaits them
            # A task of its own, whose frames and tracebacks go with it.
            await asyncio.create_task(end_is_not_yet())
        async with ours:
            pass
        assert waits() == 0
        failed = server.sockets.connect_ip("127.0.0.1:1")
        wait, ended = failed.connected(), failed.ended()
        task = asyncio.create_task(asyncio.wait_for(failed.ended(), None))
        await asyncio.sleep(0.01)
        failed.close()
        for _ in range(3):
            with pytest.raises(steamgs.ClosedHandleError):
                await wait
            assert await ended is steamgs.ConnectionState.NONE
        assert await task is steamgs.ConnectionState.NONE
        del wait, ended, task
        assert waits() == 0
        theirs.close()

    run(main)


def test_admission_leaves_nothing_behind(run: Run, sim: Simulator) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        alice = sim.add_user(76561197960287930)
        with server.sockets.listen_ip(PLACE) as listener:
            sent = alice.connect(PLACE)
            connection = await anext(listener)
            ticket = alice.auth_session_ticket(480)
            async with connection, listener.admit(connection, ticket=ticket):
                await asyncio.sleep(0.02)
                # One waits for the end of the connection, which ends the session.
                assert waits() == 1
            await asyncio.sleep(0.02)
            assert waits() == 0
            sent.close()

    run(main)


def test_writable_waits_as_long_as_too_much_does(run: Run, sim: Simulator) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        alice = sim.add_user(76561197960287930)
        with server.sockets.listen_ip(PLACE) as listener:
            alice.connect(PLACE)
            connection = await anext(listener)
            async with connection:
                alice.set_link(bandwidth=100_000)
                for _ in range(6):
                    connection.send(bytes(50_000))
                assert connection.status().pending_reliable > 200_000
                waiting = asyncio.create_task(connection.writable(100_000))
                await asyncio.sleep(0.05)
                assert not waiting.done()
                sim.advance(2.5)
                await waiting
                assert connection.status().pending_reliable <= 100_000
                await connection.writable(100_000)

    run(main)


def test_writable_tells_of_an_end_that_no_event_has_told(run: Run, sim: Simulator) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        alice = sim.add_user(76561197960287930)
        with server.sockets.listen_ip(PLACE) as listener:
            ours = alice.connect(PLACE)
            connection = await anext(listener)
            async with connection:
                ours.close()
                with pytest.raises(steamgs.NotConnectedError):
                    await connection.writable()

    run(main)


def test_a_connection_that_takes_no_more(online: steamgs.GameServer) -> None:
    ours, theirs = online.sockets.socket_pair()
    with pytest.raises(steamgs.SendLimitError):
        for _ in range(100):
            ours.send(bytes(LARGEST))
    online.run_callbacks()
    while theirs.receive():
        online.run_callbacks()
    ours.send(b"again")
    online.run_callbacks()
    assert [data for _, data in theirs.receive()] == [b"again"]


@pytest.mark.parametrize("state", [99, -1, -3, 2])
def test_a_state_that_nobody_knows(online: steamgs.GameServer, sim: Simulator, state: int) -> None:
    ours, theirs = online.sockets.socket_pair()
    seen: list[Any] = []
    online.sockets.connection_status_changed.connect(seen.append)
    identity = NetworkingIdentity.from_steam_id(1)
    change = payload("connection_status_changed", ours.handle, identity, 0, 0, state, 7777, "t", 77)
    sim.post(1221, change)
    online.run_callbacks()
    assert [int(event.state) for event in seen] == [state]
    assert int(ours.state) == state
    assert not ours.closed
    ours.send(b"still here")
    online.run_callbacks()
    assert [data for _, data in theirs.receive()] == [b"still here"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_has_no_connections(online: steamgs.GameServer) -> None:
    sockets = online.sockets
    listener = sockets.listen_ip(PLACE)
    ours, theirs = sockets.socket_pair()
    for number in range(10):
        ours.send(b"x" * number)
    online.run_callbacks()
    batch = theirs.receive(5)
    kept = batch[1]
    view = memoryview(batch[2])
    group = sockets.create_poll_group()
    group.add(theirs)

    def all_of_it_is_the_parents() -> bool:
        for call in (
            lambda: ours.send(b"x"),
            theirs.receive,
            group.receive,
            listener.incoming,
            ours.status,
            lambda: sockets.send_many([(ours, b"x")]),
            lambda: sockets.listen_ip(PLACE),
        ):
            with pytest.raises((steamgs.ClosedHandleError, steamgs.NotRunningError)):
                call()
        ours.close()
        group.close()
        listener.close()
        assert sockets.connections == ()
        assert ours.state is steamgs.ConnectionState.NONE
        assert [len(data) for _, data in batch] == [0, 1, 2, 3, 4]
        assert (kept.data, bytes(view)) == (b"x", b"xx")
        return True

    assert in_child(all_of_it_is_the_parents) == 0
    online.run_callbacks()
    assert [len(data) for _, data in group.receive()] == [5, 6, 7, 8, 9]
    ours.send(b"still here")
    online.run_callbacks()
    assert [data for _, data in group.receive()] == [b"still here"]
    assert (kept.data, bytes(view)) == (b"x", b"xx")


SYNCHRONOUS = """
    server = steamgs.GameServer(480, query_port=0, **options)
    server.start()
    server.start_pump(0.001)
    sockets = server.sockets
    listener = sockets.listen_ip("127.0.0.1:27458")
    ours, theirs = sockets.socket_pair()
    client = sockets.connect_ip("127.0.0.1:27458")
    for number in range(100):
        ours.send(b"x" * number)
    kept = theirs.receive(10)
    assert len(kept) == 10
    view, message = memoryview(kept[5]), kept[6]
    group = sockets.create_poll_group()
    group.add(theirs)
"""
TASKS = """
    async def main():
        global server, listener, ours, theirs, tasks, kept
        server = steamgs.asyncio.GameServer(480, query_port=0, tick_interval=0.001, **options)
        await server.__aenter__()
        listener = server.sockets.listen_ip("127.0.0.1:27458")
        ours, theirs = server.sockets.socket_pair()
        group = server.sockets.create_poll_group()
        group.add(theirs)
        kept = []

        async def read(source):
            async for one in source:
                kept.append(one)

        tasks = [asyncio.create_task(read(one)) for one in (group, ours, listener)]
        await asyncio.sleep(0.05)
        for number in range(100):
            ours.send(b"x" * number)
            theirs.send(b"y" * number)
        server.sockets.connect_ip("127.0.0.1:27458")
        while len(kept) < 102:
            await asyncio.sleep(0.01)

    asyncio.run(main())
"""


@pytest.mark.parametrize("program", [SYNCHRONOUS, TASKS], ids=["synchronous", "tasks"])
def test_a_process_ends_with_all_of_it_open(front: str, program: str, tmp_path: Path) -> None:
    head = f"""
    import asyncio, steamgs, steamgs.asyncio
    from steamgs.simulator import Simulator
    sim = Simulator(1, clock="real", query_host=None)
    options = dict(library={library_of(front)!r}, steamclient=sim)
    """
    script = textwrap.dedent(head) + textwrap.dedent(program) + "print('the end')\n"
    ended = run_python("-X", "faulthandler", "-c", script, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (0, "the end\n"), ended.stderr
    assert "Traceback" not in ended.stderr


if sys.platform == "linux":

    def test_without_memory_messages_stay_with_steam(compiler: str, tmp_path: Path) -> None:
        import generate

        generate.build(tmp_path / "generated")
        program = tmp_path / "inbox"
        sources = [
            ROOT / "tests/native/inbox.cpp",
            ROOT / "src/core/inbox.cpp",
            ROOT / "src/common/event_queue.cpp",
        ]
        includes = [
            f"-I{ROOT}/src",
            f"-I{ROOT}/include",
            f"-I{ROOT}/simulator",
            f"-I{ROOT}/simulator/steamclient",
        ]
        flags = ["-std=c++17", "-O1", "-pthread", f"-I{tmp_path}/generated/include", *includes]
        subprocess.run(
            [compiler, *flags, *map(str, sources), "-Wl,--wrap=malloc", "-o", str(program)],
            check=True,
            timeout=120,
        )
        subprocess.run([str(program)], check=True, timeout=60)
