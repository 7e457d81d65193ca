"""What Steam says about workshop items: in every version of ISteamUGC."""

from __future__ import annotations

import gc
import math
import struct
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import steamgs
from conftest import MakeServer
from handles import MANY
from payloads import DETAILS_017, DETAILS_020, DETAILS_SIZES, MAX_ID
from steamgs import (
    ContentDescriptor,
    ItemPreviewType,
    ItemStatistic,
    Result,
    WorkshopFileType,
    WorkshopVisibility,
)
from steamgs.simulator import Simulator

ITEM = 2**40 + 7
OTHER = ITEM + 1
AUTHOR = 76561197960287930
VERSIONS = [f"STEAMUGC_INTERFACE_VERSION{number}" for number in ("017", "018", "020", "021")]


@pytest.fixture
def items(sim: Simulator) -> None:
    sim.add_workshop_item(
        ITEM,
        title="A map — 玩家",
        description="d" * 400,
        metadata="m" * 4096,
        size=1000,
        owner=AUTHOR,
        children=[OTHER, 3],
        tags=["Map", "t" * 254],
        key_values={"mode": "ctf=2", "k" * 100: "v" * 150},
        previews=["https://steam.invalid/1.png", "https://steam.invalid/2.png"],
        game_versions=[("1.0", "2.0"), ("", "beta")],
        descriptors=[1, 5],
        subscriptions=2**40,
    )
    sim.add_workshop_item(OTHER, collection=True)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.usefixtures("items")
def test_every_version_tells_the_same(
    version: str, make_server: MakeServer, sim: Simulator
) -> None:
    for other in VERSIONS:
        sim.withhold_interface(other, other != version)
    server = make_server().start()
    server.log_on_anonymous()
    server.run_callbacks()
    told: list[Any] = []
    server.workshop.query_completed.connect(told.append)
    request = server.workshop.details([ITEM, 5, OTHER], metadata=True)
    assert not request.done()
    server.run_callbacks()
    first, missing, collection = request.result(0)
    assert (first.item_id, first.result, first.kind) == (
        ITEM,
        Result.OK,
        WorkshopFileType.COMMUNITY,
    )
    assert (first.title, first.description) == ("A map — 玩家", "d" * 255)
    assert (first.owner_id, first.creator_app_id, first.consumer_app_id) == (AUTHOR, 480, 480)
    assert first.created == first.updated == 1_700_000_000
    assert first.visibility is WorkshopVisibility.PUBLIC
    assert (first.banned, first.accepted, first.votes_up, first.score) == (False, False, 0, 0.0)
    assert first.file_size == 1000
    assert first.total_size == (1000 if version >= VERSIONS[2] else 0)
    assert first.tags == ("Map", "t" * 254)
    assert first.children == (OTHER, 3)
    assert first.metadata == "m" * 4096
    assert first.tag_names == first.tags
    assert first.key_values == (("mode", "ctf=2"), ("k" * 100, "v" * 150))
    image = ItemPreviewType.IMAGE
    assert [preview.source[-5:] for preview in first.previews] == ["1.png", "2.png"]
    assert first.previews[0][1:] == ("preview.png", image)
    assert first.statistics == {ItemStatistic.NUM_SUBSCRIPTIONS: 2**40}
    newer = version >= VERSIONS[2]
    assert first.game_versions == ((("1.0", "2.0"), ("", "beta")) if newer else ())
    assert first.content_descriptors == (
        ContentDescriptor.NUDITY_OR_SEXUAL_CONTENT,
        ContentDescriptor.ANY_MATURE_CONTENT,
    )
    assert first.preview_url.endswith(".png")
    assert (missing.item_id, missing.result, missing.title) == (5, Result.FILE_NOT_FOUND, "")
    assert (collection.kind, collection.children) == (WorkshopFileType.COLLECTION, ())
    assert [(event.result, event.results, event.total) for event in told] == [(Result.OK, 3, 3)]


LARGEST = (
    *(MAX_ID, 1, 15, 2**32 - 1, 2**32 - 1, b"t" * 128, b"d" * 7999, MAX_ID),
    *(2**32 - 1, 2**32 - 1, 2**32 - 1, 3, True, True, True, b"x" * 1024, MAX_ID, MAX_ID),
    *(b"f" * 259, 2**31 - 1, 2**31 - 1, b"u" * 255, 2**32 - 1, 2**32 - 1, 0.75, 2**32 - 1),
)
LOWEST = (
    *(1, 9, 0, 0, 0, b"", b"", 0),
    *(0, 0, 0, 0, False, False, False, b"", 0, 0),
    *(b"", -(2**31), 0, b"", 0, 0, -1.5, 0),
)
UNKNOWN = (
    *(2, 12345, -7, 1, 2, b"\xff\x00rest", "玩家".encode(), 3),
    *(4, 5, 6, 99, False, True, False, b"", 7, 8),
    *(b"", 9, 10, b"\xc3\xa9", 11, 12, 0.5, 13),
)


