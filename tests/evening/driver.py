"""The evening itself: time passes in steps, and after each of them the books must balance."""

from __future__ import annotations

import asyncio
import heapq
import random
from dataclasses import dataclass
from typing import Any

import steamgs
import steamgs.asyncio
from evening.accounts import Account
from evening.askers import Askers
from evening.books import Books
from evening.crowd import Crowd
from evening.incidents import Incidents
from evening.lateness import Lateness
from evening.memory import Memory
from evening.visits import STYLES, Visit
from payloads import payload
from steamgs.simulator import Simulator

__all__ = ["Evening", "Options"]

FIRST = 76561197960287930
REPUTATION = 209
LONGEST_VERDICT = 5.0
"""Seconds that Steam takes for a verdict at most, unless it can't be reached."""
MANY_TURNS = 10_000


@dataclass(frozen=True)
class Options:
    """How large an evening is. All times are simulated."""

    players: int = 10_000
    hours: float = 8.0
    step: float = 1.0
    """Seconds between updates of all players."""
    stay: float = 2700.0
    """Seconds that a player stays on average."""
    arrivals: int = 100
    """Players who come in a second, at most."""
    incidents: float = 1.0
    """What happens to players in a second, on average."""
    outage_every: float = 3600.0
    longest_outage: float = 480.0
    kick_everyone_every: float = 3600.0
    log_off_every: float = 3600.0
    seed: int = 1
    library: str = "simulator"
    paced: bool = False
    """Whether a step takes as long in real time."""


