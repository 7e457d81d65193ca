"""Messages of ``server.sockets``: batches, single ones, bulk sends, and what stays after close."""

from __future__ import annotations

import ctypes
import gc
from typing import Any

import pytest

import steamgs
from conftest import MakeServer
from steamgs import Batch, Connection

LIMIT = 512 * 1024


@pytest.fixture
def ends(online: steamgs.GameServer) -> tuple[Connection, Connection]:
    return online.sockets.socket_pair()


def delivered(server: steamgs.GameServer, connection: Connection, max: int = 256) -> Batch:
    server.run_callbacks()
    return connection.receive(max)


def test_a_batch_is_read_in_every_way(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    theirs.user_data = -5
    sent = [b"", b"one", bytes(1000), b"x" * LIMIT]
    assert [ours.send(data) for data in sent] == [1, 2, 3, 4]
    batch = delivered(online, theirs)
    assert len(batch) == 4
    assert list(batch) == [(theirs, data) for data in sent]
    assert batch.connections.tolist() == [theirs.handle] * 4
    assert batch.user_data.tolist() == [-5] * 4
    assert batch.sizes.tolist() == [len(data) for data in sent]
    formats = [column.format for column in (batch.connections, batch.user_data, batch.sizes)]
    assert formats == ["I", "q", "i"]
    assert [batch[index].data for index in range(-4, 4)] == sent * 2
    assert batch[1] is batch[1]
    assert list(batch) == [(theirs, data) for data in sent]  # some are objects by now
    for index in (4, -5, 1 << 70):
        with pytest.raises(IndexError):
            batch[index]
    with pytest.raises(BufferError, match="columns"):
        memoryview(batch)
    with pytest.raises(TypeError):
        batch.sizes[0] = 1
    assert len(theirs.receive()) == 0
    assert batch.sizes.tolist() == [len(data) for data in sent]


def test_columns_after_messages(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    for number in range(5):
        ours.send(bytes(number))
    batch = delivered(online, theirs)
    kept = batch[2]
    assert batch.sizes.tolist() == [0, 1, 2, 3, 4]
    sizes = batch.sizes
    del batch
    gc.collect()
    assert sizes.tolist() == [0, 1, 2, 3, 4]  # a column keeps its batch
    del sizes
    assert kept.data == bytes(2)


def test_what_a_message_says_of_itself(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    ours.configure_lanes([0, 1, 2])
    ours.send(b"first", lane=2)
    ours.send(b"second", reliable=False)
    batch = delivered(online, theirs)
    by_data = {batch[index].data: batch[index] for index in range(2)}
    first, second = by_data[b"first"], by_data[b"second"]
    assert (first.lane, first.reliable, first.channel) == (2, True, 0)
    assert (second.lane, second.reliable) == (0, False)
    assert first.flags & 8
    assert first.connection is theirs
    assert first.identity.steam_id == online.steam_id
    assert first.user_data == -1
    assert first.received >= 0
    assert len(first) == 5
    assert bytes(first) == b"first"
    view = memoryview(first)
    assert (view.tobytes(), view.readonly, view.format, view.ndim) == (b"first", True, "B", 1)
    assert b"".join([first, second]) == b"firstsecond"
    assert "of 5 bytes" in repr(first)
    with pytest.raises((BufferError, TypeError)):
        (ctypes.c_char * 5).from_buffer(first)
    assert bytearray(first) == b"first"


def test_a_message_outlives_its_batch_and_its_connection(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    ours.send(b"kept")
    batch = delivered(online, theirs)
    message = batch[0]
    theirs.close()
    assert [(one.handle, one.closed, data) for one, data in batch] == [
        (theirs.handle, True, b"kept")
    ]
    del batch
    gc.collect()
    assert message.data == b"kept"
    assert message.connection.closed
    assert message.connection.handle == theirs.handle


def test_what_is_kept_survives_the_server(make_server: MakeServer) -> None:
    server = make_server().start()
    server.log_on_anonymous()
    server.run_callbacks()
    ours, theirs = server.sockets.socket_pair()
    for number in range(6):
        ours.send(bytes([number]) * (number * 100))
    batch = delivered(server, theirs)
    viewed, kept = batch[1], batch[2]
    view = memoryview(viewed)
    server.close()
    assert server.sockets.unreleased_messages == 1
    assert [len(data) for _, data in batch] == [0, 100, 200, 300, 400, 500]
    assert view.tobytes() == bytes([1]) * 100
    assert kept.data == bytes([2]) * 200
    assert batch.sizes.tolist() == [0, 100, 200, 300, 400, 500]
    server.start()
    server.close()
    assert server.sockets.unreleased_messages == 1
    view.release()
    del viewed, batch
    gc.collect()
    assert kept.data == bytes([2]) * 200


def test_iteration_reuses_nothing_that_is_kept(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    for number in range(300):
        ours.send(str(number).encode())
    batch = delivered(online, theirs, 1000)
    expected = [(theirs, str(number).encode()) for number in range(300)]
    assert list(batch) == expected
    assert [data for _, data in batch] == [data for _, data in expected]
    iterator = iter(batch)
    first = next(iterator)
    second = next(iterator)
    assert (first, second) == (expected[0], expected[1])
    assert iter(iterator) is iterator


def test_nothing_is_left_to_the_collector(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    gc.collect()
    gc.disable()
    try:
        for _ in range(50):
            for _ in range(20):
                ours.send(b"x" * 64)
            batch = delivered(online, theirs)
            assert not gc.is_tracked(batch)
            assert not gc.is_tracked(batch[0])
            assert sum(batch.sizes) == 20 * 64
            for _connection, data in batch:
                assert len(data) == 64
        del batch
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_batches_are_limited(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    for _ in range(5):
        ours.send(b"x")
    online.run_callbacks()
    assert [len(theirs.receive(2)) for _ in range(4)] == [2, 2, 1, 0]
    for bad in (0, -1, 65537):
        with pytest.raises(OverflowError, match="max must be from 1 to 65536"):
            theirs.receive(bad)
    with pytest.raises(TypeError, match="max must be an int"):
        theirs.receive(1.0)  # type: ignore[arg-type]


class Words:
    """Has a buffer in many ways, and other methods."""

    DATA: tuple[Any, ...] = (
        b"bytes",
        bytearray(b"bytearray"),
        memoryview(b"memoryview"),
        memoryview(b"a longer one")[2:8],
    )


def test_everything_with_a_buffer_can_be_sent(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    for data in Words.DATA:
        ours.send(data)
    assert online.sockets.send_many([(ours, data) for data in Words.DATA]) == [5, 6, 7, 8]
    for data in Words.DATA:
        online.sockets.broadcast([ours], data)
    expected = [bytes(data) for data in Words.DATA]
    assert [data for _, data in delivered(online, theirs)] == expected * 3
    for bad in ("text", None, 5, [1], memoryview(b"abcdef")[::2]):
        with pytest.raises((TypeError, BufferError)):
            ours.send(bad)  # type: ignore[arg-type]
    grown = bytearray(b"x")
    ours.send(grown)
    grown.append(1)  # no buffer is held any more


def test_send_many_tells_of_each(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    gone, other = online.sockets.socket_pair()
    gone.close()
    other.close()
    results = online.sockets.send_many(
        [(ours, b"1"), (gone, b"2"), (theirs, b"3"), (ours, bytes(LIMIT + 1)), (ours, b"5")]
    )
    assert [results[index] for index in (0, 2, 4)] == [1, 1, 2]
    assert isinstance(results[1], steamgs.ClosedHandleError)
    assert isinstance(results[3], steamgs.MessageTooBigError)
    assert [data for _, data in delivered(online, theirs)] == [b"1", b"5"]
    assert [data for _, data in ours.receive()] == [b"3"]
    assert online.sockets.send_many([]) == []
    assert online.sockets.send_many(iter([(ours, b"6")])) == [3]


class OnlyIndexed:
    """A class of before iterators: what asks for its items by number until there is none."""

    def __init__(self, *items: Any) -> None:
        self.items = items

    def __getitem__(self, index: int) -> Any:
        return self.items[index]


def test_what_can_only_be_indexed_is_sent_to(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    many: Any = OnlyIndexed((ours, b"1"), (ours, b"2"))
    assert online.sockets.send_many(many) == [1, 2]
    connections: Any = OnlyIndexed(ours)
    online.sockets.broadcast(connections, b"3")
    assert [data for _, data in delivered(online, theirs)] == [b"1", b"2", b"3"]


@pytest.mark.parametrize(
    "messages",
    [
        [b"data"],
        [("connection", b"data")],
        [5],
        None,
        5,
        "text",
    ],
)
def test_send_many_of_wrong_types_sends_nothing(
    online: steamgs.GameServer, ends: tuple[Connection, Connection], messages: Any
) -> None:
    ours, theirs = ends
    with pytest.raises(TypeError):
        online.sockets.send_many(messages)
    for bad in [(ours, "text")], [(ours, b"1", 2)], [(ours, b"1"), [ours, b"2"]]:
        with pytest.raises(TypeError):
            online.sockets.send_many([(ours, b"first"), *bad])
    assert len(delivered(online, theirs)) == 0


@pytest.mark.parametrize("size", [0, 1, 5000, 16384, 16385, LIMIT])
def test_broadcast(online: steamgs.GameServer, size: int) -> None:
    pairs = [online.sockets.socket_pair() for _ in range(20)]
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    results = online.sockets.broadcast([ours for ours, _ in pairs], data)
    assert results == [1] * 20
    online.run_callbacks()
    for _, theirs in pairs:
        assert [got for _, got in theirs.receive()] == [data]
    pairs[3][0].close()
    results = online.sockets.broadcast((ours for ours, _ in pairs), data)
    assert isinstance(results[3], steamgs.ClosedHandleError)
    assert results[:3] + results[4:] == [2] * 19
    assert online.sockets.broadcast([], data) == []


def test_broadcast_of_what_can_not_be_sent(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    with pytest.raises(steamgs.MessageTooBigError):
        online.sockets.broadcast([ours], bytes(LIMIT + 1))
    for connections in (None, [1], [None], 5):
        with pytest.raises(TypeError):
            online.sockets.broadcast(connections, b"x")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        online.sockets.broadcast([ours], "text")  # type: ignore[arg-type]
    assert len(delivered(online, theirs)) == 0


def test_the_limit_of_what_waits_is_told(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, _ = ends
    with pytest.raises(steamgs.MessageTooBigError):
        ours.send(bytes(LIMIT + 1))
    with pytest.raises(steamgs.MessageTooBigError):
        ours.send(bytes(LIMIT + 1), lane=1)


def test_what_is_not_tried_behind_a_failure_is_an_error_too(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, theirs = ends
    waits = online.sockets.connect_ip("127.0.0.1:9")  # what is sent waits for the connection
    large = bytes(300_000)
    results = online.sockets.send_many(
        [(waits, large), (waits, large), (waits, b"x"), (ours, b"y"), (waits, b"z")]
    )
    refused = steamgs.SendLimitError
    assert [type(result) for result in results] == [int, refused, refused, int, refused]
    results = online.sockets.broadcast([waits, ours, waits], large)
    assert [type(result) for result in results] == [refused, int, refused]
    assert [len(data) for _, data in delivered(online, theirs)] == [1, 300_000]
    assert waits.status().pending_reliable == 300_000


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"reliable": 1}, TypeError, "reliable must be a bool"),
        ({"no_nagle": None}, TypeError, "no_nagle must be a bool"),
        ({"no_delay": True}, ValueError, "no_delay is for unreliable messages"),
        ({"lane": -1}, OverflowError, "lane must be from 0 to 254"),
        ({"lane": 255}, OverflowError, "lane must be from 0 to 254"),
        ({"lane": "0"}, TypeError, "lane must be an int"),
    ],
)
def test_bad_ways_to_send(
    online: steamgs.GameServer,
    ends: tuple[Connection, Connection],
    options: Any,
    error: type[Exception],
    words: str,
) -> None:
    ours, _ = ends
    for send in (
        lambda: ours.send(b"x", **options),
        lambda: online.sockets.send_many([(ours, b"x")], **options),
        lambda: online.sockets.broadcast([ours], b"x", **options),
    ):
        with pytest.raises(error, match=words):
            send()


def test_a_buffer_that_closes_the_server_while_it_is_read(
    online: steamgs.GameServer, ends: tuple[Connection, Connection]
) -> None:
    ours, _ = ends

    def messages() -> Any:
        yield ours, b"x"
        online.close()
        yield ours, b"y"

    with pytest.raises(steamgs.NotRunningError):
        online.sockets.send_many(messages())
