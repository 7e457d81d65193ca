"""Events arrive as they were sent: field by field, in order, to every handler."""

from __future__ import annotations

import functools
import pickle
import re
import struct
import subprocess
import sys
import textwrap
import unittest.mock
from collections.abc import Callable
from typing import Any

import pytest

import steamgs
from payloads import LAYOUTS, payload
from signals import signal_named
from steamgs.simulator import Simulator

CASES = [
    pytest.param(signal, values, id=f"{signal}-{number}")
    for signal, layout in LAYOUTS.items()
    for number, values in enumerate(layout.examples)
]


def listen(server: steamgs.GameServer, *signals: str) -> list[Any]:
    seen: list[Any] = []
    server._negotiate("ugc")  # else nobody knows how large its callbacks are
    for signal in signals or LAYOUTS:
        signal_named(server, signal).connect(seen.append)
    return seen


def test_every_signal_of_the_table_is_covered(server: steamgs.GameServer) -> None:
    assert set(server.counters().events) == set(LAYOUTS)


@pytest.mark.parametrize(("signal", "values"), CASES)
def test_fields_equal_what_was_sent(
    server: steamgs.GameServer, sim: Simulator, signal: str, values: tuple[Any, ...]
) -> None:
    seen = listen(server)
    sim.post(LAYOUTS[signal].id, payload(signal, *values))
    assert server.run_callbacks() == 1
    (event,) = seen
    assert type(event) is getattr(steamgs, LAYOUTS[signal].event)
    assert type(event) is signal_named(server, signal).event_type
    assert tuple(event) == values
    assert pickle.loads(pickle.dumps(event)) == event
    assert event == type(event)(*values)
    for value, sent in zip(event, values, strict=True):
        assert isinstance(value, type(sent))


def extremes(signal: str) -> list[tuple[Any, ...]]:
    """The lowest of each field together, and the highest."""
    layout = LAYOUTS[signal]
    codes = re.findall(r"(\d*)([?sqQiIH])", layout.format)
    kinds = [type(value) for value in layout.examples[0]]
    both = [
        extremes_of(code, int(count or 1), kind, layout.items)
        for (count, code), kind in zip(codes, kinds, strict=True)
    ]
    return [tuple(low for low, _ in both), tuple(high for _, high in both)]


