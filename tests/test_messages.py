"""``server.messages``: messages to identities, sessions, channels, and their end."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import MakeServer, Run
from steamgs import ConnectionEnd, ConnectionState, NetworkingIdentity
from steamgs.simulator import Simulator, User

ALICE = 76561197960287930
IDENTITY = NetworkingIdentity.of(ALICE)
LARGEST = 512 * 1024


@pytest.fixture
def alice(sim: Simulator) -> User:
    return sim.add_user(ALICE)


def pairs(batch: steamgs.Batch) -> list[tuple[NetworkingIdentity, bytes]]:
    return list(batch.with_identities())


def meet(server: steamgs.GameServer, alice: User) -> None:
    """A session that Alice has begun."""
    alice.client.send_to(server.steam_id or 0, b"hello")
    server.run_callbacks()
    server.messages.accept(ALICE)
    assert pairs(server.messages.receive()) == [(IDENTITY, b"hello")]


def test_somebody_writes_first(online: steamgs.GameServer, alice: User) -> None:
    told: list[steamgs.MessagesSessionRequest] = []
    messages = online.messages
    messages.session_request.connect(told.append)
    alice.client.send_to(online.steam_id or 0, b"hello")
    alice.client.send_to(online.steam_id or 0, b"on three", channel=3)
    online.run_callbacks()
    assert [event.identity for event in told] == [IDENTITY]
    assert len(messages.receive()) == 0
    messages.accept(told[0].identity)
    message = messages.receive()[0]
    assert (message.data, message.channel, message.identity) == (b"hello", 0, IDENTITY)
    assert message.reliable
    assert pairs(messages.receive(3)) == [(IDENTITY, b"on three")]
    for text in (f"steamid:{ALICE}", IDENTITY, ALICE):
        messages.send(text, bytearray(b"welcome"))
    assert [data for _, data in alice.client.receive_on()] == [b"welcome"] * 3
    assert online.sockets.connections == ()


def test_the_server_writes_first(online: steamgs.GameServer, alice: User) -> None:
    client = alice.client
    online.messages.send(ALICE, b"news", channel=1, no_nagle=True)
    assert [data for _, data in client.receive_on(1)] == [b"news"]
    client.send_to(online.steam_id or 0, b"thanks")
    assert pairs(online.messages.receive()) == [(IDENTITY, b"thanks")]
    info = online.messages.session_info(ALICE)
    assert info is not None
    assert (info.identity, info.state) == (IDENTITY, ConnectionState.CONNECTED)
    status = online.messages.session_status(ALICE)
    assert status is not None
    assert status.state is ConnectionState.CONNECTED
    assert status.lanes == ()


def test_sessions_are_closed_as_often_as_one_likes(online: steamgs.GameServer, alice: User) -> None:
    messages = online.messages
    meet(online, alice)
    alice.client.send_to(online.steam_id or 0, b"unread", channel=2)
    messages.close_channel(ALICE, 2)
    assert len(messages.receive(2)) == 0
    for _ in range(2):
        messages.close(ALICE)
        assert messages.session_info(ALICE) is None
        assert messages.session_status(ALICE) is None
    with pytest.raises(steamgs.NetworkingError, match="accept"):
        messages.accept(ALICE)


def test_a_session_ends_with_its_last_channel(online: steamgs.GameServer, alice: User) -> None:
    messages = online.messages
    meet(online, alice)
    alice.client.send_to(online.steam_id or 0, b"unread", channel=2)
    messages.close_channel(ALICE, 7)  # which nobody has used
    messages.close_channel(ALICE, 0)
    assert messages.session_info(ALICE) is not None
    messages.close_channel(ALICE, 2)
    assert messages.session_info(ALICE) is None
    told: list[steamgs.MessagesSessionRequest] = []
    messages.session_request.connect(told.append)
    alice.client.send_to(online.steam_id or 0, b"me again")
    online.run_callbacks()
    assert [event.identity for event in told] == [IDENTITY]


def test_what_was_not_read_goes_with_its_session(
    online: steamgs.GameServer, alice: User, sim: Simulator
) -> None:
    meet(online, alice)
    bob = sim.add_user(ALICE + 1)
    for user in (alice, bob):
        user.client.send_to(online.steam_id or 0, b"unread", channel=1)
    online.messages.accept(bob.steam_id)
    online.messages.close(ALICE)
    assert [data for _, data in online.messages.receive(1)] == [b"unread"]


def test_a_session_that_fails(online: steamgs.GameServer, sim: Simulator) -> None:
    told: list[steamgs.MessagesSessionFailed] = []
    online.messages.session_failed.connect(told.append)
    online.messages.send(ALICE, b"hello?")
    sim.advance(11)
    online.run_callbacks()
    (event,) = told
    assert (event.identity, event.state) == (IDENTITY, ConnectionState.PROBLEM_DETECTED_LOCALLY)
    assert event.end_reason == 5008
    assert isinstance(event.end_reason, ConnectionEnd)
    with pytest.raises(steamgs.NotConnectedError, match="CONNECT_FAILED"):
        online.messages.send(ALICE, b"again")
    online.messages.send(ALICE, b"again", restart=True)


def test_a_player_crashes(online: steamgs.GameServer, alice: User, sim: Simulator) -> None:
    told: list[steamgs.MessagesSessionFailed] = []
    online.messages.session_failed.connect(told.append)
    meet(online, alice)
    alice.vanish()
    sim.advance(10)
    online.run_callbacks()
    assert [event.identity for event in told] == [IDENTITY]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda m: m.send(0, b""), OverflowError, "value must be from 1"),
        (lambda m: m.send(None, b""), TypeError, "identity must be a Steam id"),
        (lambda m: m.send("bob", b""), ValueError, "is not an identity"),
        (lambda m: m.send(ALICE, "text"), TypeError, "bytes-like"),
        (lambda m: m.send(ALICE, b"", channel=-1), OverflowError, "channel must be from 0"),
        (lambda m: m.send(ALICE, b"", channel=2**31), OverflowError, "channel must be from 0"),
        (lambda m: m.send(ALICE, b"", channel=True), TypeError, "channel must be an int"),
        (lambda m: m.send(ALICE, b"", restart=1), TypeError, "restart must be a bool"),
        (lambda m: m.send(ALICE, b"", no_delay=True), ValueError, "no_delay is for unreliable"),
        (lambda m: m.send(ALICE, bytes(LARGEST + 1)), steamgs.MessageTooBigError, "send"),
        (lambda m: m.send("invalid", b""), steamgs.SendError, "INVALID_PARAM"),
        (lambda m: m.receive("0"), TypeError, "channel must be an int"),
        (lambda m: m.receive(0, 0), OverflowError, "max must be from 1"),
        (lambda m: m.channel(-1), OverflowError, "channel must be from 0"),
        (lambda m: m.accept(5.0), TypeError, "identity must be a Steam id"),
        (lambda m: m.close("x"), ValueError, "is not an identity"),
        (lambda m: m.close_channel(ALICE, -1), OverflowError, "channel must be from 0"),
        (lambda m: m.session_info(-1), OverflowError, "value must be from 1"),
    ],
)
def test_bad_arguments(online: steamgs.GameServer, call: Any, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        call(online.messages)


def test_the_largest_and_the_smallest(online: steamgs.GameServer, alice: User) -> None:
    client = alice.client
    online.messages.send(ALICE, b"")
    online.messages.send(ALICE, bytes(LARGEST))
    assert [len(data) for _, data in client.receive_on()] == [0, LARGEST]


USES: dict[str, Any] = {
    "send": lambda m: m.send(ALICE, b""),
    "receive": lambda m: m.receive(),
    "channel": lambda m: m.channel(0),
    "accept": lambda m: m.accept(ALICE),
    "close": lambda m: m.close(ALICE),
    "close_channel": lambda m: m.close_channel(ALICE, 0),
    "session_info": lambda m: m.session_info(ALICE),
    "session_status": lambda m: m.session_status(ALICE),
}


@pytest.mark.parametrize("use", USES)
def test_only_while_the_server_runs(make_server: MakeServer, use: str) -> None:
    server = make_server()
    with pytest.raises(steamgs.NotRunningError):
        USES[use](server.messages)
    server.start()
    server.messages.receive()
    server.close()
    with pytest.raises(steamgs.NotRunningError):
        USES[use](server.messages)


def test_a_closed_server_has_closed_all_sessions(
    make_server: MakeServer, alice: User, sim: Simulator
) -> None:
    server = make_server().start()
    server.log_on_anonymous()
    server.run_callbacks()
    held = sim.server.networking.held_messages
    meet(server, alice)
    for number in range(3):
        alice.client.send_to(server.steam_id or 0, b"kept %d" % number)
    batch = server.messages.receive(0, 2)
    single = batch[0]
    rest = server.messages.receive()[0]
    view = memoryview(rest)
    server.close()
    assert sim.server.networking.held_messages == held + 1  # which a memoryview points to
    assert server.sockets.unreleased_messages == 1
    assert pairs(batch) == [(IDENTITY, b"kept 0"), (IDENTITY, b"kept 1")]
    assert (single.data, view.tobytes()) == (b"kept 0", b"kept 2")
    view.release()
    del rest, batch
    gc.collect()
    assert single.identity == IDENTITY
    server.start()
    server.log_on_anonymous()
    server.run_callbacks()
    assert server.messages.session_info(ALICE) is None
    meet(server, alice)


def test_sessions_that_have_ended_are_forgotten(online: steamgs.GameServer, sim: Simulator) -> None:
    """Whom Steam has forgotten is not kept for the close."""
    for number in range(300):
        sim.add_user(ALICE + number)
        online.messages.send(ALICE + number, b"x")
        online.messages.close(ALICE + number)
    online.messages.send(ALICE, b"x")
    online.close()


# asyncio.


Server = steamgs.asyncio.GameServer


def test_batches_of_a_channel(run: Run, sim: Simulator) -> None:
    users = [sim.add_user(ALICE + number) for number in range(4)]

    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        me = server.steam_id or 0

        @server.messages.session_request.connect
        def accept(event: steamgs.MessagesSessionRequest) -> None:
            server.messages.accept(event.identity)

        got: list[tuple[NetworkingIdentity, bytes]] = []
        channel = server.messages.channel(5)
        assert server.messages.channel(5) is channel

        async def read() -> None:
            async for batch in channel:
                got.extend(batch.with_identities())

        task = asyncio.create_task(read())
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="asyncio task"):
            channel.receive()
        with pytest.raises(RuntimeError, match="asyncio task"):
            server.messages.receive(5)
        for turn in range(50):
            for user in users:
                user.client.send_to(me, str(turn).encode(), channel=5)
            await asyncio.sleep(0)
        while len(got) < 200:
            await asyncio.sleep(0.01)
        for user in users:
            mine = [data for who, data in got if who.steam_id == user.steam_id]
            assert mine == [str(turn).encode() for turn in range(50)]
        channel.close()
        channel.close()
        await task
        with pytest.raises(steamgs.ClosedHandleError, match="channel 5 is closed"):
            aiter(channel)
        users[0].client.send_to(me, b"later", channel=5)
        assert [data for _, data in (await anext(server.messages.channel(5))).with_identities()]
        server.messages.session_request.disconnect(accept)

    run(main)


def test_a_closed_server_ends_the_tasks_of_channels(run: Run) -> None:
    async def main(server: Server) -> None:
        await server.log_on_anonymous(timeout=10)
        channel = server.messages.channel(0)

        async def count() -> int:
            return len([batch async for batch in channel])

        task = asyncio.create_task(count())
        await asyncio.sleep(0.02)
        assert not task.done()
        server.close()
        assert await task == 0
        with pytest.raises(steamgs.NotRunningError):
            aiter(channel)
        assert "closed" in repr(channel)

    run(main)


def test_channels_are_made_by_the_server_alone() -> None:
    kind: Any = steamgs.MessageChannel
    with pytest.raises(TypeError, match="makes channels"):
        kind()
