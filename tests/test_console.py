"""The console of Windows, which tells a server to stop."""

from __future__ import annotations

import signal
import sys
import threading
import time

import pytest

import steamgs
from conftest import MakeServer
from steamgs import console_events
from steamgs import stop_signals as stop_signals_module
from steamgs.simulator import Simulator
from steamgs.stop_signals import stop_signals

if sys.platform == "win32":
    import subprocess

    from console import CTRL_BREAK, CTRL_C, tell
    from served import ASYNC, LOOP, PLAIN, SECONDS, heard, program, rest
    from wine import IN_WINE


@pytest.mark.parametrize("event", [console_events.CLOSE, console_events.SHUTDOWN])
def test_a_console_that_closes_asks_twice(event: int) -> None:
    done: list[object] = []
    assert console_events.hear(event, lambda: done.append("asked"), done.append)
    asked, grace, again, for_good = done
    assert (asked, again) == ("asked", "asked")
    assert grace == 2.0
    assert for_good == 3600.0


@pytest.mark.parametrize(("event", "ours"), [(0, False), (1, False), (console_events.LOGOFF, True)])
def test_a_console_that_goes_on(event: int, ours: bool) -> None:
    assert console_events.hear(event, pytest.fail, lambda _: pytest.fail("slept")) is ours


def test_a_console_that_closes_asks_as_a_signal_does() -> None:
    heard: list[int] = []
    with stop_signals(heard.append):
        stop_signals_module._console_closes()
        end = time.monotonic() + 10
        while not heard and time.monotonic() < end:
            time.sleep(0.01)
    assert heard == [getattr(signal, "SIGBREAK", signal.SIGTERM)]


def test_a_service_that_is_not_in_the_main_thread(make_server: MakeServer, sim: Simulator) -> None:
    """As a service of Windows runs: without ``serve()``, which refuses this thread."""
    server = make_server()
    alice = sim.add_user(76561197960287930)
    playing = threading.Event()
    done: list[object] = []

    def service() -> None:
        try:
            steamgs.serve(lambda _: None, server)
        except RuntimeError as error:
            done.append(str(error))
        with server:
            server.log_on_anonymous().result(10)
            server.begin_auth_session(alice.auth_session_ticket(), alice.steam_id)
            playing.set()
            while server.stop_requested is None:
                server.run_callbacks()
                time.sleep(0.01)
            report = server.drain(grace=0)
            done.extend([report.reason, report.ended, server.logged_on])

    thread = threading.Thread(target=service)
    thread.start()
    assert playing.wait(10)
    server.request_stop()
    thread.join(30)
    assert done[1:] == [steamgs.StopReason.REQUESTED, 1, False]
    assert "main thread" in str(done[0])


if sys.platform == "win32":
    EVENTS = [CTRL_C, console_events.CLOSE, console_events.SHUTDOWN]
    # Whose C runtime hears of Ctrl-C only.
    EVENTS += [] if IN_WINE else [CTRL_BREAK]

    @pytest.mark.parametrize("kind", ["plain", "asyncio"])
    @pytest.mark.parametrize("event", EVENTS)
    def test_what_the_console_tells_drains_a_server(front: str, kind: str, event: int) -> None:
        code = PLAIN.format(loop=LOOP, grace=0) if kind == "plain" else ASYNC.format(grace=0)
        with program(front, code) as process:
            heard(process, "playing")
            tell(process, event)
            # wine may refuse one of two who wake asyncio's loop at once, and Python says so first.
            assert rest(process)[-2:] == ["told 76561197960287930", "over False 0"]
        assert process.returncode == 0

    def test_who_still_plays_when_the_console_has_closed_loses_nothing(front: str) -> None:
        began = time.monotonic()
        with program(front, PLAIN.format(loop=LOOP, grace=3600)) as process:
            heard(process, "playing")
            tell(process, console_events.CLOSE)
            assert rest(process) == ["told 76561197960287930", "over False 0"]
        assert process.returncode == 128 + signal.SIGBREAK
        assert time.monotonic() - began < SECONDS

    @pytest.mark.skipif(IN_WINE, reason="wine sends no Ctrl-Break")
    @pytest.mark.parametrize("kind", ["plain", "asyncio"])
    def test_ctrl_break_between_processes_drains_a_server(front: str, kind: str) -> None:
        code = PLAIN.format(loop=LOOP, grace=0) if kind == "plain" else ASYNC.format(grace=0)
        with program(front, code, subprocess.CREATE_NEW_PROCESS_GROUP) as process:
            heard(process, "playing")
            process.send_signal(signal.CTRL_BREAK_EVENT)
            assert rest(process) == ["told 76561197960287930", "over False 0"]
        assert process.returncode == 0
