"""Sends that are interrupted: by what their arguments run, by want of memory, by other threads."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest
from steamgs.enums import Result

import steamgs
from buffers import Exporter, Number
from steamgs import Connection
from steamgs.simulator import Simulator
from together import together

ALICE = 76561197960287930


@pytest.fixture
def ends(online: steamgs.GameServer) -> tuple[Connection, Connection]:
    return online.sockets.socket_pair()


Use = Callable[[steamgs.GameServer, Connection, Callable[[], None]], object]

SENDS: dict[str, Use] = {
    "send": lambda s, one, act: one.send(Exporter(act)),
    "lane": lambda s, one, act: one.send(Exporter(act), lane=1),
    "send_many": lambda s, one, act: s.sockets.send_many([(one, Exporter(act))]),
    "broadcast": lambda s, one, act: s.sockets.broadcast([one], Exporter(act)),
    "messages": lambda s, one, act: s.messages.send(ALICE, Exporter(act)),
}
RECEIVES: dict[str, Use] = {
    "connection": lambda s, one, act: one.receive(Number(act, 5)),  # type: ignore[arg-type]
    "messages": lambda s, one, act: s.messages.receive(0, Number(act, 5)),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("use", [*SENDS.values(), *RECEIVES.values()], ids=[*SENDS, *RECEIVES])
def test_arguments_that_close_the_server(
    online: steamgs.GameServer, ends: tuple[Connection, Connection], use: Use
) -> None:
    ours, _ = ends
    ours.configure_lanes([0, 1])
    with pytest.raises(steamgs.SteamError):
        try:
            results: Any = use(online, ours, online.close)
        finally:
            assert not online.running
        for result in results:  # of send_many and broadcast
            raise result
    assert ours.closed


def test_a_group_whose_server_closes_while_it_receives(online: steamgs.GameServer) -> None:
    group = online.sockets.create_poll_group()
    with pytest.raises(steamgs.ClosedHandleError):
        group.receive(Number(online.close, 5))  # type: ignore[arg-type]


def test_a_port_of_a_fake_ip_whose_server_closes_while_it_is_used(
    server: steamgs.GameServer,
) -> None:
    asked = server.sockets.request_fake_ip()
    server.log_on_anonymous()
    server.run_callbacks()
    assert asked.done()
    port = server.sockets.fake_udp_port()
    with pytest.raises(steamgs.ClosedHandleError):
        port.receive(Number(server.close, 5))  # type: ignore[arg-type]


@pytest.mark.parametrize("use", [*SENDS.values()][:4], ids=[*SENDS][:4])
def test_a_buffer_that_closes_the_connection_or_restarts_the_server(
    online: steamgs.GameServer, ends: tuple[Connection, Connection], use: Use
) -> None:
    def restart() -> None:
        online.close()
        online.start()
        # Steam may number these as it has numbered those before.
        received.extend(online.sockets.socket_pair())

    received: list[Connection] = []
    ours, theirs = ends
    ours.configure_lanes([0, 1])
    for one, action in ((theirs, theirs.close), (ours, restart)):
        try:
            results: Any = use(online, one, action)
        except steamgs.ClosedHandleError:
            continue
        assert [type(result) for result in results] == [steamgs.ClosedHandleError]
    assert [len(one.receive()) for one in received] == [0, 0]


def test_a_buffer_that_closes_a_connection_before_it(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    results = online.sockets.send_many(
        [(ours, b"1"), (theirs, Exporter(ours.close)), (theirs, b"3")]
    )
    assert isinstance(results[0], steamgs.ClosedHandleError)


@pytest.mark.parametrize("size", [1, 100_000])
@pytest.mark.parametrize("spare", [0, 5])
def test_without_memory_nothing_is_sent(
    online: steamgs.GameServer, sim: Simulator, size: int, spare: int
) -> None:
    steam = online.sockets
    pairs = [steam.socket_pair() for _ in range(10)]
    ours = [one for one, _ in pairs]
    ours[0].configure_lanes([0, 1])
    online.run_callbacks()
    data = bytes(size)
    held = sim.server.networking.held_messages
    sim.limit_messages(held + spare)
    uses: list[Callable[[], object]] = [
        lambda: steam.send_many([(one, data) for one in ours]),
        lambda: steam.broadcast(ours, data),
    ]
    if spare == 0:
        uses += [
            lambda: ours[0].send(data),
            lambda: ours[0].send(data, lane=1),
            lambda: online.messages.send(ALICE, data),
        ]
    for use in uses:
        with pytest.raises(steamgs.SendError) as caught:
            use()
        assert caught.value.result is Result.FAIL
        assert "bad_alloc" not in str(caught.value)
        assert sim.server.networking.held_messages == held
    sim.limit_messages(held + 100)
    online.run_callbacks()
    assert [len(theirs.receive()) for _, theirs in pairs] == [0] * 10
    assert steam.broadcast(ours, data) == [1] * 10
    gc.collect()


def test_threads_read_the_same_batch(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    count, rounds, threads = 50, 40, 4
    failures: list[BaseException] = []
    for _ in range(rounds):
        online.sockets.send_many([(ours, bytes(index)) for index in range(count)])
        online.run_callbacks()
        batch = theirs.receive()
        assert len(batch) == count
        barrier = threading.Barrier(threads)
        taken: list[list[steamgs.Message]] = []
        iterator = iter(batch)

        def read(
            batch: steamgs.Batch = batch,
            barrier: threading.Barrier = barrier,
            taken: list[list[steamgs.Message]] = taken,
            iterator: Any = iterator,
        ) -> None:
            try:
                barrier.wait()
                mine = [batch[index] for index in range(count)]
                assert batch.sizes.tolist() == list(range(count))
                assert batch.connections.tolist() == [theirs.handle] * count
                assert [len(data) for _, data in batch] == list(range(count))
                assert [len(data) for _, data in batch.with_identities()] == list(range(count))
                for message in mine:
                    assert message.connection is theirs
                    for _ in range(3):
                        memoryview(message).release()
                for _, data in iterator:
                    assert not any(data)
                taken.append(mine)
            except BaseException as error:
                failures.append(error)

        readers = [threading.Thread(target=read) for _ in range(threads)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        assert failures == []
        assert all(one is other for row in taken for one, other in zip(row, taken[0], strict=True))


def test_threads_share_an_iterator_to_its_end(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    """Without the GIL one took what was behind the last message."""
    ours, theirs = ends
    for _ in range(200):
        online.sockets.send_many([(ours, b"first"), (ours, b"last")])
        online.run_callbacks()
        batch = theirs.receive()
        shared = iter(batch)
        # Others keep the batch itself busy, so that who has the iterator's turn has to wait.
        iterators = [shared, shared, shared, iter(batch), iter(batch), iter(batch)]
        together(*[lambda one=one: [data for _, data in one] for one in iterators])
        assert next(shared, None) is None