@pytest.mark.parametrize("values", [LARGEST, LOWEST, UNKNOWN], ids=["largest", "lowest", "unknown"])
@pytest.mark.parametrize("version", VERSIONS)
def test_each_field_of_the_details(
    version: str, values: tuple[Any, ...], make_server: MakeServer, sim: Simulator
) -> None:
    for other in VERSIONS:
        sim.withhold_interface(other, other != version)
    assert (struct.calcsize(DETAILS_017), struct.calcsize(DETAILS_020)) == DETAILS_SIZES
    newer = version >= VERSIONS[2]
    total = MAX_ID - values[3]
    details = (
        struct.pack(DETAILS_020, *values, total) if newer else struct.pack(DETAILS_017, *values)
    )
    sim.set_workshop_details(5, details)
    server = make_server().start()
    server.log_on_anonymous()
    server.run_callbacks()
    sim.add_workshop_item(5)
    with server.workshop.query([5]) as query:
        query.send()
        server.run_callbacks()
        (item,) = query.results()

    def text(data: bytes) -> str:
        return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")

    assert (item.item_id, item.result, item.kind) == values[:3]
    assert (item.creator_app_id, item.consumer_app_id) == values[3:5]
    assert (item.title, item.description) == (text(values[5]), text(values[6]))
    assert (item.owner_id, item.created, item.updated) == values[7:10]
    assert (item.visibility, item.banned, item.accepted) == values[11:14]
    assert (item.file_size, item.url) == (values[19], text(values[21]))
    assert (item.votes_up, item.votes_down, item.score) == values[22:25]
    assert item.total_size == (total if newer else 0)


@pytest.mark.usefixtures("items")
def test_a_query_is_released_once(online: steamgs.GameServer, sim: Simulator) -> None:
    with online.workshop.query(
        [ITEM], children=False, long_description=True, previews=True, playtime_days=7
    ) as query:
        assert query.item_ids == (ITEM,)
        assert query.results() == []
        assert sim.server.queries == 1
        call = query.send()
        online.run_callbacks()
        assert call.result(0).result is Result.OK
        (item,) = query.results()
        assert (item.children, item.description, item.metadata) == ((), "d" * 400, "")
    assert sim.server.queries == 0
    query.release()
    for use in (query.send, query.results):
        with pytest.raises(steamgs.ClosedHandleError):
            use()
    with pytest.raises(RuntimeError, match="on purpose"), online.workshop.query([ITEM]):
        raise RuntimeError("on purpose")
    assert sim.server.queries == 0


@pytest.mark.parametrize("dropped", [False, True])
def test_whoever_waits_for_a_query_that_is_released(
    online: steamgs.GameServer, dropped: bool
) -> None:
    query = online.workshop.query([ITEM])
    call = query.send()
    if dropped:
        del query
        gc.collect()
    else:
        query.release()
    assert call.done()
    with pytest.raises(steamgs.ClosedHandleError, match="the query is closed"):
        call.result()


