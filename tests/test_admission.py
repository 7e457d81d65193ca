"""``listener.admit()``: a connection, an identity and a session with Steam, as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import Run
from steamgs import AuthSessionResponse, Connection, Listener
from steamgs.simulator import ClientConnection, Simulator, User, make_ticket
from steamgs.simulator.client import ClientStatus

PLACE = "127.0.0.1:27455"
ALICE = 76561197960287930
TICKET = make_ticket(ALICE, 480)
VAC_BANNED = AuthSessionResponse.VAC_BANNED
Server = steamgs.asyncio.GameServer
Play = Callable[[Server, Listener, ClientConnection, Connection], Any]


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.002)


def status_of(connection: ClientConnection) -> ClientStatus:
    status = connection.status()
    assert status is not None
    return status


@pytest.fixture
def alice(sim: Simulator) -> User:
    return sim.add_user(ALICE)


@pytest.fixture
def played(run: Run, alice: User) -> Callable[[Play], None]:
    """Runs a test with Alice's end of a connection and the server's, which waits to be accepted."""

    def play(body: Play) -> None:
        async def main(server: Server) -> None:
            await server.log_on_anonymous(timeout=10)
            with server.sockets.listen_ip(PLACE) as listener:
                ours = alice.connect(PLACE)
                theirs = await anext(listener)
                await body(server, listener, ours, theirs)
                assert server.places_taken() == 0

        run(main)

    return play


def test_a_player_comes_and_goes(played: Callable[[Play], None]) -> None:
    async def body(
        server: Server, listener: Listener, ours: ClientConnection, theirs: Connection
    ) -> None:
        async with listener.admit(theirs, ticket=TICKET) as player:
            assert (player.steam_id, player.owner_id) == (ALICE, ALICE)
            assert player.connection is theirs
            assert server.places_taken() == 1
            assert ours.state == "connected"
            assert str(ALICE) in repr(player)
            theirs.send(b"bye")
        assert theirs.closed
        assert [one.data for one in ours.receive()] == [b"bye"]
        assert ours.state == "closed_by_peer"

    played(body)


def test_the_ticket_may_be_the_first_message(played: Callable[[Play], None]) -> None:
    async def body(
        server: Server, listener: Listener, ours: ClientConnection, theirs: Connection
    ) -> None:
        async with theirs:
            ours.send(TICKET)
            message = await anext(theirs)
            async with listener.admit(theirs, ticket=message):
                ours.send(b"hello")
                assert (await anext(theirs)).data == b"hello"
                ours.close()
                assert [one async for one in theirs] == []
                await until(lambda: server.places_taken() == 0)

    played(body)


def test_what_a_player_said_before_leaving_is_read(played: Callable[[Play], None]) -> None:
    async def body(
        server: Server, listener: Listener, ours: ClientConnection, theirs: Connection
    ) -> None:
        async with listener.admit(theirs, ticket=TICKET):
            sent = [str(number).encode() for number in range(10)]
            for data in sent:
                ours.send(data)
            ours.close()
            await until(lambda: server.places_taken() == 0)
            await asyncio.sleep(0.02)  # as for what is known of the player
            assert [message.data async for message in theirs] == sent
        assert theirs.closed

    played(body)


def test_who_is_refused_learns_why(played: Callable[[Play], None], alice: User) -> None:
    async def body(
        server: Server, listener: Listener, ours: ClientConnection, theirs: Connection
    ) -> None:
        alice.fail_next_auth(VAC_BANNED)
        with pytest.raises(steamgs.AuthSessionError, match="VAC_BANNED"):
            async with listener.admit(theirs, ticket=TICKET, reason=1234):
                pytest.fail("let in")
        assert theirs.closed
        assert ours.state == "closed_by_peer"
        info = status_of(ours)
        assert info.end_reason == 1234
        assert "VAC_BANNED" in info.end_text

    played(body)


@pytest.mark.parametrize("ticket", [b"", b"x" * 1025, b"a ticket of my own"])
def test_bad_tickets(played: Callable[[Play], None], ticket: bytes) -> None:
    async def body(
        server: Server, listener: Listener, ours: ClientConnection, theirs: Connection
    ) -> None:
        with pytest.raises(steamgs.AuthSessionError):
            async with listener.admit(theirs, ticket=ticket):
                pytest.fail("let in")
        assert ours.state == "closed_by_peer"

    played(body)


def test_an_identity_that_is_not_steams(run: Run, alice: User) -> None:
    alice.set_identity("str:bob")

    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        with server.sockets.listen_ip(PLACE) as listener:
            ours = alice.connect(PLACE)
            theirs = await anext(listener)
            with pytest.raises(steamgs.AuthSessionError, match="INVALID_TICKET"):
                async with listener.admit(theirs, ticket=TICKET):
                    pytest.fail("let in")
            assert ours.state == "closed_by_peer"

    run(main)


def test_steam_changes_its_mind(played: Callable[[Play], None], alice: User) -> None:
    async def body(
        server: Server, listener: Listener, ours: ClientConnection, theirs: Connection
    ) -> None:
        async with listener.admit(theirs, ticket=TICKET, reason=1500):
            alice.revoke(VAC_BANNED)
            assert [one async for one in theirs] == []
            assert theirs.closed
        info = status_of(ours)
        assert info.end_reason == 1500
        assert info.end_text == VAC_BANNED.description[:127]

    played(body)


def test_the_player_leaves_while_steam_is_asked(
    played: Callable[[Play], None], sim: Simulator
) -> None:
    async def body(
        server: Server, listener: Listener, ours: ClientConnection, theirs: Connection
    ) -> None:
        sim.set_latency("auth", 1000)

        async def admit() -> None:
            async with listener.admit(theirs, ticket=TICKET, timeout=None):
                pytest.fail("let in")

        task = asyncio.create_task(admit())
        await asyncio.sleep(0.02)
        assert server.places_taken() == 1
        ours.close()
        with pytest.raises(steamgs.NotConnectedError):
            await task
        assert theirs.closed

    played(body)


def test_cancelled_while_steam_is_asked(played: Callable[[Play], None], sim: Simulator) -> None:
    async def body(
        server: Server, listener: Listener, ours: ClientConnection, theirs: Connection
    ) -> None:
        sim.set_latency("auth", 1000)

        async def admit() -> None:
            async with listener.admit(theirs, ticket=TICKET):
                pytest.fail("let in")

        task = asyncio.create_task(admit())
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert theirs.closed

    played(body)


def test_a_block_that_raises(played: Callable[[Play], None]) -> None:
    async def body(
        server: Server, listener: Listener, ours: ClientConnection, theirs: Connection
    ) -> None:
        with pytest.raises(ZeroDivisionError):
            async with listener.admit(theirs, ticket=TICKET):
                raise ZeroDivisionError
        assert status_of(ours).end_reason == 2000

    played(body)


def test_a_closed_connection_and_a_closed_server(played: Callable[[Play], None]) -> None:
    async def body(
        server: Server, listener: Listener, ours: ClientConnection, theirs: Connection
    ) -> None:
        theirs.close()
        with pytest.raises(steamgs.ClosedHandleError):
            async with listener.admit(theirs, ticket=TICKET):
                pytest.fail("let in")
        again = ours  # which has ended
        assert again.state == "closed_by_peer"

    played(body)


def test_the_end_of_a_connection_is_waited_for(played: Callable[[Play], None]) -> None:
    async def body(
        server: Server, listener: Listener, ours: ClientConnection, theirs: Connection
    ) -> None:
        theirs.accept()
        await theirs.connected()
        waits = [asyncio.ensure_future(theirs.ended()) for _ in range(3)]
        await asyncio.sleep(0.01)
        waits[0].cancel()
        assert not any(wait.done() for wait in waits[1:])
        ours.close()
        assert await waits[1] is await waits[2] is steamgs.ConnectionState.CLOSED_BY_PEER
        theirs.close()
        assert await theirs.ended() is steamgs.ConnectionState.NONE

    played(body)


def test_only_for_asyncio(online: steamgs.GameServer) -> None:
    listener = online.sockets.listen_ip(PLACE)
    online.sockets.connect_ip(PLACE)
    online.run_callbacks()
    (connection,) = listener.incoming()
    with pytest.raises(TypeError, match=r"needs a steamgs\.asyncio\.GameServer"):
        listener.admit(connection, ticket=TICKET)
    with pytest.raises(OverflowError, match="reason must be from 1000"):
        listener.admit(connection, ticket=TICKET, reason=5)
    bad: Any = 5
    with pytest.raises(TypeError, match="must be a Connection"):
        listener.admit(bad, ticket=TICKET)
    other = online.sockets.listen_ip("127.0.0.1:27099")
    for place, one in ((other, connection), (listener, online.sockets.socket_pair()[0])):
        with pytest.raises(ValueError, match="has not come to <Listener"):
            place.admit(one, ticket=TICKET)


def test_a_kicked_player_goes(played: Callable[[Play], None], alice: User) -> None:
    async def body(
        server: Server, listener: Listener, ours: ClientConnection, theirs: Connection
    ) -> None:
        async with listener.admit(theirs, ticket=TICKET):
            alice.kick()
            assert [one async for one in theirs] == []
        assert ours.state == "closed_by_peer"

    played(body)
