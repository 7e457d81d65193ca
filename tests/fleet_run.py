"""A fleet on this machine: ``make fleet``.

Each server is a process of its own, with a sidecar of its own that this program plays. Players come
and go; servers are allocated, shut down by Agones or by SIGTERM, killed with -9, and replaced, at
random. Every server writes down who comes in and who leaves. In the end, and whenever a server has
ended in good order, that must be what its sidecar has in its list.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import steamgs
import steamgs.asyncio
import steamgs.fleet
from steamgs.fleet.fake import FakeSidecar
from steamgs.simulator import Simulator, make_ticket

PLACES = 40
FIRST = 76561197960287930
GRACE_SECONDS = 5.0
# Longer than a sidecar needs to learn of the last change.
SETTLE_SECONDS = 5.0
LONGEST_END_SECONDS = 60.0


class Arrivals:
    """A server's side: players who come, stay for a while, and are written down."""

    def __init__(self, server: steamgs.asyncio.GameServer, journal: Path, seed: int) -> None:
        self.server = server
        self.chance = random.Random(seed)
        self.book = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.closed = asyncio.Event()
        self.go = asyncio.Event()
        self.next = FIRST + seed * 1_000_000
        server.on_drain = lambda _: self.go.set()

    def write(self, line: str) -> None:
        os.write(self.book, f"{line}\n".encode())

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, self.closed.set)
        async with asyncio.TaskGroup() as tasks:
            while not self.closed.is_set():
                await asyncio.sleep(self.chance.expovariate(8))
                self.next += 1
                tasks.create_task(self.play(self.next))
            await self.go.wait()

    async def play(self, player: int) -> None:
        try:
            async with self.server.authenticate(player, make_ticket(player, 480), timeout=10):
                self.write(f"+{player}")
                try:
                    # Who is in when the doors are closed stays.
                    stay = self.chance.uniform(0.5, 6.0)
                    await asyncio.wait(
                        [asyncio.ensure_future(event.wait()) for event in (self.go, self.closed)],
                        timeout=stay,
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                    if self.closed.is_set():
                        await self.go.wait()
                finally:
                    self.write(f"-{player}")
        except steamgs.AdmissionError as error:
            self.write(f"!{type(error).__name__}")


def serve(journal: Path, seed: int) -> int:
    async def play(server: steamgs.asyncio.GameServer) -> None:
        server.set_product("fleet")
        server.set_game_description("A fleet")
        server.set_dedicated_server(True)
        server.set_advertise_server_active(True)
        async with steamgs.fleet.Agones(server, capacity=PLACES):
            await server.log_on_anonymous(timeout=60)
            await Arrivals(server, journal, seed).run()

    with Simulator(seed) as steam:
        steam.set_latency("auth", 0.0, 0.3)
        server = steamgs.asyncio.GameServer(480, game_port=0, query_port=0, library=steam)
        return steamgs.serve(play, server, grace=GRACE_SECONDS)


class Pod:
    """A server's process, and the sidecar that is played for it."""

    def __init__(self, folder: Path, number: int) -> None:
        self.number = number
        self.journal = folder / f"{number}.txt"
        self.sidecar = FakeSidecar(lists={"players": 1000})
        self.sidecar.__enter__()
        self.wanted: str | None = None  # how it is to end
        self.since = time.monotonic()
        environment = {**os.environ, "AGONES_SDK_HTTP_PORT": str(self.sidecar.port)}
        self.errors = open(folder / f"{number}.err", "w+b")  # noqa: SIM115 - as long as the pod
        self.process = subprocess.Popen(
            [sys.executable, "-P", __file__, "--journal", str(self.journal), "--seed", str(number)],
            env=environment,
            stderr=self.errors,
        )

    def books(self) -> tuple[set[str], set[str]]:
        """Who plays, by the server's own book and by the sidecar's."""
        inside: set[str] = set()
        text = self.journal.read_text() if self.journal.exists() else ""
        for line in text.splitlines():
            if line.startswith("+"):
                inside.add(line[1:])
            elif line.startswith("-"):
                inside.remove(line[1:])
        return inside, set(self.sidecar.lists["players"][0])

    def is_up(self) -> bool:
        return self.sidecar.state in ("Ready", "Allocated")

    def end(self, how: str) -> None:
        self.wanted, self.since = how, time.monotonic()
        if how == "Agones":
            self.sidecar.set_state("Shutdown")
        else:
            self.process.send_signal(signal.SIGTERM if how == "SIGTERM" else signal.SIGKILL)

    def over(self) -> bool:
        """Whether it has ended, as it should; then its books are closed."""
        status = self.process.poll()
        if status is None:
            assert self.wanted is None or time.monotonic() < self.since + LONGEST_END_SECONDS, self
            return False
        assert self.wanted is not None, f"{self} ended by itself: {status}"
        if self.wanted != "SIGKILL":
            assert status == 0, f"{self}: {status}"
            assert self.books() == (set(), set()), self
        self.close()
        return True

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.errors.close()
        self.sidecar.__exit__(None, None, None)

    def __str__(self) -> str:
        self.errors.seek(0)
        said = self.errors.read().decode("utf-8", "replace")[-2000:]
        return f"server {self.number}, {self.wanted}, {self.sidecar.state}: {said}"


class Fleet:
    """All pods, and what was done to them."""

    def __init__(self, folder: Path, size: int, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.made = 0
        self.done: Counter[str] = Counter()
        self.pods = [self.pod() for _ in range(size)]

    def pod(self) -> Pod:
        self.made += 1
        return Pod(self.folder, self.made)

    def act(self) -> None:
        pod = self.chance.choice(self.pods)
        how = self.chance.choice(["allocate"] * 4 + ["Agones", "SIGTERM", "SIGKILL"])
        if how == "allocate":
            if pod.sidecar.state == "Ready":
                pod.sidecar.allocate()
                self.done["allocated"] += 1
        elif pod.wanted is None and (how == "SIGKILL" or pod.is_up()):
            pod.end(how)
            self.done[how] += 1

    def replace(self) -> None:
        self.pods = [self.pod() if pod.over() else pod for pod in self.pods]

    def run(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        pause = min(0.5, 30.0 / len(self.pods))
        while time.monotonic() < deadline:
            self.act()
            self.replace()
            time.sleep(pause)

    def settle(self) -> None:
        """Nobody is on the way to an end any more, nobody comes, and the books are compared."""
        wait_until(lambda: all(pod.wanted is None for pod in self.pods), self.replace)
        wait_until(lambda: all(pod.is_up() for pod in self.pods))
        for pod in self.pods:
            pod.process.send_signal(signal.SIGUSR1)
        time.sleep(SETTLE_SECONDS)
        for pod in self.pods:
            server, sidecar = pod.books()
            assert server == sidecar, f"{pod}: {server ^ sidecar}"
            self.done["players at the end"] += len(server)

    def end(self) -> None:
        for pod in self.pods:
            pod.end("SIGTERM")
        wait_until(lambda: not self.pods, self.sweep)

    def sweep(self) -> None:
        self.pods = [pod for pod in self.pods if not pod.over()]

    def close(self) -> None:
        for pod in self.pods:
            pod.close()


def wait_until(condition: object, turn: object = None) -> None:
    assert callable(condition)
    deadline = time.monotonic() + LONGEST_END_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        if callable(turn):
            turn()
        time.sleep(0.05)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--servers", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--journal", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.journal is not None:
        return serve(options.journal, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(Path(folder), options.servers, options.seed)
        try:
            fleet.run(options.minutes * 60)
            fleet.settle()
            fleet.end()
            for journal in Path(folder).glob("*.txt"):
                fleet.done["players"] += journal.read_text().count("+")
        finally:
            fleet.close()
    print(f"{fleet.made} servers: " + ", ".join(f"{n} {what}" for what, n in fleet.done.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
