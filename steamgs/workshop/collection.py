"""Collections of workshop items, and what items need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from steamgs.enums import Result
from steamgs.errors import DownloadError, WorkshopError
from steamgs.later_enums import WorkshopFileType
from steamgs.workshop.content import InstalledItem
from steamgs.workshop.download import Download
from steamgs.workshop.query import Details, ItemDetails
from steamgs.workshop.steps import Steps

__all__ = ["Installation", "install"]


class Installation(NamedTuple):
    """What became of items that were to be installed."""

    items: dict[int, InstalledItem]
    """All that are installed now and current, by their ids, what others need first."""
    changed: frozenset[int]
    """Those of them that were not there, or not current, before."""
    failed: dict[int, DownloadError]
    """Those that could not be had."""


Ask = Callable[[Sequence[int]], Details]
Begin = Callable[[int], Download]


Resolved = tuple[list[int], dict[int, DownloadError]]


def resolved(item_ids: Iterable[int], ask: Ask) -> Steps[Resolved]:
    """The items that collections have and that items need, each once; and those that are not there.

    What an item needs stands before it, unless they need each other.
    """
    known: dict[int, ItemDetails] = {}
    failed: dict[int, DownloadError] = {}
    wanted = first = list(dict.fromkeys(item_ids))
    while wanted:
        more: dict[int, None] = {}
        told = yield ask(wanted)
        for item_id, one in zip(wanted, told, strict=True):
            if one.result is not Result.OK:
                failed[item_id] = DownloadError("install", item_id, one.result)
            known[item_id] = one
            more.update(dict.fromkeys(one.children))
        wanted = [item_id for item_id in more if item_id not in known]
    return _in_order(first, known, failed), failed


def _in_order(
    first: list[int], known: dict[int, ItemDetails], failed: dict[int, DownloadError]
) -> list[int]:
    """Depth first, without recursion: what strangers have made may be deep, or a circle."""
    done: dict[int, None] = {}
    seen: set[int] = set()
    waiting = [(item_id, False) for item_id in reversed(first)]
    while waiting:
        item_id, children_done = waiting.pop()
        if children_done:
            done[item_id] = None
        elif item_id not in seen:
            seen.add(item_id)
            waiting.append((item_id, True))
            waiting += [(child, False) for child in reversed(known[item_id].children)]
    collection = WorkshopFileType.COLLECTION
    return [one for one in done if known[one].kind is not collection and one not in failed]


def install(
    item_ids: Iterable[int],
    ask: Ask,
    current: Callable[[int], InstalledItem | None],
    begin: Begin,
) -> Steps[Installation]:
    """Download what is not there or not current, of all that these items are and need.

    :param current: what is there, unless Steam knows that it is not the newest.
    """
    order, failed = yield from resolved(item_ids, ask)
    before = {one: current(one) for one in order}
    # Those that are current too: Steam may not know of an update before it is asked for one.
    downloads = {one: begin(one) for one in order}
    items: dict[int, InstalledItem] = {}
    for one, download in downloads.items():
        try:
            items[one] = yield download
        except DownloadError as error:
            failed[one] = error
        except WorkshopError as error:  # it is somewhere where it may not be
            failed[one] = DownloadError("install", one, why=error.why)
    changed = frozenset(one for one, item in items.items() if item != before[one])
    return Installation(items, changed, failed)
