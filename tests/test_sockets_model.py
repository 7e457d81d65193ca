"""Random lives of connections, against a model of who is open and what is on its way to whom."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import steamgs
from fronts import FRONTS, library_of
from steamgs import ClosedHandleError, ConnectionState, NotConnectedError
from steamgs.simulator import Simulator

PLACE = "127.0.0.1:27460"
LANES = 2
MOST = 6
WHICH = st.integers(0, MOST - 1)
SIDES = st.integers(0, 1)
DATA = st.binary(max_size=3000)


@dataclass(eq=False)
class Pair:
    """Both ends of a connection: the one that asked, and the one that was asked."""

    ends: list[steamgs.Connection]
    accepted: bool = False
    closed: list[bool] = field(default_factory=lambda: [False, False])
    waiting: list[list[bytes]] = field(default_factory=lambda: [[], []])
    """What each end has still to receive; before the connection is accepted, what is held back."""
    sent: list[int] = field(default_factory=lambda: [0, 0])
    grouped: bool = False

    def state(self, side: int) -> ConnectionState:
        if self.closed[side]:
            return ConnectionState.NONE
        if self.closed[1 - side]:
            return ConnectionState.CLOSED_BY_PEER
        if self.accepted:
            return ConnectionState.CONNECTED
        return ConnectionState.CONNECTING


class Machine(RuleBasedStateMachine):
    """The model: pairs, and what waits at each of their ends."""

    front = "simulator"

    @initialize()
    def start(self) -> None:
        self.sim = Simulator(1, clock="manual", query_host=None)
        self.server = steamgs.GameServer(
            480, library=library_of(self.front), steamclient=self.sim, query_port=0
        )
        self.pairs: list[Pair] = []
        self.kept: list[tuple[steamgs.Message, bytes]] = []
        self.begin()

    def begin(self) -> None:
        self.server.start()
        self.server.log_on_anonymous()
        self.tick()
        self.listener = self.server.sockets.listen_ip(PLACE)
        self.group = self.server.sockets.create_poll_group()

    def tick(self) -> None:
        while self.server.run_callbacks():
            pass

    def pair(self, which: int) -> Pair | None:
        return self.pairs[which % len(self.pairs)] if self.pairs else None

    @precondition(lambda self: len(self.pairs) < MOST)
    @rule()
    def connect(self) -> None:
        asking = self.server.sockets.connect_ip(PLACE)
        self.tick()
        (asked,) = self.listener.incoming()
        self.pairs.append(Pair([asking, asked]))

    @rule(which=WHICH)
    def accept(self, which: int) -> None:
        pair = self.pair(which)
        if pair is None or pair.accepted or any(pair.closed):
            return
        pair.ends[1].accept()
        self.tick()
        pair.accepted = True
        for end in pair.ends:
            end.configure_lanes([0] * LANES)

    @rule(which=WHICH, side=SIDES, data=DATA, lane=st.integers(0, LANES - 1))
    def send(self, which: int, side: int, data: bytes, lane: int) -> None:
        pair = self.pair(which)
        if pair is None:
            return
        error = self.refusal(pair, side)
        try:
            number = pair.ends[side].send(data, lane=lane if pair.accepted else 0)
        except (ClosedHandleError, NotConnectedError) as raised:
            assert type(raised) is error
            return
        assert error is None
        pair.sent[side] += 1
        assert number > 0
        pair.waiting[1 - side].append(data)
        self.tick()

    @rule(data=DATA)
    def send_to_all(self, data: bytes) -> None:
        ends = [(pair, side) for pair in self.pairs for side in (0, 1)]
        results = self.server.sockets.broadcast([pair.ends[side] for pair, side in ends], data)
        for (pair, side), result in zip(ends, results, strict=True):
            error = self.refusal(pair, side)
            assert (None if isinstance(result, int) else type(result)) is error
            if error is None:
                pair.waiting[1 - side].append(data)
        self.tick()

    def refusal(self, pair: Pair, side: int) -> type[Exception] | None:
        if pair.closed[side]:
            return ClosedHandleError
        # What is sent too early waits until the connection is accepted.
        early_or_right = (ConnectionState.CONNECTING, ConnectionState.CONNECTED)
        return None if pair.state(side) in early_or_right else NotConnectedError

    @rule(which=WHICH, side=SIDES, keep=st.booleans())
    def receive(self, which: int, side: int, keep: bool) -> None:
        pair = self.pair(which)
        if pair is None:
            return
        try:
            batch = pair.ends[side].receive()
        except ClosedHandleError:
            assert pair.closed[side]
            return
        assert not pair.closed[side]
        if not pair.accepted:
            assert len(batch) == 0
            return
        assert [data for _, data in batch] == pair.waiting[side]
        if keep:
            self.kept += [(batch[i], pair.waiting[side][i]) for i in range(len(batch))]
        pair.waiting[side] = []

    @rule(own=st.booleans())
    def receive_by_group(self, own: bool) -> None:
        source: Any = self.group if own else self.listener
        members = [
            pair
            for pair in self.pairs
            if pair.accepted and not pair.closed[1] and pair.grouped == own
        ]
        got: dict[steamgs.Connection, list[bytes]] = {pair.ends[1]: [] for pair in members}
        while batch := source.receive():
            for connection, data in batch:
                got[connection].append(data)
        for pair in members:
            assert got[pair.ends[1]] == pair.waiting[1]
            pair.waiting[1] = []

    @rule(which=WHICH)
    def move(self, which: int) -> None:
        pair = self.pair(which)
        if pair is None or not pair.accepted or pair.closed[1]:
            return
        (self.listener.group if pair.grouped else self.group).add(pair.ends[1])
        pair.grouped = not pair.grouped

    @rule(which=WHICH, side=SIDES, linger=st.booleans())
    def close(self, which: int, side: int, linger: bool) -> None:
        pair = self.pair(which)
        if pair is None:
            return
        pair.ends[side].close(1000 + side, "enough", linger=linger)
        self.tick()
        pair.closed[side] = True
        pair.waiting[side] = []

    @rule()
    def close_listener(self) -> None:
        self.listener.close()
        self.tick()
        for pair in self.pairs:
            pair.closed[1] = True
            pair.waiting[1] = []
        self.listener = self.server.sockets.listen_ip(PLACE)

    @rule()
    def close_server(self) -> None:
        self.server.close()
        self.pairs = []
        self.begin()

    @rule()
    def forget(self) -> None:
        self.pairs = [pair for pair in self.pairs if not all(pair.closed)]

    @invariant()
    def the_model_is_right(self) -> None:
        if not hasattr(self, "pairs"):
            return
        ends = {(pair, side) for pair in self.pairs for side in (0, 1)}
        for pair, side in ends:
            assert pair.ends[side].closed == pair.closed[side]
            assert pair.ends[side].state is pair.state(side)
        unclosed = {pair.ends[side] for pair, side in ends if not pair.closed[side]}
        assert set(self.server.sockets.connections) == unclosed

    @invariant()
    def what_was_kept_can_be_read(self) -> None:
        for message, data in getattr(self, "kept", ()):
            assert bytes(message.data) == data

    def teardown(self) -> None:
        if hasattr(self, "server"):
            self.server.close()
            self.what_was_kept_can_be_read()
            self.kept.clear()
            gc.collect()
            self.sim.close()


class ValvesMachine(Machine):
    """The same under Valve's library."""

    front = "valve"


settings_ = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestOnTheSimulator = Machine.TestCase
TestOnTheSimulator.settings = settings_
if "valve" in FRONTS:
    TestOnValvesLibrary = ValvesMachine.TestCase
    TestOnValvesLibrary.settings = settings_
