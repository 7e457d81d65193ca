"""What a collection changes in the middle of a call: nobody is forgotten, nothing is mixed up.

Up to CPython 3.11 a collection may start at any allocation; each test tries all of them in turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest

import steamgs
import steamgs.asyncio
from collecting import at_allocation, at_each_collection
from payloads import payload
from steamgs import Connection
from steamgs.simulator import Simulator

ALICE = 76561197960287930
PLACE = "127.0.0.1:27463"


def test_a_callback_of_a_call_that_ends_meanwhile(online: steamgs.GameServer) -> None:
    for number in range(1, 60):
        told: list[object] = []
        call = online.request_user_group_status(ALICE, 7)
        with at_allocation(number, online.run_callbacks):
            call.add_done_callback(told.append)
        online.run_callbacks()
        assert told == [call]


def test_a_task_whose_call_ends_meanwhile(online: steamgs.GameServer) -> None:
    async def wait(call: steamgs.Call[steamgs.ClientGroupStatus], number: int) -> None:
        async def answer() -> None:
            with at_allocation(number, online.run_callbacks):
                await call

        task = asyncio.create_task(answer())
        for _ in range(5):
            await asyncio.sleep(0)
        if not task.done() and not call.done():
            online.run_callbacks()
        await asyncio.wait_for(task, 5)

    for number in range(1, 80):
        asyncio.run(wait(online.request_user_group_status(ALICE, 7), number))


def test_a_task_whose_connection_changes_meanwhile(online: steamgs.GameServer) -> None:
    def deliver() -> None:
        for _ in range(3):
            online.run_callbacks()

    async def wait(connection: Connection, number: int) -> None:
        async def connected() -> None:
            with at_allocation(number, deliver):
                await connection.connected()

        task = asyncio.create_task(connected())
        for _ in range(5):
            await asyncio.sleep(0)
        if connection.state is not steamgs.ConnectionState.CONNECTED:
            online.run_callbacks()
        await asyncio.wait_for(task, 5)

    with online.sockets.listen_ip(PLACE) as listener:
        for number in range(1, 80):
            connection = online.sockets.connect_ip(PLACE)
            while not listener.waiting_connections:
                online.run_callbacks()
            listener.incoming()[0].accept()
            asyncio.run(wait(connection, number))
            connection.close()


def test_the_only_task_of_a_player_that_leaves(online: steamgs.GameServer, sim: Simulator) -> None:
    for number in range(1, 40):
        stream = online.client_kick.of(ALICE).stream()
        sim.post(203, payload("client_kick", ALICE, 0))
        with at_allocation(number, stream.close):
            online.run_callbacks()
        stream.close()


@pytest.fixture
def batch(online: steamgs.GameServer) -> steamgs.Batch:
    ours, theirs = online.sockets.socket_pair()
    for size in range(3):
        ours.send(bytes(size))
    online.run_callbacks()
    return theirs.receive()


@pytest.mark.parametrize("number", range(1, 13))
def test_a_message_that_is_asked_for_meanwhile(batch: steamgs.Batch, number: int) -> None:
    kept: list[object] = []
    with at_allocation(number, lambda: kept.append(batch[1])):
        first = batch[0]
    assert [first.data, batch[1].data, batch[2].data] == [b"", b"\0", b"\0\0"]
    assert [data for _, data in batch] == [b"", b"\0", b"\0\0"]


def test_a_column_that_is_asked_for_meanwhile(batch: steamgs.Batch) -> None:
    for number in range(1, 12):
        with at_allocation(number, lambda: batch.sizes):
            told = batch.connections, batch.user_data, batch.sizes
        assert [column.format for column in told] == ["I", "q", "i"]


def test_events_that_a_poll_has_left(online: steamgs.GameServer, sim: Simulator) -> None:
    def fail(_: object) -> None:
        raise ValueError("on purpose")

    def poll() -> None:
        with suppress(ExceptionGroup):
            seen.extend(online.poll())

    seen: list[object] = []
    for number in range(1, 24):
        seen.clear()
        online.client_kick.connect(fail)
        for _ in range(2):
            sim.post(203, payload("client_kick", ALICE, 0))
            with at_each_collection(poll, number):
                poll()
        online.client_kick.disconnect(fail)
        poll()
        assert len(seen) == 2


def test_tasks_that_read_connections_begin_together(online: steamgs.GameServer) -> None:
    """Ticks receive for both of them."""

    async def read(pairs: list[tuple[Connection, Connection]], number: int) -> None:
        with at_allocation(number, pairs[1][1].__aiter__):
            pairs[0][1].__aiter__()
        pairs[1][1].__aiter__()
        for ours, _ in pairs:
            ours.send(b"x")
        tasks = [asyncio.ensure_future(theirs.__anext__()) for _, theirs in pairs]
        for _ in range(5):
            await asyncio.sleep(0)
            online.run_callbacks()
        for message in await asyncio.wait_for(asyncio.gather(*tasks), 5):
            assert message.data == b"x"

    for number in range(1, 24):
        asyncio.run(read([online.sockets.socket_pair() for _ in range(2)], number))
        online.close()
        online.start()


def test_what_is_opened_while_the_server_closes(online: steamgs.GameServer) -> None:
    sockets = online.sockets
    makers: list[Callable[[], tuple[object, ...]]] = [
        lambda: (sockets.create_poll_group(),),
        lambda: (sockets.listen_p2p(1),),
        lambda: (sockets.connect_ip(PLACE),),
        sockets.socket_pair,
    ]
    for make in makers:
        for number in range(1, 60):
            made: tuple[object, ...] = ()
            with at_allocation(number, online.close), suppress(steamgs.NotRunningError):
                made = make()
            online.close()
            assert all(one.closed for one in made)  # type: ignore[attr-defined]
            online.start()
            assert sockets.connections == ()
