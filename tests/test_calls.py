"""Calls that Steam answers later: who may wait for them, how, and how they end. On both fronts."""

from __future__ import annotations

import asyncio
import inspect
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import LOOPS, Run
from payloads import payload
from steamgs.simulator import Simulator
from test_interruptions import interrupted_at

ALICE = 76561197960287930
CLAN = 103582791429521408
KICK = 203

REPUTATION = steamgs.ServerReputation(steamgs.Result.OK, 0, False, 0, 0, 0, 0)


def unanswered(server: steamgs.GameServer, sim: Simulator) -> steamgs.Call[Any]:
    sim.set_latency("call", 1e6)
    return server.get_server_reputation()


# On the synchronous server.


def test_result_ticks_by_itself(online: steamgs.GameServer) -> None:
    call = online.get_server_reputation()
    assert not call.done()
    assert call.result(20) == REPUTATION
    assert call.exception() is None
    assert "answered" in repr(call)


@pytest.mark.parametrize("pumped", [False, True])
def test_a_logon_is_waited_for(server: steamgs.GameServer, sim: Simulator, pumped: bool) -> None:
    if pumped:
        server.start_pump(0.001)
    assert server.log_on("T" * 32).result(20) == steamgs.ServerConnected()
    assert server.secure
    assert server.log_on_anonymous().result(0) == steamgs.ServerConnected()
    assert server.server_connected.handlers == ()
    status = server.request_user_group_status(ALICE, CLAN).result(20)
    assert status == steamgs.ClientGroupStatus(ALICE, CLAN, False, False)


