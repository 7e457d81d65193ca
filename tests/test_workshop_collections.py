"""Whole collections of workshop items, installed and kept current."""

from __future__ import annotations

import asyncio
import os
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import steamgs
from conftest import ROOT, MakeServer, Run
from fronts import library_of
from steamgs import Installation, ItemState, Result
from steamgs.simulator import Simulator
from steamgs.workshop.steps import Steps, done_in_thread
from steamgs.workshop.watch import Pause, Watch

COLLECTION = 900


def add_collection(sim: Simulator) -> None:
    """Twenty items: 11 needs 12, 12 and 30 need each other, and 40 is a collection in it."""
    for item in range(11, 31):
        needs = {11: [12], 12: [30], 30: [12]}.get(item, [])
        sim.add_workshop_item(item, text=f"item {item}", size=100, children=needs)
    sim.add_workshop_item(40, collection=True, children=range(21, 31))
    sim.add_workshop_item(COLLECTION, collection=True, children=[*range(11, 21), 40])


def test_a_collection_is_installed_and_kept_current(
    run: Run, sim: Simulator, tmp_path: Path
) -> None:
    add_collection(sim)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        server.workshop.init(tmp_path)
        done = await server.workshop.install(COLLECTION)
        assert sorted(done.items) == list(range(11, 31))
        assert done.changed == set(range(11, 31))
        assert done.failed == {}
        order = list(done.items)
        assert order.index(12) < order.index(11)
        for item, installed in done.items.items():
            content = (installed.folder / "content.bin").read_bytes()
            assert content.rstrip(b"\0").decode() == f"item {item}"
        sim.update_workshop_item(15, text="newer")
        sim.remove_workshop_item(16)
        again = await server.workshop.install(COLLECTION)
        assert again.changed == {15}
        assert {item: error.result for item, error in again.failed.items()} == {
            16: Result.FILE_NOT_FOUND
        }
        sim.fail_next_download(Result.TIMEOUT, item=17)
        sim.update_workshop_item(17, text="newer")
        third = await server.workshop.install(COLLECTION)
        assert third.failed[17].result is Result.TIMEOUT
        assert third.changed == set()

    run(main)


@pytest.mark.parametrize("unnoticed", [True, False])
def test_an_update_that_steam_has_not_noticed_is_a_change(
    online: steamgs.GameServer, sim: Simulator, tmp_path: Path, unnoticed: bool
) -> None:
    sim.add_workshop_item(1, text="a")
    online.workshop.init(tmp_path)
    assert online.workshop.install_and_wait(1).changed == {1}
    sim.set_behaviour("workshop_unnoticed", unnoticed)
    sim.update_workshop_item(1, text="newer")
    current = ItemState.INSTALLED | (ItemState.NONE if unnoticed else ItemState.NEEDS_UPDATE)
    assert online.workshop.state(1) == current
    done = online.workshop.install_and_wait(1)
    assert (done.items[1].folder / "content.bin").read_bytes() == b"newer"
    assert done.changed == {1}
    assert online.workshop.install_and_wait(1).changed == frozenset()


def test_an_update_between_the_look_and_the_download_is_a_change(
    run: Run, sim: Simulator, tmp_path: Path
) -> None:
    sim.add_workshop_item(1, text="a")

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        server.workshop.init(tmp_path)
        await server.workshop.install(1)
        sim.set_latency("workshop", 1)
        task = asyncio.create_task(server.workshop.install(1))
        while not server.workshop.state(1) & ItemState.DOWNLOADING:
            await asyncio.sleep(0.001)
        sim.update_workshop_item(1, text="newer")
        sim.advance(2)
        done = await task
        assert (done.items[1].folder / "content.bin").read_bytes() == b"newer"
        assert done.changed == {1}

    run(main)


def test_legacy_items_are_files(online: steamgs.GameServer, sim: Simulator, tmp_path: Path) -> None:
    sim.add_workshop_item(1, text="old", legacy=True)
    sim.add_workshop_item(2)
    online.workshop.init(tmp_path)
    done = online.workshop.install_and_wait(1, 2)
    assert (done.items[1].legacy, done.items[2].legacy) == (True, False)
    assert done.items[1].folder.read_bytes() == b"old"
    assert online.workshop.state(1) == ItemState.INSTALLED | ItemState.LEGACY_ITEM
    assert online.workshop.install_and_wait(1, 2).changed == frozenset()
    sim.update_workshop_item(1, text="new")
    assert online.workshop.install_and_wait(1, 2).changed == {1}


