"""Runs the demo: Steam behind the server, the players' process, the clock and the summary."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, field
from typing import Literal

import steamgs
import steamgs.asyncio
from steamgs.demo.cast import APP_ID, Part, Role, cast
from steamgs.demo.server import Arena, ArenaOnSockets
from steamgs.simulator import Simulator

__all__ = ["Summary", "run"]

STEP_SECONDS = 0.01
START_UP_SECONDS = 30.0
IDLE_TICKS = 1000
"""How many ticks are timed."""
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
    transport: Literal["udp", "sockets"] = "udp"
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
    """Mean time until an event is delivered to the task that awaits it, in microseconds."""
    problems: list[str] = field(default_factory=list)
    """What does not add up; empty if every player is accounted for."""

    def as_json(self) -> str:
        """The summary as one JSON object."""
        return json.dumps(asdict(self))


class SteamWithCast:
    """The simulated Steam, which knows the cast and bans, cancels or kicks at the given times."""

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
        """Ban, cancel or kick the players whose time has come."""
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


class TimedServer(steamgs.asyncio.GameServer):
    """Measures how long events take, and ticks without events."""

    busy_ns = 0
    events_seen = 0

    def _deliver_in_loop(self) -> int:
        """Deliver, by the clock."""
        before = time.perf_counter_ns()
        events = super()._deliver_in_loop()
        if events:
            self.busy_ns += time.perf_counter_ns() - before
            self.events_seen += events
        return events

    def idle_tick_us(self) -> float:
        """Median time of a tick without events, without the pump, in microseconds."""
        self.stop_pump()
        times: list[int] = []
        for _ in range(IDLE_TICKS):
            before = time.perf_counter_ns()
            if not self.run_callbacks():
                times.append(time.perf_counter_ns() - before)
        return sorted(times)[len(times) // 2] / 1000 if times else 0.0


def run(
    players: int,
    seconds: float,
    *,
    library: str | None = None,
    seed: int = 1,
    transport: Literal["udp", "sockets"] = "udp",
    progress: Callable[[float, Arena], None] = lambda now, arena: None,
) -> Summary:
    """Run the demo, and return how it ended.

    :param library: Valve's libsteam_api to run above the simulated steamclient; by default the
        simulator's own.
    :param transport: how the players talk to the server: over UDP, or over Steam's sockets.
    :param progress: called about ten times a second with the time and the game.
    """
    return asyncio.run(_run(players, seconds, library, seed, transport, progress))


async def _run(
    players: int,
    seconds: float,
    library: str | None,
    seed: int,
    transport: Literal["udp", "sockets"],
    progress: Callable[[float, Arena], None],
) -> Summary:
    parts = cast(players, seed)
    steam = SteamWithCast(parts, seconds, seed)
    summary = Summary(players, library or "simulator", seconds, transport)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        valve = None if library in (None, "simulator") else library
        server = TimedServer(
            APP_ID,
            game_port=port,
            query_port=steamgs.QUERY_PORT_SHARED,
            library=valve or steam.simulator,
            steamclient=steam.simulator if valve else None,
        )
        arena, opened, command = staged(transport, server, players, steam, sock)
        async with server, opened:
            await log_on(server, players)
            command += [str(players), str(seconds), str(seed)]
            told = await play(arena, steam, seconds, command, progress)
            close_books(summary, arena, parts, told)
            stats = server.counters()
            summary.idle_tick_us = server.idle_tick_us()
    summary.callbacks = {name: count for name, count in stats.events.items() if count}
    summary.ticks = stats.ticks
    if server.events_seen:
        summary.callback_us = server.busy_ns / server.events_seen / 1000
    return summary


def staged(
    transport: Literal["udp", "sockets"],
    server: steamgs.asyncio.GameServer,
    players: int,
    steam: SteamWithCast,
    sock: socket.socket,
) -> tuple[Arena, AbstractAsyncContextManager[None], list[str]]:
    """The game, what opens it, and the module of its players with where they find it."""
    host, port = sock.getsockname()
    if transport == "udp":
        arena = Arena(server, players)
        return arena, arena.open(sock), ["steamgs.demo.players", str(port)]
    place, exchange = f"{host}:{port}", "{}:{}".format(*steam.simulator.open_exchange())
    on_sockets = ArenaOnSockets(server, players)
    return on_sockets, on_sockets.listen(place), ["steamgs.demo.socket_players", exchange, place]


async def log_on(server: steamgs.asyncio.GameServer, players: int) -> None:
    """Tell Steam what server this is, and wait until it is connected."""
    server.set_product("steamgs-demo")
    server.set_game_description("steamgs demo")
    server.set_dedicated_server(True)
    server.set_server_name("A steamgs demo")
    server.set_map_name("arena")
    server.set_max_player_count(players)
    await server.log_on_anonymous(timeout=START_UP_SECONDS)


async def play(
    arena: Arena,
    steam: SteamWithCast,
    seconds: float,
    arguments: list[str],
    progress: Callable[[float, Arena], None],
) -> dict[str, dict[str, object]]:
    """The game, until the players' process is done; returns what that process says."""
    # -P: in a checkout the working directory has a folder of the same name without the extension.
    command = [sys.executable, "-P", "-m", *arguments]
    # They end where this pipe to them does, even if this process has no time to end them.
    # A file, as what thousands of players were told is more than a pipe holds, and a thread that
    # reads a pipe would have to be waited for if a signal ends the demo at this very moment.
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output)
        try:
            await played(process, arena, steam, seconds, progress)
        finally:
            process.kill()  # which does nothing if it has ended
            process.communicate()
        output.seek(0)
        text = output.read()
    told: dict[str, dict[str, object]] = json.loads(text) if text else {}
    return told


