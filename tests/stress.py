"""Threads, forks and Ctrl-C against a server's life: ``python -P tests/stress.py --seconds 60``.

Each case runs for the given time and prints the number of its rounds. If anything hangs, is lost or
is left behind, the program ends with a traceback and a failing status.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import connection_cases
import parallel_cases
import player_cases
import pump_cases
import steamgs
from stage import ALICE, GRACE_SECONDS, Stage, listeners_with_the_gil
from steamgs.simulator import Simulator, make_ticket
from together import together

CLAN = 103582791429521408
THIS_PROGRAM = [sys.executable, "-P", "-X", "faulthandler", __file__]


def close_from_everywhere(stage: Stage) -> None:
    while stage.more():
        server = stage.server().start()

        def close(_: steamgs.ClientKick, server: steamgs.GameServer = server) -> None:
            server.close()

        server.client_kick.connect(close)

        def deliver(server: steamgs.GameServer = server) -> None:
            try:
                while True:
                    server.run_callbacks()
            except steamgs.NotRunningError:
                pass

        def stop_and_start(server: steamgs.GameServer = server) -> None:
            try:
                while True:
                    server.start_pump(0.001, on_events=server.close)
                    server.stop_pump()
            except steamgs.NotRunningError:
                pass

        def kick_then_close(server: steamgs.GameServer = server) -> None:
            stage.later()
            stage.kick()
            server.close()

        together(deliver, stop_and_start, kick_then_close, server.close)
        assert not server.running
        assert server.pump_interval is None


def calls_against_a_listener_with_the_gil(stage: Stage) -> None:
    with listeners_with_the_gil() as listeners:
        call_against(stage, listeners(lambda: sum(range(50))))


def call_against(stage: Stage, listener: Any) -> None:
    server = stage.online()
    listener.listen(server)
    futures: list[Any] = []

    def call() -> None:
        for number in range(1, 101):
            futures.append(server.compute_new_player_compatibility(number))
            futures.append(server.stats.request_user_stats(number))
            futures.append(server.associate_with_clan(CLAN))

    def tick() -> None:
        for _ in range(100):
            stage.kick()
            server.run_callbacks()

    while stage.more():
        futures.clear()
        if stage.rounds % 2:
            server.start_pump(0.0001)
        together(call, call, tick, tick)
        server.stop_pump()
        while not all(future.done() for future in futures):
            server.run_callbacks()
        assert len(futures) == 600
        assert all(future.exception() is None for future in futures)
    server.close()
    listener.stop()
    assert listener.errors == []


def two_threads_poll(stage: Stage) -> None:
    server = stage.server().start()
    while stage.more():
        seen: list[list[steamgs.Event]] = [[], []]
        stage.kick(20_000)

        def poll(mine: list[steamgs.Event], seen: list[list[steamgs.Event]] = seen) -> None:
            while sum(map(len, seen)) < 20_000:
                mine += server.poll()

        together(partial(poll, seen[0]), partial(poll, seen[1]))
        assert sum(map(len, seen)) == 20_000
    server.close()


def finalizers_disconnect(stage: Stage) -> None:
    server = stage.server()

    class Listener:
        def __init__(self) -> None:
            self.itself = self
            self.handler: Callable[[object], object] = lambda _: None
            server.client_kick.connect(self.handler)

        def __del__(self) -> None:
            server.client_kick.disconnect(self.handler)

    thresholds = gc.get_threshold()
    gc.set_threshold(1)

    def churn() -> None:
        for _ in range(200):
            Listener()
            server.client_kick.connect(handler := lambda _: None)
            server.client_kick.disconnect(handler)

    while stage.more():
        together(churn, churn)
        gc.collect()
        assert server.client_kick.handlers == ()
    gc.set_threshold(*thresholds)


def sessions_against_close(stage: Stage) -> None:
    stage.sim.add_user(ALICE)
    while stage.more():
        server = stage.online()
        numbers = iter(range(1, 1_000_000))

        def join(server: steamgs.GameServer = server, numbers: Any = numbers) -> None:
            try:
                while True:
                    number = next(numbers)
                    server.begin_auth_session(make_ticket(number, 480), number)
                    server.create_unauthenticated_user_connection()
            except (steamgs.NotRunningError, ValueError):
                pass  # a generator in use elsewhere is a ValueError

        def close(server: steamgs.GameServer = server) -> None:
            stage.later()
            server.close()

        together(join, join, close)
        assert server.sessions == {}
        assert stage.sim.server.sessions == ()


def fork_while_threads_deliver(stage: Stage) -> None:
    server = stage.online()
    done = threading.Event()

    def deliver() -> None:
        while not done.is_set():
            stage.kick(10)
            server.run_callbacks()
            server.associate_with_clan(CLAN)

    def close_and_start() -> None:
        other = stage.server()
        while not done.is_set():
            try:
                other.start()
            except steamgs.SteamError:
                time.sleep(0.001)
            else:
                other.close()

    threads = [threading.Thread(target=target) for target in (deliver, deliver, close_and_start)]
    for thread in threads:
        thread.start()
    try:
        while stage.more():
            child = os.fork()
            if child == 0:
                signal.alarm(int(GRACE_SECONDS))
                status = 1
                try:
                    status = 0 if serves(stage.library) else 2
                finally:
                    os._exit(status)
            _, status = os.waitpid(child, 0)
            assert os.waitstatus_to_exitcode(status) == 0
            assert server.running
    finally:
        done.set()
        for thread in threads:
            thread.join()
    server.close()


def serves(library: str) -> bool:
    """Whether a server works here, from start to close."""
    sim = Simulator(query_host=None)
    alice = sim.add_user(ALICE)
    server = steamgs.GameServer(480, library=library, steamclient=sim)
    verdicts: list[steamgs.ValidateAuthTicketResponse] = []
    server.validate_auth_ticket_response.connect(verdicts.append)
    with server:
        server.start_pump(0.001)
        server.log_on_anonymous()
        while not server.logged_on:
            server.run_callbacks()
        server.begin_auth_session(alice.auth_session_ticket(), ALICE)
        while not verdicts:
            server.run_callbacks()
        future = server.compute_new_player_compatibility(ALICE)
        while not future.done():
            server.run_callbacks()
    return verdicts[0].response is steamgs.AuthSessionResponse.OK and not server.running


class Keyboard(threading.Thread):
    """Presses Ctrl-C at random times, while it is armed.

    By plain attributes, not Events: those have locks, which Ctrl-C would leave locked.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.armed = self.pressing = self.stopped = False
        self.random = random.Random(stage.random.random())

    def run(self) -> None:
        main = threading.main_thread().ident
        assert main is not None
        while not self.stopped:
            time.sleep(self.random.random() * 0.003)
            self.pressing = True
            if self.armed:
                signal.pthread_kill(main, signal.SIGINT)
            self.pressing = False

    def rest(self) -> None:
        """Returns when no Ctrl-C is on its way any more."""
        self.armed = False
        while self.pressing:
            time.sleep(0.0001)
        time.sleep(0.0001)


