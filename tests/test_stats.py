"""ISteamGameServerStats: loaded, read, changed, stored; in both APIs, for many at once."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from fronts import library_of
from steamgs import Result
from steamgs.simulator import Simulator, User

ALICE = 76561197960287930
STRANGER = ALICE + 99


@pytest.fixture
def alice(sim: Simulator) -> User:
    sim.define_stat("kills", "int", minimum=0, maximum=1000, max_change=100)
    sim.define_stat("accuracy", "float", default=0.5)
    sim.define_stat("kills an hour", "average_rate")
    sim.define_stat("rounds", "int", increment_only=True)
    sim.define_achievement("FIRST_BLOOD")
    return sim.add_user(ALICE)


@pytest.fixture
def loaded(online: steamgs.GameServer, alice: User) -> steamgs.GameServer:
    answer = online.stats.request_user_stats(ALICE)
    online.run_callbacks()
    assert answer.result(0) == steamgs.StatsReceived(Result.OK, ALICE)
    return online


def store(server: steamgs.GameServer) -> Result:
    answer = server.stats.store_user_stats(ALICE)
    server.run_callbacks()
    event = answer.result(0)
    assert event.steam_id == ALICE
    return event.result


def test_values_are_read_changed_and_kept(loaded: steamgs.GameServer, alice: User) -> None:
    assert loaded.stats.get_user_stat_int(ALICE, "kills") == 0
    assert loaded.stats.get_user_stat_float(ALICE, "accuracy") == 0.5
    assert loaded.stats.get_user_achievement(ALICE, "FIRST_BLOOD") is False
    loaded.stats.set_user_stat_int(ALICE, "kills", 7)
    loaded.stats.set_user_stat_float(ALICE, "accuracy", 0.25)
    loaded.stats.set_user_achievement(ALICE, "FIRST_BLOOD")
    assert loaded.stats.get_user_stat_int(ALICE, "kills") == 7
    assert loaded.stats.get_user_stat_float(ALICE, "accuracy") == 0.25
    assert loaded.stats.get_user_achievement(ALICE, "FIRST_BLOOD") is True
    assert alice.stat("kills") == 0
    assert store(loaded) is Result.OK
    assert [alice.stat(name) for name in ("kills", "accuracy", "FIRST_BLOOD")] == [7, 0.25, 1]
    loaded.stats.clear_user_achievement(ALICE, "FIRST_BLOOD")
    assert store(loaded) is Result.OK
    assert alice.stat("FIRST_BLOOD") == 0


def test_an_average_rate_is_made_of_sessions(loaded: steamgs.GameServer, alice: User) -> None:
    assert loaded.stats.get_user_stat_float(ALICE, "kills an hour") == 0
    loaded.stats.update_user_avg_rate_stat(ALICE, "kills an hour", 30, 1.5)
    assert loaded.stats.get_user_stat_float(ALICE, "kills an hour") == 20
    loaded.stats.update_user_avg_rate_stat(ALICE, "kills an hour", 0, 1.5)
    assert store(loaded) is Result.OK
    assert alice.stat("kills an hour") == 10
    loaded.stats.request_user_stats(ALICE)
    loaded.run_callbacks()
    loaded.stats.update_user_avg_rate_stat(ALICE, "kills an hour", 30, 0)
    assert loaded.stats.get_user_stat_float(ALICE, "kills an hour") == 20


def test_signals_tell_once(loaded: steamgs.GameServer, alice: User) -> None:
    seen: list[Any] = []
    stats = loaded.stats
    for signal in (stats.stats_received, stats.stats_stored, stats.stats_unloaded):
        signal.connect(seen.append)
    answers: list[Any] = [stats.request_user_stats(ALICE), stats.store_user_stats(ALICE)]
    loaded.run_callbacks()
    alice.unload_stats()
    loaded.run_callbacks()
    assert seen == [
        steamgs.StatsReceived(Result.OK, ALICE),
        steamgs.StatsStored(Result.OK, ALICE),
        steamgs.StatsUnloaded(ALICE),
    ]
    assert [answer.result(0) for answer in answers] == seen[:2]


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [("kills", 1001, 50), ("kills", -1, 50), ("kills", 151, 50), ("rounds", 4, 5)],
)
def test_broken_constraints_are_taken_back(
    loaded: steamgs.GameServer, alice: User, name: str, value: int, kept: int
) -> None:
    alice.set_stat(name, kept)
    loaded.stats.request_user_stats(ALICE)
    loaded.run_callbacks()
    loaded.stats.set_user_stat_int(ALICE, name, value)
    loaded.stats.set_user_achievement(ALICE, "FIRST_BLOOD")
    assert store(loaded) is Result.INVALID_PARAM
    assert loaded.stats.get_user_stat_int(ALICE, name) == kept
    assert alice.stat(name) == kept
    assert alice.stat("FIRST_BLOOD") == 1


Access = Callable[[steamgs.GameServerStats, int, str], object]
ACCESSES: list[tuple[Access, str, str]] = [
    (lambda s, u, n: s.get_user_stat_int(u, n), "kills", "INT statistic"),
    (lambda s, u, n: s.get_user_stat_float(u, n), "accuracy", "FLOAT or AVGRATE statistic"),
    (lambda s, u, n: s.set_user_stat_int(u, n, 1), "kills", "INT statistic"),
    (lambda s, u, n: s.set_user_stat_float(u, n, 1.5), "accuracy", "FLOAT statistic"),
    (
        lambda s, u, n: s.update_user_avg_rate_stat(u, n, 1, 1),
        "kills an hour",
        "AVGRATE statistic",
    ),
    (lambda s, u, n: s.get_user_achievement(u, n), "FIRST_BLOOD", "achievement"),
    (lambda s, u, n: s.set_user_achievement(u, n), "FIRST_BLOOD", "achievement"),
    (lambda s, u, n: s.clear_user_achievement(u, n), "FIRST_BLOOD", "achievement"),
]


@pytest.mark.parametrize(("access", "name", "kind"), ACCESSES)
def test_what_is_not_loaded_or_not_defined_is_explained(
    loaded: steamgs.GameServer, alice: User, access: Access, name: str, kind: str
) -> None:
    access(loaded.stats, ALICE, name)
    other = "FIRST_BLOOD" if "statistic" in kind else "kills"
    alice.unload_stats()
    for user, asked in ((ALICE, "no such"), (ALICE, other), (STRANGER, name), (ALICE, name)):
        with pytest.raises(steamgs.StatsError) as caught:
            access(loaded.stats, user, asked)
        error = caught.value
        assert (error.steam_id, error.name, error.kind) == (user, asked, kind)
        assert str(error) == (
            f"user {user} has no {kind} {asked!r}: load the user's values with "
            "request_user_stats(), and check that the game defines it on the Steamworks site"
        )


def test_a_user_without_values_is_a_result(online: steamgs.GameServer, alice: User) -> None:
    received = online.stats.request_user_stats(STRANGER)
    stored = online.stats.store_user_stats(STRANGER)
    online.run_callbacks()
    assert received.result(0) == steamgs.StatsReceived(Result.FAIL, STRANGER)
    assert stored.result(0) == steamgs.StatsStored(Result.FAIL, STRANGER)


def test_lost_answers_and_outages(loaded: steamgs.GameServer, sim: Simulator) -> None:
    sim.fail_next_call()
    lost = loaded.stats.request_user_stats(ALICE)
    loaded.run_callbacks()
    with pytest.raises(steamgs.CallFailedError, match=r"request_user_stats: .*I/O failure"):
        lost.result(0)
    sim.set_latency("call", 5)
    late = loaded.stats.store_user_stats(ALICE)
    sim.disconnect()
    loaded.run_callbacks()
    with pytest.raises(steamgs.NotLoggedOnError):
        loaded.stats.request_user_stats(ALICE)
    sim.advance(5)
    loaded.run_callbacks()
    with pytest.raises(steamgs.CallFailedError, match=r"store_user_stats: .*I/O failure"):
        late.result(0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda s: s.get_user_stat_int(0, "x"), OverflowError, "steam_id must be from 1 to "),
        (lambda s: s.get_user_stat_int(1, b"x"), TypeError, "name must be a str, not bytes"),
        (lambda s: s.get_user_stat_int(1, ""), ValueError, "name must not be empty"),
        (lambda s: s.get_user_achievement(1, "x" * 128), ValueError, "name must be at most 127 b"),
        (lambda s: s.set_user_stat_int(1, "x", 2**31), OverflowError, "value must be from -2147"),
        (lambda s: s.set_user_stat_int(1, "x", 1.5), TypeError, "value must be an int, not float"),
        (lambda s: s.set_user_stat_float(1, "x", "1"), TypeError, "value must be a number, not s"),
        (lambda s: s.set_user_stat_float(1, "x", float("nan")), ValueError, "value must be a fin"),
        (lambda s: s.set_user_stat_float(1, "x", 1e39), ValueError, "value must be a finite 32-b"),
        (
            lambda s: s.update_user_avg_rate_stat(1, "x", 1, -1),
            ValueError,
            "session_length must be at least 0, not -1",
        ),
        (lambda s: s.request_user_stats("1"), TypeError, "steam_id must be an int, not str"),
    ],
)
def test_bad_arguments(
    online: steamgs.GameServer, call: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=rf"^{message}"):
        call(online.stats)


def test_nothing_works_while_closed(make_server: Any) -> None:
    server = make_server()
    assert_nothing_works(server.stats)
    server.start()
    with pytest.raises(steamgs.NotLoggedOnError):
        server.stats.request_user_stats(ALICE)


def assert_nothing_works(stats: steamgs.GameServerStats) -> None:
    for call in (stats.request_user_stats, stats.store_user_stats):
        with pytest.raises(steamgs.NotRunningError):
            call(ALICE)
    for access, name, _ in ACCESSES:
        with pytest.raises(steamgs.NotRunningError):
            access(stats, ALICE, name)


def test_the_object_outlives_the_run_and_keeps_the_server() -> None:
    server = steamgs.GameServer(480, query_port=0, library="simulator")
    stats = server.stats
    with server:
        pass
    assert_nothing_works(stats)
    assert server.stats is stats
    ended = weakref.ref(server)
    del server
    assert stats.stats_received.server is ended()
    assert_nothing_works(stats)
    del stats
    gc.collect()
    assert ended() is None


def test_thousands_of_users_each_to_its_own_future(front: str, sim: Simulator) -> None:
    count = 3000
    sim.define_stat("score")
    for number in range(count):
        sim.add_user(ALICE + number).set_stat("score", number)

    async def main() -> None:
        async with steamgs.asyncio.GameServer(
            480, query_port=0, tick_interval=0.001, library=library_of(front), steamclient=sim
        ) as server:
            await server.log_on_anonymous()

            async def play(steam_id: int) -> None:
                received = await server.stats.request_user_stats(steam_id, timeout=30)
                assert received == steamgs.StatsReceived(Result.OK, steam_id)
                score = server.stats.get_user_stat_int(steam_id, "score")
                assert score == steam_id - ALICE
                server.stats.set_user_stat_int(steam_id, "score", score + 1)
                stored = await server.stats.store_user_stats(steam_id, timeout=30)
                assert stored == steamgs.StatsStored(Result.OK, steam_id)

            async with asyncio.TaskGroup() as group:
                for number in range(count):
                    group.create_task(play(ALICE + number))

    asyncio.run(main())
    assert [user.stat("score") for user in sim.users] == [n + 1 for n in range(count)]
