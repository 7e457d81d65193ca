"""A server in a fleet of Agones: its ending, its book of players, what hangs, what is checked."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import ROOT, Run
from steamgs.findings import Status
from steamgs.fleet import (
    Agones,
    Counter,
    PlayerList,
    Sidecar,
    SidecarRefusedError,
    SidecarUnreachableError,
    assigned_ports,
)
from steamgs.fleet.description import description_from
from steamgs.fleet.fake import FakeSidecar
from steamgs.simulator import Simulator

ALICE = 76561197960287930
SECONDS = 20.0


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(seed=1) as simulator:
        yield simulator


@pytest.fixture
def fake() -> Iterator[FakeSidecar]:
    with FakeSidecar(counters={"players": 3}, lists={"players": 3}, player_capacity=3) as sidecar:
        yield sidecar


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


async def listed(server: steamgs.asyncio.GameServer) -> None:
    server.set_product("mygame")
    server.set_game_description("My game")
    server.set_dedicated_server(True)
    await server.log_on_anonymous()
    server.set_advertise_server_active(True)


# The ending.


@pytest.mark.parametrize("trouble", ["undeclared", "refused", "closed"])
def test_shutdown_is_asked_for_whatever_becomes_of_the_book(
    run: Run, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    declared = {} if trouble == "undeclared" else {"players": 3}
    with FakeSidecar(lists=declared) as fake:

        async def main(server: steamgs.asyncio.GameServer) -> None:
            async with Agones(server, sidecar=Sidecar(fake.url)) as agones:
                await until(lambda: agones.description.state)
                agones._published = None
                if trouble == "refused":
                    fake.fail("/v1beta1/lists/players", 500, 50)
                if trouble == "closed":
                    await server.aclose()

        run(main)
        assert fake.state == "Shutdown"
    told = [record for record in caplog.records if "told of the end" in record.getMessage()]
    assert len(told) == (trouble != "closed")
    assert all(vars(record)["reason"] == "SidecarRefusedError" for record in told)


def test_shutdown_is_asked_for_by_whoever_is_cancelled_meanwhile(
    run: Run, fake: FakeSidecar
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        leaving = asyncio.Event()

        async def play() -> None:
            async with Agones(server, sidecar=Sidecar(fake.url)) as agones:
                await until(lambda: agones.description.state)
                agones._published = None
                leaving.set()

        task = asyncio.create_task(play())
        await leaving.wait()
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.001)
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main)
    assert fake.state == "Shutdown"


# Ready.


def test_ready_waits_for_a_shared_port_that_is_carried(
    fake: FakeSidecar, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "steamgs")

    def reasons() -> list[str]:
        return [getattr(record, "reason", "") for record in caplog.records]

    async def main() -> None:
        async with (
            steamgs.asyncio.GameServer(
                480, game_port=0, query_port=steamgs.QUERY_PORT_SHARED, library="simulator"
            ) as server,
            Agones(server, sidecar=Sidecar(fake.url)),
        ):
            await listed(server)
            await asyncio.sleep(0.6)
            assert fake.state == "Scheduled"
            faults = [one for one in server.check_listing() if one.check == "shared port"]
            assert [one.status for one in faults] == [Status.FAULT]
            server.outgoing_packets()
            await until(lambda: fake.state == "Ready")
            await until(lambda: "ready_with_warnings" in reasons())

    asyncio.run(main())
    assert "not_ready" in reasons()


def test_the_pages_example_can_be_queried(fake: FakeSidecar) -> None:
    page = (ROOT / "docs" / "guide" / "fleet.md").read_text()
    example = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0]
    assert "QUERY_PORT_SHARED" not in example
    manifest = (ROOT / "deploy" / "agones" / "fleet.yaml").read_text()
    for name in re.findall(r'ports\.get\("(\w+)"', example):
        assert f"- name: {name}\n" in manifest


def test_the_deployment_agrees_with_itself() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text()
    assert "--find-links" not in image
    assert '"$(echo /wheels/steamgs-*.whl)[fleet]"' in image
    manifest = (ROOT / "deploy" / "agones" / "fleet.yaml").read_text()
    assert "STEAMGS_TOKEN_FILE" not in manifest
    assert "secretName" not in manifest


# The book.


@pytest.mark.parametrize("players", ["list", "counter", "tracking"])
def test_more_play_than_the_book_has_room_for(
    run: Run,
    sim: Simulator,
    fake: FakeSidecar,
    players: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def shrink(capacity: int) -> None:
        # As the controller does for an allocation: what is too much is cut.
        values, _ = fake.lists["players"]
        fake.lists["players"] = (values[:capacity], capacity)
        fake.counters["players"] = [min(fake.counters["players"][0], capacity), capacity]
        fake.player_capacity = capacity
        fake.set_state("Allocated")

    def count() -> int:
        if players == "counter":
            return fake.counters["players"][0]
        return len(fake.players if players == "tracking" else fake.lists["players"][0])

    async def main(server: steamgs.asyncio.GameServer) -> None:
        async with Agones(server, players=players, sidecar=Sidecar(fake.url)) as agones:
            await listed(server)
            await until(lambda: agones.capacity == 3)
            leave = [asyncio.Event() for _ in range(3)]

            async def play(number: int) -> None:
                ticket = sim.add_user(ALICE + number).auth_session_ticket()
                async with server.authenticate(ALICE + number, ticket):
                    await leave[number].wait()

            tasks = [asyncio.create_task(play(number)) for number in range(3)]
            await until(lambda: count() == 3)
            shrink(1)
            await until(lambda: agones.capacity == 1)
            leave[0].set()
            await tasks[0]
            await asyncio.sleep(0.6)
            if players != "tracking":  # whose players Agones does not cut
                assert count() == 1
            shrink(3)
            await until(lambda: count() == 2)  # at once, and not with the next rewriting
            for event in leave:
                event.set()
            await asyncio.gather(*tasks)
            await until(lambda: count() == 0)

    run(main)
    said = [getattr(record, "reason", "") for record in caplog.records]
    assert said.count("book_full") == 1
    assert "SidecarRefusedError" not in said


def test_the_fake_cuts_what_agones_cuts(fake: FakeSidecar) -> None:
    async def main() -> None:
        async with Sidecar(fake.url) as sidecar:
            assert await sidecar.set_counter("players", count=3) == Counter(3, 3)
            with pytest.raises(SidecarRefusedError, match="within range"):
                await sidecar.set_counter("players", count=4)
            assert await sidecar.set_counter("players", capacity=2) == Counter(2, 2)
            kept = await sidecar.set_list("players", values=["a", "b", "c", "d"])
            assert kept == PlayerList(("a", "b", "c"), 3)

    asyncio.run(main())


# What hangs.

FROZEN = """
import asyncio, ctypes, json, os, time
import steamgs.asyncio
from steamgs.fleet import Agones, Sidecar
from steamgs.fleet.fake import FakeSidecar
from steamgs.simulator import Simulator

