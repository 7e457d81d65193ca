"""A server in a fleet of Agones, beside a sidecar that the test plays."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import Run
from steamgs.fleet import (
    Agones,
    Sidecar,
    SidecarUnreachableError,
    assigned_ports,
)
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
    with FakeSidecar(counters={"players": 3, "rounds": 10}, lists={"players": 3}) as sidecar:
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
    server.set_server_name("a server")
    server.set_map_name("a map")
    server.set_max_player_count(8)
    server.set_advertise_server_active(True)


def test_outside_agones_it_does_nothing(
    run: Run, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AGONES_SDK_HTTP_PORT", raising=False)
    caplog.set_level(logging.INFO, "steamgs")

    async def main(server: steamgs.asyncio.GameServer) -> None:
        async with Agones(server) as agones:
            assert not agones.active
            assert agones.sidecar is None

    run(main)
    assert caplog.text.count("in no fleet") == 1


def test_what_is_not_a_port_is_named(
    run: Run, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGONES_SDK_HTTP_PORT", "http")

    async def main(server: steamgs.asyncio.GameServer) -> None:
        async with Agones(server) as agones:
            assert not agones.active

    run(main)
    words = "AGONES_SDK_HTTP_PORT=http is not a port, so this server is in no fleet"
    assert caplog.messages.count(words) == 1


def test_ready_when_listed_and_gone_in_the_end(
    run: Run, fake: FakeSidecar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGONES_SDK_HTTP_PORT", str(fake.port))

    async def main(server: steamgs.asyncio.GameServer) -> None:
        fake.state = "Scheduled"
        async with Agones(server) as agones:
            await until(lambda: fake.health_pings)
            await asyncio.sleep(0.3)
            assert fake.state == "Scheduled"  # it is not logged on
            await listed(server)
            await until(lambda: agones.description.state == "Ready")
            assert agones.active
        assert fake.state == "Shutdown"
        assert server.running

    run(main)


@pytest.mark.parametrize("players", ["list", "counter", "tracking"])
def test_players_follow_by_themselves(
    run: Run, sim: Simulator, fake: FakeSidecar, players: Any
) -> None:
    def book() -> object:
        if players == "counter":
            return fake.counters["players"][0]
        return sorted(fake.players if players == "tracking" else fake.lists["players"][0])

    def wanted(*ids: int) -> object:
        return len(ids) if players == "counter" else sorted(str(one) for one in ids)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        agones = Agones(server, players=players, capacity=2, sidecar=Sidecar(fake.url))
        async with agones:
            await listed(server)
            leave = asyncio.Event()

            async def play(steam_id: int) -> None:
                ticket = sim.add_user(steam_id).auth_session_ticket()
                async with server.authenticate(steam_id, ticket):
                    await leave.wait()

            one = asyncio.create_task(play(ALICE))
            await until(lambda: book() == wanted(ALICE))
            two = asyncio.create_task(play(ALICE + 1))
            await until(lambda: book() == wanted(ALICE, ALICE + 1))
            assert agones.capacity == 2
            with pytest.raises(steamgs.ServerFullError) as caught:
                await play(ALICE + 2)
            assert caught.value.capacity == 2
            assert ALICE + 2 not in server.sessions  # Steam was not asked
            leave.set()
            await asyncio.gather(one, two)
            await until(lambda: book() == wanted())
            await play(ALICE + 2)

    run(main)


def test_the_manifest_says_how_many_may_play(run: Run, fake: FakeSidecar) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        async with Agones(server, sidecar=Sidecar(fake.url)) as agones:
            await until(lambda: agones.capacity == 3)

    run(main)


def test_a_book_that_was_lost_is_written_anew(
    run: Run, sim: Simulator, fake: FakeSidecar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steamgs.fleet.agones._REWRITE_SECONDS", 0.1)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        async with Agones(server, sidecar=Sidecar(fake.url)):
            await listed(server)
            ticket = sim.add_user(ALICE).auth_session_ticket()
            async with server.authenticate(ALICE, ticket):
                await until(lambda: fake.lists["players"][0] == [str(ALICE)])
                fake.lists["players"] = ([], 3)
                await until(lambda: fake.lists["players"][0] == [str(ALICE)])

    run(main)


def test_agones_ends_a_server(run: Run, fake: FakeSidecar) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        async with Agones(server, sidecar=Sidecar(fake.url)):
            fake.set_state("Shutdown")
            assert await server.stopped() is steamgs.StopReason.FLEET

    run(main)


def test_while_it_drains_it_is_reserved(run: Run, fake: FakeSidecar) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        fake.state = "Scheduled"
        async with Agones(server, sidecar=Sidecar(fake.url)) as agones:
            await listed(server)
            await until(lambda: agones.description.state == "Ready")
            server.request_stop()
            await until(lambda: fake.state == "Reserved")

    run(main)


@pytest.mark.parametrize("state", ["Allocated", "RequestReady"])
def test_no_allocation_gives_players_to_a_server_that_drains(
    run: Run, fake: FakeSidecar, state: str
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        async with Agones(server, sidecar=Sidecar(fake.url)) as agones:
            fake.set_state(state)
            await until(lambda: agones.description.state == state)
            server.request_stop()
            if state == "RequestReady":  # Agones has still to make it Ready
                await asyncio.sleep(0.5)
                assert fake.state == state
                fake.set_state("Ready")
            await until(lambda: fake.state == "Reserved")

    run(main)


def test_what_hangs_is_told_apart(run: Run, fake: FakeSidecar) -> None:
    fake.health_period = 1

    async def main(server: steamgs.asyncio.GameServer) -> None:
        async with Agones(server, patience=0.2, sidecar=Sidecar(fake.url)):
            await until(lambda: fake.health_pings)
            server.stop_pump()
            server.beat()

            async def play() -> None:
                while True:
                    server.beat()
                    await asyncio.sleep(0.02)

            game = asyncio.create_task(play())
            await until(
                lambda: "Steam" in fake.annotations.get("agones.dev/sdk-steamgs-health", "")
            )
            pings = fake.health_pings
            await asyncio.sleep(0.5)
            assert fake.health_pings == pings
            server.start_pump(0.001)
            await until(lambda: fake.health_pings > pings)
            game.cancel()
            await asyncio.gather(game, return_exceptions=True)
            await until(lambda: "loop" in fake.annotations["agones.dev/sdk-steamgs-health"])

    run(main)


def test_that_it_goes_on_is_told_however_often_the_sidecar_fails(
    run: Run, fake: FakeSidecar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steamgs.fleet.agones._RETRY_SECONDS", 0.05)
    fake.health_period = 1

    def told() -> str:
        return fake.annotations.get("agones.dev/sdk-steamgs-health", "")

    async def main(server: steamgs.asyncio.GameServer) -> None:
        async with Agones(server, patience=0.2, sidecar=Sidecar(fake.url)):
            await until(lambda: fake.health_pings)
            server.stop_pump()
            await until(lambda: "hangs" in told())
            fake.fail("/health", 500)
            server.start_pump(0.001)
            await until(lambda: told() == "fine")

    run(main)


def test_a_sidecar_that_fails_disturbs_no_game(
    run: Run, fake: FakeSidecar, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steamgs.fleet.agones._RETRY_SECONDS", 0.05)
    caplog.set_level(logging.WARNING, "steamgs")

    async def main(server: steamgs.asyncio.GameServer) -> None:
        fake.state = "Scheduled"
        fake.fail("/v1beta1/lists/players", 500, 2)
        fake.fail("/health", 0, 3)
        fake.fail("/ready", 500, 2)
        async with Agones(server, sidecar=Sidecar(fake.url)) as agones:
            await listed(server)
            await until(lambda: agones.capacity == 3)
            await until(lambda: fake.health_pings)
            await until(lambda: fake.state == "Ready")
            fake.fail("/shutdown", 500)
        assert "could not be told of the end" in caplog.text

    run(main)


@pytest.mark.parametrize(
    "wrong", [{"capacity": -1}, {"capacity": "8"}, {"capacity": 1001}, {"patience": 0}]
)
def test_numbers_that_are_none(fake: FakeSidecar, wrong: dict[str, Any]) -> None:
    server = steamgs.asyncio.GameServer(480, library="simulator")
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Agones(server, sidecar=Sidecar(fake.url), **wrong)


def test_the_name_of_the_book_is_checked(fake: FakeSidecar) -> None:
    server = steamgs.asyncio.GameServer(480, library="simulator")
    with pytest.raises(TypeError, match="asyncio"):
        Agones(steamgs.GameServer(480), sidecar=Sidecar(fake.url))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="players must be"):
        Agones(server, players="table", sidecar=Sidecar(fake.url))  # type: ignore[arg-type]


def test_ports_that_the_fleet_has_given(fake: FakeSidecar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AGONES_SDK_HTTP_PORT", raising=False)
    assert assigned_ports() == {}
    monkeypatch.setenv("AGONES_SDK_HTTP_PORT", str(fake.port))
    assert assigned_ports() == {"game": 27015}
    monkeypatch.setattr(fake, "description", dict)
    with pytest.raises(SidecarUnreachableError, match="no ports"):
        assigned_ports(timeout=0.3)
