"""Searches of the workshop, and the apps that items need: in every version of ISteamUGC."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import steamgs
from conftest import MakeServer, Run
from handles import MANY
from steamgs import Result, WorkshopMatch, WorkshopRanking
from steamgs.simulator import Simulator

VOTE = WorkshopRanking.RANKED_BY_VOTE
VERSIONS = [f"STEAMUGC_INTERFACE_VERSION{number}" for number in ("017", "018", "020", "021")]


@pytest.fixture
def maps(sim: Simulator) -> None:
    """1 to 6, made a hundred seconds apart; 7 is a collection of them."""
    modes = ["ctf", "ctf", "dm", "dm", "race", "race"]
    for item, mode in enumerate(modes, 1):
        sim.add_workshop_item(
            item,
            title=f"map {item} — 玩家",
            tags=["Map", "Night" if item % 2 else "Day", mode],
            key_values={"mode": mode},
            subscriptions=item % 4,
        )
        sim.advance(100)
    sim.add_workshop_item(7, title="maps", collection=True, children=range(1, 7))


def found(server: steamgs.GameServer, ranking: WorkshopRanking = VOTE, **options: Any) -> list[int]:
    query = server.workshop.search(ranking, **options).query()
    with query:
        assert query.item_ids is None
        call = query.send()
        server.run_callbacks()
        items = query.results()
        assert call.result(0).total == call.result(0).results == len(items)
        return [item.item_id for item in items]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.usefixtures("maps")
def test_every_version_finds_the_same(
    version: str, make_server: MakeServer, sim: Simulator
) -> None:
    for other in VERSIONS:
        sim.withhold_interface(other, other != version)
    server = make_server().start()
    server.log_on_anonymous()
    server.run_callbacks()
    assert found(server) == [1, 2, 3, 4, 5, 6]
    assert found(server, kind=WorkshopMatch.COLLECTIONS) == [7]
    assert found(server, kind=WorkshopMatch.ALL) == [1, 2, 3, 4, 5, 6, 7]
    assert found(server, required_tags=["Map", "Night"]) == [1, 3, 5]
    assert found(server, required_tags=["dm", "race"], match_any_tag=True) == [3, 4, 5, 6]
    assert found(server, required_tags=["dm", "race"], match_any_tag=False) == []
    assert found(server, excluded_tags=["Night", "dm"]) == [2, 6]
    assert found(server, tag_groups=[["ctf", "dm"], ["Night"]]) == [1, 3]
    assert found(server, required_key_values={"mode": "race"}) == [5, 6]
    assert found(server, text="5 — 玩") == [5]
    begin = 1_700_000_000
    assert found(server, created=(begin, begin + 150)) == [1, 2]
    assert found(server, updated=(begin + 450, 2**32 - 1)) == [6]
    assert found(server, WorkshopRanking.RANKED_BY_PUBLICATION_DATE) == [6, 5, 4, 3, 2, 1]
    ranking = WorkshopRanking.RANKED_BY_TOTAL_UNIQUE_SUBSCRIPTIONS
    assert found(server, ranking, required_tags=["ctf"], trend_days=2**32 - 1) == [2, 1]
    limits: dict[str, Any] = {
        "creator_app_id": 0,
        "consumer_app_id": 2**32 - 1,
        "created": (0, 2**32 - 1),
    }
    assert len(found(server, required_tags=["t" * 255], **limits)) == 0
    assert sim.server.queries == 0


@pytest.mark.usefixtures("maps")
def test_ids_alone(online: steamgs.GameServer) -> None:
    with online.workshop.search(VOTE, text="6", only_ids=True).query() as query:
        query.send()
        online.run_callbacks()
        (item,) = query.results()
    assert (item.item_id, item.title, item.created) == (6, "", 0)


def test_many_pages(online: steamgs.GameServer, sim: Simulator) -> None:
    for item in range(1, 121):
        sim.add_workshop_item(item, title=f"item {item}")
    search = online.workshop.search(VOTE)
    assert search.count().result(1) == 120
    for _ in range(2):
        assert [item.item_id for item in search] == list(range(1, 121))
    pages = []
    for page in (1, 2, 3, 4, 2**32 - 1):
        with search.query(page) as query:
            query.send()
            online.run_callbacks()
            pages.append(len(query.results()))
    assert pages == [50, 50, 20, 0, 0]
    with search.query("*") as query:
        call = query.send()
        online.run_callbacks()
        assert call.result(0).next_cursor
    with search.query(call.result(0).next_cursor) as query:
        query.send()
        online.run_callbacks()
        assert query.results()[0].item_id == 51
    assert sim.server.queries == 0


def test_a_page_has_a_limit(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        with pytest.raises(TimeoutError):
            async for _ in server.workshop.search(VOTE, timeout=0.02):
                pass
        assert sim.server.queries == 0

    sim.set_latency("call", 1000)
    run(main)


def test_a_page_has_a_limit_in_a_thread(online: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_latency("call", 1000)
    with pytest.raises(TimeoutError):
        next(iter(online.workshop.search(VOTE, timeout=0.02)))
    with pytest.raises(TypeError, match="timeout must be a number of seconds"):
        online.workshop.search(VOTE, timeout="x")  # type: ignore[arg-type]
    assert sim.server.queries == 0


def test_pages_in_a_task(run: Run, sim: Simulator) -> None:
    for item in range(1, 121):
        sim.add_workshop_item(item)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        search = server.workshop.search(VOTE)
        assert await search.count() == 120
        assert [item.item_id async for item in search] == list(range(1, 121))
        assert sim.server.queries == 0

    run(main)


def test_failures_leave_no_handle(online: steamgs.GameServer, sim: Simulator) -> None:
    search = online.workshop.search(VOTE)
    with pytest.raises(steamgs.WorkshopError, match="search: Steam refused it"):
        search.query("no cursor")
    sim.fail_next_call()
    lost = search.count()
    online.run_callbacks()
    with pytest.raises(steamgs.CallFailedError):
        lost.result(0)
    sim.set_latency("call", 1)
    refused = search.count()
    sim.disconnect()
    sim.advance(2)
    online.run_callbacks()
    with pytest.raises(steamgs.WorkshopError, match="search: FAIL"):
        refused.result(0)
    assert sim.server.queries == 0


BAD: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"ranking": 99}, ValueError, "ranking must be a steamgs.WorkshopRanking"),
    ({"ranking": "vote"}, TypeError, "ranking must be a steamgs.WorkshopRanking, not str"),
    ({"kind": -2}, ValueError, "kind must be a steamgs.WorkshopMatch"),
    ({"text": ""}, ValueError, "text must not be empty"),
    ({"text": 5}, TypeError, "text must be a str, not int"),
    ({"required_tags": "Map"}, TypeError, "required_tags must be an iterable, not str"),
    ({"required_tags": [""]}, ValueError, "required_tags must not be empty"),
    ({"required_tags": ["x" * 256]}, ValueError, "required_tags must be at most 255 bytes"),
    ({"excluded_tags": [5]}, TypeError, "excluded_tags must be a str, not int"),
    ({"tag_groups": 5}, TypeError, "tag_groups must be an iterable, not int"),
    ({"tag_groups": ["Map"]}, TypeError, "tag_groups must be an iterable, not str"),
    ({"tag_groups": [[]]}, ValueError, "tag_groups must have a tag each"),
    ({"match_any_tag": 1}, TypeError, "match_any_tag must be a bool, not int"),
    ({"required_key_values": ["a"]}, TypeError, "required_key_values must be a mapping of texts"),
    ({"required_key_values": {"": "a"}}, ValueError, "required_key_values must not be empty"),
    ({"trend_days": 0}, OverflowError, "trend_days must be from 1 to 4294967295, not 0"),
    ({"created": 5}, TypeError, "created must be a tuple of two ints or None, not int"),
    ({"created": (5, 4)}, OverflowError, "created must be from 5 to 4294967295, not 4"),
    ({"updated": (-1, 4)}, OverflowError, "updated must be from 0 to 4294967295, not -1"),
    ({"creator_app_id": -1}, OverflowError, "creator_app_id must be from 0 to 4294967295, not -1"),
    ({"consumer_app_id": 2**32}, OverflowError, "consumer_app_id must be from 0"),
    ({"only_ids": 0}, TypeError, "only_ids must be a bool, not int"),
    ({"children": 1}, TypeError, "children must be a bool, not int"),
    ({"page": 0}, OverflowError, "page must be from 1 to 4294967295, not 0"),
    ({"page": ""}, ValueError, "page must not be empty"),
    ({"page": 1.0}, TypeError, "page must be an int, not float"),
    ({"page": "x" * 256}, ValueError, "page must be at most 255 bytes"),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_bad_arguments(online: steamgs.GameServer, sim: Simulator, number: int) -> None:
    arguments, error, words = BAD[number]
    given: dict[str, Any] = {"ranking": VOTE, **arguments}
    page = given.pop("page", 1)
    with pytest.raises(error, match=words):
        online.workshop.search(**given).query(page)
    assert sim.server.queries == 0


def test_only_while_the_server_runs(make_server: MakeServer) -> None:
    with pytest.raises(steamgs.NotRunningError):
        make_server().workshop.search(VOTE).query()
    with pytest.raises(steamgs.NotRunningError):
        make_server().workshop.app_dependencies(1)


def test_searches_leak_nowhere(online: steamgs.GameServer, sim: Simulator) -> None:
    search = online.workshop.search(VOTE)
    kept = search.query()
    for _ in range(MANY):
        search.query()
    gc.collect()
    assert sim.server.queries == 1
    online.close()
    online.start()
    again = search.query()
    kept.release()
    assert sim.server.queries == 1
    again.release()


# Apps


@pytest.mark.parametrize("version", VERSIONS)
def test_apps_that_an_item_needs(version: str, make_server: MakeServer, sim: Simulator) -> None:
    for other in VERSIONS:
        sim.withhold_interface(other, other != version)
    sim.add_workshop_item(1, apps=[480, 2**32 - 1])
    sim.add_workshop_item(2, apps=range(1, 41))
    sim.add_workshop_item(3)
    server = make_server().start()
    told: list[Any] = []
    server.workshop.app_dependencies_received.connect(told.append)
    calls = [server.workshop.app_dependencies(item) for item in (1, 2, 3, 2**64 - 1)]
    server.run_callbacks()
    assert calls[0].result(0) == (480, 2**32 - 1)
    assert calls[1].result(0) == tuple(range(1, 33))
    assert calls[2].result(0) == ()
    with pytest.raises(steamgs.WorkshopError) as caught:
        calls[3].result(0)
    assert (caught.value.result, caught.value.item_id) == (Result.FILE_NOT_FOUND, 2**64 - 1)
    assert [(event.count, event.total) for event in told] == [(2, 2), (32, 40), (0, 0), (0, 0)]
    with pytest.raises(OverflowError, match="item_id must be from 1"):
        server.workshop.app_dependencies(0)


# Collections without asyncio


def test_a_collection_is_installed_by_a_thread(
    online: steamgs.GameServer, sim: Simulator, tmp_path: Path
) -> None:
    for item in range(1, 11):
        sim.add_workshop_item(item, text=f"item {item}", children=[11] if item == 1 else [])
    sim.add_workshop_item(11, text="needed")
    sim.add_workshop_item(900, collection=True, children=range(1, 11))
    online.workshop.init(tmp_path)
    sim.fail_next_download(Result.TIMEOUT, item=5)
    done = online.workshop.install_and_wait(900, timeout=30)
    assert sorted(done.items) == [1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
    assert list(done.items).index(11) < list(done.items).index(1)
    assert done.failed[5].result is Result.TIMEOUT
    again = online.workshop.install_and_wait(900)
    assert again.changed == {5}
    sim.set_latency("call", 1000)
    with pytest.raises(TimeoutError):
        online.workshop.install_and_wait(900, timeout=0)
    for timeout, error in (("x", TypeError), (True, TypeError), (float("nan"), ValueError)):
        with pytest.raises(error, match="timeout must be a number of seconds or None"):
            online.workshop.install_and_wait(900, timeout=timeout)  # type: ignore[arg-type]


def test_a_thread_keeps_items_current(
    online: steamgs.GameServer, sim: Simulator, tmp_path: Path
) -> None:
    sim.add_workshop_item(1, text="a")
    online.workshop.init(tmp_path)
    seen: list[bytes] = []
    for done in online.workshop.follow(1, interval=1.0):
        seen.append((done.items[1].folder / "content.bin").read_bytes())
        if len(seen) == 1:
            assert done.changed == {1}
            sim.update_workshop_item(1, text="b")
            sim.fail_next_call()
        elif len(seen) == 2:
            sim.update_workshop_item(1, text="c")
            online.server_disconnected.once(lambda _: online.request_stop())
            sim.disconnect()
    assert seen == [b"a", b"b"]  # told to stop before the next look
    for interval in (0.0, float("nan"), float("inf"), 10**400):
        with pytest.raises(ValueError, match="interval must be at least 1"):
            online.workshop.follow(1, interval=interval)
    for no_number in ("x", True):
        with pytest.raises(TypeError, match="interval must be a number of seconds"):
            online.workshop.follow(1, interval=no_number)  # type: ignore[arg-type]


def test_a_thread_that_keeps_items_current_ends_with_the_server(
    online: steamgs.GameServer, sim: Simulator, tmp_path: Path
) -> None:
    sim.add_workshop_item(1, text="a")
    online.workshop.init(tmp_path)
    first = threading.Event()
    seen: list[steamgs.Installation] = []

    def follow() -> None:
        for done in online.workshop.follow(1):
            seen.append(done)
            first.set()

    with ThreadPoolExecutor(1) as threads:
        following = threads.submit(follow)
        assert first.wait(30)
        online.close()
        following.result(30)
    assert len(seen) == 1
    with pytest.raises(steamgs.NotRunningError):
        next(iter(online.workshop.follow(1)))
