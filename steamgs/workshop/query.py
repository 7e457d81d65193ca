"""What Steam says about workshop items."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from steamgs._core import Call, QueryCore, WorkshopQueryCompleted
from steamgs.enums import Result
from steamgs.errors import WorkshopError
from steamgs.later_enums import (
    ContentDescriptor,
    ItemPreviewType,
    ItemStatistic,
    WorkshopFileType,
    WorkshopVisibility,
)
from steamgs.released import Released
from steamgs.waiting import Deadline

__all__ = ["PAGE", "Details", "ItemDetails", "ItemPreview", "Options", "Query", "require_ok"]

# What else a query asks for, by its names in QueryCore.option().
Options = dict[str, bool | int | str]

# How many results Steam gives to one question.
PAGE = 50


class ItemPreview(NamedTuple):
    """A picture, a video or the like of an item."""

    source: str
    """The address, or the id of a video."""
    file_name: str
    kind: ItemPreviewType


@dataclass(frozen=True, slots=True)
class ItemDetails:
    """A workshop item or collection, as its author and Steam describe it.

    Texts come from strangers. What was not asked for is empty.
    """

    item_id: int
    result: Result
    """``OK``; otherwise nothing else is known, as with an item that was removed."""
    kind: WorkshopFileType
    title: str
    description: str
    """Its beginning, unless the long one was asked for."""
    owner_id: int
    """The Steam id of who has made it."""
    creator_app_id: int
    consumer_app_id: int
    created: int
    """In seconds since 1970-01-01 UTC."""
    updated: int
    """The same."""
    visibility: WorkshopVisibility
    banned: bool
    accepted: bool
    """Whether the game's developers have accepted it."""
    file_size: int
    """Bytes, as far as 31 bits hold them."""
    total_size: int
    """Bytes of all of its files; 0 before ISteamUGC 020."""
    url: str
    votes_up: int
    votes_down: int
    score: float
    tags: tuple[str, ...]
    tag_names: tuple[str, ...]
    """The tags as players see them."""
    key_values: tuple[tuple[str, str], ...]
    children: tuple[int, ...]
    """The items that it needs; those that a collection has."""
    metadata: str
    """What the game keeps with it."""
    preview_url: str
    previews: tuple[ItemPreview, ...]
    """What else shows it."""
    statistics: dict[ItemStatistic, int]
    """What Steam counts of it, as far as Steam tells."""
    game_versions: tuple[tuple[str, str], ...]
    """Branches of the game that it is for, the oldest and the newest; none before ISteamUGC 020."""
    content_descriptors: tuple[ContentDescriptor, ...]


