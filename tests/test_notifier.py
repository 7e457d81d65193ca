"""``on_events``: called by a thread of its own, so that the pump never waits for Python."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import steamgs
from conftest import WITHOUT_GIL, MakeServer
from fronts import library_of
from gil import gil_kept, spin_until
from payloads import payload
from steamgs.simulator import Simulator
from stress import serves
from together import together

KICK = 203


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.001)


def kick(sim: Simulator, steam_id: int = 1) -> None:
    sim.post(KICK, payload("client_kick", steam_id, 0))


def ticks_go_on(server: steamgs.GameServer) -> None:
    before = server.counters().ticks
    spin_until(lambda: server.counters().ticks > before + 50)


def test_the_pump_ticks_on_while_python_is_busy(server: steamgs.GameServer, sim: Simulator) -> None:
    told: list[None] = []
    server.start_pump(0.0005, on_events=lambda: told.append(None))
    for wakes in range(1, 21):
        kick(sim)  # gives the GIL away, so the call may come before it is kept
        with gil_kept():
            spin_until(lambda wakes=wakes: server.counters().pump_wakes == wakes)  # type: ignore[misc]
            ticks_go_on(server)
            waited = len(told) < wakes
        eventually(lambda wakes=wakes: len(told) == wakes)  # type: ignore[misc]
        if waited or WITHOUT_GIL:  # where it need not be waited for
            return
        assert server.run_callbacks() == 1
    pytest.fail("the call never waited for the GIL")


def test_the_pump_ticks_on_while_on_events_takes_its_time(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    inside, release = threading.Event(), threading.Event()
    calls: list[None] = []

    def slow() -> None:
        calls.append(None)
        inside.set()
        release.wait(20)

    server.start_pump(0.0005, on_events=slow)
    kick(sim)
    assert inside.wait(20)
    for _ in range(3):  # what comes meanwhile is told once, afterwards
        kick(sim)
        wakes = server.counters().pump_wakes
        server.run_callbacks()
        eventually(lambda: server.run_callbacks() == 0)
        kick(sim)
        eventually(lambda wakes=wakes: server.counters().pump_wakes > wakes)  # type: ignore[misc]
    ticks_go_on(server)
    assert len(calls) == 1
    release.set()
    eventually(lambda: len(calls) == 2)
    before = server.counters().ticks
    eventually(lambda: server.counters().ticks > before + 20)
    assert len(calls) == 2


def test_all_calls_come_from_one_thread(server: steamgs.GameServer, sim: Simulator) -> None:
    threads: list[int] = []
    server.start_pump(0.001, on_events=lambda: threads.append(threading.get_native_id()))
    for number in range(1, 4):
        kick(sim)
        eventually(lambda number=number: len(threads) == number)  # type: ignore[misc]
        assert server.run_callbacks() == 1
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_native_id()


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_there_is_a_notifier_only_while_there_is_somebody_to_call(
    server: steamgs.GameServer,
) -> None:
    def threads() -> int:
        return len(list(Path("/proc/self/task").iterdir()))

    before = threads()
    server.start_pump(0.001)
    assert threads() == before + 1
    server.start_pump(0.001, on_events=lambda: None)
    server.start_pump(0.002, on_events=lambda: None)
    assert threads() == before + 2
    server.start_pump(0.001)
    eventually(lambda: threads() == before + 1)
    server.start_pump(0.001, on_events=lambda: None)
    assert threads() == before + 2
    server.stop_pump()
    eventually(lambda: threads() == before)


def test_who_is_no_longer_to_be_told_is_not(server: steamgs.GameServer, sim: Simulator) -> None:
    first: list[None] = []
    second: list[None] = []
    server.start_pump(0.001, on_events=lambda: first.append(None))
    kick(sim)
    eventually(lambda: len(first) == 1)
    server.start_pump(0.001)
    eventually(lambda: server.counters().pump_wakes == 2)
    server.start_pump(0.001, on_events=lambda: second.append(None))
    eventually(lambda: len(second) == 1)  # of what still waits
    assert server.run_callbacks() == 1
    server.start_pump(0.001)
    kick(sim)
    eventually(lambda: server.counters().pump_wakes == 4)
    server.stop_pump()
    assert (len(first), len(second)) == (1, 1)


def test_stopping_waits_for_a_call_that_is_under_way(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    inside = threading.Event()
    steps: list[str] = []

    def slow() -> None:
        inside.set()
        time.sleep(0.05)
        steps.append("told")

    server.start_pump(0.001, on_events=slow)
    kick(sim)
    assert inside.wait(20)
    server.stop_pump()
    steps.append("stopped")
    assert steps == ["told", "stopped"]


def test_closing_and_starting_anew_in_the_call(
    server: steamgs.GameServer, make_server: MakeServer, sim: Simulator
) -> None:
    """The thread that closes one server serves the next one."""
    told: list[int] = []
    other = make_server()

    def on_events() -> None:
        server.close()
        other.start()
        other.start_pump(0.001, on_events=lambda: told.append(threading.get_native_id()))
        told.append(threading.get_native_id())

    server.start_pump(0.001, on_events=on_events)
    kick(sim)
    eventually(lambda: len(told) == 1)
    assert not server.running
    assert other.pump_interval == 0.001
    kick(sim)
    eventually(lambda: len(told) == 2)
    assert told[0] == told[1]
    assert other.run_callbacks() == 1


def test_a_server_starts_while_the_call_that_closed_another_goes_on(
    server: steamgs.GameServer, make_server: MakeServer, sim: Simulator
) -> None:
    closed, release = threading.Event(), threading.Event()

    def on_events() -> None:
        server.close()
        closed.set()
        release.wait(20)

    server.start_pump(0.001, on_events=on_events)
    kick(sim)
    assert closed.wait(20)
    told = threading.Event()
    other = make_server().start()
    other.start_pump(0.001, on_events=told.set)
    kick(sim)
    eventually(lambda: other.counters().pump_wakes == 1)
    assert not told.is_set()
    release.set()
    assert told.wait(20)


def test_many_start_and_one_interval_is_told(server: steamgs.GameServer) -> None:
    for _ in range(50):
        together(
            lambda: server.start_pump(0.001),
            lambda: server.start_pump(0.002, on_events=lambda: None),
        )
        assert server.pump_interval in (0.001, 0.002)
        server.pump_interval = 0.003
        assert server.pump_interval == 0.003


# ThreadSanitizer takes the child's threads for the parent's, whose ids they get.
if hasattr(os, "fork") and "libtsan" not in os.environ.get("LD_PRELOAD", ""):

    @pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    @pytest.mark.parametrize("returns", [False, True])
    def test_a_fork_in_the_call(
        server: steamgs.GameServer, sim: Simulator, front: str, returns: bool
    ) -> None:
        """The child has the notifier's thread only; where that returns, the child ends."""
        statuses: list[int] = []

        def fork() -> None:
            child = os.fork()
            if child == 0:
                import signal

                signal.alarm(60)
                if returns:
                    # What is loaded may have exit handlers that only the parent can run.
                    libc = ctypes.CDLL(None)
                    (libc.on_exit if sys.platform == "linux" else libc.atexit)(libc.abort, None)
                    return
                status = 9
                try:
                    status = 0 if serves(library_of(front)) else 1
                finally:
                    os._exit(status)
            _, status = os.waitpid(child, 0)
            statuses.append(os.waitstatus_to_exitcode(status))

        server.start_pump(0.001, on_events=fork)
        kick(sim)
        eventually(lambda: len(statuses) == 1)
        assert statuses == [0]
        assert server.run_callbacks() == 1
        kick(sim)
        eventually(lambda: len(statuses) == 2)
        server.stop_pump()
