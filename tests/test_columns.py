"""`poll_columns()`: batches of events as arrays, which lose nothing and stay as they are."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import struct
import threading
import tracemalloc
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from steamgs.columns import ColumnBatch, Columns, TextColumn

import steamgs
import steamgs.asyncio
from conftest import MakeServer, Run
from payloads import LAYOUTS, MAX_ID, payload
from steamgs.simulator import Simulator
from together import together

ALICE, BOB = 76561197960287930, 76561197960287931
KICK, APPROVED, DENIED = 203, 201, 202
ITEMS = {"Q": ctypes.c_uint64, "I": ctypes.c_uint32, "H": ctypes.c_uint16, "i": ctypes.c_int32}


def kick(sim: Simulator, *players: int) -> None:
    for steam_id in players:
        sim.post(KICK, payload("client_kick", steam_id, 0))


Said = tuple[type[steamgs.Event], tuple[Any, ...]]


def said(event: steamgs.Event) -> Said:
    """Without what is no number and no text, of which there are no columns."""
    shown = [one for one in event if not isinstance(one, (steamgs.NetworkingIdentity, tuple))]
    return type(event), tuple(shown)


def events_of(batch: ColumnBatch) -> list[Said]:
    """The classes and fields of the events that a batch is made of, in their order."""
    found: dict[int, Said] = {}
    for columns in batch:
        arrays = [read(column) for name, column in columns.as_dict().items() if name != "sequence"]
        for row, place in enumerate(columns.sequence):
            assert place not in found
            found[place] = columns.event, tuple(array[row] for array in arrays)
    assert sorted(found) == list(range(len(batch)))
    return [found[place] for place in range(len(batch))]


def read(column: memoryview[Any] | TextColumn) -> list[Any]:
    if isinstance(column, TextColumn):
        return [text.decode("utf-8", "surrogateescape") for text in column]
    return column.tolist()


def test_every_kind_has_the_values_that_poll_gives(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    def post() -> None:
        for round_ in range(4):
            for signal, layout in LAYOUTS.items():
                values = layout.examples[round_ % len(layout.examples)]
                sim.post(layout.id, payload(signal, *values))

    server._negotiate("ugc")  # else nobody knows how large its callbacks are
    post()
    expected = [said(event) for event in server.poll()]
    post()
    batch = server.poll_columns()
    assert events_of(batch) == expected
    assert [columns.signal for columns in batch] == list(LAYOUTS)
    for columns in batch:
        assert type(columns) is type(getattr(batch, columns.signal))
        event: Any = columns.event
        assert set(columns.names) <= set(event.__match_args__)
        assert set(event.__match_args__) - set(columns.names) <= {"app_ids", "identity", "ports"}
        assert len(columns) == len(columns.sequence) == 4


records = st.lists(
    st.sampled_from(list(LAYOUTS)).flatmap(
        lambda signal: st.tuples(
            st.just(signal),
            st.binary(
                min_size=struct.calcsize(LAYOUTS[signal].format),
                max_size=struct.calcsize(LAYOUTS[signal].format),
            ),
        )
    ),
    max_size=40,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records)
def test_any_bytes_are_what_poll_makes_of_them(
    server: steamgs.GameServer, sim: Simulator, sent: list[tuple[str, bytes]]
) -> None:
    for signal, data in sent:
        sim.post(LAYOUTS[signal].id, data)
    expected = [said(event) for event in server.poll()]
    for signal, data in sent:
        sim.post(LAYOUTS[signal].id, data)
    assert events_of(server.poll_columns()) == expected


def test_they_are_typed_read_only_buffers(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.post(209, payload("server_reputation", 2, 3, True, 4, 5, MAX_ID, 6))
    sim.post(DENIED, payload("client_denied", 7, 8, "no"))
    batch = server.poll_columns()
    reputation = batch.server_reputation
    formats = [memoryview(column).format for column in reputation.as_dict().values()]
    assert formats == ["Q", "i", "I", "?", "I", "H", "Q", "I"]
    views = [memoryview(column) for columns in batch for column in columns.as_dict().values()]
    for view in views:
        assert (view.shape, view.strides) == ((1,), (view.itemsize,))
        assert view.c_contiguous
        assert view.readonly
        if view.format in ITEMS:
            item = ITEMS[view.format]
            assert ctypes.sizeof(item) == view.itemsize
            assert item.from_buffer_copy(view).value == view[0]
    with pytest.raises(TypeError, match="read-only"):
        reputation.score[0] = 1  # type: ignore[index, unused-ignore]
    with pytest.raises(TypeError):
        ctypes.c_uint32.from_buffer(reputation.score)


def test_texts_are_bytes(server: steamgs.GameServer, sim: Simulator) -> None:
    texts = [b"", b"plain", b"\xff\xfe\x80", b"x" * 128, "Grüße".encode(), b"a\0behind the end"]
    for text in texts:
        sim.post(DENIED, struct.pack("<Qi128s", 1, 2, text))
    column = server.poll_columns().client_denied.optional_text
    expected = [*texts[:-1], b"a"]
    assert list(column) == column.tolist() == expected
    assert (len(column), column[0], column[-1], column[3]) == (6, b"", b"a", b"x" * 128)
    view = memoryview(column)
    assert (view.format, view.itemsize, view.nbytes) == ("128s", 128, 6 * 128)
    # Nothing of what stood behind a text's end.
    assert bytes(view) == b"".join(text.ljust(128, b"\0") for text in expected)
    for bad in (6, -7):
        with pytest.raises(IndexError):
            column[bad]
    with pytest.raises(TypeError):
        column["0"]  # type: ignore[index]
    with pytest.raises(TypeError, match="poll_columns"):
        TextColumn()


def test_an_empty_batch(server: steamgs.GameServer, sim: Simulator) -> None:
    batch = server.poll_columns()
    assert (len(batch), list(batch), repr(batch)) == (0, [], "<ColumnBatch of 0 events>")
    kick(sim, ALICE)
    kicked = server.poll_columns()
    assert (len(kicked), [columns.signal for columns in kicked]) == (1, ["client_kick"])
    assert repr(kicked) == "<ColumnBatch of 1 events: client_kick: 1>"
    assert repr(kicked.client_kick) == "<ClientKickColumns of 1 events: steam_id, reason>"
    for signal in LAYOUTS:
        columns: Columns = getattr(batch, signal)
        assert not columns
        assert (columns.event.__name__, columns.signal) == (LAYOUTS[signal].event, signal)
        for column in columns.as_dict().values():
            assert len(column) == 0
            assert column.tolist() == []
    assert batch.client_kick.steam_id.format == "Q"
    assert memoryview(batch.client_denied.optional_text).format == "128s"


def test_batches_stay_as_they_are(make_server: MakeServer, sim: Simulator) -> None:
    server = make_server().start()
    kept: list[ColumnBatch] = []
    views: list[memoryview[int]] = []
    sizes = [1, 3000, 2, 40_000, 5, 17, 16, 15, 1]
    for number, size in enumerate(sizes):
        sim.post(KICK, payload("client_kick", number, number), count=size)
        sim.post(DENIED, payload("client_denied", number, 0, str(number)), count=number)
        batch = server.poll_columns()
        views.append(batch.client_kick.steam_id[: size // 2])
        if number % 2:
            kept.append(batch)
        del batch
    server.close()
    with make_server() as another:
        kick(sim, *range(1000))
        another.poll_columns()
    gc.collect()
    for number, size in enumerate(sizes):
        assert views[number].tolist() == [number] * (size // 2)
    for place, batch in enumerate(kept):
        number = 2 * place + 1
        assert batch.client_kick.steam_id.tolist() == [number] * sizes[number]
        assert batch.client_kick.reason.tolist() == [number] * sizes[number]
        assert batch.client_denied.optional_text.tolist() == [str(number).encode()] * number


def test_a_burst_of_many_kinds(server: steamgs.GameServer, sim: Simulator) -> None:
    heard: list[int] = []
    server.client_approved.connect(lambda event: heard.append(event.steam_id))
    for number in range(200):
        sim.post(KICK, payload("client_kick", number, 0), count=300)
        sim.post(APPROVED, payload("client_approved", number, 1))
        sim.post(DENIED, payload("client_denied", number, 1, ""), count=2)
    batch = server.poll_columns()
    assert len(batch) == 200 * 303
    assert heard == list(range(200))
    assert batch.client_kick.steam_id.tolist() == [n for n in range(200) for _ in range(300)]
    assert batch.client_approved.steam_id.tolist() == heard
    assert batch.client_approved.sequence.tolist() == [303 * n + 300 for n in range(200)]
    counters = server.counters()
    assert counters.events["client_kick"] == 200 * 300
    assert counters.events["client_denied"] == 200 * 2
    assert (counters.batches, counters.longest_batch) == (1, 200 * 303)
    # The next one is as it always was.
    kick(sim, 1, 2)
    assert server.run_callbacks() == 2
    assert len(server.poll_columns()) == 0


def test_handlers_are_called_too(server: steamgs.GameServer, sim: Simulator) -> None:
    order: list[str] = []

    @server.client_kick.once
    def first(event: steamgs.ClientKick) -> None:
        order.append(f"kick {event.steam_id}")
        server.client_approved.connect(lambda event: order.append(f"approved {event.steam_id}"))

    server.player(BOB).connect(lambda event: order.append(f"of Bob: {type(event).__name__}"))
    sim.post(APPROVED, payload("client_approved", 1, 1))
    kick(sim, 2, 3, BOB)
    sim.post(APPROVED, payload("client_approved", 4, 1))
    assert [(event, fields[0]) for event, fields in events_of(server.poll_columns())] == [
        (steamgs.ClientApproved, 1),
        *((steamgs.ClientKick, steam_id) for steam_id in (2, 3, BOB)),
        (steamgs.ClientApproved, 4),
    ]
    assert order == ["kick 2", "of Bob: ClientKick", "approved 4"]


def test_sessions_calls_and_warnings_are_served(
    online: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    alice = sim.add_user(ALICE)
    online.begin_auth_session(alice.auth_session_ticket(), ALICE)
    online.run_callbacks()
    answer = online.compute_new_player_compatibility(ALICE)
    stats = online.stats.request_user_stats(ALICE)
    sim.warn("look out", severity=1)
    events: list[Said] = []
    while not (answer.done() and stats.done()):
        events += events_of(online.poll_columns())
    # An answer comes as an event too, and both of them once.
    for call in (answer, stats):
        assert events.count(said(call.result())) == 1
    assert "look out" in caplog.text
    assert online.counters().warnings == 1


def test_what_handlers_raise(server: steamgs.GameServer, sim: Simulator) -> None:
    def handler(event: steamgs.ClientKick) -> None:
        if event.steam_id == 1:
            raise RuntimeError("first")
        if event.steam_id == 3:
            raise KeyboardInterrupt

    server.client_kick.connect(handler)
    sim.post(APPROVED, payload("client_approved", 5, 1))
    kick(sim, 1, 2)
    with pytest.raises(ExceptionGroup):
        server.poll_columns()
    sim.post(APPROVED, payload("client_approved", 6, 1))
    kick(sim, 3, 4)
    with pytest.raises(KeyboardInterrupt):
        server.poll_columns()
    batch = server.poll_columns()
    assert batch.client_kick.steam_id.tolist() == [1, 2, 3, 4]
    assert batch.client_kick.sequence.tolist() == [1, 2, 4, 5]
    assert batch.client_approved.steam_id.tolist() == [5, 6]
    assert len(server.poll_columns()) == 0
    errors: list[Exception] = []
    server.on_handler_error = lambda error, event, handler: errors.append(error)
    kick(sim, 1)
    assert server.poll_columns().client_kick.steam_id.tolist() == [1]
    assert len(errors) == 1


def test_a_batch_that_could_not_be_returned_comes_with_the_next(
    server: steamgs.GameServer, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as where memory was out; who keeps the exception keeps what it refers to."""
    seen: list[Any] = []

    def fail(batch: ColumnBatch, number: int, arrays: dict[int, Any]) -> None:
        seen.extend(arrays.values())
        raise MemoryError

    for rounds in range(1, 200):
        kick(sim, rounds)
        with monkeypatch.context() as patched, pytest.raises(MemoryError):
            patched.setattr(ColumnBatch, "__init__", fail)
            server.poll_columns()
    assert server.poll_columns().client_kick.steam_id.tolist() == list(range(1, 200))
    for number, (sequence, ids, _) in enumerate(seen, 1):
        assert sequence.tolist() == list(range(number))
        assert ids.tolist() == list(range(1, number + 1))