def test_a_logon_that_fails(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.fail_next_logon(steamgs.Result.GSLT_EXPIRED)
    with pytest.raises(steamgs.LogOnError, match="GSLT_EXPIRED"):
        server.log_on("T" * 32).result(20)
    sim.set_latency("connected", 1e6)
    sim.fail_next_logon(steamgs.Result.BUSY, retrying=True)
    call = server.log_on_anonymous()
    with pytest.raises(steamgs.LogOnTimeoutError) as caught:
        call.result(0.05)
    assert caught.value.failure == steamgs.ServerConnectFailure(steamgs.Result.BUSY, True)
    assert not call.done()
    server.log_off()
    with pytest.raises(steamgs.LogOnError, match="CANCELLED"):
        call.result(0)


def test_a_doubtful_policy_response_without_asyncio(
    make_server: Callable[..., steamgs.GameServer],
    sim: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(steamgs._core, "_DOUBTFUL_POLICY_SECONDS", 0.05)
    sim.set_latency("policy", 1e6)
    with make_server(mode=steamgs.ServerMode.AUTHENTICATION) as server:
        call = server.log_on_anonymous()
        server.run_callbacks()
        assert server.logged_on
        assert not call.done()
        assert call.result(20) == steamgs.ServerConnected()


@pytest.mark.parametrize("pumped", [False, True])
def test_time_limits(online: steamgs.GameServer, sim: Simulator, pumped: bool) -> None:
    if pumped:
        online.start_pump(0.001)
    call = unanswered(online, sim)
    for timeout in (0, -1, 0.03):
        with pytest.raises(TimeoutError):
            call.result(timeout)
        with pytest.raises(TimeoutError):
            call.exception(timeout)
    assert not call.done()
    limited = online.associate_with_clan(CLAN, timeout=0.03)
    assert isinstance(limited.exception(20), TimeoutError)
    with pytest.raises(TypeError, match="timeout must be a number of seconds or None, not str"):
        call.result("5")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="timeout must be"):
        online.associate_with_clan(CLAN, timeout="5")  # type: ignore[arg-type]


def test_an_answer_in_the_tick_of_the_deadline_counts(online: steamgs.GameServer) -> None:
    call = online.get_server_reputation(timeout=0)
    online.run_callbacks()
    assert call.result(0) == REPUTATION


def test_waiting_in_a_handler_is_an_error_at_once(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    call = unanswered(online, sim)
    errors: list[Exception] = []

    def wait(_: object) -> None:
        for wait in (call.result, call.exception):
            try:
                wait(20)
            except RuntimeError as error:
                errors.append(error)

    online.client_kick.connect(wait)
    sim.post(KICK, payload("client_kick", 1, 0))
    online.run_callbacks()
    assert ["this thread is delivering" in str(error) for error in errors] == [True] * 2
    sim.set_latency("call", 0)
    another = online.associate_with_clan(CLAN)
    another.add_done_callback(wait)
    online.run_callbacks()
    assert len(errors) == 4
    # A thread that has delivered once may wait later, while another one delivers.
    with pytest.raises(TimeoutError):
        call.result(0.02)


def test_waiting_on_the_pump_s_thread_is_an_error(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    call = unanswered(online, sim)
    told: list[str] = []
    done = threading.Event()

    def on_events() -> None:
        try:
            call.result(20)
        except RuntimeError as error:
            told.append(str(error))
        done.set()

    online.start_pump(0.001, on_events=on_events)
    sim.post(KICK, payload("client_kick", 1, 0))
    assert done.wait(20)
    assert "this thread is delivering" in told[0]


def test_a_thread_waits_while_another_delivers(online: steamgs.GameServer, sim: Simulator) -> None:
    inside, release = threading.Event(), threading.Event()

    def slow(_: object) -> None:
        inside.set()
        release.wait(20)

    online.client_kick.connect(slow)
    sim.post(KICK, payload("client_kick", 1, 0))
    thread = threading.Thread(target=online.run_callbacks)
    thread.start()
    assert inside.wait(20)
    call = online.get_server_reputation()
    with pytest.raises(TimeoutError):
        call.result(0.05)
    release.set()
    assert call.result(20) == REPUTATION
    thread.join()


def test_many_threads_wait_for_one_call(online: steamgs.GameServer, sim: Simulator) -> None:
    call = unanswered(online, sim)
    sim.set_latency("call", 0)
    other = online.get_server_reputation()
    outcomes: list[Any] = []
    threads = [
        threading.Thread(target=lambda: outcomes.append((other.result(30), call.exception(30))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    other.result(30)
    online.close()
    for thread in threads:
        thread.join(30)
    assert len(outcomes) == 8
    for answer, error in outcomes:
        assert answer == REPUTATION
        assert isinstance(error, steamgs.NotRunningError)


def test_handlers_errors_come_out_and_the_answer_stays(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    online.server_reputation.connect(lambda _: 1 / 0)
    call = online.get_server_reputation()
    with pytest.raises(ExceptionGroup):
        call.result(20)
    assert call.result(0) == REPUTATION


def test_cancelling(online: steamgs.GameServer, sim: Simulator) -> None:
    calls: list[Any] = []
    seen: list[Any] = []
    online.server_reputation.connect(seen.append)
    call = online.get_server_reputation()
    call.add_done_callback(calls.append)
    assert call.cancel()
    assert not call.cancel()
    assert call.done()
    assert call.cancelled()
    assert calls == [call]
    with pytest.raises(steamgs.CallCancelledError, match="get_server_reputation"):
        call.result()
    assert isinstance(call.exception(), steamgs.CallCancelledError)
    online.run_callbacks()
    assert seen == [REPUTATION]
    group = online.request_user_group_status(ALICE, CLAN)
    again = online.request_user_group_status(ALICE, CLAN)
    logon = online.log_on_anonymous()
    assert logon.done()
    assert group.cancel()
    assert again.result(20).steam_id == ALICE


def test_callbacks_run_in_order_once_each(
    online: steamgs.GameServer, caplog: pytest.LogCaptureFixture
) -> None:
    order: list[Any] = []
    call = online.get_server_reputation()

    def first(done: steamgs.Call[steamgs.ServerReputation]) -> None:
        order.append(1)
        done.add_done_callback(lambda _: order.append(4))

    def second(_: object) -> None:
        order.append(2)
        raise ValueError("on purpose")

    call.add_done_callback(first)
    call.add_done_callback(second)
    call.add_done_callback(lambda _: order.append(3))
    assert online.run_callbacks() == 1
    assert order == [1, 2, 3, 4]
    call.add_done_callback(lambda _: order.append(5))
    assert order == [1, 2, 3, 4, 5]
    assert "on purpose" in caplog.text
    assert online.counters().handler_errors == 1
    with pytest.raises(TypeError, match="function must be callable, not int"):
        call.add_done_callback(5)  # type: ignore[arg-type]

    async def coroutine(_: object) -> None: ...

    with pytest.raises(TypeError, match="await the call in it instead"):
        call.add_done_callback(coroutine)


@pytest.mark.parametrize("how", ["answer", "close", "cancel"])
def test_an_interrupted_callback_keeps_nobody_from_being_told(
    online: steamgs.GameServer, how: str
) -> None:
    told: list[int] = []

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    call = online.get_server_reputation()
    for number in range(3):
        call.add_done_callback(partial(lambda number, _: told.append(number), number))
        call.add_done_callback(interrupt)
    with pytest.raises(KeyboardInterrupt):
        {"answer": online.run_callbacks, "close": online.close, "cancel": call.cancel}[how]()
    assert told == [0, 1, 2]
    assert call.done()


def test_ctrl_c_at_every_line_of_waking_others(online: steamgs.GameServer, sim: Simulator) -> None:
    """Tasks of another thread's loop are woken by Python code, in which Ctrl-C may come."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def wait(call: steamgs.Call[Any], ready: threading.Event) -> Any:
        ready.set()
        return await call

    try:
        number, reached = 0, True
        while reached:
            number += 1
            call, ready = online.get_server_reputation(), threading.Event()
            waiting = [asyncio.run_coroutine_threadsafe(wait(call, ready), loop) for _ in "ab"]
            assert ready.wait(20)
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result(20)
            try:
                with interrupted_at(number) as was_reached:
                    while not call.done():
                        online.run_callbacks()
            except KeyboardInterrupt:
                pass
            reached = was_reached()
            assert [future.result(20) for future in waiting] == [REPUTATION] * 2
        assert number > 5
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt, though what started the tests may have it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_the_waiting_and_not_the_call(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    call = unanswered(online, sim)
    for pumped in (False, True):
        if pumped:
            online.start_pump(0.001)
        # Not a Timer: on a busy machine start() may return after it has rung.
        about_to_wait = threading.Event()

        def press(about_to_wait: threading.Event = about_to_wait) -> None:
            about_to_wait.wait(20)
            time.sleep(0.1)
            signal.raise_signal(signal.SIGINT)

        keyboard = threading.Thread(target=press)
        keyboard.start()
        with pytest.raises(KeyboardInterrupt):
            about_to_wait.set()
            call.result(20)
        keyboard.join()
        assert not call.done()


def test_a_callback_on_close_finds_all_calls_ended(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    calls = [unanswered(online, sim) for _ in range(3)]
    seen: list[Any] = []
    calls[0].add_done_callback(lambda _: seen.extend(call.exception() for call in calls))
    online.close()
    assert [type(error) for error in seen] == [steamgs.NotRunningError] * 3
    with online:
        assert isinstance(calls[1].exception(5), steamgs.NotRunningError)


def test_it_is_generic_and_made_by_servers_only() -> None:
    assert str(steamgs.Call[steamgs.ServerReputation]).startswith("steamgs._core.Call[")
    with pytest.raises(TypeError):
        steamgs.Call()
    with pytest.raises(TypeError):
        type("Sub", (steamgs.Call,), {})


def test_no_futures_are_imported() -> None:
    code = "import sys, steamgs; assert not {'concurrent.futures', 'asyncio'} & set(sys.modules)"
    subprocess.run([sys.executable, "-P", "-c", code], check=True)


# In tasks.


def test_the_asyncio_server_takes_what_the_other_takes_and_says_so() -> None:
    own = dict(inspect.signature(steamgs.asyncio.GameServer).parameters)
    assert own.pop("tick_interval").default == 0.01
    assert own.pop("max_pending_sessions").default == 131_072
    assert own.pop("max_pending_per_address").default == 256
    assert own == dict(inspect.signature(steamgs.GameServer).parameters)


def test_several_tasks_await_one_call(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("call", 1.0)
        call = server.get_server_reputation()
        with pytest.raises(RuntimeError, match="an event loop is running in this thread"):
            call.result()
        with pytest.raises(TimeoutError):
            call.result(0)
        tasks = [asyncio.ensure_future(call) for _ in range(5)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(call, 0.001)
        sim.advance(2)
        thread = asyncio.to_thread(call.result, 20)
        answers = await asyncio.gather(*tasks, thread, return_exceptions=True)
        assert isinstance(answers[0], asyncio.CancelledError)
        assert answers[1:] == [REPUTATION] * 5
        assert await call == REPUTATION

    run(main)


def test_a_cancelled_call_cancels_no_task(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("call", 1e6)
        call = server.get_server_reputation()
        task = asyncio.ensure_future(call)
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(steamgs.CallCancelledError):
            await task
        with pytest.raises(TimeoutError):
            await server.get_server_reputation(timeout=0.02)
        many = [server.get_server_reputation(timeout=0.01 * n) for n in (3, 1, 2)]
        errors = await asyncio.gather(*many, return_exceptions=True)
        assert [type(error) for error in errors] == [TimeoutError] * 3

    run(main)


@pytest.mark.parametrize("loop", LOOPS)
def test_loops_of_other_threads(online: steamgs.GameServer, sim: Simulator, loop: str) -> None:
    factory: Any = None
    if loop == "uvloop":
        import uvloop

        factory = uvloop.new_event_loop
    call = unanswered(online, sim)
    sim.set_latency("call", 0)
    answered = online.get_server_reputation()
    ready = threading.Barrier(4)
    seen: list[Any] = []

    async def wait() -> None:
        ready.wait(20)
        seen.append(await answered)
        with pytest.raises(steamgs.NotRunningError):
            await call

    def main() -> None:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(wait())

    threads = [threading.Thread(target=main) for _ in range(3)]
    for thread in threads:
        thread.start()
    ready.wait(20)
    answered.result(20)
    time.sleep(0.02)
    online.close()
    for thread in threads:
        thread.join(20)
    assert seen == [REPUTATION] * 3
