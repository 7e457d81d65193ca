"""``python -m benchmarks.connections``: a server with thousands of connections.

Players connect, send 64 bytes on each of two reliable lanes again and again, get as many answers,
and leave. Only the processor time of the server's part is counted, not that of the players, which
are in the same process. Each message has its sender's number and a counter, so none is lost,
doubled or out of order unnoticed.

The server's part contains what the simulated Steam does to carry a message. So a server in C++,
which makes the same calls of the same interface, takes every second turn, and the difference is
ours. At 20 Hz a game does something else for most of the 50 milliseconds between two turns, so the
processor's caches are filled with something else before each turn. Turns that follow one another
at once are measured too: there few players find in the caches what no such server finds.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from benchmarks import callgrind, processes
from benchmarks.bare import Bare
from benchmarks.report import table
from benchmarks.sockets import AT_ONCE, BareSockets

SIZES = (100, 1_000, 10_000)
ROUNDS = 3
FEWEST_TURNS = 20
FEWEST_MESSAGES = 80_000
SOMETHING_ELSE = bytes(8 << 20)
COLD, WARM = "play", "play without a pause"
LANES = 2
BODY = struct.Struct("<IIQ48x")
FIRST = 76561197960287930
LONGEST_SECONDS = 300.0
# By what is measured, and the number of players.
Samples = dict[str, dict[int, list[float]]]


class Clock:
    """Processor time of the server's part."""

    def __init__(self) -> None:
        self.spent = 0.0
        self._start = 0.0

    def __enter__(self) -> None:
        self._start = time.process_time()

    def __exit__(self, *_: object) -> None:
        self.spent += time.process_time() - self._start


class Order:
    """What has come, by sender and lane."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.last: dict[tuple[int, int], int] = {}

    def take(self, data: bytes) -> None:
        who, lane, number = BODY.unpack(data)
        assert number == self.last.get((who, lane), 0) + self.step, (who, lane, number)
        self.last[who, lane] = number


class Crowd:
    """A server and its players."""

    def __init__(self, server: Any, steam: Any, size: int) -> None:
        self.server = server
        self.size = size
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.listener = server.sockets.listen_ip(self.address, backlog=size)
        self.users = [steam.add_user(FIRST + number) for number in range(size)]
        self.clients: list[Any] = []
        self.accepted = self.bytes = self.turn = 0
        # C++ takes every second turn, and looks at nothing.
        self.arrived, self.returned = Order(step=2), Order(step=1)
        self.storm, self.closing = Clock(), Clock()

    def connect(self) -> None:
        self.clients = [user.connect(self.address) for user in self.users]
        until(lambda: self.accepted == len(self.users), self.accept)
        for client in self.clients:
            client.wait("connected")
            client.configure_lanes([0] * LANES)

    def accept(self) -> None:
        before = tracemalloc.get_traced_memory()[0]
        with self.storm:
            self.server.run_callbacks()
            for connection in self.listener.incoming():
                connection.accept()
                self.accepted += 1
        self.bytes += tracemalloc.get_traced_memory()[0] - before

    def play(self, serve: Callable[[int], float], warm: bool) -> float:
        """Seconds that the server's part took."""
        self.turn += 1
        for number, client in enumerate(self.clients):
            for lane in range(LANES):
                client.send(BODY.pack(number, lane, self.turn), lane=lane)
        if not warm:
            SOMETHING_ELSE.count(1)
        spent = serve(self.size * LANES)
        for client in self.clients:
            for message in received(client, LANES):
                self.returned.take(message.data)
        return spent

    def serve(self, expected: int) -> float:
        clock = Clock()
        self.echo(expected, lambda: clock)
        return clock.spent

    def echo(self, expected: int, measured: Callable[[], AbstractContextManager[None]]) -> None:
        taken: list[bytes] = []

        def tick() -> None:
            with measured():
                self.server.run_callbacks()
                answers = list(self.listener.receive(AT_ONCE))
                if answers:
                    self.server.sockets.send_many(answers)
            taken.extend(data for _, data in answers)

        until(lambda: len(taken) == expected, tick)
        for data in taken:
            self.arrived.take(data)

    def in_cpp(self, bare: Bare) -> Callable[[int], float]:
        """The same, by a server in C++."""
        steam = BareSockets(bare, self.server)
        tick = ctypes.CDLL(self.server.library).SteamGameServer_RunCallbacks

        def serve(expected: int) -> float:
            clock = Clock()
            with clock:
                steam.echo(tick, self.listener.group.handle, expected, 0.0)
            return clock.spent

        return serve

    def leave(self) -> None:
        for client in self.clients:
            client.close()

        def close() -> None:
            with self.closing:
                self.server.run_callbacks()
                for connection in self.server.sockets.connections:
                    if connection.state.name != "CONNECTED":
                        connection.close()

        until(lambda: not self.server.sockets.connections, close)


def received(client: Any, count: int) -> list[Any]:
    messages: list[Any] = []
    until(lambda: len(messages) == count, lambda: messages.extend(client.receive()))
    return messages