INSTALLED = [steamgs.InstalledItem(1, Path("1"), 5, updated, False) for updated in range(3)]
LOST = steamgs.DownloadError("install", 2, Result.TIMEOUT)


def watch_of(outcomes: Iterator[Installation | Exception]) -> Watch:
    def install() -> Steps[Installation]:
        yield from ()
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def pause() -> Pause:
        return Pause(0.0, None, lambda: True)  # type: ignore[arg-type]

    return Watch(install, pause)


def installation(item: int, *changed: int, failed: bool = False) -> Installation:
    return Installation({1: INSTALLED[item]}, frozenset(changed), {2: LOST} if failed else {})


def test_what_a_watch_tells() -> None:
    outcomes: Iterator[Installation | Exception] = iter(
        [
            installation(0, 1, failed=True),
            installation(0, failed=True),  # as before: not told
            steamgs.WorkshopError("details", None),
            TimeoutError(),
            installation(1, failed=True),  # it came while the last round failed
            installation(1),  # 2 is there again, or not wanted any more
            installation(1),
            installation(2, 1),
        ]
    )
    watch = watch_of(outcomes)
    told = [done_in_thread(watch.next_change(), None) for _ in range(4)]
    assert [(done.items[1].updated, set(done.changed), len(done.failed)) for done in told] == [
        (0, {1}, 1),
        (1, {1}, 1),
        (1, set(), 0),
        (2, {1}, 0),
    ]
    assert list(outcomes) == []


@pytest.mark.parametrize("error", [TimeoutError(), steamgs.WorkshopError("details", None)])
def test_a_watch_raises_the_first_time(error: Exception) -> None:
    watch = watch_of(iter([error, installation(0, 1)]))
    with pytest.raises(type(error)):
        done_in_thread(watch.next_change(), None)
    assert done_in_thread(watch.next_change(), None).changed == {1}


def test_a_round_has_a_limit(run: Run, sim: Simulator, tmp_path: Path) -> None:
    sim.add_workshop_item(1)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        server.workshop.init(tmp_path)
        sim.set_latency("workshop", 1000)
        with pytest.raises(TimeoutError):
            await server.workshop.install(1, timeout=0.02)
        with pytest.raises(TimeoutError):
            await server.workshop.keep_current(1, on_change=print, timeout=0.02)
        with pytest.raises(TypeError, match="timeout must be a number of seconds"):
            await server.workshop.keep_current(1, on_change=print, timeout="x")  # type: ignore[arg-type]
        sim.set_latency("call", 1000)
        with pytest.raises(TimeoutError):
            await server.workshop.install(1, timeout=0.02)

    run(main)


def test_what_may_not_be_where_it_is_stops_no_others(
    run: Run, sim: Simulator, tmp_path: Path
) -> None:
    for item in (1, 2):
        sim.add_workshop_item(item)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        server.workshop.init(tmp_path)
        sim.set_behaviour("workshop_outside")
        done = await server.workshop.install(1, 2)
        assert done.items == {}
        assert sorted(done.failed) == [1, 2]
        assert "which is not in" in str(done.failed[1])

    run(main)


def test_it_goes_on_where_a_restart_has_ended_it(
    make_server: MakeServer, front: str, tmp_path: Path
) -> None:
    with Simulator() as sim:
        add_collection(sim)

        async def until(count: int) -> tuple[set[int], list[int]]:
            arguments = {"library": library_of(front), "steamclient": sim, "query_port": 0}
            async with steamgs.asyncio.GameServer(480, **arguments) as server:  # type: ignore[arg-type]
                await server.log_on_anonymous()
                server.workshop.init(tmp_path)
                states = {item: server.workshop.state(item) for item in range(11, 31)}
                installed, seen = asyncio.Event(), []

                def on_installed(event: steamgs.ItemInstalled) -> None:
                    seen.append(event.item_id)
                    if len(seen) == count:
                        sim.set_download_rate(1)
                        installed.set()

                server.workshop.item_installed.connect(on_installed)
                task = asyncio.create_task(server.workshop.install(COLLECTION))
                if count < 20:
                    await asyncio.wait_for(installed.wait(), 30)
                    task.cancel()
                else:
                    assert len((await asyncio.wait_for(task, 30)).items) == 20
            return {item for item, state in states.items() if state & ItemState.INSTALLED}, seen

        sim.set_download_rate(20_000)
        before, first = asyncio.run(until(7))
        assert before == set()
        sim.set_download_rate(20_000)
        # Items may arrive while the server closes, which then hears of them no more.
        there, second = asyncio.run(until(20))
        assert set(first) <= there
        assert len(there) < 20
        assert sorted([*there, *second]) == list(range(11, 31))  # each of them once