class Evening:
    """A server, its players, and what happens to them."""

    def __init__(
        self, options: Options, server: steamgs.asyncio.GameServer, sim: Simulator
    ) -> None:
        self.options = options
        self.server = server
        self.sim = sim
        self.random = random.Random(options.seed)
        self.books = Books(server)
        self.visits: Crowd[Visit] = Crowd(self.random)
        self.incidents = Incidents(sim, self.books, self.visits, self.random)
        self.askers = Askers(server, sim, self.books)
        self.away: Crowd[Account] = Crowd(self.random)
        self.unjudged: dict[Visit, float] = {}
        self.entering: dict[Visit, None] = {}
        self.going: set[Visit] = set()
        self.leaving_times: list[tuple[float, int, Visit]] = []
        self.rows: dict[int, tuple[int, str, int]] = {}
        self.updates = 0
        self.joined = 0
        self.now = 0.0
        self.outage_ends: float | None = None
        self.open = True
        self.markers = 0
        self.marker: asyncio.Future[None] | None = None
        self.logon: steamgs.Call[Any] | None = None
        self.memory = Memory()
        self.lateness = Lateness()

    # Players.

    def join(self, account: Account) -> None:
        chance = self.random.random()
        timeout = 0.02 if chance < 0.05 else 30.0 if chance < 0.5 else None
        style = self.random.choice(list(STYLES))
        visit = Visit(account, style=style, older=self.random.random() < 0.1, timeout=timeout)
        self.away.discard(account)
        self.books.visits[account.steam_id] = visit
        self.entering[visit] = None
        self.joined += 1
        stay = self.random.expovariate(1 / self.options.stay)
        heapq.heappush(self.leaving_times, (self.now + stay, self.joined, visit))
        visit.task = asyncio.create_task(self.visit(visit))

    async def visit(self, visit: Visit) -> None:
        outcome, code = "revoked", None
        try:
            code = await STYLES[visit.style](self.server, visit, self.enter)
            if code is None:
                outcome = "ended by the host"
        except steamgs.AuthTimeoutError:
            outcome = "timed out"
        except steamgs.AuthSessionError as error:
            outcome, code = "refused", error.result
        except asyncio.CancelledError:
            outcome = "cancelled"
        except BaseException as error:
            outcome, code = "failed", repr(error)
        self.leave(visit, outcome, code)

    def enter(self, visit: Visit) -> None:
        """The server has let the player in."""
        visit.admitted = True
        self.books.counts["admitted"] += 1
        self.rows[visit.steam_id] = (visit.steam_id, f"player {visit.steam_id}", 0)

    def leave(self, visit: Visit, outcome: str, code: object) -> None:
        self.books.finish(visit, outcome, code)
        self.rows.pop(visit.steam_id, None)
        self.visits.discard(visit)
        self.entering.pop(visit, None)
        self.unjudged.pop(visit, None)
        self.going.discard(visit)
        if self.random.random() < 0.5:
            visit.account.pardon()
        self.away.add(visit.account)

    def tell_to_leave(self, visit: Visit) -> None:
        """By cancelling the task; or the host ends the session, of which some styles are told."""
        if visit.ended_how is not None or self.books.visits.get(visit.steam_id) is not visit:
            return
        self.going.add(visit)
        if visit.admitted and visit.style in ("revoked", "wait") and self.random.random() < 0.5:
            visit.ended_how = "ended by the host"
            end = self.server.send_user_disconnect if visit.older else self.server.end_auth_session
            end(visit.steam_id)
        else:
            visit.ended_how = "cancelled"
            assert visit.task is not None
            visit.task.cancel()

    # A step.

    async def pass_time(self) -> None:
        """One step."""
        self.happen()
        self.come_and_go()
        await self.settle(self.going)
        self.note_begun()
        self.update()
        self.connection()
        self.sim.advance(self.options.step)
        self.now += self.options.step
        await self.all_is_delivered()
        await self.settle(self.visits_told())
        self.books.balance_step()
        self.check_verdicts()

    def happen(self) -> None:
        """What befalls players. Nobody has been told of anything else in this step."""
        if not self.open:
            return
        rate = self.options.incidents * self.options.step
        if self.chance(0.02):
            self.incidents.say_next_twice()
        while rate > 0.0:
            if self.random.random() < rate:
                self.incidents.something()
            rate -= 1.0
        if self.is_time(self.options.kick_everyone_every, 0.5):
            self.incidents.kick_everyone()
        if self.chance(0.01):
            self.askers.lose_next()
        self.askers.step(self.visits, self.options.step)

    def chance(self, a_second: float) -> bool:
        return self.random.random() < a_second * self.options.step

    def is_time(self, every: float, part: float) -> bool:
        """Whether so much of a period is over: hours are alike, so that their memory is."""
        return 0.0 <= self.now % every - every * part < self.options.step

    def come_and_go(self) -> None:
        while self.leaving_times and self.leaving_times[0][0] <= self.now:
            self.tell_to_leave(heapq.heappop(self.leaving_times)[2])
        if not self.open:
            return
        missing = self.options.players - len(self.books.visits)
        most = max(1, int(self.options.arrivals * self.options.step))
        for _ in range(min(missing, most)):
            account = self.away.pick()
            if self.random.random() < 0.01:
                account.answer_next_with(steamgs.AuthSessionResponse.NO_LICENSE_OR_EXPIRED)
            self.join(account)

    async def settle(self, visits: set[Visit]) -> None:
        """Until the tasks of these players, and those that are new, have done what they can."""
        for _ in range(3):
            await asyncio.sleep(0)
        for _ in range(MANY_TURNS):
            if all(self.books.visits.get(visit.steam_id) is not visit for visit in visits):
                return
            await asyncio.sleep(0)
        self.books.problem(f"tasks of players who have to go did not go on: {visits}")

    def note_begun(self) -> None:
        for visit in list(self.entering):
            if visit.steam_id in self.server.sessions:
                visit.begun = True
                del self.entering[visit]
                self.visits.add(visit)
                self.unjudged[visit] = self.now

    def update(self) -> None:
        """Scores, a few of which have changed."""
        rows = self.rows
        for _ in range(len(self.visits) // 100):
            steam_id = self.visits.pick().steam_id
            if (row := rows.get(steam_id)) is not None:
                rows[steam_id] = (steam_id, row[1], row[2] + 1)
        known = self.server.update_users(rows.values())
        self.updates += known
        disowned = sum(
            self.books.visits.get(visit.steam_id) is visit for visit in self.books.disowned
        )
        if known + disowned != len(rows):
            self.books.problem(f"Steam knew {known} of {len(rows)} players, less {disowned}")

    def connection(self) -> None:
        """Outages begin and end. Nothing else may run until time passes."""
        if self.outage_ends is not None:
            if self.now >= self.outage_ends or not self.open:
                self.outage_ends = None
                self.incidents.reconnect()
        elif not self.books.connected or not self.open:
            return  # a logon is under way
        elif self.is_time(self.options.outage_every, 0.2):
            self.outage_ends = self.now + self.random.uniform(5, self.options.longest_outage)
            self.incidents.disconnect()
        elif self.is_time(self.options.log_off_every, 0.8):
            self.incidents.log_off(self.server, self.random.randrange(4))
            self.logon = self.server.log_on_anonymous(timeout=None)

    async def all_is_delivered(self) -> None:
        """Behind all that Steam has said comes something that nothing else says."""
        loop = asyncio.get_running_loop()
        self.marker = loop.create_future()
        self.markers += 1
        data = payload("server_reputation", 1, self.markers, False, 0, 0, 0, 0)
        said_at = loop.time()
        self.sim.post(REPUTATION, data)
        async with asyncio.timeout(60):
            await self.marker
        if self.options.paced:
            self.lateness.delivery.append(loop.time() - said_at)

    def on_marker(self, event: steamgs.ServerReputation) -> None:
        if event.score != self.markers or self.marker is None:
            self.books.problem(f"marker {event.score} came, but was to be {self.markers}")
        elif not self.marker.done():
            self.marker.set_result(None)

    def visits_told(self) -> set[Visit]:
        """Those who have to go, for what Steam has said."""
        told = {self.books.visits.get(steam_id) for steam_id in self.books.told}
        self.books.told.clear()
        return {visit for visit in told if visit is not None}

    def check_verdicts(self) -> None:
        """No verdict is late."""
        for visit, since in list(self.unjudged.items()):
            if visit.judged is not None:
                del self.unjudged[visit]
            elif not self.books.connected:
                self.unjudged[visit] = self.now
            elif self.now - since > LONGEST_VERDICT + 2 * self.options.step:
                self.books.problem(f"Steam's verdict never came: {visit}")
