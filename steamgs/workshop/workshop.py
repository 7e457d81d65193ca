"""``server.workshop``."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from steamgs import _core
from steamgs.converted_call import ConvertedCall
from steamgs.enums import Result
from steamgs.errors import NotRunningError, WorkshopError
from steamgs.later_enums import ItemState, WorkshopMatch, WorkshopRanking
from steamgs.waiting import Deadline
from steamgs.workshop.collection import Installation, install
from steamgs.workshop.content import DownloadProgress, InstalledItem, inside
from steamgs.workshop.download import Download
from steamgs.workshop.query import PAGE, Details, Options, Query
from steamgs.workshop.search import Conditions, Search
from steamgs.workshop.steps import Steps, done_in_task, done_in_thread
from steamgs.workshop.watch import Pause, Watch

__all__ = ["Workshop"]

_REFUSED = "Steam refused it: call init() first, and log on"


class Workshop(_core.WorkshopCore):
    """``server.workshop``: what the server downloads from Steam's workshop, and where it is.

    Call :meth:`init` in each run of the server, and log on. The object exists as long as the server
    object, and its methods work while the server is running. A steamclient without ISteamUGC makes
    them raise an UnsupportedError.
    """

    def __init__(self, server: _core.GameServerCore) -> None:
        super().__init__(server)
        self._folder: Path | None = None

    @property
    def folder(self) -> Path | None:
        """The folder that :meth:`init` was last given; None before."""
        return self._folder

    def init(self, folder: str | os.PathLike[str], *, depot_id: int | None = None) -> None:
        """Have items downloaded into a folder of this server's own.

        What an earlier run has downloaded there is found again. Steamworks:
        ``BInitWorkshopForGameServer``.

        :param folder: a directory, which has to be there.
        :param depot_id: the depot of the game's workshop; its app id, as usual, if None.
        :raises WorkshopError: Steam refused.
        :raises ValueError: there is no such directory.
        :raises NotRunningError: the server is not running.
        """
        try:
            path = os.fspath(folder)
        except TypeError:
            path = folder  # type: ignore[assignment]
        if not isinstance(path, str):
            raise TypeError(
                f"folder must be a str or an os.PathLike of it, not {type(folder).__name__}"
            )
        if "\0" in path or not os.path.isdir(path):
            raise ValueError(f"folder must be a directory, not {path!r}")
        real = os.path.realpath(path)
        if not self._init(self._app_id if depot_id is None else depot_id, real):
            raise WorkshopError("init", None)
        self._folder = Path(real)

    def download(
        self, item_id: int, *, high_priority: bool = False, timeout: float | None = None
    ) -> Download:
        """Download an item, or its newest version: await it, or use its ``result()``.

        If it is installed and current, it ends at once. Steamworks: ``DownloadItem``.

        :param item_id: the number at the end of its page's address, 1 to 2**64-1.
        :param high_priority: before all others, even the one that is on its way.
        :param timeout: seconds after which it fails with a TimeoutError; None for no limit.
        :raises WorkshopError: Steam refused, as :meth:`init` was not called, or the server is not
            logged on.
        :raises NotRunningError: the server is not running.
        """
        call = self._download(item_id, high_priority, timeout)
        if call is None:
            raise WorkshopError("download", item_id, why=_REFUSED)
        return Download(item_id, call, self.download_info, self.install_info)

    def state(self, item_id: int) -> ItemState:
        """What this server has of an item. Steamworks: ``GetItemState``.

        Steam may not notice an update for a long time, so that ``NEEDS_UPDATE`` is missing.
        :meth:`download` asks for the newest version in any case.

        :raises NotRunningError: the server is not running.
        """
        return ItemState(self._state(item_id))

    def install_info(self, item_id: int) -> InstalledItem | None:
        """Where an item is; None if it is not installed. Steamworks: ``GetItemInstallInfo``.

        :raises WorkshopError: Steam names a place outside the folder of :meth:`init`.
        :raises NotRunningError: the server is not running.
        """
        told = self._install_info(item_id)
        if told is None:
            return None
        folder, size, updated = told
        legacy = bool(self.state(item_id) & ItemState.LEGACY_ITEM)
        path = inside(self._folder, item_id, folder)
        return InstalledItem(item_id, path, size, updated, legacy)

    def download_info(self, item_id: int) -> DownloadProgress | None:
        """How much of an item has come; None if it is neither being downloaded nor waits for it.

        Steamworks: ``GetItemDownloadInfo``.

        :raises NotRunningError: the server is not running.
        """
        told = self._download_info(item_id)
        return None if told is None else DownloadProgress(*told)

    def suspend_downloads(self, suspended: bool = True) -> None:
        """Hold all downloads up, as during a match, or let them go on: ``SuspendDownloads``.

        :raises NotRunningError: the server is not running.
        """
        self._suspend_downloads(suspended)

    def mark_unused(self, item_id: int) -> None:
        """Let Steam remove an item from disk. Steamworks: ``MarkDownloadedItemAsUnused``.

        :raises WorkshopError: Steam refused; the item may not be installed.
        :raises UnsupportedError: steamclient or libsteam_api is older than SDK 1.65.
        :raises NotRunningError: the server is not running.
        """
        if not self._mark_unused(item_id):
            raise WorkshopError("mark_unused", item_id)

    # What Steam says about items, whether they are here or not.

    def query(
        self,
        item_ids: Iterable[int],
        *,
        children: bool = True,
        key_values: bool = True,
        long_description: bool = False,
        metadata: bool = False,
        previews: bool = False,
        playtime_days: int | None = None,
        language: str | None = None,
        max_age: int | None = None,
    ) -> Query:
        """Make a query for the details of items: ``with workshop.query(ids) as query:``.

        :meth:`details` does all of it in one call. Steamworks: ``CreateQueryUGCDetailsRequest``.

        :param item_ids: items or collections, 1 to 50, which is what Steam tells at once.
        :param children: whether to ask what they need, or what a collection has.
        :param key_values: whether to ask for tags with values.
        :param long_description: whether to ask for the whole description.
        :param metadata: whether to ask for what the game keeps with them.
        :param previews: whether to ask for more than the first picture.
        :param playtime_days: over how many days statistics of a period go; None for none.
        :param language: of titles and descriptions, as Steam calls it; None for English.
        :param max_age: seconds that an answer may be old, from the cache; None for a new one.
        :raises WorkshopError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        ids = _item_ids(item_ids)
        if not 1 <= len(ids) <= PAGE:
            raise ValueError(f"item_ids must be 1 to {PAGE} items, not {len(ids)}")
        options = _given(
            children=children,
            key_values=key_values,
            long_description=long_description,
            metadata=metadata,
            previews=previews,
            playtime_days=playtime_days,
            language=language,
            max_age=max_age,
        )
        return Query(_core.DetailsCore(self, ids), options, ids)

    def details(
        self,
        item_ids: Iterable[int],
        *,
        long_description: bool = False,
        metadata: bool = False,
        language: str | None = None,
        timeout: float | None = None,
    ) -> Details:
        """Ask for the details of any number of items: await it, or use its ``result()``.

        The list of ItemDetails has the order of the items; what Steam does not know has another
        ``result`` than OK.

        :param item_ids: items or collections; no item at all is fine.
        :param long_description: as of :meth:`query`, like the next two.
        :param timeout: seconds after which it fails with a TimeoutError; None for no limit.
        :raises WorkshopError: Steam refused.
        :raises CallFailedError: Steam refused the call.
        :raises NotRunningError: the server is not running.
        """

        def ask(ids: Sequence[int]) -> Query:
            return self.query(
                ids, long_description=long_description, metadata=metadata, language=language
            )

        ids = _item_ids(item_ids)
        # Of all questions, before the first of them is asked.
        self._check_item_ids(ids)
        _core.checked_timeout(timeout)
        return Details(ask, ids, timeout)

    def app_dependencies(
        self, item_id: int, *, timeout: float | None = None
    ) -> ConvertedCall[tuple[int, ...]]:
        """Ask which apps an item needs, such as DLC: await it, or use its ``result()``.

        Steam tells 32 at most; ``total`` of the signal ``app_dependencies_received`` says how many
        there are. Steamworks: ``GetAppDependencies``.

        :raises CallFailedError: Steam refused the call; from the call: the answer was lost.
        :raises WorkshopError: from the call: Steam does not know; ``result`` says why.
        :raises NotRunningError: the server is not running.
        """

        def app_ids(answer: _core.AppDependencies) -> tuple[int, ...]:
            if answer.result is not Result.OK:
                raise WorkshopError("app_dependencies", item_id, answer.result)
            return answer.app_ids[: answer.count]

        return ConvertedCall(self._app_dependencies(item_id, timeout), app_ids)

    def search(
        self,
        ranking: WorkshopRanking,
        *,
        kind: WorkshopMatch = WorkshopMatch.ITEMS,
        text: str | None = None,
        required_tags: Iterable[str] = (),
        excluded_tags: Iterable[str] = (),
        tag_groups: Iterable[Iterable[str]] = (),
        match_any_tag: bool | None = None,
        required_key_values: Mapping[str, str] = MappingProxyType({}),
        trend_days: int | None = None,
        created: tuple[int, int] | None = None,
        updated: tuple[int, int] | None = None,
        creator_app_id: int | None = None,
        consumer_app_id: int | None = None,
        only_ids: bool | None = None,
        children: bool = True,
        key_values: bool = True,
        long_description: bool = False,
        metadata: bool = False,
        previews: bool = False,
        playtime_days: int | None = None,
        language: str | None = None,
        max_age: int | None = None,
        timeout: float | None = None,
    ) -> Search:
        """Search for items: ``async for item in workshop.search(...)``, or ``for item in ...``.

        Steamworks: ``CreateQueryAllUGCRequest``, and the methods named below. The arguments from
        ``children`` on are those of :meth:`query`. Nothing is asked yet.

        :param ranking: which items, in which order. What is about friends finds nothing, as a
            server has none.
        :param kind: items, collections, or what else.
        :param text: words in titles and descriptions: ``SetSearchText``.
        :param required_tags: tags that an item must have: ``AddRequiredTag``.
        :param excluded_tags: tags that it must not have: ``AddExcludedTag``.
        :param tag_groups: it must have one tag of each group: ``AddRequiredTagGroup``.
        :param match_any_tag: whether one of ``required_tags`` is enough: ``SetMatchAnyTag``.
        :param required_key_values: tags with values: ``AddRequiredKeyValueTag``.
        :param trend_days: over how many days a trend goes: ``SetRankedByTrendDays``.
        :param created: the first and the last second, since 1970-01-01 UTC:
            ``SetTimeCreatedDateRange``.
        :param updated: the same for the last update: ``SetTimeUpdatedDateRange``.
        :param creator_app_id: the app that items were made with; that of the server if None.
        :param consumer_app_id: the app that items are for; that of the server if None.
        :param only_ids: whether to ask for ids alone: ``SetReturnOnlyIDs``.
        :param timeout: seconds for each page when all results are read, after which a TimeoutError
            is raised; None for no limit.
        """
        several = {
            "text": text,
            "match_any_tag": match_any_tag,
            "trend_days": trend_days,
            "created": _range("created", created),
            "updated": _range("updated", updated),
            "only_ids": only_ids,
        }
        if not isinstance(required_key_values, Mapping):
            kind_of = type(required_key_values).__name__
            raise TypeError(f"required_key_values must be a mapping of texts, not {kind_of}")
        own = self._app_id
        conditions = Conditions(
            ranking,
            kind,
            own if creator_app_id is None else creator_app_id,
            own if consumer_app_id is None else consumer_app_id,
            _texts("required_tags", required_tags),
            _texts("excluded_tags", excluded_tags),
            tuple(_texts("tag_groups", group) for group in _texts("tag_groups", tag_groups)),
            tuple(required_key_values.items()),
            {name: value for name, value in several.items() if value is not None},
        )
        options = _given(
            children=None if only_ids is True else children,
            key_values=key_values,
            long_description=long_description,
            metadata=metadata,
            previews=previews,
            playtime_days=playtime_days,
            language=language,
            max_age=max_age,
        )
        return Search(self, conditions, options, timeout)

    # Whole collections.

    async def install(self, *item_ids: int, timeout: float | None = None) -> Installation:
        """Install items, what they need, and what collections have; update what is not current.

        Items that fail don't stop the others. Without asyncio there is :meth:`install_and_wait`.

        :param timeout: seconds for all of it; None for no limit.
        :raises TimeoutError: it has not ended in time. Downloads go on.
        :raises WorkshopError: Steam refused, or can't tell what they are.
        :raises NotRunningError: the server is not running.
        """
        return await done_in_task(self._install_steps(item_ids, timeout))

    def install_and_wait(self, *item_ids: int, timeout: float | None = None) -> Installation:
        """The same as :meth:`install`, without asyncio.

        It waits as :meth:`steamgs.Call.result` does, and raises the same errors.

        :param timeout: seconds for all of it; None waits without limit.
        :raises TimeoutError: it has not ended in time. Downloads go on.
        :raises WorkshopError: Steam refused, or can't tell what they are.
        :raises NotRunningError: the server is not running.
        """
        return done_in_thread(self._install_steps(item_ids, timeout), timeout)

    def _install_steps(self, item_ids: Iterable[int], timeout: float | None) -> Steps[Installation]:
        deadline = Deadline(timeout)

        def ask(ids: Sequence[int]) -> Details:
            return self.details(ids, timeout=deadline.left())

        def begin(item_id: int) -> Download:
            return self.download(item_id, timeout=deadline.left())

        return install(_item_ids(item_ids), ask, self._current, begin)

    def _current(self, item_id: int) -> InstalledItem | None:
        state = self.state(item_id)
        if not state & ItemState.INSTALLED or state & ItemState.NEEDS_UPDATE:
            return None
        try:
            return self.install_info(item_id)
        except WorkshopError:  # as its download will say
            return None

    async def keep_current(
        self,
        *item_ids: int,
        on_change: Callable[[Installation], object],
        interval: float = 300.0,
        timeout: float | None = None,
    ) -> NoReturn:
        """:meth:`install` now and every few minutes, until the task is cancelled.

        Without asyncio there is :meth:`follow`.

        :param on_change: called, and awaited if it is a coroutine function, the first time and
            whenever something was installed or updated, or other items have failed than before.
            Load the items in it.
        :param interval: seconds from the end of one to the beginning of the next, 1 or more.
        :param timeout: seconds for each, after which the next is tried: an answer of Steam that
            never comes would end the updates. Downloads go on meanwhile. None for no limit.
        :raises WorkshopError: the first time only, as the next two; later it is tried again.
        :raises CallFailedError: Steam's answer was lost.
        :raises TimeoutError: it has not ended in time.
        :raises NotRunningError: the server is not running, or was closed meanwhile.
        """
        if not callable(on_change):
            raise TypeError(f"on_change must be callable, not {type(on_change).__name__}")
        watch = self._watch(item_ids, interval, timeout)
        while True:
            result = on_change(await done_in_task(watch.next_change()))
            if inspect.isawaitable(result):
                await result

    def follow(
        self, *item_ids: int, interval: float = 300.0, timeout: float | None = None
    ) -> Iterator[Installation]:
        """:meth:`keep_current` without asyncio: ``for done in workshop.follow(collection):``.

        Gives the first installation, then waits for the next in which something was installed or
        updated, or other items have failed than before. It waits as :meth:`steamgs.Call.result`
        does, so give it a thread, unless the server has nothing else to do. It ends when the server
        is closed or :meth:`steamgs.GameServer.request_stop` was called, at the latest when the
        items on their way have come.

        :param interval: as of :meth:`keep_current`.
        :param timeout: as of :meth:`keep_current`.
        :raises WorkshopError: the first time only, as the next two; later it is tried again.
        :raises CallFailedError: Steam's answer was lost.
        :raises TimeoutError: it has not ended in time.
        :raises NotRunningError: the server is not running.
        :raises RuntimeError: waiting would block for ever, as for :meth:`steamgs.Call.result`.
        :raises ExceptionGroup: handlers raised exceptions during the wait.
        """
        return _changes(self._watch(item_ids, interval, timeout))

    def _watch(self, item_ids: Iterable[int], interval: float, timeout: float | None) -> Watch:
        _core.checked_timeout(timeout)
        if isinstance(interval, bool) or not isinstance(interval, (int, float)):
            raise TypeError(f"interval must be a number of seconds, not {type(interval).__name__}")
        if not 1.0 <= interval <= _LONGEST_INTERVAL:
            raise ValueError(
                f"interval must be at least 1 second and at most {_LONGEST_INTERVAL:g}, "
                f"not {interval}"
            )

        def pause() -> Pause:
            return Pause(interval, self._unanswered(), self._goes_on)

        return Watch(partial(self._install_steps, item_ids, timeout), pause)


def _changes(watch: Watch) -> Iterator[Installation]:
    yield done_in_thread(watch.next_change(), None)
    while True:
        try:
            done = done_in_thread(watch.next_change(), None)
        except NotRunningError:
            return
        yield done


# Longer than any server runs, and short enough for clocks.
_LONGEST_INTERVAL = 1e9


def _item_ids(item_ids: Iterable[int]) -> list[int]:
    if isinstance(item_ids, (str, bytes)) or not isinstance(item_ids, Iterable):
        raise TypeError(f"item_ids must be an iterable of ints, not {type(item_ids).__name__}")
    return list(item_ids)


def _given(**options: bool | int | str | None) -> Options:
    return {name: value for name, value in options.items() if value is not None}


def _texts(name: str, values: Any) -> tuple[Any, ...]:
    """Several of something; a single text would be taken for its letters."""
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise TypeError(f"{name} must be an iterable, not {type(values).__name__}")
    return tuple(values)


def _range(name: str, value: tuple[int, int] | None) -> tuple[int, int] | None:
    if value is not None and (not isinstance(value, tuple) or len(value) != 2):
        raise TypeError(f"{name} must be a tuple of two ints or None, not {type(value).__name__}")
    return value