def until(condition: Callable[[], bool], turn: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "something was lost"
        turn()


def measure(library: str, bare: str, size: int, turns: int) -> dict[str, float]:
    import steamgs
    from steamgs.simulator import Simulator

    with (
        Simulator(seed=1) as steam,
        steamgs.GameServer(480, library=library, steamclient=steam, query_port=0) as server,
    ):
        server.log_on_anonymous().result(10)
        crowd = Crowd(server, steam, size)
        crowd.connect()
        in_cpp = crowd.in_cpp(Bare(bare))
        played = {kind: turns_of(crowd, in_cpp, turns, kind == WARM) for kind in (COLD, WARM)}
        crowd.leave()
    assert len(crowd.arrived.last) == len(crowd.returned.last) == size * LANES
    return {
        "connect, us a connection": crowd.storm.spent / size * 1e6,
        "leave, us a connection": crowd.closing.spent / size * 1e6,
    } | {
        f"{kind}{whose}, ns a message": value
        for kind, (ours, cpp) in played.items()
        for whose, value in (("", ours), (" in C++", cpp), (" beyond C++", ours - cpp))
    }


def turns_of(
    crowd: Crowd, in_cpp: Callable[[int], float], turns: int, warm: bool
) -> tuple[float, float]:
    """Nanoseconds a message, of us and of C++."""
    messages = 2 * crowd.size * LANES
    samples: list[list[float]] = [[], []]
    for _ in range(turns):
        of_cpp = (crowd.turn + 1) % 2
        spent = crowd.play(in_cpp if of_cpp else crowd.serve, warm)
        samples[of_cpp].append(spent / messages * 1e9)
    return statistics.median(samples[0]), statistics.median(samples[1])


def bytes_a_connection(library: str, bare: str, size: int, turns: int) -> dict[str, float]:
    """What Python allocates for a connection; our table in C++ has a pointer and a number more."""
    import steamgs
    from steamgs.simulator import Simulator

    with (
        Simulator(seed=1) as steam,
        steamgs.GameServer(480, library=library, steamclient=steam, query_port=0) as server,
    ):
        server.log_on_anonymous().result(10)
        crowd = Crowd(server, steam, size)
        tracemalloc.start()
        crowd.connect()
        tracemalloc.stop()
    return {"bytes a connection, allocated by Python": crowd.bytes / size}


def count(library: str, path: str, size: int, turns: int) -> dict[str, float]:
    """Turns for valgrind: the last one's instructions are counted."""
    import steamgs
    from steamgs.simulator import Simulator

    with (
        Simulator(seed=1, clock="manual") as steam,  # nobody loses patience with valgrind
        steamgs.GameServer(480, library=library, steamclient=steam, query_port=0) as server,
    ):
        server.log_on_anonymous().result(10)
        crowd = Crowd(server, steam, size)
        crowd.connect()
        bare = Bare(path)
        in_cpp = crowd.in_cpp(bare)

        def counted(expected: int) -> float:
            crowd.echo(expected, bare.counted)
            return 0.0

        for serve in (in_cpp, crowd.serve, in_cpp, counted):
            crowd.play(serve, warm=True)
    return {}


MEASURED = {"times": measure, "memory": bytes_a_connection, "count": count}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.connections", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--quick", action="store_true", help="one round, and no valgrind")
    parser.add_argument("--in-this-process", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.in_this_process:
        what, library, bare, turns = options.in_this_process
        print(json.dumps(MEASURED[what](library, bare, options.sizes[0], int(turns))))
        return 0
    sizes = options.sizes
    with tempfile.TemporaryDirectory() as folder:
        # In another folder, so that the installed steamgs is measured, not the source beside this.
        (Path(folder) / "benchmarks").symlink_to(processes.HERE)
        bare = str(processes.compiled(Path(folder), "bare.cpp", "-shared", "-fPIC"))
        for title, library in processes.libraries().items():
            samples: Samples = {}
            for _ in range(1 if options.quick else ROUNDS):
                for size in sizes:
                    for what in ("times", "memory"):
                        turns = FEWEST_TURNS if options.quick else turns_for(size)
                        ask(folder, samples, size, command(size, what, library, bare, turns))
            for size in () if options.quick else sizes:
                ask_valgrind(folder, samples, size, command(size, "count", library, bare))
            print(table([title, *map(str, sizes), f"{sizes[-1]} / {sizes[0]}"], rows_of(samples)))
    return 0


def turns_for(size: int) -> int:
    return max(FEWEST_TURNS, FEWEST_MESSAGES // (2 * size * LANES))


def command(size: int, what: str, library: str, bare: str, turns: int = 0) -> list[str]:
    module = [sys.executable, "-m", "benchmarks.connections", str(size)]
    return [*module, "--in-this-process", what, library, bare, str(turns)]


def ask(folder: str, samples: Samples, size: int, measuring: list[str]) -> None:
    """Measure in a process of its own."""
    result = subprocess.run(measuring, cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
    for name, value in json.loads(result.stdout.splitlines()[-1]).items():
        samples.setdefault(name, {}).setdefault(size, []).append(value)


def ask_valgrind(folder: str, samples: Samples, size: int, counting: list[str]) -> None:
    regions = callgrind.instructions_of_regions(counting, Path(folder))
    assert regions is not None
    counted = sum(regions) / (2 * size * LANES)
    samples.setdefault("play, instructions a message", {})[size] = [counted]


def rows_of(samples: Samples) -> list[list[str]]:
    rows = []
    for name, of_size in samples.items():
        medians = [statistics.median(values) for values in of_size.values()]
        cells = [f"{value:.1f}" for value in medians]
        rows.append([name, *cells, f"{medians[-1] / medians[0]:.2f}"])
    return rows


if __name__ == "__main__":
    raise SystemExit(main())