def test_the_server_restarts_while_a_query_is_sent(
    online: steamgs.GameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one has its number by then, which must not be sent."""
    query = online.workshop.query([ITEM])
    others: list[steamgs.Query] = []
    heard: list[Any] = []
    online.workshop.query_completed.connect(heard.append)

    def restart(seconds: float) -> None:
        if not others:
            online.close()
            online.start()
            others.append(online.workshop.query([OTHER]))

    # As another thread may; this is called before Steam is asked.
    monkeypatch.setattr(online, "_look_again_in", restart)
    with pytest.raises(steamgs.ClosedHandleError, match="the query is closed"):
        query.send(timeout=9)
    online.run_callbacks()
    assert heard == []


def test_queries_leak_nowhere(online: steamgs.GameServer, sim: Simulator) -> None:
    kept = online.workshop.query([ITEM])
    for _ in range(MANY):
        online.workshop.query([ITEM])
    gc.collect()
    assert sim.server.queries == 1
    online.close()
    assert sim.server.queries == 0
    online.start()
    again = online.workshop.query([ITEM])
    kept.release()  # of another run: it must not take the new one's number
    assert sim.server.queries == 1
    again.release()
    with pytest.raises(steamgs.ClosedHandleError):
        again.send()
    assert (sim.server.wrong_releases, sim.server.left_handles) == (0, 0)


def test_many_items_are_asked_for_in_pages(online: steamgs.GameServer, sim: Simulator) -> None:
    for item in range(1, 121):
        sim.add_workshop_item(item, title=f"item {item}")
    request = online.workshop.details(range(1, 121), language="german")
    assert sim.server.queries == 3
    online.run_callbacks()
    assert [one.title for one in request.result(0)] == [f"item {item}" for item in range(1, 121)]
    assert online.workshop.details([]).result(0) == []
    del request
    gc.collect()
    assert sim.server.queries == 0


def test_failures_say_why(online: steamgs.GameServer, sim: Simulator) -> None:
    sim.fail_next_call()
    lost = online.workshop.details([1])
    online.run_callbacks()
    with pytest.raises(steamgs.CallFailedError):
        lost.result(0)
    sim.set_latency("call", 1)
    refused = online.workshop.details([1])
    sim.disconnect()
    sim.advance(2)
    online.run_callbacks()
    with pytest.raises(steamgs.WorkshopError, match="details: FAIL"):
        refused.result(0)


BAD: list[tuple[Any, type[Exception], str]] = [
    ({"item_ids": 5}, TypeError, "item_ids must be an iterable of ints, not int"),
    ({"item_ids": "5"}, TypeError, "item_ids must be an iterable of ints, not str"),
    ({"item_ids": [0]}, OverflowError, "item_id must be from 1"),
    ({"item_ids": ["5"]}, TypeError, "item_id must be an int"),
    ({"item_ids": []}, ValueError, "item_ids must be 1 to 50 items, not 0"),
    ({"item_ids": range(1, 52)}, ValueError, "item_ids must be 1 to 50 items, not 51"),
    ({"item_ids": [1], "children": 1}, TypeError, "children must be a bool"),
    ({"item_ids": [1], "metadata": None, "language": ""}, ValueError, "language must not be empty"),
    ({"item_ids": [1], "playtime_days": -1}, OverflowError, "playtime_days must be from 0"),
    ({"item_ids": [1], "max_age": -1}, OverflowError, "max_age must be from 0"),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_bad_arguments(online: steamgs.GameServer, sim: Simulator, number: int) -> None:
    arguments, error, words = BAD[number]
    with pytest.raises(error, match=words):
        online.workshop.query(**arguments)
    gc.collect()
    assert sim.server.queries == 0


def test_only_while_the_server_runs(make_server: MakeServer) -> None:
    server = make_server()
    with pytest.raises(steamgs.NotRunningError):
        server.workshop.query([1])


def test_steam_may_tell_of_too_few(
    online: steamgs.GameServer, sim: Simulator, tmp_path: Path
) -> None:
    for item in range(1, 61):
        sim.add_workshop_item(item)
    online.workshop.init(tmp_path)
    sim.set_behaviour("workshop_short")
    for ask in (
        lambda: online.workshop.details([1, 2]).result(1),
        lambda: online.workshop.install_and_wait(1, 2, timeout=1),
    ):
        with pytest.raises(steamgs.WorkshopError, match=r"item 1: .*left out 1 of 2 items"):
            ask()


def test_steam_may_tell_in_another_order(online: steamgs.GameServer, sim: Simulator) -> None:
    for asked, told in ((ITEM, OTHER), (OTHER, ITEM)):
        sim.set_workshop_details(asked, packed_details(told, children=0))
    request = online.workshop.details([ITEM, OTHER])
    assert [one.item_id for one in request.result(1)] == [ITEM, OTHER]


def packed_details(item_id: int, children: int) -> bytes:
    return struct.pack(DETAILS_020, item_id, *LARGEST[1:-1], children, 0)


def test_children_that_steam_counts_and_does_not_name(
    online: steamgs.GameServer, sim: Simulator, tmp_path: Path
) -> None:
    sim.add_workshop_item(ITEM, children=[OTHER, 3])
    sim.add_workshop_item(OTHER)
    sim.add_workshop_item(3)
    sim.set_workshop_details(ITEM, packed_details(ITEM, children=5))
    online.workshop.init(tmp_path)
    assert online.workshop.details([ITEM]).result(1)[0].children == (OTHER, 3)
    sim.set_behaviour("workshop_childless")
    for ask in (
        lambda: online.workshop.details([ITEM]).result(1),
        lambda: online.workshop.install_and_wait(ITEM, timeout=1),
    ):
        with pytest.raises(steamgs.WorkshopError, match="does not tell its 5 children"):
            ask()
    with online.workshop.query([ITEM], children=False) as query:
        query.send().result(1)
        assert query.results()[0].children == ()


def test_all_pages_have_one_limit() -> None:
    given: list[float] = []

    class Asked:
        item_ids = (1,)

        def send(self, *, timeout: float | None) -> Asked:
            return self

        def result(self, timeout: float | None) -> steamgs.WorkshopQueryCompleted:
            given.append(math.inf if timeout is None else timeout)
            time.sleep(0.01)
            return steamgs.WorkshopQueryCompleted(1, Result.OK, 0, 0, False, "")

        def results(self) -> list[Any]:
            return [SimpleNamespace(item_id=1)]

    details = steamgs.Details(lambda ids: Asked(), range(1, 121), None)  # type: ignore[arg-type, return-value]
    assert len(details.result(0.015)) == 3
    assert len(details.result()) == 3
    assert given[0] <= 0.015
    assert given[1] <= 0.005
    assert given[2:] == [0.0, math.inf, math.inf, math.inf]