def ctrl_c_anywhere(stage: Stage) -> None:
    """Ctrl-C at any instruction of start, close and run_callbacks."""
    interrupted = 0
    server = stage.server()
    seen: list[object] = []
    server.client_kick.connect(seen.append)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keyboard = Keyboard(stage)
    keyboard.start()
    while stage.more():
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            keyboard.armed = True
            with server:
                server.log_on_anonymous()
                for _ in range(20):
                    stage.kick()
                    server.run_callbacks()
                server.associate_with_clan(CLAN)
        except KeyboardInterrupt:
            interrupted += 1
        while True:
            try:
                server.close()
                keyboard.rest()
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                break
            except KeyboardInterrupt:
                interrupted += 1
        assert not server.running
        assert server.pump_interval is None
        assert not stage.sim.server.running
        assert "SteamAppId" not in os.environ
    keyboard.stopped = True
    keyboard.join()
    with server:
        assert server.running
    print(f"  {interrupted} times interrupted")


CASES = {
    case.__name__: case
    for case in (
        *pump_cases.CASES,
        *player_cases.CASES,
        *parallel_cases.CASES,
        *connection_cases.CASES,
        close_from_everywhere,
        calls_against_a_listener_with_the_gil,
        two_threads_poll,
        finalizers_disconnect,
        sessions_against_close,
        fork_while_threads_deliver,
        ctrl_c_anywhere,
    )
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each case")
    parser.add_argument("--library", default="simulator", help="the simulator's, or Valve's")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    names = arguments.cases or list(CASES)
    if len(names) == 1:
        run(names[0], arguments)
        return 0
    # Each in a process of its own: what one has left in memory is not the next one's.
    options = ["--seconds", str(arguments.seconds), "--library", arguments.library]
    options += ["--seed", str(arguments.seed)]
    statuses = [subprocess.call([*THIS_PROGRAM, name, *options]) for name in names]
    return 1 if any(statuses) else 0


def run(name: str, arguments: argparse.Namespace) -> None:
    sys.setswitchinterval(1e-5)
    stage = Stage(arguments.library, arguments.seconds, arguments.seed)
    faulthandler.dump_traceback_later(arguments.seconds + GRACE_SECONDS, exit=True)
    CASES[name](stage)
    faulthandler.cancel_dump_traceback_later()
    print(f"{name}: {stage.rounds} rounds", flush=True)


if __name__ == "__main__":
    sys.exit(main())
