"""``python -m benchmarks.connections``: a server with thousands of connections.

Players connect, send 64 bytes on each of two reliable lanes twenty times, get as many answers, and
leave. Only the processor time of the server's part is counted, not that of the players, which are
in the same process. It contains what the simulated Steam does to carry a message. Each message has
its sender's number and a counter, so none is lost, doubled or out of order unnoticed.
"""

from __future__ import annotations

import argparse
import json
import socket
import struct
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import processes
from benchmarks.report import table

SIZES = (100, 1_000, 10_000)
TURNS = 20
LANES = 2
BODY = struct.Struct("<IIQ48x")
FIRST = 76561197960287930
LONGEST_SECONDS = 300.0


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

    def __init__(self) -> None:
        self.last: dict[tuple[int, int], int] = {}

    def take(self, data: bytes) -> None:
        who, lane, number = BODY.unpack(data)
        assert number == self.last.get((who, lane), 0) + 1, (who, lane, number)
        self.last[who, lane] = number


class Crowd:
    """A server and its players."""

    def __init__(self, server: Any, steam: Any, size: int) -> None:
        self.server = server
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.listener = server.sockets.listen_ip(self.address, backlog=size)
        self.users = [steam.add_user(FIRST + number) for number in range(size)]
        self.clients: list[Any] = []
        self.accepted = self.bytes = 0
        self.arrived, self.returned = Order(), Order()
        self.storm, self.steady, self.closing = Clock(), Clock(), Clock()

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

    def play(self, turn: int) -> None:
        for number, client in enumerate(self.clients):
            for lane in range(LANES):
                client.send(BODY.pack(number, lane, turn), lane=lane)
        expected = len(self.clients) * LANES
        taken = 0

        def serve() -> None:
            nonlocal taken
            with self.steady:
                self.server.run_callbacks()
                answers = list(self.listener.receive(256))
                if answers:
                    self.server.sockets.send_many(answers)
            for _, data in answers:
                self.arrived.take(data)
            taken += len(answers)

        until(lambda: taken == expected, serve)
        for client in self.clients:
            for message in received(client, LANES):
                self.returned.take(message.data)

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


def measure(library: str, size: int) -> dict[str, float]:
    import steamgs
    from steamgs.simulator import Simulator

    with (
        Simulator(seed=1) as steam,
        steamgs.GameServer(480, library=library, steamclient=steam, query_port=0) as server,
    ):
        server.log_on_anonymous().result(10)
        crowd = Crowd(server, steam, size)
        crowd.connect()
        for turn in range(1, TURNS + 1):
            crowd.play(turn)
        crowd.leave()
    assert len(crowd.arrived.last) == len(crowd.returned.last) == size * LANES
    messages = 2 * size * LANES * TURNS
    return {
        "connect, us a connection": crowd.storm.spent / size * 1e6,
        "play, ns a message": crowd.steady.spent / messages * 1e9,
        "leave, us a connection": crowd.closing.spent / size * 1e6,
    }


def bytes_a_connection(library: str, size: int) -> dict[str, float]:
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


MEASURED = {"times": measure, "memory": bytes_a_connection}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.connections", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--in-this-process", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.in_this_process:
        what, library = options.in_this_process
        print(json.dumps(MEASURED[what](library, options.sizes[0])))
        return 0
    rows: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        # In another folder, so that the installed steamgs is measured, not the source beside this.
        (Path(folder) / "benchmarks").symlink_to(processes.HERE)
        for title, library in processes.libraries().items():
            for size in options.sizes:
                for what in MEASURED:
                    command = [sys.executable, "-m", "benchmarks.connections", str(size)]
                    result = subprocess.run(
                        [*command, "--in-this-process", what, library],
                        cwd=folder,
                        stdout=subprocess.PIPE,
                        text=True,
                        check=True,
                    )
                    for name, value in json.loads(result.stdout.splitlines()[-1]).items():
                        rows.setdefault(f"{title}: {name}", []).append(f"{value:.1f}")
    print(table(["", *map(str, options.sizes)], [[name, *values] for name, values in rows.items()]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
