"""ISteamUGC on a server: downloads, where items are, and what is told of them, in every version."""

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import steamgs
from conftest import MakeServer, Run
from fronts import library_of
from payloads import MAX_ID, PACKING
from steamgs import ItemState, Result
from steamgs.simulator import Simulator

ITEM = 2**40 + 7
OTHER = ITEM + 1
VERSIONS = [f"STEAMUGC_INTERFACE_VERSION{number}" for number in ("017", "018", "020", "021")]
LARGER = VERSIONS[2:]


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest, sim: Simulator) -> str:
    """The version that is served; the others are withheld."""
    for other in VERSIONS:
        sim.withhold_interface(other, other != request.param)
    return str(request.param)


@pytest.fixture
def ready(online: steamgs.GameServer, sim: Simulator, tmp_path: Path) -> steamgs.GameServer:
    """A server that may download into a folder; there are two items."""
    sim.add_workshop_item(ITEM, title="a map", text="version 1", size=1000)
    sim.add_workshop_item(OTHER, size=500)
    online.workshop.init(tmp_path)
    return online


def ended(server: steamgs.GameServer, download: steamgs.Download) -> bool:
    server.run_callbacks()
    return download.done()


def test_an_item_is_downloaded_in_every_version(
    version: str, make_server: MakeServer, sim: Simulator, tmp_path: Path
) -> None:
    sim.add_workshop_item(ITEM, text="hello", size=9)
    server = make_server().start()
    server.log_on_anonymous()
    server.run_callbacks()
    workshop = server.workshop
    heard: list[Any] = []
    workshop.item_installed.connect(heard.append)
    workshop.download_item_result.connect(heard.append)
    assert workshop.folder is None
    workshop.init(str(tmp_path))
    assert workshop.folder == tmp_path.resolve()
    assert server.interfaces()["ugc"] == version
    assert workshop.state(ITEM) is ItemState.NONE
    assert workshop.install_info(ITEM) is None
    assert workshop.download_info(ITEM) is None
    download = workshop.download(ITEM)
    assert workshop.state(ITEM) == ItemState.DOWNLOADING
    assert workshop.download_info(ITEM) == (0, 9)
    assert not download.done()
    server.run_callbacks()
    installed = download.result(0)
    assert installed == workshop.install_info(ITEM)
    assert installed.folder == tmp_path.resolve() / f"steamapps/workshop/content/480/{ITEM}"
    assert (installed.folder / "content.bin").read_bytes() == b"hello\0\0\0\0"
    assert (installed.size, installed.updated) == (9, 1_700_000_000)
    assert workshop.state(ITEM) is ItemState.INSTALLED
    of_the_file = (MAX_ID, 1) if version in LARGER else (MAX_ID, 0)
    assert heard == [
        steamgs.ItemInstalled(480, ITEM, *of_the_file),
        steamgs.DownloadItemResult(480, ITEM, Result.OK),
    ]
    assert repr(download) == f"<Download of item {ITEM}, ended>"


@pytest.mark.parametrize("values", [(480, ITEM, 5, 2**63), (2**32 - 1, MAX_ID, MAX_ID, MAX_ID)])
def test_an_installation_is_read_in_the_size_of_the_version(
    version: str, server: steamgs.GameServer, sim: Simulator, values: tuple[int, ...]
) -> None:
    """What an older version sends has nothing behind the item, whatever lies there in memory."""
    server.close()
    server.start()
    heard: list[Any] = []
    server.workshop.item_installed.connect(heard.append)
    layout = "<IQQQ" if PACKING == 4 else "<I4xQQQ"
    sim.post(3405, struct.pack(layout, *values))
    assert server.run_callbacks() == 0  # nobody knows how large it is
    assert server.workshop.state(1) is ItemState.NONE
    sim.post(3405, struct.pack(layout, *values))
    server.run_callbacks()
    newer = values if version in LARGER else (*values[:2], MAX_ID, 0)
    assert heard == [steamgs.ItemInstalled(*newer)]