async def played(
    players: subprocess.Popen[bytes],
    arena: Arena,
    steam: SteamWithCast,
    seconds: float,
    progress: Callable[[float, Arena], None],
) -> None:
    """Wait until the players have played, while Steam does what it does to them."""
    started: float | None = None
    next_progress = 0.0
    deadline = time.monotonic() + START_UP_SECONDS + seconds
    while players.poll() is None and time.monotonic() < deadline:
        await asyncio.sleep(STEP_SECONDS)
        if started is None and (arena.joining or arena.playing or arena.outcomes):
            started = time.monotonic()
        now = time.monotonic() - started if started is not None else 0.0
        steam.strike(now)
        if now >= next_progress:
            progress(min(now, seconds), arena)
            next_progress = now + 0.1
    progress(seconds, arena)


def close_books(
    summary: Summary, arena: Arena, parts: list[Part], told: dict[str, dict[str, object]]
) -> None:
    """Count the outcomes of all players, and note everything that does not add up."""
    outcomes: Counter[str] = Counter()
    stayed = {player.steam_id for player in arena.playing.values()}
    for part in parts:
        playing = part.steam_id in stayed
        outcome = "" if playing else arena.outcomes.get(part.steam_id, "never joined")
        outcomes[outcome or "stayed"] += 1
        summary.stayed += playing
        summary.left += outcome == "left"
        summary.denied += part.steam_id in arena.refused
        summary.kicked += part.steam_id in arena.dropped and outcome != "left"
        if outcome != part.role.outcome:
            summary.problems.append(f"{part.steam_id} ({part.role.name}): booked as {outcome!r}")
        words = told.get(str(part.steam_id), {"state": "silent", "told": ""})
        right = ("playing" if playing else "out", arena.words_for(part.steam_id))
        # UDP may lose the reason; whoever plays on is told then that there is no such session.
        if (words["state"], words["told"]) not in (right, ("out" if not playing else "", "")):
            summary.problems.append(f"{part.steam_id} ({part.role.name}): was told {words}")
    summary.admitted = summary.stayed + summary.left + summary.kicked
    summary.outcomes = dict(outcomes.most_common())
    if summary.admitted + summary.denied != summary.players:
        summary.problems.append("not every player was admitted or denied")
