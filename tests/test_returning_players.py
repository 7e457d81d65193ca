"""A verdict names a player, not a session: it lets nobody in who left and came back meanwhile."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import Run
from steamgs import AuthSessionResponse as Response
from steamgs.simulator import Simulator, User

ALICE = 76561197960287930


@pytest.fixture
def sim() -> Any:
    with Simulator(seed=1) as simulator:
        simulator.set_behaviour("late_verdicts")
        yield simulator


@pytest.fixture
def alice(sim: Simulator) -> User:
    return sim.add_user(ALICE)


async def leave_before_the_verdict(server: steamgs.asyncio.GameServer, alice: User) -> None:
    """Begin a session, and end it at once: its verdict is on the way."""
    with pytest.raises(steamgs.AuthTimeoutError):
        async with server.authenticate(ALICE, alice.auth_session_ticket(), timeout=0.001):
            pytest.fail("the verdict was to come later")


def test_a_late_ok_lets_nobody_in(run: Run, sim: Simulator, alice: User) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("auth", 0.1)
        await leave_before_the_verdict(server, alice)
        # Once the first session's OK has come, Steam refuses the second.
        server.validate_auth_ticket_response.once(
            lambda _: alice.fail_next_auth(Response.VAC_BANNED)
        )
        with pytest.raises(steamgs.AuthSessionError) as caught:
            async with server.authenticate(ALICE, alice.auth_session_ticket()):
                pytest.fail("let in by another session's verdict")
        assert caught.value.result is Response.VAC_BANNED
        assert server.counters().events["validate_auth_ticket_response"] == 2

    run(main)


def test_who_comes_back_is_let_in_by_a_verdict_of_their_own(
    run: Run, sim: Simulator, alice: User
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("auth", 0.05)
        await leave_before_the_verdict(server, alice)
        async with server.authenticate(ALICE, alice.auth_session_ticket()) as session:
            assert session.owner_id == ALICE
            assert server.counters().events["validate_auth_ticket_response"] == 2

    run(main)


def test_a_late_refusal_counts(run: Run, sim: Simulator, alice: User) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("auth", 0.1)
        alice.fail_next_auth(Response.VAC_BANNED)
        await leave_before_the_verdict(server, alice)
        with pytest.raises(steamgs.AuthSessionError) as caught:
            async with server.authenticate(ALICE, alice.auth_session_ticket()):
                pytest.fail("banned")
        assert caught.value.result is Response.VAC_BANNED
        assert not server.sessions
        # That was it: the next one is judged anew.
        async with server.authenticate(ALICE, alice.auth_session_ticket()):
            pass

    run(main)


def test_a_verdict_that_never_comes_is_not_waited_for_long(
    run: Run, sim: Simulator, alice: User
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        server._late_verdict_seconds = 0.05
        await server.log_on_anonymous()
        sim.set_behaviour("late_verdicts", False)
        sim.set_latency("auth", 1000)
        await leave_before_the_verdict(server, alice)
        sim.set_latency("auth", 0)
        async with server.authenticate(ALICE, alice.auth_session_ticket()) as session:
            assert session.owner_id == ALICE

    run(main)


def test_waiting_for_an_old_verdict_can_be_cancelled(run: Run, sim: Simulator, alice: User) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("auth", 1000)
        await leave_before_the_verdict(server, alice)
        before = sim.server.sessions
        ticket = alice.auth_session_ticket()
        waiting = asyncio.ensure_future(server.authenticate(ALICE, ticket).__aenter__())
        await asyncio.sleep(0.01)
        assert not server.sessions
        waiting.cancel()
        await asyncio.wait([waiting])
        assert waiting.cancelled()
        assert sim.server.sessions == before
        waiting = asyncio.ensure_future(server.authenticate(ALICE, ticket).__aenter__())
        await asyncio.sleep(0.01)
        server.close()
        with pytest.raises(steamgs.NotRunningError):
            await waiting

    run(main)


def test_others_do_not_wait(run: Run, sim: Simulator, alice: User) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("auth", 1000)
        await leave_before_the_verdict(server, alice)
        sim.set_latency("auth", 0)
        bob = sim.add_user(ALICE + 1)
        async with server.authenticate(ALICE + 1, bob.auth_session_ticket(), timeout=20):
            pass

    run(main)


def test_what_is_known_of_those_who_left_does_not_grow(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        server._late_verdict_seconds = 0.02
        await server.log_on_anonymous()
        sim.set_latency("auth", 1000)
        for number in range(50):
            user = sim.add_user(ALICE + number)
            with pytest.raises(steamgs.AuthTimeoutError):
                async with server.authenticate(
                    user.steam_id, user.auth_session_ticket(), timeout=0.002
                ):
                    pytest.fail("nobody is judged")
        assert server._players_known() < 50

    run(main)


@pytest.mark.parametrize("accepted_by_steam", [False, True])
def test_a_second_session_is_refused_before_steam_is_asked(
    run: Run, sim: Simulator, alice: User, accepted_by_steam: bool
) -> None:
    sim.set_behaviour("accept_duplicates", accepted_by_steam)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        duplicate = steamgs.BeginAuthSessionResult.DUPLICATE_REQUEST
        async with server.authenticate(ALICE, alice.auth_session_ticket()) as session:
            for _ in range(2):
                with pytest.raises(steamgs.AuthSessionError) as caught:
                    async with server.authenticate(ALICE, alice.auth_session_ticket()):
                        pytest.fail("let in beside the first one")
                assert caught.value.result is duplicate
                with pytest.raises(steamgs.AuthSessionError) as caught:
                    server.begin_auth_session(alice.auth_session_ticket(), ALICE)
                assert caught.value.result is duplicate
            assert list(server.sessions) == [ALICE]
            assert len(sim.server.sessions) == 1
            # The first one still hears of its player.
            alice.vac_ban()
            assert await session.revoked is Response.VAC_BANNED
        assert not sim.server.sessions
        assert server.counters().events["validate_auth_ticket_response"] == 2

    run(main)


def test_a_takeover_ends_the_old_session_first(run: Run, sim: Simulator, alice: User) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        async with server.authenticate(ALICE, alice.auth_session_ticket()):
            pass
        async with server.authenticate(ALICE, alice.auth_session_ticket()) as session:
            assert session.steam_id == ALICE

    run(main)


def test_a_session_of_a_run_before_does_not_end_one_of_this(
    run: Run, sim: Simulator, alice: User
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        old = server.authenticate(ALICE, alice.auth_session_ticket())
        await old.__aenter__()
        server.close()
        server.start()
        await server.log_on_anonymous()
        async with server.authenticate(ALICE, alice.auth_session_ticket()):
            await old.__aexit__(None, None, None)
            assert list(server.sessions) == [ALICE]
            assert len(sim.server.sessions) == 1

    run(main)


def test_the_older_flow(run: Run, sim: Simulator, alice: User) -> None:
    """There Steam must be asked to know the player: an OK of doubtful origin is passed over."""

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("auth", 0.1)
        with pytest.raises(steamgs.AuthTimeoutError):
            async with server.authenticate_connection(
                "127.0.0.1", alice.connect_blob(), timeout=0.001
            ):
                pytest.fail("the verdict was to come later")
        async with server.authenticate_connection("127.0.0.1", alice.connect_blob()):
            # Of the one who left, of the one who was told to come again, and of the one who has.
            assert server.counters().events["client_approved"] == 3
        gc.collect()

    run(main)


@pytest.mark.parametrize("begun_by_the_host", [False, True])
def test_a_session_that_the_host_ends_lets_no_successor_in(
    run: Run, sim: Simulator, alice: User, begun_by_the_host: bool
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("auth", 0.1)
        first = server.authenticate(ALICE, alice.auth_session_ticket())
        if begun_by_the_host:
            server.begin_auth_session(alice.auth_session_ticket(), ALICE)
        else:
            entering = asyncio.ensure_future(first.__aenter__())
            await asyncio.sleep(0)
        assert list(server.sessions) == [ALICE]
        server.end_auth_session(ALICE)
        # Once the first session's OK has come, Steam refuses the second.
        server.validate_auth_ticket_response.once(
            lambda _: alice.fail_next_auth(Response.VAC_BANNED)
        )
        with pytest.raises(steamgs.AuthSessionError) as caught:
            async with server.authenticate(ALICE, alice.auth_session_ticket()):
                pytest.fail("let in by another session's verdict")
        assert caught.value.result is Response.VAC_BANNED
        if not begun_by_the_host:
            with pytest.raises(steamgs.SteamError, match="ended by the server"):
                await entering

    run(main)


def test_a_session_that_the_host_has_ended_does_not_end_its_successor(
    run: Run, sim: Simulator, alice: User
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        async with server.authenticate(ALICE, alice.auth_session_ticket()) as first:
            revoked = first.revoked
            server.end_auth_session(ALICE)
            assert await revoked is None
            server.begin_auth_session(alice.auth_session_ticket(), ALICE)
        assert list(server.sessions) == [ALICE]

    run(main)


@pytest.mark.parametrize("late_verdicts", [False, True])
def test_the_older_flow_lets_in_who_comes_back(
    run: Run,
    sim: Simulator,
    alice: User,
    late_verdicts: bool,
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        server._late_verdict_seconds = 60.0 if late_verdicts else 0.3
        sim.set_behaviour("late_verdicts", late_verdicts)
        await server.log_on_anonymous()
        sim.set_latency("auth", 0.3 if late_verdicts else 1000)
        address = "127.0.0.1"
        entering = asyncio.ensure_future(
            server.authenticate_connection(address, alice.connect_blob()).__aenter__()
        )
        await asyncio.sleep(0)
        assert list(server.sessions) == [ALICE]
        entering.cancel()
        await asyncio.wait([entering])
        sim.set_latency("auth", 0.05)
        async with server.authenticate_connection(address, alice.connect_blob()) as session:
            assert session.steam_id == ALICE
        assert not server.sessions

    run(main)