def test_what_was_left_is_not_the_next_servers(make_server: MakeServer, sim: Simulator) -> None:
    server = make_server().start()

    @server.client_kick.connect
    def handler(event: steamgs.ClientKick) -> None:
        raise RuntimeError

    kick(sim, 1)
    with pytest.raises(ExceptionGroup):
        server.poll_columns()
    server.close()
    server.client_kick.disconnect(handler)
    server.start()
    assert len(server.poll_columns()) == 0


def test_a_handler_that_polls_gets_nothing(server: steamgs.GameServer, sim: Simulator) -> None:
    nested: list[int] = []

    def handler(event: steamgs.ClientKick) -> None:
        nested.append(len(server.poll_columns()))
        nested.append(len(server.poll()))
        nested.append(server.run_callbacks())

    server.client_kick.connect(handler)
    kick(sim, 1, 2)
    assert server.poll_columns().client_kick.steam_id.tolist() == [1, 2]
    assert nested == [0] * 6
    kick(sim, 3)
    assert server.run_callbacks() == 1
    assert len(server.poll_columns()) == 0


def test_while_one_thread_delivers_another_returns_at_once(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    inside, release = threading.Event(), threading.Event()
    batches: list[ColumnBatch] = []

    def slow(_: steamgs.ClientKick) -> None:
        inside.set()
        assert release.wait(30)

    server.client_kick.connect(slow)
    kick(sim, 1)

    def other() -> None:
        assert inside.wait(30)
        kick(sim, 2)
        assert len(server.poll_columns()) == 0
        assert server.run_callbacks() == 0
        release.set()

    together(lambda: batches.append(server.poll_columns()), other)
    batches.append(server.poll_columns())
    assert [batch.client_kick.steam_id.tolist() for batch in batches] == [[1], [2]]


def test_threads_that_poll_get_each_event_once(server: steamgs.GameServer, sim: Simulator) -> None:
    got: list[int] = []
    sent = 20_000

    def poll() -> None:
        while len(got) < sent:
            got.extend(server.poll_columns().client_kick.steam_id.tolist())

    def post() -> None:
        for number in range(0, sent, 100):
            kick(sim, *range(number, number + 100))

    together(poll, poll, post)
    assert sorted(got) == list(range(sent))
    assert server.counters().events["client_kick"] == sent


def test_a_handler_may_close_the_server(make_server: MakeServer, sim: Simulator) -> None:
    server = make_server().start()

    def handler(event: steamgs.ClientKick) -> None:
        if event.steam_id == 2:
            server.close()

    server.client_kick.connect(handler)
    kick(sim, 1, 2, 3)
    assert server.poll_columns().client_kick.steam_id.tolist() == [1, 2]
    assert server.counters().undelivered == 1
    with pytest.raises(steamgs.NotRunningError):
        server.poll_columns()
    server.start()
    kick(sim, 4)
    assert server.poll_columns().client_kick.steam_id.tolist() == [4]


def test_not_running(make_server: MakeServer) -> None:
    with pytest.raises(steamgs.NotRunningError, match="call start"):
        make_server().poll_columns()


def test_with_the_pump(server: steamgs.GameServer, sim: Simulator) -> None:
    server.start_pump(interval=0.001)
    kick(sim, 1, 2, 3)
    got: list[int] = []
    while len(got) < 3:
        server.wait_for_events(1.0)
        got += server.poll_columns().client_kick.steam_id.tolist()
    assert got == [1, 2, 3]


def test_memory_is_flat(server: steamgs.GameServer, sim: Simulator) -> None:
    def rounds(number: int) -> None:
        for size in range(1, number):
            sim.post(KICK, payload("client_kick", 1, 0), count=size * 17 % 900)
            sim.post(DENIED, payload("client_denied", 1, 0, "x"), count=size % 5)
            batch = server.poll_columns()
            assert len(batch.client_approved) == 0

    rounds(300)
    gc.collect()
    tracemalloc.start()
    try:
        rounds(300)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        rounds(300)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 50_000


def test_collections_at_any_allocation(server: steamgs.GameServer, sim: Simulator) -> None:
    """Finalizers run in the middle of it, and poll themselves."""
    got: list[int] = []

    def take() -> None:
        got.extend(server.poll_columns().client_kick.steam_id.tolist())

    class Litter:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            with suppress(steamgs.NotRunningError):
                take()

    thresholds = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for number in range(0, 2000, 4):
            Litter()
            kick(sim, *range(number, number + 4))
            take()
    finally:
        gc.set_threshold(*thresholds)
    gc.collect()
    take()
    assert sorted(got) == list(range(2000))


def test_beside_a_loop(run: Run, sim: Simulator) -> None:
    """The loop delivers by itself, so a task gets what the loop has not delivered yet."""

    async def main(server: steamgs.asyncio.GameServer) -> None:
        sim.set_latency("auth", 1.0)
        await server.log_on_anonymous()
        stream = server.client_kick.stream()
        waiting = asyncio.ensure_future(server.client_kick.of(BOB).wait())
        session = server.authenticate(ALICE, sim.add_user(ALICE).auth_session_ticket())
        entering = asyncio.ensure_future(session.__aenter__())
        await asyncio.sleep(0)
        sim.advance(1.0)
        kick(sim, ALICE, BOB)
        got: list[Said] = []
        while len(got) < 3:  # without giving the loop a turn
            got += events_of(server.poll_columns())
        verdict = steamgs.ValidateAuthTicketResponse(ALICE, 0, ALICE)
        kicks = [steamgs.ClientKick(ALICE, 0), steamgs.ClientKick(BOB, 0)]
        assert [event for event in got if event != said(verdict)] == [said(one) for one in kicks]
        assert said(verdict) in got
        assert [await anext(stream) for _ in kicks] == kicks
        assert await waiting == kicks[1]
        assert await entering is session
        await session.__aexit__(None, None, None)
        await stream.aclose()

    run(main)
