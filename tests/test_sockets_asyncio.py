"""``server.sockets`` in asyncio tasks: connections, their messages, and batches of a group."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import Run
from steamgs import Connection, ConnectionState, Listener

PLACE = "127.0.0.1:27451"
Server = steamgs.asyncio.GameServer


async def meet(server: Server, listener: Listener) -> tuple[Connection, Connection]:
    ours = server.sockets.connect_ip(PLACE)
    theirs = await anext(listener)
    theirs.accept()
    await asyncio.gather(ours.connected(), theirs.connected())
    return ours, theirs


def test_a_server_of_tasks(run: Run) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        served: list[tuple[int, str]] = []

        async def serve(connection: Connection) -> None:
            async with connection:
                async for message in connection:
                    connection.send(message.data.upper())
            served.append((connection.handle, connection.state.name))

        async def listen(listener: Listener) -> None:
            async with asyncio.TaskGroup() as tasks:
                async for connection in listener:
                    tasks.create_task(serve(connection))

        async def play(number: int) -> None:
            async with server.sockets.connect_ip(PLACE) as connection:
                for turn in range(5):
                    connection.send(f"{number}:{turn}:x".encode())
                    message = await anext(connection)
                    assert message.data == f"{number}:{turn}:X".encode()
                    assert message.connection is connection

        with server.sockets.listen_ip(PLACE) as listener:
            task = asyncio.create_task(listen(listener))
            await asyncio.gather(*(play(number) for number in range(20)))
            while len(served) < 20:
                await asyncio.sleep(0.01)
        await task
        assert len(set(served)) == 20
        assert {state for _, state in served} == {"NONE"}
        assert server.sockets.connections == ()

    run(main)


def test_batches_of_a_group(run: Run) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        group = server.sockets.create_poll_group()
        pairs = [server.sockets.socket_pair() for _ in range(5)]
        for _, theirs in pairs:
            group.add(theirs)
        got: list[tuple[Connection, bytes]] = []

        async def read() -> None:
            async for batch in group:
                got.extend(batch)

        task = asyncio.create_task(read())
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="asyncio task"):
            group.receive()
        for turn in range(300):
            server.sockets.broadcast([ours for ours, _ in pairs], str(turn).encode())
            if turn % 50 == 0:
                await asyncio.sleep(0.005)
        while len(got) < 1500:
            await asyncio.sleep(0.01)
        for _, theirs in pairs:
            mine = [data for connection, data in got if connection is theirs]
            assert mine == [str(turn).encode() for turn in range(300)]
        group.close()
        await task

    run(main)


def test_what_came_before_the_end_is_read(run: Run) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        listener = server.sockets.listen_ip(PLACE)
        ours, theirs = await meet(server, listener)
        aiter(theirs)
        # More than wait for a task. The rest fits into Steam's buffer, or the end would wait too.
        for number in range(1800):
            ours.send(str(number).encode())
            if number % 500 == 0:
                await asyncio.sleep(0.02)
        ours.close(1500, "bye", linger=True)
        while theirs.state is ConnectionState.CONNECTED:
            await asyncio.sleep(0.01)
        got = [message.data async for message in theirs]
        assert got == [str(number).encode() for number in range(1800)]
        assert theirs.info().end_text == "bye"
        with pytest.raises(steamgs.NotConnectedError):
            await theirs.writable()
        with pytest.raises(ValueError, match="limit must be 0 or more, not -1"):
            await theirs.writable(-1)
        listener.close()

    run(main)


def test_who_is_refused_learns_why(run: Run) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        listener = server.sockets.listen_ip(PLACE)
        ours = server.sockets.connect_ip(PLACE)
        theirs = await anext(listener)
        theirs.reject(1100, "full")
        with pytest.raises(steamgs.NotConnectedError, match="full"):
            async with ours:
                pytest.fail("connected")
        ours.close()
        with pytest.raises(steamgs.ClosedHandleError):
            await ours.connected()
        listener.close()

    run(main)


def test_a_block_that_is_never_entered_leaves_nothing_behind(run: Run) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        listener = server.sockets.listen_ip(PLACE)
        ours = server.sockets.connect_ip(PLACE)
        theirs = await anext(listener)
        ours.close()
        while theirs.state is ConnectionState.CONNECTING:
            await asyncio.sleep(0.01)
        with pytest.raises(steamgs.SteamError):
            async with theirs:
                pytest.fail("connected")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05), server.sockets.connect_ip("127.0.0.1:9"):
                pytest.fail("connected")
        for _ in range(3):
            server.sockets.connect_ip(PLACE).close()
        ours = server.sockets.connect_ip(PLACE)
        assert (await anext(listener)).state is ConnectionState.CONNECTING
        assert len(server.sockets.connections) == 2
        listener.close()
        ours.close()
        assert not server.sockets.connections

    run(main)


def test_a_block_that_raises_says_so(run: Run) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        listener = server.sockets.listen_ip(PLACE)
        ours, theirs = await meet(server, listener)
        with pytest.raises(ZeroDivisionError):
            async with theirs:
                await theirs.writable()
                raise ZeroDivisionError
        assert theirs.closed
        while ours.state is ConnectionState.CONNECTED:
            await asyncio.sleep(0.01)
        assert ours.info().end_reason == 2000
        ours.close()
        listener.close()

    run(main)


def test_a_closed_server_ends_all_tasks(run: Run) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        listener = server.sockets.listen_ip(PLACE)
        group = server.sockets.create_poll_group()
        _, theirs = await meet(server, listener)
        third = server.sockets.connect_ip(PLACE)

        async def arrivals() -> list[Connection]:
            return [connection async for connection in listener]

        async def batches() -> int:
            return len([batch async for batch in group])

        async def messages() -> int:
            return len([message async for message in theirs])

        tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(wait) for wait in (arrivals(), batches(), messages())
        ]
        connected = asyncio.create_task(asyncio.wait_for(third.connected(), None))
        await asyncio.sleep(0.05)
        assert not any(task.done() for task in tasks)
        with pytest.raises(RuntimeError, match="another task"):
            await anext(listener)
        await server.aclose() if hasattr(server, "aclose") else server.close()
        assert len(await asyncio.gather(*tasks)) == 3
        assert [connection.closed for connection in tasks[0].result()] == [True]
        assert [task.result() for task in tasks[1:]] == [0, 0]
        with pytest.raises(steamgs.ClosedHandleError):
            await connected

    run(main)


def test_a_task_that_is_cancelled_leaves_nothing(run: Run) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        listener = server.sockets.listen_ip(PLACE)
        ours, theirs = await meet(server, listener)
        task = asyncio.create_task(asyncio.wait_for(anext(theirs), 0.02))
        with pytest.raises(TimeoutError):
            await task
        ours.send(b"later")
        assert (await anext(theirs)).data == b"later"
        pending = asyncio.create_task(asyncio.wait_for(anext(listener), 0.02))
        with pytest.raises(TimeoutError):
            await pending
        listener.close()
        ours.close()

    run(main)
