"""A server that drains: nobody new comes in, who plays is told and may finish, nothing is lost."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import MakeServer, Run
from steamgs.simulator import Simulator

ALICE = 76561197960287930
BOB = ALICE + 1
APP = 480


@pytest.fixture
def sim() -> Any:
    with Simulator(seed=1) as simulator:
        yield simulator


@pytest.fixture
def online(make_server: MakeServer, sim: Simulator) -> steamgs.GameServer:
    server = make_server().start()
    server.log_on_anonymous().result(10)
    server.set_advertise_server_active(True)
    return server


def join(server: steamgs.GameServer, sim: Simulator, steam_id: int = ALICE) -> Any:
    player = sim.add_user(steam_id)
    server.begin_auth_session(player.auth_session_ticket(), steam_id)
    return player


def drain(server: steamgs.GameServer, **options: Any) -> steamgs.DrainReport:
    report = server.drain(**options)
    assert isinstance(report, steamgs.DrainReport)
    return report


def test_who_plays_is_told_and_may_finish(online: steamgs.GameServer, sim: Simulator) -> None:
    join(online, sim)
    told: list[steamgs.Drain] = []
    online.on_drain = told.append

    def turn() -> None:
        online.end_auth_session(ALICE)

    report = drain(online, grace=60, turn=turn)
    assert [one.players for one in told] == [(ALICE,)]
    assert told[0].reason is report.reason is steamgs.StopReason.REQUESTED
    assert (report.players, report.ended) == (1, 0)
    assert report.seconds < 10
    assert not online.logged_on
    assert not sim.server.sessions
    assert online.running
    assert drain(online, grace=5) == report  # it has been done


def test_nobody_new_comes_in(online: steamgs.GameServer, sim: Simulator) -> None:
    join(online, sim)
    refused: list[BaseException] = []
    bob = sim.add_user(BOB)

    def turn() -> None:
        for attempt in (
            lambda: online.begin_auth_session(bob.auth_session_ticket(), BOB),
            lambda: online.send_user_connect_and_authenticate("127.0.0.1", bob.connect_blob()),
        ):
            with pytest.raises(steamgs.DrainingError) as caught:
                attempt()
            refused.append(caught.value)
        assert not sim.server.advertised
        # Steam was not asked.
        assert [session.steam_id for session in sim.server.sessions] == [ALICE]
        online.end_auth_session(ALICE)

    drain(online, turn=turn)
    assert len(refused) == 2
    assert isinstance(refused[0], steamgs.AdmissionError)


def test_who_stays_is_ended_when_the_grace_is_over(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    join(online, sim)
    bob = sim.add_user(BOB)
    online.send_user_connect_and_authenticate("127.0.0.1", bob.connect_blob())
    online.create_unauthenticated_user_connection()
    report = drain(online, grace=0.2)
    assert (report.players, report.ended) == (2, 2)  # a bot is nobody
    assert 0.2 <= report.seconds < 5
    assert not online.sessions
    assert not sim.server.sessions


def test_bots_keep_no_server_open(online: steamgs.GameServer) -> None:
    online.create_unauthenticated_user_connection()
    report = drain(online, grace=60)
    assert (report.players, report.ended) == (0, 0)
    assert report.seconds < 5
    assert not online.sessions


def test_changed_statistics_are_stored(online: steamgs.GameServer, sim: Simulator) -> None:
    sim.define_stat("wins")
    join(online, sim)
    online.stats.request_user_stats(ALICE).result(10)
    online.stats.set_user_stat_int(ALICE, "wins", 7)
    assert online.stats.unstored == {ALICE}
    report = drain(online, grace=0)
    assert (report.stored, report.not_stored) == (1, 0)
    assert online.stats.unstored == frozenset()
    assert sim.add_user(ALICE).stat("wins") == 7


def test_what_is_not_stored_is_said(
    online: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    sim.define_stat("wins")
    join(online, sim)
    online.stats.request_user_stats(ALICE).result(10)
    online.stats.set_user_stat_int(ALICE, "wins", 7)
    online.log_off()
    while online.logged_on:
        online.run_callbacks()
    report = drain(online, grace=0)
    assert (report.stored, report.not_stored) == (0, 1)
    assert str(ALICE) in caplog.text


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf")])
def test_a_grace_is_a_number_of_seconds(online: steamgs.GameServer, wrong: float) -> None:
    with pytest.raises(ValueError, match="grace must be"):
        online.drain(grace=wrong)
    with pytest.raises(TypeError, match="grace must be"):
        online.drain(grace="soon")  # type: ignore[arg-type]
    assert online.draining is None


def test_handlers_and_hooks_that_raise_stop_no_drain(
    online: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        raise OSError("broken")

    online.on_drain = broken
    online.validate_auth_ticket_response.connect(broken)
    join(online, sim)

    def turn() -> None:
        if "handlers of Steam events raised" in caplog.text:
            assert online.draining is not None
            online.draining.shorten(0)

    report = drain(online, grace=60, turn=turn)
    assert report.ended == 1
    assert report.seconds < 30
    assert "on_drain raised" in caplog.text


@pytest.mark.parametrize("step", ["_store", "_end_sessions"])
def test_a_step_that_fails_stops_no_drain(
    online: steamgs.GameServer,
    sim: Simulator,
    step: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_: steamgs.Drain) -> None:
        raise OSError("the disk is full")

    join(online, sim)
    monkeypatch.setattr(steamgs.Drain, step, fail)
    report = drain(online, grace=0)
    assert report.ended == (step == "_store")
    assert not online.logged_on
    failures = [one for one in caplog.records if "step of the drain" in one.getMessage()]
    assert [one.exc_info[0] for one in failures if one.exc_info] == [OSError] * (
        2 if step == "_store" else 1
    )


def test_a_turn_that_raises_ends_the_grace(online: steamgs.GameServer, sim: Simulator) -> None:
    join(online, sim)

    def turn() -> None:
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        online.drain(grace=60, turn=turn)
    assert not sim.server.sessions
    assert online.draining is not None
    assert online.draining.report is not None


def test_another_thread_may_shorten_it(online: steamgs.GameServer, sim: Simulator) -> None:
    join(online, sim)

    def turn() -> None:
        assert online.draining is not None
        assert online.draining.seconds_left > 10
        online.draining.shorten(0)

    assert drain(online, grace=60, turn=turn).ended == 1


def test_a_server_that_is_closed_meanwhile(online: steamgs.GameServer, sim: Simulator) -> None:
    join(online, sim)
    with pytest.raises(steamgs.NotRunningError):
        online.drain(grace=60, turn=online.close)
    assert online.draining is None
    assert online.stop_requested is None
    with pytest.raises(steamgs.NotRunningError):
        online.drain()


def test_after_a_restart_everybody_may_come(online: steamgs.GameServer, sim: Simulator) -> None:
    drain(online, grace=0)
    online.close()
    online.start()
    online.log_on_anonymous().result(10)
    join(online, sim)
    assert list(online.sessions) == [ALICE]


def test_under_the_pump(online: steamgs.GameServer, sim: Simulator) -> None:
    online.start_pump(0.001)
    join(online, sim)
    assert drain(online, grace=0.1).ended == 1


# Who may come in at all.


def test_checks_before_steam_is_asked(online: steamgs.GameServer, sim: Simulator) -> None:
    asked: list[int | None] = []

    def check(steam_id: int | None) -> None:
        asked.append(steam_id)
        if steam_id == BOB:
            raise steamgs.AdmissionError("not here")

    online.add_admission_check(check)
    join(online, sim)
    bob = sim.add_user(BOB)
    with pytest.raises(steamgs.AdmissionError, match="not here"):
        online.begin_auth_session(bob.auth_session_ticket(), BOB)
    online.remove_admission_check(check)
    online.begin_auth_session(bob.auth_session_ticket(), BOB)
    assert asked == [ALICE, BOB]
    with pytest.raises(ValueError, match="not in"):
        online.remove_admission_check(check)
    with pytest.raises(TypeError, match="check must be callable"):
        online.add_admission_check("nobody")  # type: ignore[arg-type]


def test_who_plays(online: steamgs.GameServer, sim: Simulator) -> None:
    join(online, sim)
    online.create_unauthenticated_user_connection()
    assert online.playing() == [ALICE]
    assert online.places_taken() == 1


# Asking it to stop.


def test_run_forever_ends_when_asked(online: steamgs.GameServer) -> None:
    online.request_stop(steamgs.StopReason.FLEET)
    online.request_stop(steamgs.StopReason.STEAM)
    online.run_forever()
    assert online.stop_requested is steamgs.StopReason.FLEET


# In asyncio.


def test_tasks_are_told_and_may_finish(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        go = asyncio.Event()
        admitted = asyncio.Event()

        async def play() -> Any:
            alice = sim.add_user(ALICE)
            async with server.authenticate(ALICE, alice.auth_session_ticket()) as session:
                admitted.set()
                await go.wait()
                assert not session.revoked.done()

        async def tell(drain: steamgs.Drain) -> None:
            assert drain.players == (ALICE,)
            await asyncio.sleep(0)
            go.set()

        server.on_drain = tell
        game = asyncio.create_task(play())
        await admitted.wait()
        report = await server.drain(grace=60)
        await game
        assert (report.players, report.ended) == (1, 0)
        assert not server.logged_on

    run(main)


def test_who_waits_for_a_verdict_is_turned_away(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("auth", 60)

        async def play(steam_id: int) -> None:
            ticket = sim.add_user(steam_id).auth_session_ticket()
            async with server.authenticate(steam_id, ticket):
                pytest.fail("nobody was to be let in")

        early = asyncio.create_task(play(ALICE))
        await asyncio.sleep(0.05)
        assert ALICE in server.sessions
        draining = asyncio.create_task(server.drain(grace=60))
        with pytest.raises(steamgs.DrainingError):
            await early
        with pytest.raises(steamgs.DrainingError):
            await play(BOB)
        assert (await draining).ended == 0
        assert not sim.server.sessions
        assert server.counters().sessions_pending <= 1  # the place of a verdict that may come

    run(main)


def test_tasks_that_stay_write_down_how_it_ended(run: Run, sim: Simulator) -> None:
    sim.define_stat("wins")

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()

        async def play() -> Any:
            alice = sim.add_user(ALICE)
            async with server.authenticate(ALICE, alice.auth_session_ticket()) as session:
                await server.stats.request_user_stats(ALICE)
                playing.set()
                why = await session.revoked
                server.stats.set_user_stat_int(ALICE, "wins", 3)
                return why

        playing = asyncio.Event()
        game = asyncio.create_task(play())
        await playing.wait()
        report = await server.drain(grace=0)
        assert await game is None
        assert (report.ended, report.stored) == (1, 1)
        assert sim.add_user(ALICE).stat("wins") == 3

    run(main)


def test_a_hook_that_hangs_is_cancelled(
    run: Run, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        cancelled: list[bool] = []

        async def tell(drain: steamgs.Drain) -> None:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                cancelled.append(True)
                raise

        server.on_drain = tell
        began = time.monotonic()
        await server.drain(grace=0)
        assert 0.9 <= time.monotonic() - began < 5
        assert cancelled == [True]

    run(main)
    assert "was cancelled" in caplog.text


def test_drains_are_joined_and_shortened(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        server.begin_auth_session(sim.add_user(ALICE).auth_session_ticket(), ALICE)
        first = asyncio.create_task(server.drain(grace=3600))
        await asyncio.sleep(0.01)
        impatient = asyncio.create_task(server.drain(grace=3600))
        await asyncio.sleep(0.01)
        impatient.cancel()
        await asyncio.gather(impatient, return_exceptions=True)
        assert not first.done()
        report = await server.drain(grace=0)
        assert await first == report
        assert report.ended == 1

    run(main)


def test_closing_ends_a_drain(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        server.begin_auth_session(sim.add_user(ALICE).auth_session_ticket(), ALICE)
        draining = asyncio.create_task(server.drain(grace=3600))
        stopped = asyncio.create_task(server.stopped())
        await asyncio.sleep(0.01)
        assert await stopped is steamgs.StopReason.REQUESTED
        server.close()
        with pytest.raises(steamgs.NotRunningError):
            await draining

    run(main)


def test_after_closing_there_is_nothing_to_drain(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        report = await server.drain(grace=0)
        assert await server.drain(grace=0) is report
        server.close()
        with pytest.raises(steamgs.NotRunningError):
            await server.drain(grace=0)
        await server.__aenter__()
        assert (await server.drain(grace=0)) is not report

    run(main)


def test_waiting_to_be_asked(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        waiting = asyncio.create_task(server.stopped())
        await asyncio.sleep(0)
        await asyncio.to_thread(server.request_stop, steamgs.StopReason.FLEET)
        assert await waiting is steamgs.StopReason.FLEET
        assert await server.stopped() is steamgs.StopReason.FLEET
        server.close()
        await server.__aenter__()
        waiting = asyncio.create_task(server.stopped())
        await asyncio.sleep(0)
        server.close()
        with pytest.raises(steamgs.NotRunningError):
            await waiting
        await server.__aenter__()

    run(main)


# Health.


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_hangs_is_told_apart() -> None:
    from steamgs.pulse import Health, Pulse

    clock = Clock()
    pulse = Pulse(clock)
    look: Callable[[int, bool], Health] = lambda ticks, pumped: pulse.look(  # noqa: E731
        ticks, pumped=pumped, patience=5
    )
    assert look(1, True) is Health.FINE
    clock.now = 6
    assert look(1, True) is Health.STEAM_HANGS
    assert look(1, False) is Health.LOOP_HANGS
    assert look(2, True) is Health.FINE
    pulse.beat()
    clock.now = 12
    assert look(3, True) is Health.LOOP_HANGS
    pulse.beat()
    assert look(3, True) is Health.FINE
    clock.now = 16
    pulse.beat()
    clock.now = 20
    assert look(3, False) is Health.STEAM_HANGS


def test_a_running_server_is_alive(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        assert server.health() is steamgs.Health.FINE
        await asyncio.sleep(0.05)
        assert server.health(patience=0.04) is steamgs.Health.FINE
        server.beat()
        await asyncio.sleep(0.05)
        assert server.health(patience=0.04) is steamgs.Health.LOOP_HANGS
        server.stop_pump()
        await asyncio.sleep(0.05)
        server.beat()
        server.health(patience=0.04)
        await asyncio.sleep(0.05)
        server.beat()
        assert server.health(patience=0.04) is steamgs.Health.STEAM_HANGS

    run(main)


@pytest.fixture(autouse=True)
def _errors_are_caught(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "steamgs")


def test_nobody_misses_the_beats_of_a_game_that_is_drained(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    join(online, sim)
    online.beat()
    seen: set[steamgs.Health] = set()
    drain(online, grace=1.5, turn=lambda: seen.add(online.health(patience=0.5)))
    assert seen == {steamgs.Health.FINE}


def test_nobody_misses_the_beats_of_a_game_that_is_drained_in_a_loop(
    run: Run, sim: Simulator
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        ticket = sim.add_user(ALICE).auth_session_ticket()
        async with server.authenticate(ALICE, ticket):
            server.beat()
            draining = asyncio.create_task(server.drain(grace=1.5))
            while not draining.done():
                assert server.health(patience=0.5) is steamgs.Health.FINE
                await asyncio.sleep(0.02)

    run(main)
