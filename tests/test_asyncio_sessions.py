"""Players in asyncio: admitted by Steam's word, revoked by it, and gone when the block is left."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import Run
from steamgs import AuthSessionResponse as Response
from steamgs.simulator import Simulator, make_ticket

ALICE = 76561197960287930


@pytest.fixture
def sim() -> Any:
    with Simulator(seed=1) as simulator:
        yield simulator


def test_admission(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        alice = sim.add_user(ALICE, owner_id=ALICE + 1)
        async with server.authenticate(ALICE, alice.auth_session_ticket()) as session:
            assert (session.steam_id, session.owner_id) == (ALICE, ALICE + 1)
            assert list(server.sessions) == [ALICE]
            watching = asyncio.create_task(_reason(session))
            await asyncio.sleep(0)
            assert not session.revoked.done()
            alice.vac_ban()
            assert await session.revoked is Response.VAC_BANNED
            assert await watching is Response.VAC_BANNED
            assert "revoked" in repr(session)
        assert not server.sessions
        assert not sim.server.sessions

    run(main)


async def _reason(session: steamgs.asyncio.AuthenticatedSession) -> Any:
    return await session.revoked


def test_a_session_that_just_ends_has_no_reason(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        async with server.authenticate(ALICE, make_ticket(ALICE, 480)) as session:
            watching = asyncio.create_task(_reason(session))
            await asyncio.sleep(0)
        assert await watching is None

    run(main)


def test_refusals_have_their_reasons(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()

        async def refused(ticket: bytes, **options: Any) -> steamgs.AuthSessionError:
            with pytest.raises(steamgs.AuthSessionError) as caught:
                async with server.authenticate(ALICE, ticket, **options):
                    pytest.fail("nobody was to be admitted")
            return caught.value

        mismatch = await refused(make_ticket(ALICE, 481))
        assert mismatch.result is steamgs.BeginAuthSessionResult.GAME_MISMATCH
        alice = sim.add_user(ALICE, licenses=())
        no_license = await refused(alice.auth_session_ticket())
        assert no_license.result is Response.NO_LICENSE_OR_EXPIRED
        sim.set_latency("auth", 60)
        late = await refused(alice.auth_session_ticket(), timeout=0.02)
        assert isinstance(late, steamgs.AuthTimeoutError)
        assert isinstance(late, TimeoutError)
        assert not server.sessions
        assert not sim.server.sessions

    run(main)


def test_a_duplicate_does_not_disturb_the_first(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        async with server.authenticate(ALICE, make_ticket(ALICE, 480)) as session:
            with pytest.raises(steamgs.AuthSessionError) as caught:
                async with server.authenticate(ALICE, make_ticket(ALICE, 480)):
                    pytest.fail("twice")
            assert caught.value.result is steamgs.BeginAuthSessionResult.DUPLICATE_REQUEST
            assert list(server.sessions) == [ALICE]
            assert not session.revoked.done()

    run(main)


def test_a_verdict_that_comes_twice_admits_once(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.duplicate_next_verdict()
        verdicts = server.validate_auth_ticket_response.__aiter__()
        async with server.authenticate(ALICE, make_ticket(ALICE, 480)) as session:
            assert [await anext(verdicts), await anext(verdicts)]
            assert not session.revoked.done()
        await verdicts.aclose()
        del verdicts

    run(main)


def test_another_server_takes_a_player_over(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        alice = sim.add_user(ALICE)
        used = alice.auth_session_ticket()
        async with server.authenticate(ALICE, used) as session:
            alice.log_in_elsewhere()
            assert await session.revoked is Response.LOGGED_IN_ELSEWHERE
        # Whoever is elsewhere does not come in by a new ticket, and nobody by one that was used.
        with pytest.raises(steamgs.AuthSessionError) as caught:
            async with server.authenticate(ALICE, alice.auth_session_ticket()):
                pytest.fail("elsewhere")
        assert caught.value.result is Response.LOGGED_IN_ELSEWHERE
        alice.come_online()
        with pytest.raises(steamgs.AuthSessionError) as caught:
            async with server.authenticate(ALICE, used):
                pytest.fail("used")
        assert caught.value.result is Response.AUTH_TICKET_INVALID_ALREADY_USED
        async with server.authenticate_connection("127.0.0.1", alice.connect_blob()) as session:
            alice.log_in_elsewhere()
            assert await session.revoked is steamgs.DenyReason.LOGGED_IN_ELSEWHERE
        alice.come_online()
        async with server.authenticate(ALICE, alice.auth_session_ticket()) as session:
            assert not session.revoked.done()
        assert not server.sessions

    run(main)


def test_the_older_flow(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        alice = sim.add_user(ALICE, owner_id=5)
        async with server.authenticate_connection("127.0.0.1", alice.connect_blob()) as session:
            assert (session.steam_id, session.owner_id) == (ALICE, 5)
            alice.kick(steamgs.DenyReason.CHEATER)
            assert await session.revoked is steamgs.DenyReason.CHEATER
        alice.deny_next(steamgs.DenyReason.NO_LICENSE)
        with pytest.raises(steamgs.AuthSessionError) as caught:
            async with server.authenticate_connection("127.0.0.1", alice.connect_blob()):
                pytest.fail("denied")
        assert caught.value.result is steamgs.DenyReason.NO_LICENSE
        assert not server.sessions

    run(main)


def test_thousands_at_once(run: Run, sim: Simulator) -> None:
    count = 3000

    async def main(server: steamgs.asyncio.GameServer) -> int:
        await server.log_on_anonymous()
        inside = 0
        everybody = asyncio.Event()

        async def play(steam_id: int) -> None:
            nonlocal inside
            async with server.authenticate(steam_id, make_ticket(steam_id, 480)):
                inside += 1
                if inside == count:
                    everybody.set()
                await everybody.wait()

        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(play(ALICE + number))
        assert not server.sessions
        assert server._players_known() == 0
        return inside

    assert run(main) == count
    assert not sim.server.sessions


def test_a_session_is_not_awaited(run: Run, sim: Simulator) -> None:
    """It would begin one that no block ends."""

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        session: Any = server.authenticate(ALICE, make_ticket(ALICE, 480))
        with pytest.raises(steamgs.SteamError, match="is entered by `async with`"):
            await session
        assert not sim.server.sessions
        async with session:
            assert await session is session
        assert await session is None

    run(main)


def test_a_session_is_entered_once(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        session = server.authenticate(ALICE, make_ticket(ALICE, 480))
        async with session:
            pass
        with pytest.raises(steamgs.SteamError, match=r"^a session can be entered only once$"):
            async with session:
                pytest.fail("entered")
        assert await session.revoked is None

    run(main)


def test_a_task_cancelled_while_it_waits_ends_its_session(run: Run, sim: Simulator) -> None:
    sim.set_latency("auth", 60)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()

        async def play() -> None:
            async with server.authenticate(ALICE, make_ticket(ALICE, 480)):
                pytest.fail("admitted")

        task = asyncio.create_task(play())
        await asyncio.sleep(0)
        assert list(server.sessions) == [ALICE]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not server.sessions
        assert not sim.server.sessions
        assert server._players_known() == 1  # whose verdict may still come

    run(main)


def test_a_server_closed_while_a_player_waits(run: Run, sim: Simulator) -> None:
    sim.set_latency("auth", 60)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()

        async def play() -> None:
            async with server.authenticate(ALICE, make_ticket(ALICE, 480)):
                pytest.fail("admitted")

        task = asyncio.create_task(play())
        await asyncio.sleep(0)
        server.close()
        with pytest.raises(steamgs.NotRunningError, match=r"^the game server was closed$"):
            await task
        assert server._players_known() == 0

    run(main)


def test_the_servers_own_ticket_is_awaited(run: Run, sim: Simulator) -> None:
    sim.set_behaviour("ticket_callback")
    sim.set_latency("auth", 0.01)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        server.get_auth_session_ticket()
        ticket = server.get_auth_session_ticket(identity=ALICE)
        answer = await server.get_auth_session_ticket_response.wait(
            lambda event: event.auth_ticket == ticket.handle, timeout=10
        )
        assert answer.result is steamgs.Result.OK

    run(main)
