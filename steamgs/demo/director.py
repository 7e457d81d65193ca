"""Runs the demo: Steam behind the server, the players' process, the clock and the books."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import steamgs
from steamgs.demo.cast import APP_ID, Part, Role, cast
from steamgs.demo.server import Arena, open_game_socket
from steamgs.simulator import Simulator

__all__ = ["Summary", "run"]

TICK_SECONDS = 0.01
START_UP_SECONDS = 30.0
_REVOCATIONS = {
    Role.BANNED_LATER: "vac_ban",
    Role.CANCELS: "cancel",
    Role.LOGS_IN_ELSEWHERE: "log_in_elsewhere",
    Role.KICKED: "kick",
}


@dataclass
class Summary:
    """How the demo ended."""

    players: int
    library: str
    seconds: float
    admitted: int = 0
    denied: int = 0
    kicked: int = 0
    left: int = 0
    stayed: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    """Players by outcome and reason."""
    callbacks: dict[str, int] = field(default_factory=dict)
    """Events of Steam by signal."""
    ticks: int = 0
    idle_tick_us: float = 0.0
    """Median time of a tick of Steam without events, in microseconds."""
    callback_us: float = 0.0
    """Mean time of an event, the game's own handler included, in microseconds."""
    problems: list[str] = field(default_factory=list)
    """What does not add up; empty if every player is accounted for."""

    def as_json(self) -> str:
        """The summary as one JSON object."""
        return json.dumps(asdict(self))


class SteamWithCast:
    """The simulated Steam, which knows the cast and strikes when a player's time has come."""

    def __init__(self, parts: list[Part], seconds: float, seed: int) -> None:
        self.simulator = Simulator(seed)
        self.simulator.set_latency("logon", 0.05, 0.2)
        self.simulator.set_latency("auth", 0.01, 0.15)
        self._fates: list[tuple[float, Part]] = []
        for part in parts:
            if part.role.revoked or part.role in (Role.NO_LICENSE, Role.BANNED):
                self.simulator.add_user(
                    part.steam_id,
                    licenses=() if part.role is Role.NO_LICENSE else (APP_ID,),
                    vac_banned=part.role is Role.BANNED,
                )
            if part.role.revoked:
                self._fates.append((part.turns * seconds, part))
        self._fates.sort(key=lambda fate: fate[0], reverse=True)
        self._users = {user.steam_id: user for user in self.simulator.users}

    def strike(self, now: float) -> None:
        """Ban, cancel, kick: whoever's time has come."""
        while self._fates and self._fates[-1][0] <= now:
            _, part = self._fates.pop()
            user = self._users[part.steam_id]
            match _REVOCATIONS[part.role]:
                case "vac_ban":
                    user.vac_ban()
                case "cancel":
                    user.revoke(steamgs.AuthSessionResponse.AUTH_TICKET_CANCELED)
                case "log_in_elsewhere":
                    user.log_in_elsewhere()
                case "kick":
                    user.kick(steamgs.DenyReason.GENERIC)


class Stopwatch:
    """Times ticks of Steam, apart for those with and without events."""

    def __init__(self, server: steamgs.GameServer) -> None:
        self._run_callbacks = server.run_callbacks
        self.idle_ns: list[int] = []
        self.busy_ns = 0
        self.events = 0

    def __call__(self) -> int:
        before = time.perf_counter_ns()
        events = self._run_callbacks()
        elapsed = time.perf_counter_ns() - before
        if events:
            self.busy_ns += elapsed
            self.events += events
        else:
            self.idle_ns.append(elapsed)
        return events


