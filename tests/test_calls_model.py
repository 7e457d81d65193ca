"""Calls that Steam answers later, in any order of things, against a model. On both fronts."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import steamgs
from fronts import FRONTS, library_of
from steamgs.simulator import Simulator


class Machine(RuleBasedStateMachine):
    """Several calls, each with awaiters, callbacks and a thread's view, in one loop."""

    front = "simulator"

    @initialize()
    def start(self) -> None:
        self.sim = Simulator(1, clock="manual", query_host=None)
        library = library_of(self.front)
        self.server = steamgs.GameServer(480, library=library, steamclient=self.sim, query_port=0)
        self.loop = asyncio.new_event_loop()
        self.calls: list[steamgs.Call[Any]] = []
        self.ends: list[str] = []  # of each call, as the model has it
        self.tasks: list[tuple[int, asyncio.Future[Any], bool]] = []
        self.told: list[list[int]] = []
        self.added: list[int] = []
        self.open()

    def open(self) -> None:
        self.server.start()
        self.server.log_on_anonymous().result(20)
        self.sim.set_latency("call", 1.0)

    def end(self, how: str) -> None:
        self.ends = [how if state == "waiting" else state for state in self.ends]

    @rule()
    def ask(self) -> None:
        self.calls.append(self.server.get_server_reputation())
        self.ends.append("waiting")
        self.told.append([])
        self.added.append(0)

    @rule(which=st.integers(0, 20))
    def await_it(self, which: int) -> None:
        if self.calls:
            which %= len(self.calls)

            async def wait() -> Any:
                return await self.calls[which]

            self.tasks.append((which, self.loop.create_task(wait()), False))

    @rule(which=st.integers(0, 20))
    def cancel_task(self, which: int) -> None:
        if self.tasks:
            number, task, _ = self.tasks[which % len(self.tasks)]
            if not task.done():
                task.cancel()
                self.tasks[which % len(self.tasks)] = (number, task, True)

    @rule(which=st.integers(0, 20))
    def add_callback(self, which: int) -> None:
        if self.calls:
            which %= len(self.calls)
            number = self.added[which]
            self.added[which] += 1
            self.calls[which].add_done_callback(lambda _: self.told[which].append(number))

    @rule(which=st.integers(0, 20))
    def cancel_call(self, which: int) -> None:
        if self.calls:
            which %= len(self.calls)
            assert self.calls[which].cancel() == (self.ends[which] == "waiting")
            if self.ends[which] == "waiting":
                self.ends[which] = "cancelled"

    @rule(lost=st.booleans())
    def answer(self, lost: bool) -> None:
        self.sim.advance(2)
        self.server.run_callbacks()
        self.end("answered")
        if lost:
            self.sim.fail_next_call()
            self.ask()
            self.sim.advance(2)
            self.server.run_callbacks()
            self.ends[-1] = "lost"

    @rule()
    def close(self) -> None:
        self.server.close()
        self.end("closed")
        self.open()

    @rule()
    def turn(self) -> None:
        self.loop.run_until_complete(asyncio.sleep(0.0))

    @invariant()
    def agree(self) -> None:
        if not hasattr(self, "added"):
            return
        rows = zip(self.calls, self.ends, self.told, self.added, strict=True)
        for call, end, told, added in rows:
            assert call.done() == (end != "waiting")
            assert told == (list(range(added)) if call.done() else [])
            if call.done():
                assert outcome(call) == end

    def teardown(self) -> None:
        if not hasattr(self, "server"):
            return
        self.server.close()
        self.end("closed")
        tasks = [task for _, task, _ in self.tasks]

        async def collect() -> list[Any]:
            return await asyncio.gather(*tasks, return_exceptions=True)

        results = self.loop.run_until_complete(collect())
        for (number, _, cancelled), result in zip(self.tasks, results, strict=True):
            if not cancelled or not isinstance(result, asyncio.CancelledError):
                assert named(result) == self.ends[number]
        self.loop.close()
        self.sim.close()


def named(result: object) -> str:
    names = {
        steamgs.ServerReputation: "answered",
        steamgs.CallFailedError: "lost",
        steamgs.CallCancelledError: "cancelled",
        steamgs.NotRunningError: "closed",
    }
    return names.get(type(result), repr(result))


def outcome(call: steamgs.Call[Any]) -> str:
    error = call.exception(0)
    return named(call.result(0) if error is None else error)


class ValveMachine(Machine):
    """The same under Valve's own library."""

    front = "valve"


LIMITS = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSimulator = Machine.TestCase
TestSimulator.settings = LIMITS
if "valve" in FRONTS:
    TestValve = ValveMachine.TestCase
    TestValve.settings = LIMITS