class Query(Released):
    """A question about items: a context manager, which releases it in Steam at the end.

    Send it once, then read the answers. It belongs to this run of the server.

    :ivar item_ids: the items that it asks about; None for a page of a search.
    """

    def __init__(
        self, core: QueryCore, options: Options, item_ids: Sequence[int] | None = None
    ) -> None:
        self.item_ids = None if item_ids is None else tuple(item_ids)
        self._core: QueryCore = core
        self._asks_for_children = bool(options.get("children"))
        try:
            for name, value in options.items():
                if not self._core.option(name, value):
                    raise WorkshopError(f"query, {name}", None)
        except BaseException:
            self.release()
            raise

    def send(self, *, timeout: float | None = None) -> Call[WorkshopQueryCompleted]:
        """Ask Steam. The signal ``query_completed`` is emitted as well: ``SendQueryUGCRequest``.

        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises CallFailedError: Steam refused the call; from the call: the answer was lost.
        :raises ClosedHandleError: the query was released, or is of an earlier run.
        """
        return self._core.send(timeout)

    def results(self) -> list[ItemDetails]:
        """The answers, in Steam's order, which for a search is its ranking.

        Steamworks: ``GetQueryUGCResult`` and others.

        :raises WorkshopError: Steam says that an item has children, and not which.
        :raises ClosedHandleError: the query was released, or is of an earlier run.
        """
        found = []
        for index in range(PAGE if self.item_ids is None else len(self.item_ids)):
            told = self._core.details(index)
            if told is None:
                break
            found.append(self._result(index, told))
        return found

    def _result(self, index: int, told: tuple[Any, ...]) -> ItemDetails:
        (item, result, kind, title, description, owner, creator, consumer, created, updated) = told[
            :10
        ]
        (visibility, banned, accepted, size, total, url, up, down, score, children) = told[10:]
        core = self._core
        return ItemDetails(
            item_id=item,
            result=Result(result),
            kind=WorkshopFileType(kind),
            title=title,
            description=description,
            owner_id=owner,
            creator_app_id=creator,
            consumer_app_id=consumer,
            created=created,
            updated=updated,
            visibility=WorkshopVisibility(visibility),
            banned=banned,
            accepted=accepted,
            file_size=size,
            total_size=total,
            url=url,
            votes_up=up,
            votes_down=down,
            score=score,
            tags=core.tags(index, names=False),
            tag_names=core.tags(index, names=True),
            key_values=core.key_values(index),
            children=self._children(index, item, children if result == Result.OK else 0),
            metadata=core.metadata(index),
            preview_url=core.preview_url(index),
            previews=tuple(
                ItemPreview(source, file, ItemPreviewType(kind))
                for source, file, kind in core.previews(index)
            ),
            statistics={
                ItemStatistic(number): value
                for number, value in core.statistics(index, len(ItemStatistic)).items()
            },
            game_versions=core.game_versions(index),
            content_descriptors=tuple(map(ContentDescriptor, core.content_descriptors(index))),
        )

    def _children(self, index: int, item_id: int, count: int) -> tuple[int, ...]:
        found = self._core.children(index, min(count, _MOST_CHILDREN))
        if found is None and self._asks_for_children:
            raise WorkshopError("details", item_id, why=f"Steam does not tell its {count} children")
        return found or ()


# No collection has as many; a number beyond it is none that Steam means.
_MOST_CHILDREN = 10_000


class Details:
    """The details of items, when Steam has told them: await it, or use :meth:`result`."""

    def __init__(
        self, make: Callable[[Sequence[int]], Query], item_ids: Iterable[int], timeout: float | None
    ) -> None:
        ids = list(item_ids)
        self._asked: list[tuple[Query, Call[WorkshopQueryCompleted]]] = []
        for start in range(0, len(ids), PAGE):
            query = make(ids[start : start + PAGE])
            self._asked.append((query, query.send(timeout=timeout)))

    def done(self) -> bool:
        """Whether Steam has told all of it, or failed."""
        return all(call.done() for _, call in self._asked)

    def result(self, timeout: float | None = None) -> list[ItemDetails]:
        """Wait for the details, in the order of the items: as :meth:`steamgs.Call.result` waits.

        :param timeout: seconds for all of them; None waits without limit.
        :raises WorkshopError: Steam has failed; ``result`` says why. Or it has left items out.
        """
        deadline = Deadline(timeout)
        found: list[ItemDetails] = []
        for query, call in self._asked:
            found += _read(query, call.result(deadline.left()))
        return found

    def __await__(self) -> Generator[object, None, list[ItemDetails]]:
        """Wait for them in an asyncio task: see :meth:`result` for what it raises."""
        found: list[ItemDetails] = []
        for query, call in self._asked:
            answer = yield from call.__await__()
            found += _read(query, answer)
        return found


def _read(query: Query, answer: WorkshopQueryCompleted) -> list[ItemDetails]:
    """Its results by the items that were asked for, whatever order Steam has given them."""
    require_ok("details", answer)
    wanted = query.item_ids or ()
    told = {one.item_id: one for one in query.results()}
    missing = [item_id for item_id in wanted if item_id not in told]
    if missing:
        why = f"Steam has left out {len(missing)} of {len(wanted)} items"
        raise WorkshopError("details", missing[0], why=why)
    return [told[item_id] for item_id in wanted]


def require_ok(action: str, answer: WorkshopQueryCompleted) -> None:
    """Raise if Steam has failed."""
    if answer.result is not Result.OK:
        raise WorkshopError(action, None, answer.result)
