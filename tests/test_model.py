"""Random sequences of calls and faults, against a small model of what must come of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import steamgs
from fronts import FRONTS, library_of
from steamgs import AuthSessionResponse as Response
from steamgs.simulator import Simulator, User

FIRST = 76561197960287930
CLAN = 103582791429521408
PLAYERS = st.integers(0, 4)
# Longer than any answer takes, whatever was drawn for it.
SETTLED = 60.0


@dataclass
class Attempt:
    """A session, from its beginning to its end, and what Steam has said of it."""

    verdicts: list[Response]
    withdrawn: bool = False


@dataclass
class Call:
    """A call that Steam answers later."""

    future: steamgs.Call[Any]
    name: str


class Machine(RuleBasedStateMachine):
    """The model: who has a session, which calls wait, what the browser shows."""

    front = "simulator"

    @initialize(
        seed=st.integers(0, 1000),
        slowest=st.sampled_from([5.0, 0.5, 0.0]),
        online=st.sampled_from([True, True, False]),
    )
    def start(self, seed: int, slowest: float, online: bool) -> None:
        self.sim = Simulator(seed, clock="manual", query_host=None)
        for kind in ("logon", "retry", "auth", "group", "call"):
            self.sim.set_latency(kind, 0.0, slowest)  # drawn anew for each: answers overtake
        self.sim.add_group(CLAN)
        self.users: list[User] = [self.sim.add_user(FIRST + number) for number in range(5)]
        self.sim.define_stat("score")
        library = library_of(self.front)
        self.server = steamgs.GameServer(480, library=library, steamclient=self.sim, query_port=0)
        self.events: list[Any] = []
        for signal in self.server.signals:
            signal.connect(self.events.append)
        self.server.validate_auth_ticket_response.connect(self.on_verdict)
        self.open: dict[int, Attempt] = {}
        self.offline: set[int] = set()
        self.calls: list[Call] = []
        self.browser: dict[str, Any] = {"name": "", "map": "", "max_players": 0}
        self.server.start()
        if online:
            self.come_online()

    def on_verdict(self, event: steamgs.ValidateAuthTicketResponse) -> None:
        attempt = self.open.get(event.steam_id)
        assert attempt is not None, f"{event} for a session that is not open"
        if event.response is Response.OK:
            assert attempt.verdicts == [], f"admitted twice: {attempt.verdicts}"
        else:
            assert attempt.withdrawn, f"{event}, and nobody has withdrawn anything"
        attempt.verdicts.append(event.response)

    # What a server does.

    @rule()
    def log_on(self) -> None:
        self.server.log_on_anonymous()

    @rule()
    def come_online(self) -> None:
        self.server.log_on_anonymous()
        self.sim.reconnect()
        self.time_passes(SETTLED)
        self.run()

    @rule()
    def log_off(self) -> None:
        self.server.log_off()

    @rule(player=PLAYERS)
    def begin(self, player: int) -> None:
        user = self.users[player]
        if user.steam_id in self.open:
            with pytest.raises(steamgs.AuthSessionError) as caught:
                self.server.begin_auth_session(user.auth_session_ticket(), user.steam_id)
            assert caught.value.result is steamgs.BeginAuthSessionResult.DUPLICATE_REQUEST
            return
        self.server.begin_auth_session(user.auth_session_ticket(), user.steam_id)
        self.open[user.steam_id] = Attempt([], withdrawn=player in self.offline)

    @rule(player=PLAYERS)
    def end(self, player: int) -> None:
        # What Steam has said and nobody has read yet is of the session that ends.
        self.run()
        steam_id = self.users[player].steam_id
        self.server.end_auth_session(steam_id)
        self.open.pop(steam_id, None)

    @rule(player=PLAYERS, which=st.sampled_from(["clan", "compatibility", "stats", "store"]))
    def call(self, player: int, which: str) -> None:
        steam_id = self.users[player].steam_id
        functions: dict[str, Any] = {
            "clan": lambda: self.server.associate_with_clan(CLAN),
            "compatibility": lambda: self.server.compute_new_player_compatibility(steam_id),
            "stats": lambda: self.server.stats.request_user_stats(steam_id),
            "store": lambda: self.server.stats.store_user_stats(steam_id),
        }
        if self.server.logged_on:
            self.calls.append(Call(functions[which](), which))
        else:
            with pytest.raises(steamgs.NotLoggedOnError):
                functions[which]()

    @rule(text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
    def rename(self, text: str) -> None:
        if 0 < len(text.encode()) < 32:
            self.server.set_server_name(text)
            self.server.set_map_name(text)
            self.browser |= {"name": text, "map": text}

    @rule(count=st.integers(0, 1000))
    def seats(self, count: int) -> None:
        self.server.set_max_player_count(count)
        self.browser["max_players"] = count

    @rule()
    def run(self) -> None:
        heard, lost = len(self.events), self.lost_answers()
        counted = self.server.run_callbacks()
        assert counted == len(self.events) - heard + self.lost_answers() - lost

    def lost_answers(self) -> int:
        done = [call.future for call in self.calls if call.future.done()]
        return sum(future.exception() is not None for future in done)

    @rule()
    def restart(self) -> None:
        self.server.close()
        assert all(call.future.done() for call in self.calls)
        assert not self.server.sessions
        self.open.clear()
        self.calls.clear()
        self.browser = {"name": "", "map": "", "max_players": 0}
        self.server.start()
        self.come_online()

    # What befalls it.

    @rule()
    def outage(self) -> None:
        self.sim.disconnect()

    @rule()
    def back(self) -> None:
        self.sim.reconnect()

    @rule(retrying=st.booleans(), times=st.integers(1, 3))
    def fail_logons(self, retrying: bool, times: int) -> None:
        self.sim.fail_next_logon(steamgs.Result.SERVICE_UNAVAILABLE, retrying=retrying, times=times)

    @rule()
    def lose_an_answer(self) -> None:
        self.sim.fail_next_call()

    @rule(player=PLAYERS, how=st.sampled_from(["cancel_ticket", "go_offline", "revoke"]))
    def withdraw(self, player: int, how: str) -> None:
        user = self.users[player]
        if how == "revoke":
            user.revoke(Response.VAC_BANNED)
        else:
            getattr(user, how)()
        if how == "go_offline":
            self.offline.add(player)
        if user.steam_id in self.open:
            self.open[user.steam_id].withdrawn = True

    @rule(player=PLAYERS)
    def come_back(self, player: int) -> None:
        self.users[player].come_online()
        self.offline.discard(player)

    @rule(count=st.integers(1, 500))
    def storm(self, count: int) -> None:
        before = self.server.counters().events["client_kick"]
        self.sim.post(203, b"\1" + b"\0" * 11, count)
        self.run()
        assert self.server.counters().events["client_kick"] == before + count

    @rule(seconds=st.sampled_from([0.01, 0.3, 2.0, 1e6]))
    def time_passes(self, seconds: float) -> None:
        self.sim.advance(seconds)

    @precondition(lambda self: self.server.logged_on)
    @rule()
    def settle(self) -> None:
        self.sim.advance(SETTLED)
        self.run()
        if not self.server.logged_on:
            return
        for steam_id, attempt in self.open.items():
            assert attempt.verdicts or attempt.withdrawn, f"no word of {steam_id}"
        for call in self.calls:
            assert call.future.done(), f"{call.name} was never answered"

    # What holds at any time.

    @invariant()
    def sessions_agree(self) -> None:
        if not hasattr(self, "server"):
            return
        state = self.sim.server
        assert set(self.server.sessions) == set(self.open)
        assert {session.steam_id for session in state.sessions} == set(self.open)
        assert {name: getattr(state, name) for name in self.browser} == self.browser
        assert self.server.logged_on == (state.logon == "on")

    @invariant()
    def answers_are_whole(self) -> None:
        for call in getattr(self, "calls", []):
            if call.future.done():
                error = call.future.exception()
                assert error is None or isinstance(error, steamgs.CallFailedError)

    def teardown(self) -> None:
        if hasattr(self, "server"):
            self.server.close()
            assert all(call.future.done() for call in self.calls)
            self.sim.close()


class ValveMachine(Machine):
    """The same under Valve's own library."""

    front = "valve"


LONG = settings(
    max_examples=150, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSimulator = Machine.TestCase
TestSimulator.settings = LONG
if "valve" in FRONTS:
    TestValve = ValveMachine.TestCase
    TestValve.settings = LONG
