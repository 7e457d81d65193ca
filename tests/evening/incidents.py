"""What happens on Steam's side in the course of an evening, by chance but repeatably."""

from __future__ import annotations

import random
from collections.abc import Callable

import steamgs
from evening.accounts import INCIDENTS
from evening.books import Books
from evening.crowd import Crowd
from evening.visits import Visit
from steamgs import AuthSessionResponse, DenyReason, Result
from steamgs.simulator import Simulator

__all__ = ["Incidents"]

_KICKS = (DenyReason.GENERIC, DenyReason.CHEATER, DenyReason.STEAM_VALIDATION_STALLED)


class Incidents:
    """Does things to players and to the connection, and has the books note what follows."""

    def __init__(
        self, sim: Simulator, books: Books, crowd: Crowd[Visit], chosen: random.Random
    ) -> None:
        self.sim = sim
        self.books = books
        self.crowd = crowd
        self.random = chosen
        self.kinds: list[Callable[[Visit], None]] = [
            self.befall,
            self.befall,
            self.kick,
            self.kick,
            self.kick_and_ban,
            self.cancel_ticket,
            self.say_again,
            self.say_again,
        ]

    def something(self) -> None:
        """Do something to one of those who are there."""
        if not len(self.crowd):
            return
        visit = self.crowd.pick()
        if visit.doomed or visit.ended_how is not None:
            return
        if not self.books.connected and visit.judged is None:
            return  # what comes first after the outage would depend on too much
        self.random.choice(self.kinds)(visit)

    # To one player.

    def befall(self, visit: Visit) -> None:
        self._befall(visit, self.random.choice(list(INCIDENTS)))

    def _befall(self, visit: Visit, incident: str) -> None:
        visit.doomed = True
        visit.account.befall(incident)
        self.books.counts[incident] += 1
        if visit.judged is None:
            return  # the first verdict will say so
        response, reason = INCIDENTS[incident]
        self._revokes(visit, response, reason)

    def _revokes(self, visit: Visit, response: AuthSessionResponse, reason: DenyReason) -> None:
        if visit.older:
            self.books.owe_kick(visit, ("kick", reason))
            return
        self.books.owe(visit, ("verdict", response))
        if self.books.connected:
            self.books.disowned.append(visit)

    def kick(self, visit: Visit) -> None:
        reason = self.random.choice(_KICKS)
        visit.doomed = True
        visit.account.user.kick(reason)
        self.books.counts["kick"] += 1
        self.books.owe_kick(visit, ("kick", reason))

    def kick_and_ban(self, visit: Visit) -> None:
        """In this order, for which the first of them counts."""
        if visit.judged is not None and self.books.connected:
            self.kick(visit)
            self._befall(visit, "vac_ban")

    def cancel_ticket(self, visit: Visit) -> None:
        if visit.older:
            return
        visit.doomed = True
        visit.ticket_cancelled = True
        visit.account.user.cancel_ticket()
        self.books.counts["cancel_ticket"] += 1
        if visit.judged is not None:
            self._revokes(visit, AuthSessionResponse.AUTH_TICKET_CANCELED, DenyReason.GENERIC)

    def say_again(self, visit: Visit) -> None:
        """Steam confirms a verdict: nothing follows for the player."""
        if visit.judged is None or visit.older:
            return
        visit.account.user.revoke(AuthSessionResponse.OK)
        self.books.counts["say again"] += 1
        self.books.owe(visit, ("verdict", AuthSessionResponse.OK))

    # To all.

    def say_next_twice(self) -> None:
        """Before anything else that is said in this step."""
        if self.books.connected and self.books.doubles == 0:
            self.sim.duplicate_next_verdict()
            self.books.counts["say twice"] += 1
            self.books.doubles = 1

    def kick_everyone(self) -> None:
        """Steam kicks in the order of the Steam ids."""
        if not self.books.connected:
            return
        self.sim.kick_everyone(DenyReason.GENERIC)
        self.books.counts["kick everyone"] += 1
        for visit in self.books.visits.values():
            if visit.begun:
                visit.doomed = True
                self.books.owe_kick(visit, ("kick", DenyReason.GENERIC))

    # To the connection.

    def disconnect(self) -> None:
        result = self.random.choice((Result.NO_CONNECTION, Result.SERVICE_UNAVAILABLE))
        self.sim.disconnect(result)
        self.books.counts["outages"] += 1
        self.books.lose_connection(result)

    def reconnect(self) -> None:
        self._will_connect()
        self.sim.reconnect()

    def log_off(self, server: steamgs.GameServer, failures: int) -> None:
        """The server logs off and on again, which Steam refuses a few times."""
        self.sim.fail_next_logon(Result.BUSY, retrying=True, times=failures)
        server.log_off()
        self.books.counts["log off"] += 1
        self.books.lose_connection(Result.OK)
        failed = ("ServerConnectFailure", Result.BUSY)
        self.books.of_server.extend([failed] * failures)
        self._will_connect()

    def _will_connect(self) -> None:
        self.books.of_server.append(("ServerConnected", None))
        self.books.of_server.append(("PolicyResponse", True))