def test_keeping_current(run: Run, sim: Simulator, tmp_path: Path) -> None:
    sim.add_workshop_item(1, text="a")

    async def main(server: steamgs.asyncio.GameServer) -> None:
        with pytest.raises(ValueError, match="interval must be at least 1"):
            await server.workshop.keep_current(1, on_change=print, interval=0)
        with pytest.raises(TypeError, match="on_change must be callable, not NoneType"):
            await server.workshop.keep_current(1, on_change=None)  # type: ignore[arg-type]
        await server.log_on_anonymous()
        server.workshop.init(tmp_path)
        changes: asyncio.Queue[steamgs.Installation] = asyncio.Queue()
        task = asyncio.create_task(
            server.workshop.keep_current(1, on_change=changes.put, interval=1.0)
        )
        assert (await changes.get()).changed == {1}
        sim.update_workshop_item(1, text="b")
        sim.fail_next_call()
        done = await asyncio.wait_for(changes.get(), 20)
        assert (done.items[1].folder / "content.bin").read_bytes() == b"b"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main)


Arrived = Callable[[Any, Simulator], bool]


async def example_until(
    server: steamgs.asyncio.GameServer, sim: Simulator, folder: Path, arrived: Arrived
) -> dict[int, bytes]:
    """Run the example's server until something has come about; what it has loaded then."""
    example = runpy.run_path(str(ROOT / "examples" / "workshop_server.py"))
    async with server:
        maps = example["Maps"]()
        task = asyncio.create_task(
            example["serve_content"](server, maps, folder, COLLECTION, interval=1.0)
        )
        async with asyncio.timeout(30):
            while not arrived(maps, sim):
                await asyncio.sleep(0.005)
                assert not task.done()
        task.cancel()
        return dict(maps.loaded)


def test_the_example(front: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is restarted in the middle, then an author updates an item."""
    content = tmp_path.resolve() / "steamapps/workshop/content/480"
    updated: list[int] = []

    def seven_are_there(maps: Any, sim: Simulator) -> bool:
        return len(list(content.glob("*/content.bin"))) >= 7

    def item_15_is_updated(maps: Any, sim: Simulator) -> bool:
        if maps.loads == 20 and not updated:
            sim.update_workshop_item(15, text="newer")
            updated.append(15)
        return bool(maps.loads > 20)

    with Simulator() as sim:
        add_collection(sim)
        sim.set_download_rate(10_000)
        for arrived in (seven_are_there, item_15_is_updated):
            server = steamgs.asyncio.GameServer(
                480, library=library_of(front), steamclient=sim, query_port=0
            )
            loaded = asyncio.run(example_until(server, sim, tmp_path, arrived))
            if arrived is seven_are_there:
                assert loaded == {}
                assert len(list(content.glob("*/content.bin"))) < 20
                sim.set_download_rate(0)
    assert len(loaded) == 20
    assert loaded[15] == b"newer"
    assert capsys.readouterr().out.count("loaded item 15") == 2


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_the_example_follows_no_links_out_of_an_item(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = runpy.run_path(str(ROOT / "examples" / "workshop_server.py"))
    (tmp_path / "secret").write_bytes(b"secret")
    folders = [tmp_path.resolve() / str(number) for number in (1, 2)]
    for folder in folders:
        folder.mkdir()
    (folders[0] / "content.bin").symlink_to(tmp_path / "secret")
    (folders[1] / "content.bin").write_bytes(b"map")
    items = {
        number: steamgs.InstalledItem(number, folder, 3, 0, False)
        for number, folder in enumerate(folders, 1)
    }
    maps = example["Maps"]()
    maps.update(Installation(items, frozenset(items), {}))
    assert maps.loaded == {2: b"map"}
    assert "item 1 can't be loaded: its file is outside its folder" in capsys.readouterr().out