def extremes_of(code: str, size: int, kind: type, items: str) -> tuple[Any, Any]:
    if kind is bool:
        return False, True
    if kind is str:
        return "", "x" * (size - 1)
    if kind is steamgs.NetworkingIdentity:
        return kind.parse("invalid"), kind.from_steam_id((1 << 64) - 1)
    if kind is tuple:
        most = (1 << 8 * struct.calcsize(items)) - 1
        return (), (most,) * (size // struct.calcsize(items))
    bits = 8 * struct.calcsize(f"<{code}")
    return (-1 << bits - 1, (1 << bits - 1) - 1) if code.islower() else (0, (1 << bits) - 1)


@pytest.mark.parametrize("signal", LAYOUTS)
def test_each_field_at_its_extremes(
    server: steamgs.GameServer, sim: Simulator, signal: str
) -> None:
    seen = listen(server, signal)
    for values in extremes(signal):
        sim.post(LAYOUTS[signal].id, payload(signal, *values))
    assert server.run_callbacks() == 2
    assert [tuple(event) for event in seen] == extremes(signal)


def test_unknown_enum_values_become_members(server: steamgs.GameServer, sim: Simulator) -> None:
    seen = listen(server)
    sim.post(203, payload("client_kick", 1, 4711))
    server.run_callbacks()
    assert seen[0].reason == 4711
    assert seen[0].reason.name == "UNKNOWN_4711"
    assert not seen[0].reason.known
    assert seen[0].reason is steamgs.DenyReason(4711)


def test_order_holds_over_mixed_types(server: steamgs.GameServer, sim: Simulator) -> None:
    seen = listen(server)
    sent = []
    for number in range(1, 2001):
        signal = list(LAYOUTS)[number % len(LAYOUTS)]
        values = LAYOUTS[signal].examples[number % len(LAYOUTS[signal].examples)]
        sim.post(LAYOUTS[signal].id, payload(signal, *values))
        sent.append((LAYOUTS[signal].event, values))
    assert server.run_callbacks() == len(sent)
    assert [(type(event).__name__, tuple(event)) for event in seen] == sent


def test_a_burst_is_delivered_whole(server: steamgs.GameServer, sim: Simulator) -> None:
    count = 100_000
    numbers = []
    server.client_approved.connect(lambda event: numbers.append(event.steam_id))
    sim.post(201, payload("client_approved", 9, 9), count=count)
    assert server.run_callbacks() == count
    assert len(numbers) == count
    assert server.counters().queue_high_water >= count
    assert server.counters().events["client_approved"] == count


def test_callbacks_of_no_interest_are_ignored(server: steamgs.GameServer, sim: Simulator) -> None:
    seen = listen(server)
    sim.post(1701, b"\0" * 64)
    sim.post(201, payload("client_approved", 1, 2))
    assert server.run_callbacks() == 1
    assert len(seen) == 1


def test_handlers_run_in_order_of_connection(server: steamgs.GameServer, sim: Simulator) -> None:
    calls: list[int] = []
    for number in range(5):

        def handler(_: steamgs.ClientKick, number: int = number) -> None:
            calls.append(number)

        server.client_kick.connect(handler)
    sim.post(203, payload("client_kick", 1, 1))
    server.run_callbacks()
    assert calls == [0, 1, 2, 3, 4]


def test_connect_is_a_decorator_and_disconnect_ends_it(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    calls: list[Any] = []

    @server.client_kick.connect
    def handler(event: steamgs.ClientKick) -> None:
        calls.append(event)

    assert handler in server.client_kick
    assert server.client_kick.handlers == (handler,)
    server.client_kick.disconnect(handler)
    assert handler not in server.client_kick
    sim.post(203, payload("client_kick", 1, 1))
    server.run_callbacks()
    assert calls == []


def test_bound_methods_can_be_disconnected(server: steamgs.GameServer) -> None:
    calls: list[Any] = []
    server.client_kick.connect(calls.append)
    server.client_kick.disconnect(calls.append)
    assert server.client_kick.handlers == ()


def test_connecting_twice_or_nonsense_is_refused(server: steamgs.GameServer) -> None:
    server.client_kick.connect(print)
    with pytest.raises(ValueError, match="already connected to client_kick"):
        server.client_kick.connect(print)
    with pytest.raises(ValueError, match="already connected to client_kick"):
        server.client_kick.once(print)
    with pytest.raises(ValueError, match="not connected to client_kick"):
        server.client_kick.disconnect(repr)
    with pytest.raises(TypeError, match="handler must be callable, not int"):
        server.client_kick.connect(5)  # type: ignore[arg-type]


def test_once_is_called_once(server: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[Any] = []
    assert server.client_kick.once(seen.append) == seen.append
    assert server.client_kick.handlers == (seen.append,)
    assert seen.append in server.client_kick
    sim.post(203, payload("client_kick", 1, 1), count=3)
    server.run_callbacks()
    assert len(seen) == 1
    assert seen.append not in server.client_kick


def test_once_can_be_disconnected(server: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[Any] = []
    server.client_kick.once(seen.append)
    server.client_kick.disconnect(seen.append)
    sim.post(203, payload("client_kick", 1, 1))
    server.run_callbacks()
    assert seen == []


def test_a_partial_of_what_has_no_vectorcall(server: steamgs.GameServer, sim: Simulator) -> None:
    class Recorder:
        def __call__(self, seen: list[int], event: steamgs.ClientKick) -> None:
            seen.append(event.steam_id)

    seen: list[int] = []
    server.client_kick.connect(functools.partial(Recorder(), seen))
    server.client_kick.connect(functools.partial([].__contains__))
    sim.post(203, payload("client_kick", 1, 0), count=2)
    server.run_callbacks()
    assert seen == [1, 1]


def test_a_handler_connected_during_delivery_sees_the_next_event(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    late: list[int] = []

    def connect_another(event: steamgs.ClientKick) -> None:
        if event.steam_id == 1:
            server.client_kick.connect(lambda event: late.append(event.steam_id))

    server.client_kick.connect(connect_another)
    for number in (1, 2, 3):
        sim.post(203, payload("client_kick", number, 0))
    server.run_callbacks()
    assert late == [2, 3]


def test_a_handler_disconnected_during_delivery_misses_the_next_event(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    seen: list[int] = []

    def second(event: steamgs.ClientKick) -> None:
        seen.append(event.steam_id)

    def first(event: steamgs.ClientKick) -> None:
        if second in server.client_kick:
            server.client_kick.disconnect(second)

    server.client_kick.connect(first)
    server.client_kick.connect(second)
    sim.post(203, payload("client_kick", 1, 0))
    sim.post(203, payload("client_kick", 2, 0))
    server.run_callbacks()
    assert seen == [1]


def test_an_exception_stops_nobody_else(server: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[int] = []

    def bad(event: steamgs.ClientKick) -> None:
        raise RuntimeError(f"handler of {event.steam_id}")

    server.client_kick.connect(bad)
    server.client_kick.connect(lambda event: seen.append(event.steam_id))
    for number in (1, 2, 3):
        sim.post(203, payload("client_kick", number, 0))
    with pytest.raises(
        ExceptionGroup, match="handlers of Steam events raised exceptions"
    ) as caught:
        server.run_callbacks()
    assert [str(error) for error in caught.value.exceptions] == [
        "handler of 1",
        "handler of 2",
        "handler of 3",
    ]
    assert seen == [1, 2, 3]
    assert server.counters().handler_errors == 3
    assert server.run_callbacks() == 0


def test_on_handler_error_takes_the_exceptions(server: steamgs.GameServer, sim: Simulator) -> None:
    errors: list[tuple[str, int, Any]] = []

    def bad(event: steamgs.ClientKick) -> None:
        raise RuntimeError("bad")

    def on_error(error: Exception, event: steamgs.Event, handler: Any) -> None:
        assert isinstance(event, steamgs.ClientKick)
        errors.append((str(error), event.steam_id, handler))

    server.on_handler_error = on_error
    server.client_kick.connect(bad)
    sim.post(203, payload("client_kick", 8, 0))
    assert server.run_callbacks() == 1
    assert errors == [("bad", 8, bad)]
    server.client_kick.disconnect(bad)
    server.client_kick.once(bad)
    sim.post(203, payload("client_kick", 9, 0))
    server.run_callbacks()
    assert errors[1] == ("bad", 9, bad)
    with pytest.raises(TypeError, match="on_handler_error must be callable or None"):
        server.on_handler_error = 5  # type: ignore[assignment]


def test_an_exception_of_the_error_handler_is_raised(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    def bad(*_: Any) -> None:
        raise ValueError("even worse")

    server.on_handler_error = bad
    server.client_kick.connect(bad)
    sim.post(203, payload("client_kick", 8, 0))
    with pytest.raises(ExceptionGroup) as caught:
        server.run_callbacks()
    assert [str(error) for error in caught.value.exceptions] == ["even worse"]


def test_each_tick_raises_what_its_own_handlers_raised(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    def bad(event: steamgs.ClientKick) -> None:
        raise (KeyboardInterrupt if event.steam_id == 2 else ValueError)(event.steam_id)

    server.client_kick.connect(bad)
    groups: list[BaseExceptionGroup[Exception]] = []
    for players in ([1], [3, 2], [4], [5, 6]):
        for player in players:
            sim.post(203, payload("client_kick", player, 0))
        with pytest.raises((ExceptionGroup, KeyboardInterrupt)) as caught:
            server.run_callbacks()
        group = caught.value
        groups.append(group if isinstance(group, ExceptionGroup) else group.__context__)  # type: ignore[arg-type]
    assert [[error.args[0] for error in group.exceptions] for group in groups] == [
        [1],
        [3],
        [4],
        [5, 6],
    ]


def test_keyboard_interrupt_goes_up_at_once_and_loses_nothing(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    seen: list[int] = []

    def handler(event: steamgs.ClientKick) -> None:
        if event.steam_id == 1:
            raise RuntimeError("first")
        if event.steam_id == 2:
            raise KeyboardInterrupt
        seen.append(event.steam_id)

    server.client_kick.connect(handler)
    for number in (1, 2, 3, 4):
        sim.post(203, payload("client_kick", number, 0))
    with pytest.raises(KeyboardInterrupt) as caught:
        server.run_callbacks()
    assert isinstance(caught.value.__context__, BaseExceptionGroup)
    assert server.run_callbacks() == 2
    assert seen == [3, 4]


def test_handlers_may_call_the_api_and_run_callbacks(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    order: list[str] = []

    def handler(event: steamgs.ClientKick) -> None:
        order.append(f"kick {event.steam_id}")
        online.set_map_name(f"map {event.steam_id}")
        sim.post(201, payload("client_approved", 1, 1))
        order.append(f"nested {online.run_callbacks()}")

    online.client_kick.connect(handler)
    online.client_approved.connect(lambda _: order.append("approved"))
    sim.post(203, payload("client_kick", 1, 0))
    sim.post(203, payload("client_kick", 2, 0))
    assert online.run_callbacks() == 2
    assert online.run_callbacks() == 2
    assert order == ["kick 1", "nested 0", "kick 2", "nested 0", "approved", "approved"]
    assert sim.server.map == "map 2"


def test_a_handler_may_close_the_server(server: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[int] = []

    def handler(event: steamgs.ClientKick) -> None:
        seen.append(event.steam_id)
        server.close()

    server.client_kick.connect(handler)
    sim.post(203, payload("client_kick", 1, 0), count=3)
    assert server.run_callbacks() == 1
    assert seen == [1]
    assert not server.running
    assert server.counters().undelivered == 2
    with pytest.raises(steamgs.NotRunningError):
        server.run_callbacks()


def test_steams_warnings_reach_the_logger(
    server: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "steamgs.steam")
    sim.warn("look out \udcff", severity=1)
    sim.warn("by the way", severity=0)
    assert caplog.records == []
    assert server.run_callbacks() == 2
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "look out \\xff"),
        ("INFO", "by the way"),
    ]
    assert server.counters().warnings == 2


def test_who_warns_waits_for_nobody(
    server: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    # Steam may warn inside a call that is made with the GIL: the queue has a lock, so the tick
    # puts the text there.
    sim.warn("look out")
    assert server.counters().queue_high_water == 0
    assert server.run_callbacks() == 1
    assert server.counters().queue_high_water == 1
    for _ in range(4100):
        sim.warn("again")
    server.run_callbacks()
    assert server.counters().warnings == 1 + 4096
    assert "4 more lines were dropped" in caplog.text


def test_signals_know_what_they_carry(server: steamgs.GameServer) -> None:
    assert server.client_kick.name == "client_kick"
    assert server.client_kick.event_type is steamgs.ClientKick
    assert "client_kick(ClientKick)" in repr(server.client_kick)
    annotation: Callable[[Any], Any] = steamgs.Signal.__class_getitem__
    assert annotation(steamgs.ClientKick) == steamgs.Signal[steamgs.ClientKick]


def test_a_callback_that_is_too_short_is_filled_up_with_zeros(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    seen = listen(server)
    sim.post(203, payload("client_kick", 1, 7)[:9])
    sim.post(201, b"")
    sim.post(203, payload("client_kick", 2, 9) + b"\xff" * 1000)
    server.run_callbacks()
    assert [tuple(event) for event in seen] == [(1, 7), (0, 0), (2, 9)]


async def coroutine_handler(_: object) -> None:
    pass


class CoroutineCallable:
    async def __call__(self, _: object) -> None:
        pass

    async def method(self, _: object) -> None:
        pass


@pytest.mark.parametrize(
    "handler",
    [
        coroutine_handler,
        CoroutineCallable(),
        CoroutineCallable().method,
        functools.partial(coroutine_handler),
        functools.partial(CoroutineCallable().method),
    ],
    ids=["function", "callable", "method", "partial", "partial method"],
)
def test_a_synchronous_server_takes_no_coroutine_functions(
    server: steamgs.GameServer, handler: Any
) -> None:
    for connect in (server.client_kick.connect, server.client_kick.once):
        with pytest.raises(TypeError, match="is a coroutine function, which a synchronous server"):
            connect(handler)
    assert server.client_kick.handlers == ()


def test_a_coroutine_out_of_a_plain_function_is_an_error(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    server.client_kick.connect(lambda event: coroutine_handler(event))  # noqa: PLW0108
    sim.post(203, payload("client_kick", 1, 0))
    with pytest.raises(ExceptionGroup) as caught:
        server.run_callbacks()
    (error,) = caught.value.exceptions
    assert isinstance(error, TypeError)
    assert "returned a coroutine, which a synchronous server does not run" in str(error)


def test_handlers_that_answer_every_attribute(server: steamgs.GameServer, sim: Simulator) -> None:
    handler = unittest.mock.Mock(return_value=None)
    server.client_kick.connect(handler)
    sim.post(203, payload("client_kick", 1, 0))
    server.run_callbacks()
    handler.assert_called_once()


def test_without_inspect_coroutine_functions_are_told_too() -> None:
    """It is not loaded for the purpose, as that takes longer than all of steamgs."""
    code = """
        import sys
        sys.modules["inspect"] = None  # can't be imported
        import functools
        import steamgs
        async def handler(event): pass
        server = steamgs.GameServer(480)
        for bad in (handler, functools.partial(handler)):
            try:
                server.client_kick.connect(bad)
            except TypeError as error:
                print("refused")
        server.client_kick.connect(print)
    """
    done = subprocess.run(
        [sys.executable, "-P", "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "refused\nrefused\n"