libc = ctypes.CDLL(None)
libc.signal.argtypes, libc.signal.restype = [ctypes.c_int, ctypes.c_void_p], ctypes.c_void_p
# A thread that gets the signal stands still for so many seconds as its number says.
libc.signal(12, ctypes.cast(libc.sleep, ctypes.c_void_p))
threads = lambda: {int(one) for one in os.listdir("/proc/self/task")}

async def main():
    with FakeSidecar(lists={"players": 2}) as fake, Simulator(seed=1) as sim:
        fake.health_period = 1
        before = threads()
        async with steamgs.asyncio.GameServer(
            480, library=sim, game_port=0, query_port=0
        ) as server:
            pump = max(threads() - before)
            async with Agones(server, sidecar=Sidecar(fake.url), patience=0.5):
                while not fake.health_pings:
                    await asyncio.sleep(0.01)
                sim.post(143, (1).to_bytes(8, "little") + bytes(12), 1_000_000)  # a long tick
                time.sleep(0.02)
                assert libc.tgkill(os.getpid(), pump, 12) == 0
                await asyncio.sleep(0.1)
                ticks = server.counters().ticks
                await asyncio.sleep(1.5)
                pings = fake.health_pings
                await asyncio.sleep(1)
                print(json.dumps([server.counters().ticks - ticks, fake.health_pings - pings,
                                  fake.annotations]), flush=True)
                os._exit(0)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="signals of threads")
def test_a_tick_that_hangs() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", FROZEN],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    ticks, pings, annotations = json.loads(done.stdout)
    assert (ticks, pings) == (0, 0)
    assert annotations == {"agones.dev/sdk-steamgs-health": "Steam's library hangs"}


def test_a_loop_that_blocks(run: Run, fake: FakeSidecar) -> None:
    fake.health_period = 1
    pings: list[int] = []

    async def main(server: steamgs.asyncio.GameServer) -> None:
        async with Agones(server, sidecar=Sidecar(fake.url)):
            await until(lambda: fake.health_pings)

            def block(_: object) -> None:
                time.sleep(0.1)  # what was sent before has arrived then
                pings.append(fake.health_pings)
                time.sleep(1.5)
                pings.append(fake.health_pings)

            server.server_connected.connect(block)
            await server.log_on_anonymous()
            await until(lambda: len(pings) == 2)
            assert pings[0] == pings[1]
            await until(lambda: fake.health_pings > pings[1])
            assert fake.annotations == {}  # it is over, and it was not Steam
            server.server_connected.disconnect(block)

    run(main)


