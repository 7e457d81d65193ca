"""The client of Agones' sidecar, and the fake one: what Agones publishes, and senseless answers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

import pytest
from aiohttp import web

from steamgs.fleet import (
    Counter,
    Description,
    FleetError,
    PlayerList,
    Sidecar,
    SidecarRefusedError,
    SidecarUnreachableError,
)
from steamgs.fleet.description import description_from
from steamgs.fleet.fake import FakeSidecar

SECONDS = 20.0

# What Agones publishes of its sidecar's HTTP interface, as facts: method, path, and the fields of
# the body and of the answer. The descriptions sdk, beta and alpha, of what becomes release 1.57.
PUBLISHED = {
    ("POST", "/ready", (), ()),
    ("POST", "/allocate", (), ()),
    ("POST", "/reserve", ("seconds",), ()),
    ("POST", "/shutdown", (), ()),
    ("POST", "/health", (), ()),
    ("GET", "/gameserver", (), ("object_meta", "spec", "status")),
    ("GET", "/watch/gameserver", (), ("result",)),
    ("PUT", "/metadata/label", ("key", "value"), ()),
    ("PUT", "/metadata/annotation", ("key", "value"), ()),
    ("GET", "/v1beta1/counters/{}", (), ("capacity", "count", "name")),
    (
        "PATCH",
        "/v1beta1/counters/{}",
        ("capacity", "count", "countDiff"),
        ("capacity", "count", "name"),
    ),
    ("GET", "/v1beta1/lists/{}", (), ("capacity", "name", "values")),
    ("PATCH", "/v1beta1/lists/{}", ("capacity", "values"), ("capacity", "name", "values")),
    ("POST", "/v1beta1/lists/{}:addValue", ("value",), ("capacity", "name", "values")),
    ("POST", "/v1beta1/lists/{}:removeValue", ("value",), ("capacity", "name", "values")),
    ("GET", "/alpha/player/capacity", (), ("count",)),
    ("PUT", "/alpha/player/capacity", ("count",), ()),
    ("POST", "/alpha/player/connect", ("playerID",), ("bool",)),
    ("POST", "/alpha/player/disconnect", ("playerID",), ("bool",)),
    ("GET", "/alpha/player/connected", (), ("list",)),
    ("GET", "/alpha/player/connected/{}", (), ("bool",)),
    ("GET", "/alpha/player/count", (), ("count",)),
}


@pytest.fixture
def fake() -> Iterator[FakeSidecar]:
    with FakeSidecar(counters={"players": 3, "rounds": 10}, lists={"players": 3}) as sidecar:
        yield sidecar


def with_sidecar(
    fake: FakeSidecar, body: Callable[[Sidecar], Coroutine[Any, Any, Any]], timeout: float = 5.0
) -> Any:
    async def main() -> Any:
        async with asyncio.timeout(SECONDS), Sidecar(fake.url, timeout=timeout) as sidecar:
            return await body(sidecar)

    return asyncio.run(main())


def test_the_fake_serves_what_agones_publishes(fake: FakeSidecar) -> None:
    served = {(method, re.sub(r"{\w+}", "{}", path)) for method, path, _ in fake.routes()}
    assert served == {(method, path) for method, path, _, _ in PUBLISHED}


async def call_everything(sidecar: Sidecar) -> None:
    await sidecar.ready()
    await sidecar.allocate()
    await sidecar.reserve(30)
    await sidecar.health()
    await sidecar.game_server()
    await sidecar.set_label("map", "dust")
    await sidecar.set_annotation("round", "3")
    assert await sidecar.set_counter("rounds", count=2, capacity=20) == Counter(2, 20)
    assert await sidecar.add_to_counter("rounds", 3) == Counter(5, 20)
    assert await sidecar.counter("rounds") == Counter(5, 20)
    assert await sidecar.set_list("players", values=["a"], capacity=2) == PlayerList(("a",), 2)
    assert await sidecar.add_to_list("players", "b") == PlayerList(("a", "b"), 2)
    assert await sidecar.remove_from_list("players", "a") == PlayerList(("b",), 2)
    assert await sidecar.list("players") == PlayerList(("b",), 2)
    await sidecar.set_player_capacity(1)
    assert await sidecar.player_capacity() == 1
    assert await sidecar.connect_player("a/b")
    assert not await sidecar.connect_player("a/b")
    assert await sidecar.is_connected("a/b")
    assert await sidecar.connected_players() == ("a/b",)
    assert await sidecar.player_count() == 1
    assert await sidecar.disconnect_player("a/b")
    assert not await sidecar.disconnect_player("a/b")
    async for description in sidecar.watch():
        assert description.state == "Reserved"
        break
    await sidecar.shutdown()


def test_what_is_called_is_what_agones_publishes(
    fake: FakeSidecar, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    real = Sidecar._try

    async def listening(self: Sidecar, method: str, path: str, body: Any) -> Any:
        answer = await real(self, method, path, body)
        named = re.sub(r"(counters|lists|connected)/[^:]+", r"\1/{}", path)
        sent, got = said.setdefault((method, named), (set(), set()))
        sent |= set(body or ())
        got |= set(answer)
        return answer

    monkeypatch.setattr(Sidecar, "_try", listening)
    with_sidecar(fake, call_everything)
    called = {(*key, tuple(sorted(sent)), tuple(sorted(got))) for key, (sent, got) in said.items()}
    assert called == {row for row in PUBLISHED if row[1] != "/watch/gameserver"}
    assert ("GET", "/watch/gameserver") in fake.calls
    assert fake.labels == {"agones.dev/sdk-map": "dust"}
    assert fake.annotations == {"agones.dev/sdk-round": "3"}
    assert fake.state == "Shutdown"


def test_a_description(fake: FakeSidecar) -> None:
    fake.deletion_timestamp = 5
    description = with_sidecar(fake, lambda sidecar: sidecar.game_server())
    assert (description.name, description.state) == ("fake", "Scheduled")
    assert description.ports == {"game": 27015}
    assert description.counters["players"] == Counter(0, 3)
    assert description.lists["players"] == PlayerList((), 3)
    assert description.players == PlayerList((), 64)
    assert description.being_deleted
    assert description.health_period == 5.0


def test_refusals_are_typed(fake: FakeSidecar) -> None:
    async def body(sidecar: Sidecar) -> None:
        with pytest.raises(SidecarRefusedError, match="not found") as caught:
            await sidecar.counter("nothing")
        assert isinstance(caught.value, FleetError)
        assert (caught.value.status, caught.value.code) == (500, 2)
        with pytest.raises(SidecarRefusedError, match="within"):
            await sidecar.set_counter("players", count=4)

    with_sidecar(fake, body)


def test_a_sidecar_that_comes_late_is_waited_for(fake: FakeSidecar) -> None:
    fake.fail("/ready", times=2)
    fake.fail("/ready", status=0)
    with_sidecar(fake, lambda sidecar: sidecar.ready())
    assert fake.calls.count(("POST", "/ready")) == 4
    assert fake.state == "Ready"


def test_one_that_never_comes_is_not(fake: FakeSidecar) -> None:
    async def body(sidecar: Sidecar) -> None:
        began = time.monotonic()
        with pytest.raises(SidecarUnreachableError, match="POST /ready"):
            await sidecar.ready()
        assert time.monotonic() - began < 5

    fake.fail("/ready", times=100)
    with_sidecar(fake, body, timeout=0.5)
    fake.__exit__(None, None, None)
    try:
        with_sidecar(fake, body, timeout=0.5)
    finally:
        fake.__enter__()


def test_what_may_have_arrived_is_not_repeated(fake: FakeSidecar) -> None:
    async def body(sidecar: Sidecar) -> None:
        with pytest.raises(SidecarUnreachableError):
            await sidecar.add_to_counter("rounds", 1)

    fake.fail("/v1beta1/counters/rounds", status=0, times=100)
    with_sidecar(fake, body)
    assert fake.calls.count(("PATCH", "/v1beta1/counters/rounds")) == 1


def test_a_watch_survives_its_sidecar(fake: FakeSidecar) -> None:
    async def body(sidecar: Sidecar) -> list[str]:
        seen: list[str] = []
        async for description in sidecar.watch():
            seen.append(description.state)
            match seen:
                case ["Scheduled"]:
                    fake.set_state("Ready")
                case [*_, "Ready"] if len(seen) < 3:
                    fake.drop_watchers()
                case [*_, "Ready"] if "Allocated" not in seen:
                    fake.allocate()
                case [*_, "Allocated"]:
                    return seen
        return seen

    assert with_sidecar(fake, body)[-1] == "Allocated"


# What a sidecar should not say.


def answered(pieces: Sequence[bytes], body: Callable[[Sidecar], Coroutine[Any, Any, Any]]) -> Any:
    """What comes of it if a sidecar answers all questions in these pieces."""

    async def answer(request: web.Request) -> web.StreamResponse:
        said = web.StreamResponse()
        await said.prepare(request)
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                await said.write(piece)
                await asyncio.sleep(0.02)
        return said

    async def main() -> Any:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(application, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            async with asyncio.timeout(SECONDS), Sidecar(url) as sidecar:
                return await body(sidecar)
        finally:
            await runner.cleanup()

    return asyncio.run(main())


def test_an_answer_comes_in_pieces() -> None:
    values = [str(76561197960287930 + number) for number in range(1000)]
    text = json.dumps({"name": "players", "capacity": "1000", "values": values}).encode()
    pieces = [text[:5000], text[5000:9000], text[9000:]]
    assert answered(pieces, lambda sidecar: sidecar.list("players")).values == tuple(values)


@pytest.mark.parametrize(
    "text",
    [
        *(b"nonsense", b"[]", b"[" * 100_000, b"\xff", b'{"count": "many"}', b'{"count": [1]}'),
        *(b'{"count": Infinity}', b'{"count": NaN}', b'{"count": "' + b"9" * 5000 + b'"}'),
    ],
)
def test_an_answer_that_makes_no_sense_is_an_error(text: bytes) -> None:
    with pytest.raises(SidecarRefusedError) as caught:
        answered([text], lambda sidecar: sidecar.counter("players"))
    assert caught.value.status == 200


@pytest.mark.parametrize(
    "text",
    [
        b'{"status": {"ports": 5}}',
        b'{"status": {"ports": [5]}}',
        b'{"status": {"players": 5}}',
        b'{"status": {"lists": {"players": []}}}',
        b'{"object_meta": {"deletion_timestamp": "soon"}}',
        b'{"spec": {"health": {"period_seconds": [1]}}}',
    ],
)
def test_a_description_that_makes_no_sense_is_an_error(text: bytes) -> None:
    with pytest.raises(SidecarRefusedError, match="not as Agones says it"):
        answered([text], lambda sidecar: sidecar.game_server())

    async def watch(sidecar: Sidecar) -> Description:
        return await anext(aiter(sidecar.watch()))

    # Where it is watched, it breaks the watch off, which begins anew.
    line = b'{"result": %s}\n' % text
    good = b'{"result": {"status": {"state": "Ready"}}}\n'
    assert answered([good, line], watch).state == "Ready"
    with pytest.raises(TimeoutError):
        answered([line], lambda sidecar: asyncio.wait_for(watch(sidecar), 0.4))


@pytest.mark.parametrize("period", [-1, 1e-9, "NaN"])
def test_nobody_is_asked_without_a_pause(period: object) -> None:
    said = description_from({"spec": {"health": {"period_seconds": period}}})
    assert said.health_period == 0.1


def test_the_fakes_port_may_be_taken() -> None:
    sidecar = FakeSidecar()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        sidecar.port = taken.getsockname()[1]
        with pytest.raises(OSError, match="attempting to bind"), sidecar:
            pytest.fail("two servers listen at one port")
