"""Random sequences of comings and goings, against a model of who has a place."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import steamgs
import steamgs.asyncio
from fronts import FRONTS, library_of
from steamgs.simulator import Simulator, make_ticket

FIRST = 76561197960287930
# The last two have no licence: Steam refuses them.
COUNT = 6
LICENSED = 4
PLAYERS = st.integers(0, COUNT - 1)
ADDRESSES = st.sampled_from([None, "192.0.2.7", "192.0.2.8"])
LATENCY = 10.0


@dataclass(eq=False)
class Attempt:
    """One authenticate(): ``in doubt``, ``unjudged``, ``open`` or ``left``."""

    player: int
    address: str | None
    late: bool  # its time is up as soon as Steam is asked
    session: Any
    task: asyncio.Task[Any]
    state: str


class Machine(RuleBasedStateMachine):
    """The model: which attempts have a place, and which verdicts do."""

    front = "simulator"

    @initialize(late_verdicts=st.booleans())
    def start(self, late_verdicts: bool) -> None:
        self.loop = asyncio.new_event_loop()
        self.sim = Simulator(1, clock="manual", query_host=None)
        self.sim.set_behaviour("late_verdicts", late_verdicts)
        for number in range(LICENSED, COUNT):
            self.sim.add_user(FIRST + number, licenses=())
        self.server = steamgs.asyncio.GameServer(
            480, library=library_of(self.front), steamclient=self.sim, query_port=0
        )
        # Either each verdict comes, or it is not waited for.
        self.late_verdicts = late_verdicts
        self.server._late_verdict_seconds = 1e6 if late_verdicts else 0.0
        self.attempts: list[Attempt] = []
        self.doubts: dict[int, list[str | None]] = {}
        self.refused = 0
        self.limit, self.limit_per_address = 131_072, 256
        self.log_on()

    def log_on(self) -> None:
        self.sim.set_latency("auth", 0)

        async def enter() -> None:
            self.server.start()
            self.server.stop_pump()
            self.server.log_on_anonymous().add_done_callback(lambda call: call.exception())

        self.loop.run_until_complete(enter())
        while not self.server.logged_on:
            self.deliver()
        self.sim.set_latency("auth", LATENCY)

    def turn(self) -> None:
        """Let tasks do what they can."""
        for _ in range(4):
            self.loop.run_until_complete(asyncio.sleep(0))

    def deliver(self) -> None:
        self.server.run_callbacks()
        self.turn()

    # The model.

    def places(self) -> list[str | None]:
        waiting = [a.address for a in self.attempts if a.state in ("in doubt", "unjudged")]
        return waiting + [address for left in self.doubts.values() for address in left]

    def open_of(self, player: int) -> Attempt | None:
        found = [a for a in self.attempts if a.player == player and a.state in ("unjudged", "open")]
        assert len(found) <= 1
        return found[0] if found else None

    def leave(self, attempt: Attempt) -> None:
        """The attempt has ended; its place is left to the verdict that will come."""
        if attempt.state == "unjudged" and self.late_verdicts:
            self.doubts.setdefault(attempt.player, []).append(attempt.address)
        attempt.state = "left"

    def failed(self, attempt: Attempt, error: type[BaseException]) -> None:
        self.turn()
        assert attempt.task.done()
        if error is asyncio.CancelledError:
            assert attempt.task.cancelled()
        else:
            assert type(attempt.task.exception()) is error

    # What happens.

    @rule(player=PLAYERS, address=ADDRESSES, late=st.booleans())
    def enter(self, player: int, address: str | None, late: bool) -> None:
        steam_id = FIRST + player
        session = self.server.authenticate(
            steam_id, make_ticket(steam_id, 480), address=address, timeout=0 if late else None
        )
        task = self.loop.create_task(session.__aenter__())
        attempt = Attempt(player, address, late, session, task, "left")
        places = self.places()
        self.turn()
        if len(places) >= self.limit or (
            address is not None and places.count(address) >= self.limit_per_address
        ):
            self.refused += 1
            self.failed(attempt, steamgs.TooManyPendingError)
        elif player in self.doubts:
            attempt.state = "in doubt"
            self.attempts.append(attempt)
        elif self.open_of(player) is not None:
            self.failed(attempt, steamgs.AuthSessionError)
        else:
            self.attempts.append(attempt)
            self.asked(attempt)

    def asked(self, attempt: Attempt) -> None:
        attempt.state = "unjudged"
        if attempt.late:
            self.deliver()
            self.failed(attempt, steamgs.AuthTimeoutError)
            self.leave(attempt)

    @rule(which=st.integers(0, 100))
    def cancel(self, which: int) -> None:
        attempt = self.one_of("in doubt", "unjudged", which=which)
        if attempt is not None:
            attempt.task.cancel()
            self.failed(attempt, asyncio.CancelledError)
            self.leave(attempt)

    @rule(which=st.integers(0, 100))
    def leave_the_block(self, which: int) -> None:
        attempt = self.one_of("open", which=which)
        if attempt is not None:
            self.loop.run_until_complete(attempt.session.__aexit__(None, None, None))
            attempt.state = "left"

    def one_of(self, *states: str, which: int) -> Attempt | None:
        found = [attempt for attempt in self.attempts if attempt.state in states]
        return found[which % len(found)] if found else None

    @rule(player=PLAYERS)
    def end_by_the_host(self, player: int) -> None:
        self.server.end_auth_session(FIRST + player)
        attempt = self.open_of(player)
        if attempt is not None and attempt.state == "unjudged":
            self.failed(attempt, steamgs.SteamError)
            self.leave(attempt)
        elif attempt is not None:
            attempt.state = "left"

    @rule()
    def steam_judges(self) -> None:
        """Those who were asked about; who waited for an old verdict is asked about then."""
        self.sim.advance(LATENCY)
        self.deliver()
        unjudged = [attempt for attempt in self.attempts if attempt.state == "unjudged"]
        for player in list(self.doubts):
            del self.doubts[player]
        waiting = [attempt for attempt in self.attempts if attempt.state == "in doubt"]
        for attempt in waiting:
            if attempt.player >= LICENSED or self.open_of(attempt.player) is not None:
                self.failed(attempt, steamgs.AuthSessionError)
                attempt.state = "left"
            else:
                attempt.state = "unjudged"
        for attempt in waiting:
            if attempt.state == "unjudged":
                self.asked(attempt)
        for attempt in unjudged:
            if attempt.player < LICENSED:
                assert attempt.task.result() is attempt.session
                attempt.state = "open"
            else:
                self.failed(attempt, steamgs.AuthSessionError)
                attempt.state = "left"

    @rule(
        limit=st.sampled_from([None, 1, 2, 4]),
        limit_per_address=st.sampled_from([None, 1, 2]),
    )
    def set_limits(self, limit: int | None, limit_per_address: int | None) -> None:
        self.server.max_pending_sessions = limit
        self.server.max_pending_per_address = limit_per_address
        self.limit, self.limit_per_address = limit or 2**64, limit_per_address or 2**64

    @rule()
    def close_and_start(self) -> None:
        self.server.close()
        assert self.server.counters().sessions_pending == 0
        for attempt in self.attempts:
            if attempt.state in ("in doubt", "unjudged"):
                self.failed(attempt, steamgs.NotRunningError)
            attempt.state = "left"
        self.doubts.clear()
        self.log_on()

    @invariant()
    def counts_agree(self) -> None:
        if not hasattr(self, "server"):
            return
        places = self.places()
        counters = self.server.counters()
        assert counters.sessions_pending == len(places)
        assert counters.sessions_refused_by_bounds == self.refused
        named = {address: places.count(address) for address in places if address is not None}
        assert self.server._pending.per_address() == named
        self.attempts = [attempt for attempt in self.attempts if attempt.state != "left"]

    def teardown(self) -> None:
        if not hasattr(self, "server"):
            return
        self.server.close()
        self.turn()
        for attempt in self.attempts:
            if attempt.task.done() and not attempt.task.cancelled():
                attempt.task.exception()
        assert self.server.counters().sessions_pending == 0
        assert self.server._pending.per_address() == {}
        self.loop.close()
        self.sim.close()


class ValveMachine(Machine):
    """The same under Valve's own library."""

    front = "valve"


LONG = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSimulator = Machine.TestCase
TestSimulator.settings = LONG
if "valve" in FRONTS:
    TestValve = ValveMachine.TestCase
    TestValve.settings = LONG