# What is checked when it is made.


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"players": "lists"}, ValueError),
        ({"name": ""}, ValueError),
        ({"name": 5}, TypeError),
        ({"capacity": True}, ValueError),
        ({"patience": float("nan")}, ValueError),
        ({"patience": "x"}, TypeError),
        ({"sidecar": "http://x"}, TypeError),
    ],
)
def test_arguments_outside_agones(
    wrong: dict[str, Any], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AGONES_SDK_HTTP_PORT", raising=False)
    server = steamgs.asyncio.GameServer(480, library="simulator")
    with pytest.raises(error, match=next(iter(wrong))):
        Agones(server, **wrong)


@pytest.mark.parametrize(
    ("timeout", "error"),
    [
        *((value, ValueError) for value in (float("nan"), float("inf"), 0, -1)),
        *((value, TypeError) for value in (None, "x", True)),
    ],
)
def test_a_timeout_that_is_none(
    timeout: Any, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AGONES_SDK_HTTP_PORT", raising=False)
    with pytest.raises(error, match="timeout must be"):
        Sidecar("http://127.0.0.1:9", timeout=timeout)
    with pytest.raises(error, match="timeout must be"):
        assigned_ports(timeout)


@pytest.mark.parametrize(("url", "error"), [(5, TypeError), ("127.0.0.1:9358", ValueError)])
def test_an_address_that_is_none(url: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="url must be"):
        Sidecar(url)


def beside_a_mute_sidecar(body: Callable[[str], Any]) -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def main() -> None:
        listener = await asyncio.start_server(mute, "127.0.0.1", 0)
        async with listener:
            await body(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}")
            await asyncio.sleep(0.1)  # until it has closed its sides

    asyncio.run(main())


@pytest.mark.parametrize("call", ["ready", "health", "player_count"])
def test_a_mute_sidecar_holds_no_call_beyond_its_time(call: str) -> None:
    async def body(url: str) -> None:
        async with Sidecar(url, timeout=0.5) as sidecar:
            began = time.monotonic()
            with pytest.raises(SidecarUnreachableError):
                await getattr(sidecar, call)()
            assert time.monotonic() - began < 2

    beside_a_mute_sidecar(body)


def test_a_watch_whose_answer_never_begins(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("steamgs.fleet.sidecar._TRY_SECONDS", 0.1)
    caplog.set_level(logging.DEBUG, "steamgs")

    async def body(url: str) -> None:
        async with Sidecar(url) as sidecar:
            watching = asyncio.ensure_future(anext(aiter(sidecar.watch())))
            await until(lambda: "watch broke off" in caplog.text)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    beside_a_mute_sidecar(body)


# What is read of a description, against what Agones publishes of it, as facts: names only.

PUBLISHED = {
    "": {"object_meta", "spec", "status"},
    "object_meta": {
        *("annotations", "creation_timestamp", "deletion_timestamp", "generation", "labels"),
        *("name", "namespace", "resource_version", "uid"),
    },
    "spec": {"health"},
    "spec.health": {"disabled", "failure_threshold", "initial_delay_seconds", "period_seconds"},
    "status": {"address", "addresses", "counters", "lists", "players", "ports", "state"},
    "status.counters.*": {"capacity", "count"},
    "status.lists.*": {"capacity", "values"},
    "status.players": {"capacity", "count", "ids"},
    "status.ports": {"name", "port"},
}
# Whose keys are names that the fleet gives.
NAMED = {"status.counters", "status.lists", "object_meta.labels", "object_meta.annotations"}


class Read(dict[str, Any]):
    """An object that writes down what is read of it."""

    def __init__(self, data: dict[str, Any], path: str, seen: dict[str, set[str]]) -> None:
        below = f"{path}." if path else ""
        names = {key: below + ("*" if path in NAMED else key) for key in data}
        super().__init__({key: read(one, names[key], seen) for key, one in data.items()})
        self.path, self.seen = path, seen

    def get(self, key: str, default: Any = None) -> Any:
        self.seen.setdefault(self.path, set()).add(key)
        return super().get(key, default)


def read(data: Any, path: str, seen: dict[str, set[str]]) -> Any:
    if isinstance(data, dict):
        return Read(data, path, seen)
    return [read(one, path, seen) for one in data] if isinstance(data, list) else data


def names_in(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    for one in data if isinstance(data, list) else ():
        yield from names_in(one, path)
    for key, value in data.items() if isinstance(data, dict) else ():
        if path not in NAMED:
            yield path, key
        yield from names_in(value, ".".join(filter(None, (path, "*" if path in NAMED else key))))


def test_a_description_has_the_fields_that_agones_publishes(fake: FakeSidecar) -> None:
    with urllib.request.urlopen(fake.url + "/watch/gameserver", timeout=SECONDS) as answer:
        said = json.loads(answer.readline())
    assert set(said) == {"result"}
    for path, name in names_in(said["result"]):
        assert name in PUBLISHED[path], (path, name)
    seen: dict[str, set[str]] = {}
    description_from(read(said["result"], "", seen))
    assert seen.keys() == PUBLISHED.keys()
    for path, names in seen.items():
        assert names <= PUBLISHED[path]