def test_how_a_download_goes_on(ready: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_download_rate(100)
    first = ready.workshop.download(ITEM)
    second = ready.workshop.download(OTHER)
    assert sim.server.downloads == (ITEM, OTHER)
    sim.advance(3)
    assert first.progress == (300, 1000)
    assert first.progress.fraction == 0.3
    assert repr(first) == f"<Download of item {ITEM}, 30%>"
    assert second.progress == (0, 500)
    assert second.progress.fraction == 0
    assert ready.workshop.state(OTHER) == ItemState.DOWNLOAD_PENDING
    sim.advance(7)
    assert ended(ready, first)
    assert not ended(ready, second)
    sim.advance(5)
    assert ended(ready, second)
    assert second.result(0).size == 500
    assert ready.workshop.download_info(ITEM) is None


def test_high_priority_comes_first(ready: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_download_rate(100)
    first = ready.workshop.download(ITEM)
    sim.advance(4)
    second = ready.workshop.download(OTHER, high_priority=True)
    assert sim.server.downloads == (OTHER, ITEM)
    sim.advance(5)
    assert ended(ready, second)
    assert first.progress == (400, 1000)
    sim.advance(6)
    assert ended(ready, first)


def test_downloads_are_suspended(ready: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_download_rate(100)
    download = ready.workshop.download(ITEM)
    sim.advance(4)
    ready.workshop.suspend_downloads()
    sim.advance(100)
    assert not ended(ready, download)
    assert download.progress == (400, 1000)
    assert ready.workshop.state(ITEM) == ItemState.DOWNLOAD_PENDING
    ready.workshop.suspend_downloads(False)
    sim.advance(6)
    assert ended(ready, download)


def test_an_update_is_noticed_and_replaces_the_item(
    ready: steamgs.GameServer, sim: Simulator
) -> None:
    first = ready.workshop.download(ITEM)
    ready.run_callbacks()
    before = first.result(0)
    sim.advance(60)
    sim.update_workshop_item(ITEM, text="version 2")
    assert ready.workshop.state(ITEM) == ItemState.INSTALLED | ItemState.NEEDS_UPDATE
    again = ready.workshop.download(ITEM)
    ready.run_callbacks()
    after = again.result(0)
    assert after.folder == before.folder
    assert (after.folder / "content.bin").read_bytes() == b"version 2"
    assert after.updated == before.updated + 60
    assert ready.workshop.state(ITEM) == ItemState.INSTALLED
    sim.remove_workshop_item(ITEM)
    assert ready.workshop.state(ITEM) == ItemState.INSTALLED


def test_an_update_while_it_is_downloaded(ready: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_download_rate(100)
    download = ready.workshop.download(ITEM)
    sim.advance(5)
    sim.update_workshop_item(ITEM, text="newer", size=200)
    sim.advance(5)
    assert not ended(ready, download)
    sim.advance(2)
    assert ended(ready, download)
    assert (download.result(0).folder / "content.bin").read_bytes()[:6] == b"newer\0"


def test_what_is_current_ends_at_once(ready: steamgs.GameServer, sim: Simulator) -> None:
    heard: list[Any] = []
    ready.workshop.item_installed.connect(heard.append)
    for _ in range(2):
        download = ready.workshop.download(ITEM)
        assert ended(ready, download)
        assert download.result(0).size == 1000
    assert len(heard) == 1


FAILURES: list[tuple[Callable[[Simulator], object], Result]] = [
    (lambda sim: sim.remove_workshop_item(ITEM), Result.FILE_NOT_FOUND),
    (lambda sim: sim.set_disk_space(999), Result.DISK_FULL),
    (lambda sim: sim.fail_next_download(Result.TIMEOUT), Result.TIMEOUT),
    (lambda sim: sim.fail_next_download(item=ITEM), Result.FAIL),
    (lambda sim: sim.disconnect(), Result.NO_CONNECTION),
]


@pytest.mark.parametrize(("befall", "result"), FAILURES)
def test_failures_say_why(
    ready: steamgs.GameServer,
    sim: Simulator,
    befall: Callable[[Simulator], object],
    result: Result,
) -> None:
    sim.set_latency("workshop", 1)
    download = ready.workshop.download(ITEM)
    befall(sim)
    sim.advance(1)
    assert ended(ready, download)
    words = f"download, item {ITEM}: {result.name}"
    with pytest.raises(steamgs.DownloadError, match=words) as caught:
        download.result(0)
    error = caught.value
    assert (error.item_id, error.result, error.action) == (ITEM, result, "download")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert ready.workshop.install_info(ITEM) is None
    assert ready.workshop.state(ITEM) is ItemState.NONE


def test_the_disk_is_full_until_there_is_room(ready: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_disk_space(1400)
    downloads = [ready.workshop.download(item) for item in (ITEM, OTHER)]
    ready.run_callbacks()
    assert downloads[0].result(0).size == 1000
    with pytest.raises(steamgs.DownloadError, match="DISK_FULL"):
        downloads[1].result(0)
    sim.update_workshop_item(ITEM, size=900)
    downloads = [ready.workshop.download(item) for item in (ITEM, OTHER)]
    ready.run_callbacks()
    assert [one.result(0).size for one in downloads] == [900, 500]


def test_a_folder_that_cannot_be_written(ready: steamgs.GameServer, tmp_path: Path) -> None:
    (tmp_path / "steamapps").write_text("in the way")
    download = ready.workshop.download(ITEM)
    ready.run_callbacks()
    with pytest.raises(steamgs.DownloadError, match="IO_FAILURE"):
        download.result(0)


def test_a_server_that_is_restarted_finds_what_it_has(
    make_server: MakeServer, sim: Simulator, tmp_path: Path
) -> None:
    sim.add_workshop_item(ITEM, size=1000)
    sim.add_workshop_item(OTHER, size=500)
    sim.set_download_rate(100)
    server = make_server()
    for run in range(2):
        with server:
            server.log_on_anonymous()
            server.run_callbacks()
            server.workshop.init(tmp_path)
            if run == 1:
                assert server.workshop.state(OTHER) is ItemState.INSTALLED
                assert server.workshop.state(ITEM) is ItemState.NONE
            waiting = [server.workshop.download(item) for item in (OTHER, ITEM)]
            sim.advance(8)
            server.run_callbacks()
            assert waiting[0].done()
            assert waiting[1].done() == (run == 1)  # 300 bytes had come before
            if run == 1:
                assert waiting[1].result(0).size == 1000
        assert sim.server.downloads == ()


def test_another_process_finds_it_too(make_server: MakeServer, front: str, tmp_path: Path) -> None:
    for run in range(2):
        with Simulator(clock="manual") as sim:
            sim.add_workshop_item(ITEM, text="x")
            options = {"library": library_of(front), "steamclient": sim, "query_port": 0}
            with steamgs.GameServer(480, **options) as server:  # type: ignore[arg-type]
                server.log_on_anonymous()
                server.run_callbacks()
                server.workshop.init(tmp_path)
                assert bool(server.workshop.state(ITEM) & ItemState.INSTALLED) == (run == 1)
                server.workshop.download(ITEM)
                server.run_callbacks()


def test_a_folder_beyond_ascii(ready: steamgs.GameServer, tmp_path: Path) -> None:
    folder = tmp_path / "карты — 玩家"
    folder.mkdir()
    ready.workshop.init(folder)
    installed = ready.workshop.download(ITEM).result(1)
    assert installed.folder.is_relative_to(folder.resolve())
    assert (installed.folder / "content.bin").read_bytes().startswith(b"version 1")


def test_closing_ends_the_wait(ready: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_download_rate(1)
    download = ready.workshop.download(ITEM)
    ready.close()
    with pytest.raises(steamgs.NotRunningError):
        download.result()
    assert download.progress == (0, 0)


def test_cancelling_and_callbacks(ready: steamgs.GameServer, sim: Simulator) -> None:
    heard: list[Any] = []
    ready.workshop.download_item_result.connect(heard.append)
    download = ready.workshop.download(ITEM)
    ended_: list[steamgs.Download] = []
    download.add_done_callback(ended_.append)
    assert download.cancel()
    assert not download.cancel()
    assert ended_ == [download]
    with pytest.raises(steamgs.CallCancelledError):
        download.result(0)
    ready.run_callbacks()
    assert [event.result for event in heard] == [Result.OK]


def test_who_waits_sees_progress(front: str, tmp_path: Path) -> None:
    with Simulator() as sim:
        sim.add_workshop_item(ITEM, size=1000)
        options = {"library": library_of(front), "steamclient": sim, "query_port": 0}
        with steamgs.GameServer(480, **options) as server:  # type: ignore[arg-type]
            server.log_on_anonymous().result(10)
            server.workshop.init(tmp_path)
            sim.set_download_rate(2500)
            seen: list[steamgs.DownloadProgress] = []
            installed = server.workshop.download(ITEM).result(20, on_progress=seen.append)
            assert installed.size == 1000
            assert 0 < seen[0].done < 1000
            assert [one.total for one in seen] == [1000] * len(seen)
            sim.set_download_rate(1)
            sim.update_workshop_item(ITEM, size=1000)
            with pytest.raises(TimeoutError):
                server.workshop.download(ITEM).result(0.3, on_progress=seen.append)
            with pytest.raises(TimeoutError):
                server.workshop.download(ITEM, timeout=0.05).result(on_progress=seen.append)


async def nobody_awaits(_: object) -> None: ...


BAD_WAITS: list[tuple[Callable[[Any], object], type[Exception], str]] = [
    (lambda one: one.result("x"), TypeError, "timeout must be a number of seconds or None"),
    (lambda one: one.result(True), TypeError, "timeout must be a number of seconds or None"),
    (lambda one: one.result(float("nan")), ValueError, "timeout must be a number of seconds"),
    (lambda one: one.result(0, on_progress=5), TypeError, "on_progress must be callable, not int"),
    (lambda one: one.result(on_progress=nobody_awaits), TypeError, "is a coroutine function"),
    (lambda one: one.add_done_callback(None), TypeError, "function must be callable, not None"),
    (lambda one: one.add_done_callback(nobody_awaits), TypeError, "is a coroutine function"),
]


@pytest.mark.parametrize("number", range(len(BAD_WAITS)))
def test_bad_waits(ready: steamgs.GameServer, number: int) -> None:
    use, error, words = BAD_WAITS[number]
    download = ready.workshop.download(ITEM)
    with pytest.raises(error, match=words):
        use(download)
    assert not download.done()
    assert download.result(10**400).size == 1000


def test_asyncio(run: Run, sim: Simulator, tmp_path: Path) -> None:
    for item in range(1, 31):
        sim.add_workshop_item(item, size=item)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        server.workshop.init(tmp_path)
        downloads = [server.workshop.download(item) for item in range(1, 31)]
        for number, download in enumerate(reversed(downloads)):
            assert (await download).size == 30 - number
        with pytest.raises(steamgs.DownloadError):
            await server.workshop.download(31)
        seen = [progress async for progress in server.workshop.download(30)]
        assert seen[-1] == (30, 30)
        sim.fail_next_download(Result.TIMEOUT)
        with pytest.raises(steamgs.DownloadError, match="TIMEOUT"):
            async for _ in server.workshop.download(30):
                pass

    run(main)


def test_steam_may_not_name_another_place(ready: steamgs.GameServer, sim: Simulator) -> None:
    download = ready.workshop.download(ITEM)
    ready.run_callbacks()
    sim.set_behaviour("workshop_outside")
    with pytest.raises(steamgs.WorkshopError, match="which is not in"):
        ready.workshop.install_info(ITEM)
    with pytest.raises(steamgs.WorkshopError, match="which is not in"):
        download.result(0)
    sim.set_behaviour("workshop_outside", False)
    folder = download.result(0).folder
    if hasattr(os, "symlink") and os.name == "posix":
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        folder.symlink_to("/")
        with pytest.raises(steamgs.WorkshopError, match="which is not in"):
            ready.workshop.install_info(ITEM)


def test_an_item_that_is_not_needed(ready: steamgs.GameServer, sim: Simulator) -> None:
    try:
        ready._negotiate("ugc", "MarkDownloadedItemAsUnused")
    except steamgs.UnsupportedError:
        with pytest.raises(steamgs.UnsupportedError):
            ready.workshop.mark_unused(ITEM)
        return
    with pytest.raises(steamgs.WorkshopError):
        ready.workshop.mark_unused(ITEM)
    ready.workshop.download(ITEM)
    ready.run_callbacks()
    ready.workshop.mark_unused(ITEM)
    assert ready.workshop.state(ITEM) is ItemState.NONE


def test_before_it_can(server: steamgs.GameServer, sim: Simulator, tmp_path: Path) -> None:
    sim.add_workshop_item(ITEM)
    with pytest.raises(steamgs.WorkshopError, match=r"item .*: Steam refused it: call init\(\)"):
        server.workshop.download(ITEM)
    server.workshop.init(tmp_path)
    with pytest.raises(steamgs.WorkshopError, match="log on"):
        server.workshop.download(ITEM)
    server.log_on_anonymous()
    server.run_callbacks()
    server.workshop.download(ITEM)


def test_without_the_interface(make_server: MakeServer, sim: Simulator, tmp_path: Path) -> None:
    for version in VERSIONS:
        sim.withhold_interface(version)
    server = make_server().start()
    with pytest.raises(steamgs.UnsupportedError, match=r"ISteamUGC.*VERSION021 \(SDK 1.62\)"):
        server.workshop.init(tmp_path)


USES: dict[str, Callable[[steamgs.Workshop, Path], object]] = {
    "init": lambda workshop, path: workshop.init(path),
    "download": lambda workshop, path: workshop.download(ITEM),
    "state": lambda workshop, path: workshop.state(ITEM),
    "install_info": lambda workshop, path: workshop.install_info(ITEM),
    "download_info": lambda workshop, path: workshop.download_info(ITEM),
    "suspend_downloads": lambda workshop, path: workshop.suspend_downloads(),
    "mark_unused": lambda workshop, path: workshop.mark_unused(ITEM),
}


@pytest.mark.parametrize("use", USES)
def test_only_while_the_server_runs(make_server: MakeServer, tmp_path: Path, use: str) -> None:
    server = make_server()
    with pytest.raises(steamgs.NotRunningError):
        USES[use](server.workshop, tmp_path)
    with server:
        pass
    with pytest.raises(steamgs.NotRunningError):
        USES[use](server.workshop, tmp_path)


NOT_AN_ITEM: list[tuple[Any, type[Exception]]] = [
    ("7", TypeError),
    (True, TypeError),
    (0, OverflowError),
    (1 << 64, OverflowError),
]
OF_AN_ITEM = ["download", "state", "install_info", "download_info", "mark_unused"]
BAD: list[tuple[Callable[[Any], object], type[Exception], str]] = [
    (lambda workshop: workshop.download(1, high_priority=1), TypeError, "high_priority must be"),
    (lambda workshop: workshop.download(1, timeout="x"), TypeError, "timeout must be"),
    (lambda workshop: workshop.suspend_downloads(1), TypeError, "suspended must be a bool"),
    (lambda workshop: workshop.init(5), TypeError, "folder must be a str or an os.PathLike"),
    (lambda workshop: workshop.init(b"x"), TypeError, "folder must be a str or an os.PathLike"),
    (lambda workshop: workshop.init("no such folder"), ValueError, "folder must be a directory"),
    (lambda workshop: workshop.init("a\0b"), ValueError, "folder must be a directory"),
    (lambda workshop: workshop.init(".", depot_id=0), OverflowError, "depot_id must be from 1"),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_bad_arguments(ready: steamgs.GameServer, sim: Simulator, number: int) -> None:
    use, error, words = BAD[number]
    before = sim.server
    with pytest.raises(error, match=words):
        use(ready.workshop)
    assert sim.server == before


@pytest.mark.parametrize("method", OF_AN_ITEM)
@pytest.mark.parametrize(("item_id", "error"), NOT_AN_ITEM)
def test_what_is_no_item(
    ready: steamgs.GameServer, method: str, item_id: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match="item_id must be "):
        getattr(ready.workshop, method)(item_id)
