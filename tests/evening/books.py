"""The books: what Steam is to say, what the server's handlers hear, and what the tasks are told.

The driver notes what it makes Steam do, and so what has to follow. A handler of every signal
crosses that off. A player's task, in whichever way it listens, must have heard the same in the same
order, and must have ended for that reason.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

import steamgs
import steamgs.asyncio
from evening.accounts import DENIALS, Account
from evening.visits import HEARS_ALL, Said, Visit, said_by
from steamgs import AuthSessionResponse

__all__ = ["Books"]

_MANY_PROBLEMS = 20
_MODULUS = (1 << 61) - 1


class Chain:
    """A running sum over events, by which those who heard the same in one order are told."""

    def __init__(self) -> None:
        self.length = 0
        self.value = 0

    def add(self, steam_id: int, said: Said) -> None:
        self.length += 1
        self.value = (self.value * 31 + hash((steam_id, said))) % _MODULUS

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chain) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"{self.length} events"


class Books:
    """All that is owed, and all that has come."""

    def __init__(self, server: steamgs.asyncio.GameServer) -> None:
        self.server = server
        self.problems: list[str] = []
        self.counts: Counter[str] = Counter()
        self.visits: dict[int, Visit] = {}
        # What is still to come for players who have gone meanwhile.
        self.strays: dict[int, deque[Said]] = {}
        self.timed_out: dict[int, Account] = {}
        self.owing: list[Visit] = []
        # Players who have to go, for what Steam has said in this step.
        self.told: list[int] = []
        # Those whom Steam does not vouch for any more, which the server learns when time passes.
        self.disowned: list[Visit] = []
        # During an outage Steam keeps what it has to say until the server is connected again.
        self.connected = True
        self.outages = 0
        self.kept_back: list[tuple[Visit | int, Said]] = []
        self.of_server: deque[tuple[str, object]] = deque()
        # Steam says the next verdicts twice, and this one was said once so far.
        self.doubles = 0
        self.said_once: tuple[int, Said] | None = None
        self.chains = {"handlers": Chain(), "verdicts": Chain(), "kicks": Chain()}
        self.of_readers = {"stream": Chain(), "batches": Chain(), "all": Chain()}
        self.expected_of = {"stream": "verdicts", "batches": "kicks", "all": "handlers"}
        self.events: Counter[str] = Counter()
        self.events_before = server.counters().events
        for signal in server.signals:
            if signal.name != "server_reputation":
                signal.connect(self._counting(signal.name))

    def problem(self, what: str) -> None:
        self.problems.append(what)
        if len(self.problems) >= _MANY_PROBLEMS:
            self.raise_problems()

    def raise_problems(self) -> None:
        if self.problems:
            raise AssertionError("\n".join(self.problems))

    # What Steam says.

    def _counting(self, name: str) -> Any:
        take: Callable[[Any], None]
        if name == "validate_auth_ticket_response":
            take = self.on_verdict
        elif name == "client_kick":
            take = self.on_kick
        elif name.startswith("server_") or name == "policy_response":
            take = self.on_server_event
        else:
            take = self.on_answer

        def on_event(event: Any) -> None:
            self.events[name] += 1
            take(event)

        return on_event

    def on_verdict(self, event: steamgs.ValidateAuthTicketResponse) -> None:
        said = said_by(event)
        self.chains["verdicts"].add(event.steam_id, said)
        once, self.said_once = self.said_once, None
        if once is not None:
            if once != (event.steam_id, said):
                self.problem(f"Steam says {once} twice, but then came {event}")
            self.note(event.steam_id, said)
            return
        if self.doubles > 0:
            self.doubles -= 1
            self.said_once = (event.steam_id, said)
        self.cross_off(event.steam_id, said)

    def on_kick(self, event: steamgs.ClientKick) -> None:
        self.chains["kicks"].add(event.steam_id, said_by(event))
        self.cross_off(event.steam_id, said_by(event))

    def on_answer(self, event: Any) -> None:
        said = said_by(event)
        if said[0] in ("approved", "denied"):
            self.cross_off(event.steam_id, said)
        else:
            self.note(event.steam_id, said)

    def on_server_event(self, event: Any) -> None:
        code = getattr(event, "result", getattr(event, "secure", None))
        said = (type(event).__name__, code)
        if not self.of_server or self.of_server.popleft() != said:
            self.problem(f"{event} came, and not what was to come before it")
        if isinstance(event, steamgs.ServerConnected):
            self.connected = True
            self._say_what_was_kept_back()

    def _say_what_was_kept_back(self) -> None:
        for whom, said in self.kept_back:
            if isinstance(whom, Visit):
                if self.visits.get(whom.steam_id) is whom:
                    self._owe_now(whom, said)
            elif (visit := self.visits.get(whom)) is not None and visit.begun:
                self._owe_now(visit, said)
        self.kept_back.clear()

    def cross_off(self, steam_id: int, said: Said) -> None:
        """Something of a session has come: it must be what was to come next."""
        visit = self.visits.get(steam_id)
        if visit is not None and visit.begun and visit.judged is None and said[0] != "kick":
            self._judge(visit, said)
        elif visit is not None and visit.owed and visit.owed[0] == said:
            visit.owed.popleft()
        elif (strays := self.strays.get(steam_id)) and strays[0] == said:
            strays.popleft()
            self.counts["events after the player had gone"] += 1
        elif steam_id in self.timed_out:
            self.counts["events after the time was up"] += 1
            if said[0] != "kick":
                self.timed_out[steam_id].override = None  # Steam has used it up
        else:
            self.problem(f"{said} came for {steam_id}, unexpectedly: {visit}")
        self.note(steam_id, said)

    def _judge(self, visit: Visit, said: Said) -> None:
        verdict = visit.account.verdict(visit.ticket_cancelled)
        expected: Said = ("verdict", verdict)
        if visit.older:
            accepted = verdict is AuthSessionResponse.OK
            expected = ("approved", 0) if accepted else ("denied", DENIALS[verdict])
        if said != expected:
            self.problem(f"{said} came, but was to be {expected}: {visit}")
        visit.judged = said
        visit.account.override = None

    def note(self, steam_id: int, said: Said) -> None:
        self.chains["handlers"].add(steam_id, said)
        if (visit := self.visits.get(steam_id)) is not None:
            visit.sent.append(said)
            if visit.judged is not None and visit.leaves_terminally is not None:
                self.told.append(steam_id)

    # What the driver has Steam say.

    def owe(self, visit: Visit, said: Said) -> None:
        """Steam is about to say something of an accepted session."""
        if self.connected:
            self._owe_now(visit, said)
        else:
            self.kept_back.append((visit, said))

    def lose_connection(self, result: steamgs.Result) -> None:
        self.connected = False
        self.outages += 1
        self.of_server.append(("ServerDisconnected", result))

    def owe_kick(self, visit: Visit, said: Said) -> None:
        """The same for a kick, which during an outage waits for the player's next session, too."""
        if self.connected:
            self._owe_now(visit, said)
        else:
            self.kept_back.append((visit.steam_id, said))

    def _owe_now(self, visit: Visit, said: Said) -> None:
        visit.owed.append(said)
        self.owing.append(visit)

    # What the tasks are told.

    def finish(self, visit: Visit, outcome: str, code: object) -> None:
        """A player's task has ended."""
        self.counts[outcome] += 1
        del self.visits[visit.steam_id]
        if visit.owed:
            self.strays.setdefault(visit.steam_id, deque()).extend(visit.owed)
        if problem := self._problem_with(visit, outcome, code):
            self.problem(f"{problem}: outcome {outcome} {code!r}, {visit}")

    def _problem_with(self, visit: Visit, outcome: str, code: object) -> str | None:
        if visit.style in HEARS_ALL and visit.heard != visit.sent:
            return "the task did not hear what was sent"
        first = visit.leaves_terminally
        if outcome == "refused":
            # If it was not judged itself, by a late refusal of the player's last session.
            why = visit.judged or first
            return None if why is not None and code == why[1] else "not so refused"
        if outcome == "revoked":
            return None if first is not None and code == first[1] else "not so revoked"
        if outcome == "timed out":
            self.timed_out[visit.steam_id] = visit.account
            waited = time.monotonic() - visit.began_at
            in_time = visit.timeout is not None and waited >= visit.timeout
            return None if in_time and not visit.admitted else "the time was not up"
        if outcome in ("cancelled", "ended by the host"):
            return None if visit.ended_how == outcome else "nobody asked for that"
        return "no such end is known"

    # The balance.

    def balance_step(self) -> None:
        """At the end of a step, when everything that Steam has said was delivered."""
        if self.connected:
            for steam_id, strays in self.strays.items():
                if strays:
                    self.problem(f"{list(strays)} never came for {steam_id}, who has gone")
            for visit in self.owing:
                if visit.owed and self.visits.get(visit.steam_id) is visit:
                    self.problem(f"what was owed never came: {visit}")
            self.owing.clear()
            self.strays.clear()
        self.timed_out.clear()
        self.disowned.clear()
        self.raise_problems()

    def balance_server(self) -> None:
        """Compare with the server's own counters, and what readers of streams have heard."""
        counted = self.server.counters().events
        for name, count in self.events.items():
            delivered = counted[name] - self.events_before[name]
            if delivered != count:
                self.problem(f"{delivered} {name} were delivered, handlers got {count}")
        for reader, chain in self.of_readers.items():
            expected = self.chains[self.expected_of[reader]]
            if chain != expected:
                self.problem(f"the reader {reader!r} got {chain}, the handlers {expected}")
        self.raise_problems()
