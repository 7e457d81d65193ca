"""A week of mixed load, compressed by the simulator's clock: ``python tests/soak.py --hours 168``.

Players join, play and leave, request statistics, and are banned and kicked. Steam goes away and
comes back, and the server browser sends queries. In the end everything must be accounted for, and
neither memory nor the number of file descriptors may have grown after the first tenth.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import steamgs
from steamgs.simulator import Simulator, User

FIRST = 76561197960287930
CLAN = 103582791429521408
STEP_SECONDS = 10.0
QUERY = b"\xff\xff\xff\xffTSource Engine Query\0"


def resident_kib() -> int:
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


class Soak:
    """A server with its players, and the books that are kept of them."""

    def __init__(self, library: str, players: int, seed: int) -> None:
        self.random = random.Random(seed)
        self.sim = Simulator(seed, clock="manual", query_host=None)
        self.sim.set_latency("auth", 0.1, 8.0)
        self.sim.set_latency("call", 0.1, 20.0)
        self.sim.add_group(CLAN)
        self.sim.define_stat("minutes")
        self.users: list[User] = [self.sim.add_user(FIRST + n) for n in range(players)]
        shared = steamgs.QUERY_PORT_SHARED
        self.server = steamgs.GameServer(
            480, query_port=shared, library=library, steamclient=self.sim
        )
        self.counts: Counter[str] = Counter()
        self.waiting: set[int] = set()
        self.inside: set[int] = set()
        self.futures: set[steamgs.Call[Any]] = set()
        self.server.validate_auth_ticket_response.connect(self.on_verdict)
        self.server.client_kick.connect(lambda event: self.leave(event.steam_id, "kicked"))

    def on_verdict(self, event: steamgs.ValidateAuthTicketResponse) -> None:
        if event.response is steamgs.AuthSessionResponse.OK:
            if event.steam_id not in self.waiting:
                self.counts["late"] += 1  # of the same batch in which the player was kicked
                return
            self.waiting.remove(event.steam_id)
            self.inside.add(event.steam_id)
            self.counts["admitted"] += 1
        else:
            self.leave(event.steam_id, "thrown out")

    def leave(self, steam_id: int, how: str) -> None:
        known = steam_id in self.waiting or steam_id in self.inside
        self.waiting.discard(steam_id)
        self.inside.discard(steam_id)
        self.server.end_auth_session(steam_id)
        self.counts[how] += known

    def join(self) -> None:
        user = self.random.choice(self.users)
        if user.steam_id not in self.waiting and user.steam_id not in self.inside:
            self.server.begin_auth_session(user.auth_session_ticket(), user.steam_id)
            self.waiting.add(user.steam_id)
            self.counts["joined"] += 1

    def ask(self, steam_id: int) -> None:
        if self.server.logged_on:
            self.counts["asked"] += 1
            future: steamgs.Call[Any] = self.server.stats.request_user_stats(steam_id)
            self.futures.add(future)
            future.add_done_callback(self.on_answer)

    def on_answer(self, future: steamgs.Call[Any]) -> None:
        self.futures.discard(future)
        self.counts["answered"] += not future.cancelled()

    def step(self) -> None:
        draw = self.random.random
        for _ in range(self.random.randrange(max(2, len(self.users) // 200))):
            self.join()
        for steam_id in self.random.sample(sorted(self.inside), len(self.inside) // 100):
            self.leave(steam_id, "left")
        for steam_id in self.random.sample(sorted(self.inside), min(3, len(self.inside))):
            self.ask(steam_id)
        if self.inside and draw() < 0.05:
            user = self.users[self.random.choice(sorted(self.inside)) - FIRST]
            user.revoke(steamgs.AuthSessionResponse.VAC_BANNED)
        if draw() < 0.002:
            self.sim.kick_everyone()
        if draw() < 0.01:
            self.sim.disconnect()
        elif draw() < 0.2:
            self.sim.reconnect()
        self.server.update_users((player, "p", 1) for player in self.inside)
        self.server.handle_incoming_packet(QUERY, "192.0.2.1", 999)
        self.counts["queries answered"] += len(self.server.outgoing_packets())
        self.sim.advance(STEP_SECONDS)
        self.server.run_callbacks()

    def check(self) -> None:
        """Nobody is lost, and nobody is there twice."""
        gone = sum(self.counts[how] for how in ("left", "kicked", "thrown out"))
        assert self.counts["joined"] == gone + len(self.inside) + len(self.waiting)
        assert set(self.server.sessions) == self.inside | self.waiting
        assert self.counts["asked"] == self.counts["answered"] + len(self.futures)

    def run(self, hours: float) -> dict[str, Any]:
        steps = max(20, int(hours * 3600 / STEP_SECONDS))
        early: tuple[int, int] = (0, 0)
        started = time.monotonic()
        with self.server:
            self.server.log_on_anonymous()
            self.server.set_advertise_server_active(True)
            for number in range(steps):
                self.step()
                if number % 100 == 0:
                    self.check()
                if number == steps // 10:
                    gc.collect()
                    early = resident_kib(), open_files()
            self.sim.reconnect()
            for _ in range(20):
                self.sim.advance(STEP_SECONDS)
                self.server.run_callbacks()
            self.check()
            assert not self.waiting
            assert not self.futures
            gc.collect()
            late = resident_kib(), open_files()
            events = sum(self.server.counters().events.values())
        assert not self.server.sessions
        return {
            "simulated_hours": steps * STEP_SECONDS / 3600,
            "seconds": round(time.monotonic() - started, 1),
            "events": events,
            "counts": dict(self.counts),
            "resident_growth_kib": late[0] - early[0],
            "open_files_growth": late[1] - early[1],
        }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=168.0, help="simulated")
    parser.add_argument("--players", type=int, default=10_000)
    parser.add_argument("--library", default="simulator", help="Valve's, or the simulator's front")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    result = Soak(options.library, options.players, options.seed).run(options.hours)
    print(json.dumps(result, indent=1))
    assert result["open_files_growth"] <= 0, "file descriptors were left open"
    return 0


if __name__ == "__main__":
    sys.exit(main())
