"""Searches for workshop items."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from steamgs._core import SearchCore, WorkshopCore, WorkshopQueryCompleted, checked_timeout
from steamgs.converted_call import ConvertedCall
from steamgs.errors import WorkshopError
from steamgs.later_enums import WorkshopMatch, WorkshopRanking
from steamgs.workshop.query import ItemDetails, Options, Query, require_ok

__all__ = ["Conditions", "Search"]

# Where the first results are.
_FIRST = "*"


@dataclass(frozen=True)
class Conditions:
    """What a search looks for: see :meth:`steamgs.workshop.Workshop.search`."""

    ranking: WorkshopRanking
    kind: WorkshopMatch
    creator_app_id: int
    consumer_app_id: int
    required_tags: tuple[str, ...]
    excluded_tags: tuple[str, ...]
    tag_groups: tuple[tuple[str, ...], ...]
    required_key_values: tuple[tuple[str, str], ...]
    several: dict[str, Any]
    """The arguments of :class:`SearchCore`'s methods, by their names."""

    def page(self, workshop: WorkshopCore, page: int | str) -> SearchCore:
        """A query in Steam for this page, which knows no conditions yet."""
        return SearchCore(
            workshop, self.ranking, self.kind, self.creator_app_id, self.consumer_app_id, page
        )

    def given_to(self, core: SearchCore) -> Iterator[tuple[str, bool]]:
        """Tell Steam; the name of each, and whether Steam has taken it."""
        for tag in self.required_tags:
            yield "required_tags", core.required_tag(tag)
        for tag in self.excluded_tags:
            yield "excluded_tags", core.excluded_tag(tag)
        for group in self.tag_groups:
            yield "tag_groups", core.tag_group(group)
        for key, value in self.required_key_values:
            yield "required_key_values", core.required_key_value(key, value)
        for name, value in self.several.items():
            taken = value if isinstance(value, tuple) else (value,)
            yield name, getattr(core, name)(*taken)


class Search:
    """A search of the workshop: ``async for item in search``, or ``for item in search``.

    Both ask Steam for a page of results when the one before is read. Each iteration begins anew.
    """

    def __init__(
        self,
        workshop: WorkshopCore,
        conditions: Conditions,
        options: Options,
        timeout: float | None,
    ) -> None:
        self._workshop = workshop
        self._conditions = conditions
        self._options = options
        checked_timeout(timeout)
        self._timeout = timeout

    def query(self, page: int | str = 1) -> Query:
        """Make a query for one page of at most 50 results.

        Steamworks: ``CreateQueryAllUGCRequest``.

        :param page: its number, from 1; or a cursor: ``"*"`` for the first page, then what
            ``next_cursor`` of the answer to ``send()`` says, which is better for many pages.
        :raises WorkshopError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        core = self._conditions.page(self._workshop, page)
        try:
            for name, taken in self._conditions.given_to(core):
                if not taken:
                    raise WorkshopError(f"search, {name}", None)
        except BaseException:
            core.release()
            raise
        return Query(core, self._options)

    def count(self, *, timeout: float | None = None) -> ConvertedCall[int]:
        """Ask how many results there are: await it, or use its ``result()``.

        Steamworks: ``SetReturnTotalOnly``.

        :raises WorkshopError: Steam refused; from the call: Steam has failed.
        :raises CallFailedError: Steam refused the call; from the call: the answer was lost.
        :raises NotRunningError: the server is not running.
        """
        core = self._conditions.page(self._workshop, 1)
        try:
            for name, taken in (*self._conditions.given_to(core), ("total", core.only_total())):
                if not taken:
                    raise WorkshopError(f"search, {name}", None)
            call = core.send(timeout)
        except BaseException:
            core.release()
            raise
        # Steam may forget it before the answer is read, but not before it comes.
        call.add_done_callback(lambda _: core.release())
        return ConvertedCall(call, _total)

    def __iter__(self) -> Iterator[ItemDetails]:
        """All results; waits for each page as :meth:`steamgs.Call.result` does.

        :raises WorkshopError: Steam has failed.
        :raises TimeoutError: it has not told a page in time.
        """
        cursor = _FIRST
        while cursor:
            with self.query(cursor) as query:
                answer = query.send(timeout=self._timeout).result()
                items, cursor = _page(query, answer, cursor)
            yield from items

    async def __aiter__(self) -> AsyncIterator[ItemDetails]:
        """All results, in an asyncio task.

        :raises WorkshopError: Steam has failed.
        :raises TimeoutError: it has not told a page in time.
        """
        cursor = _FIRST
        while cursor:
            with self.query(cursor) as query:
                answer = await query.send(timeout=self._timeout)
                items, cursor = _page(query, answer, cursor)
            for item in items:
                yield item


def _page(
    query: Query, answer: WorkshopQueryCompleted, cursor: str
) -> tuple[list[ItemDetails], str]:
    """The results, and where those after them begin; empty if these are the last."""
    require_ok("search", answer)
    items = query.results()
    last = not items or answer.next_cursor == cursor
    return items, "" if last else answer.next_cursor


def _total(answer: WorkshopQueryCompleted) -> int:
    require_ok("search", answer)
    return answer.total