def run(
    players: int,
    seconds: float,
    *,
    library: str | None = None,
    seed: int = 1,
    progress: Callable[[float, Arena], None] = lambda now, arena: None,
) -> Summary:
    """Play the demo through, and say how it ended.

    :param library: Valve's libsteam_api, to put above the simulated steamclient; by default the
        simulator's own.
    :param progress: called about ten times a second with the time and the game.
    """
    parts = cast(players, seed)
    steam = SteamWithCast(parts, seconds, seed)
    with open_game_socket() as sock:
        port = sock.getsockname()[1]
        valve = None if library in (None, "simulator") else library
        server = steamgs.GameServer(
            APP_ID,
            game_port=port,
            query_port=steamgs.QUERY_PORT_SHARED,
            library=valve or steam.simulator,
            steamclient=steam.simulator if valve else None,
        )
        stopwatch = Stopwatch(server)
        arena = Arena(server, sock, tick_steam=stopwatch)
        with server:
            log_on(server, players)
            command = [str(port), str(players), str(seconds), str(seed)]
            told = play(arena, steam, seconds, command, progress)
            summary = Summary(players, library or "simulator", seconds)
            close_books(summary, arena, parts, told)
        stats = server.stats()
    summary.callbacks = {name: count for name, count in stats.events.items() if count}
    summary.ticks = stats.ticks
    if stopwatch.idle_ns:
        summary.idle_tick_us = sorted(stopwatch.idle_ns)[len(stopwatch.idle_ns) // 2] / 1000
    if stopwatch.events:
        summary.callback_us = stopwatch.busy_ns / stopwatch.events / 1000
    return summary


def log_on(server: steamgs.GameServer, players: int) -> None:
    """Tell Steam what server this is, and wait until it is connected."""
    server.set_product("steamgs-demo")
    server.set_game_description("steamgs demo")
    server.set_dedicated_server(True)
    server.set_server_name("A steamgs demo")
    server.set_map_name("arena")
    server.set_max_player_count(players)
    server.log_on_anonymous()
    deadline = time.monotonic() + START_UP_SECONDS
    while not server.logged_on:
        server.run_callbacks()
        if time.monotonic() > deadline:
            raise steamgs.NotLoggedOnError("Steam did not let the demo's server log on")
        time.sleep(TICK_SECONDS)


def play(
    arena: Arena,
    steam: SteamWithCast,
    seconds: float,
    arguments: list[str],
    progress: Callable[[float, Arena], None],
) -> dict[str, dict[str, object]]:
    """The game, until the players' process is done; returns what that process says."""
    # -P: in a checkout the working directory has a folder of the same name without the extension.
    command = [sys.executable, "-P", "-m", "steamgs.demo.players", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    started: float | None = None
    next_progress = 0.0
    deadline = time.monotonic() + START_UP_SECONDS + seconds
    try:
        while process.poll() is None and time.monotonic() < deadline:
            arena.tick()
            if started is None and (arena.joining or arena.playing or arena.outcomes):
                started = time.monotonic()
            now = time.monotonic() - started if started is not None else 0.0
            steam.strike(now)
            if now >= next_progress:
                progress(min(now, seconds), arena)
                next_progress = now + 0.1
            time.sleep(TICK_SECONDS)
        arena.tick()
        progress(seconds, arena)
        output, _ = process.communicate(timeout=START_UP_SECONDS)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    told: dict[str, dict[str, object]] = json.loads(output) if output else {}
    return told


def close_books(
    summary: Summary, arena: Arena, parts: list[Part], told: dict[str, dict[str, object]]
) -> None:
    """Count what became of everybody, and note whatever does not add up."""
    outcomes: Counter[str] = Counter()
    for part in parts:
        playing = part.steam_id in arena.playing
        outcome = "" if playing else arena.outcomes.get(part.steam_id, "never joined")
        outcomes[outcome or "stayed"] += 1
        summary.stayed += playing
        summary.left += outcome == "left"
        summary.denied += part.steam_id in arena.refused
        summary.kicked += part.steam_id in arena.dropped and outcome != "left"
        if outcome != part.role.outcome:
            summary.problems.append(f"{part.steam_id} ({part.role.name}): booked as {outcome!r}")
        words = told.get(str(part.steam_id), {"state": "silent", "told": ""})
        if (words["state"], words["told"]) != ("playing" if playing else "out", outcome):
            summary.problems.append(f"{part.steam_id} ({part.role.name}): was told {words}")
    summary.admitted = summary.stayed + summary.left + summary.kicked
    summary.outcomes = dict(outcomes.most_common())
    if summary.admitted + summary.denied != summary.players:
        summary.problems.append("not every player was admitted or denied")
