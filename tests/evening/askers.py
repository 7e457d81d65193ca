"""Questions about players that Steam answers later: statistics, and groups."""

from __future__ import annotations

import asyncio

import steamgs
import steamgs.asyncio
from evening.accounts import Account
from evening.books import Books
from evening.crowd import Crowd
from evening.visits import Visit
from steamgs import Result
from steamgs.simulator import Simulator

__all__ = ["CLAN", "Askers"]

CLAN = 103582791429521412
STAT = "minutes"


class Askers:
    """Tasks that ask, each for one player."""

    def __init__(self, server: steamgs.asyncio.GameServer, sim: Simulator, books: Books) -> None:
        self.server = server
        self.sim = sim
        self.books = books
        self.tasks: set[asyncio.Task[None]] = set()
        self.asked_about: set[int] = set()
        # Answers that the driver has had Steam lose, and no call has missed yet.
        self.to_be_lost = 0

    def step(self, visits: Crowd[Visit], seconds: float) -> None:
        """Begin some questions, one in five seconds for each thousand players.

        They are about every fourth player, as Steam keeps what it has loaded.
        """
        count = 4 * len(visits) / 5000 * seconds
        while count > 0.0:
            if visits.random() < count and (account := visits.pick().account).steam_id % 4 == 0:
                self.begin(account)
            count -= 1.0

    def begin(self, account: Account) -> None:
        if account.steam_id in self.asked_about:
            return
        self.asked_about.add(account.steam_id)
        task = asyncio.create_task(self.ask(account))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def lose_next(self) -> None:
        if self.books.connected and self.to_be_lost == 0:
            self.sim.fail_next_call()
            self.to_be_lost = 1

    async def ask(self, account: Account) -> None:
        outages = self.books.outages
        try:
            await self.add_a_minute(account)
            await self.ask_for_group(account)
        except steamgs.NotLoggedOnError:
            self.books.counts["questions during outages"] += 1
            if self.server.logged_on:
                self.books.problem("NotLoggedOnError although the server is logged on")
        except steamgs.CallFailedError:
            self.books.counts["answers lost"] += 1
            if self.to_be_lost > 0:
                self.to_be_lost -= 1
            elif outages == self.books.outages:
                self.books.problem(f"an answer about {account.steam_id} was lost without reason")
            account.minutes = self.stored(account, account.minutes, account.minutes + 1)
        except Exception as error:
            self.books.problem(f"a question about {account.steam_id} failed: {error!r}")
        finally:
            self.asked_about.discard(account.steam_id)

    async def add_a_minute(self, account: Account) -> None:
        stats = self.server.stats
        self.books.counts["stats requests"] += 1
        received = await stats.request_user_stats(account.steam_id)
        self.check(account, received.steam_id, received.result)
        known = stats.get_user_stat_int(account.steam_id, STAT)
        if known != account.minutes:
            self.books.problem(f"{account.steam_id} has {known} and not {account.minutes} minutes")
        stats.set_user_stat_int(account.steam_id, STAT, known + 1)
        self.books.counts["stats stores"] += 1
        stored = await stats.store_user_stats(account.steam_id)
        self.check(account, stored.steam_id, stored.result)
        account.minutes = self.stored(account, known + 1)

    async def ask_for_group(self, account: Account) -> None:
        self.books.counts["group requests"] += 1
        status = await self.server.request_user_group_status(account.steam_id, CLAN)
        if (status.steam_id, status.group_id, status.member) != (account.steam_id, CLAN, False):
            self.books.problem(f"{status} came as the answer about {account.steam_id}")

    def check(self, account: Account, steam_id: int, result: Result) -> None:
        if (steam_id, result) != (account.steam_id, Result.OK):
            self.books.problem(f"{result!r} for {steam_id} came for {account.steam_id}")

    def stored(self, account: Account, *allowed: int) -> int:
        """What Steam has stored."""
        value = int(account.user.stat(STAT))
        if value not in allowed:
            self.books.problem(f"Steam stores {value} for {account.steam_id}, not {allowed}")
        return value
