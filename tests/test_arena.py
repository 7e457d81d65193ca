"""The example of a game server, attacked: by forged, replayed and senseless packets, and by many.

Also what honest players want of it: to come back, to be told, to be let go.
"""

from __future__ import annotations

import asyncio
import math
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

import steamgs
import steamgs.asyncio
from arena_client import ALICE, MALLORY, Attack, Client, Game, Play, arena, until
from fronts import library_of
from steamgs.simulator import Simulator, make_ticket


@pytest.fixture
def play(front: str, sim: Simulator) -> Play:
    """Opens an arena, runs a test's coroutine against it, and looks whether anything is left."""

    def run(attack: Attack, **limits: int) -> None:
        problems: list[dict[str, Any]] = []

        async def main() -> None:
            asyncio.get_running_loop().set_exception_handler(
                lambda _, context: problems.append(context)
            )
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind(("127.0.0.1", 0))
            steam = steamgs.asyncio.GameServer(
                480,
                query_port=steamgs.QUERY_PORT_SHARED,
                library=library_of(front),
                steamclient=sim,
                tick_interval=0.001,
            )
            game = Game(arena.Arena(steam, **limits), sock.getsockname()[1])
            try:
                async with steam, game.game.open(sock):
                    await steam.log_on_anonymous()
                    await attack(game)
                    assert len(steam.sessions) == game.sizes[0] + game.sizes[1]
                assert sock.fileno() == -1  # closed, and all has been sent
                assert game.sizes == (0, 0, 0)
            finally:
                for client in game.clients:
                    client.sock.close()

        asyncio.run(main(), debug=True)
        assert problems == []

    return run


# What honest players want.


def test_a_player_comes_leaves_and_comes_back(play: Play) -> None:
    async def visit(game: Game) -> None:
        for _ in range(3):
            alice = game.client()
            assert await alice.join() == (arena.WELCOME, b"")
            assert (await alice.move())[0] == 1
            alice.say(arena.LEAVE)
            assert await alice.is_told(arena.DROPPED) == b"left"
            assert game.sizes == (0, 0, 0)

    play(visit)


def test_whoever_repeats_a_lost_packet_is_answered_again(play: Play) -> None:
    async def repeat(game: Game) -> None:
        alice = game.client()
        assert await alice.join() == (arena.WELCOME, b"")
        alice.say_join()
        assert await alice.hear() == (arena.WELCOME, b"")
        alice.say(arena.LEAVE)
        assert await alice.is_told(arena.DROPPED) == b"left"
        for packet in (arena.LEAVE, arena.MOVE):
            alice.say(packet, b"12 bytes....")
            assert await alice.is_told(arena.DROPPED) == b""

    play(repeat)


def test_the_same_player_from_two_addresses(play: Play) -> None:
    async def twice(game: Game) -> None:
        old, new = game.client(), game.client()
        await old.join_in_the_end()
        assert await new.join() == (arena.BUSY, b"DUPLICATE_REQUEST")
        assert (await old.move())[0] == 2
        assert game.sizes == (0, 1, 1)
        old.say(arena.LEAVE)
        await old.is_told(arena.DROPPED)
        new.ticket = make_ticket(ALICE, 480)
        await new.join_in_the_end()

    play(twice)


def test_a_player_whose_machine_died_comes_back_from_elsewhere(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arena, "SILENT_SECONDS", 0.5)

    async def die_and_come_back(game: Game) -> None:
        dead, new = game.client(), game.client()
        assert await dead.join() == (arena.WELCOME, b"")
        await new.join_in_the_end()
        assert await dead.is_told(arena.DROPPED) == b"silent"

    play(die_and_come_back)


def test_one_who_plays_is_not_silent(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arena, "SILENT_SECONDS", 0.5)

    async def keep_moving(game: Game) -> None:
        alice, silent = game.client(), game.client(MALLORY)
        await alice.join_in_the_end()
        await silent.join_in_the_end()
        while game.sizes[1] == 2:
            await alice.move()
        assert [player.steam_id for player in game.game.playing.values()] == [ALICE]

    play(keep_moving)


def test_a_ban_throws_out_and_keeps_out(play: Play, sim: Simulator) -> None:
    user = sim.add_user(ALICE)

    async def be_banned(game: Game) -> None:
        alice = game.client()
        await alice.join_in_the_end()
        user.vac_ban()
        assert await alice.is_told(arena.DROPPED) == b"VAC_BANNED"
        assert game.sizes == (0, 0, 0)
        alice.ticket = make_ticket(ALICE, 480)
        assert await alice.join() == (arena.REFUSED, b"VAC_BANNED")

    play(be_banned)


def test_a_kick_throws_out_and_lets_back_in(play: Play, sim: Simulator) -> None:
    user = sim.add_user(ALICE)

    async def be_kicked(game: Game) -> None:
        alice = game.client()
        await alice.join_in_the_end()
        user.kick(steamgs.DenyReason.GENERIC)
        assert await alice.is_told(arena.DROPPED) == b"KICKED_GENERIC"
        again = game.client()
        await again.join_in_the_end()

    play(be_kicked)


@pytest.mark.parametrize("turns", [0, 1, 5])
def test_leaving_before_the_verdict(play: Play, sim: Simulator, turns: int) -> None:
    sim.set_latency("auth", 1.0)

    async def give_up(game: Game) -> None:
        alice = game.client()
        await alice.prove()
        # As if both packets were read at once: the session's task has not begun yet.
        key = (alice.sock.getsockname(), alice.name)
        game.game.join(key, arena.STEAM_ID.pack(ALICE) + alice.ticket)
        for _ in range(turns):
            await asyncio.sleep(0)
        game.game.datagram_received(arena.HEADER.pack(arena.LEAVE, alice.name), key[0])
        assert await alice.is_told(arena.REFUSED) == b"left"
        assert game.sizes == (0, 0, 0)
        sim.advance(1.0)

    play(give_up)


def test_no_verdict_is_no_admission(
    play: Play, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arena, "VERDICT_SECONDS", 0.05)
    sim.set_latency("auth", 60.0)

    async def wait(game: Game) -> None:
        assert (await game.client().join())[0] == arena.BUSY

    play(wait)


# What others would do to them.


class Sent(asyncio.DatagramTransport):
    """A transport that keeps what is sent, for packets from addresses that nobody has."""

    def __init__(self) -> None:
        super().__init__()
        self.packets: list[tuple[bytes, Any]] = []

    def sendto(self, data: bytes | bytearray | memoryview, addr: Any = None) -> None:
        self.packets.append((bytes(data), addr))


@contextmanager
def forged(game: Any) -> Iterator[Sent]:
    real, game.transport = game.transport, Sent()
    try:
        yield game.transport
    finally:
        game.transport = real


def test_a_flood_from_forged_addresses_leaves_nothing(play: Play) -> None:
    dice = random.Random(20)
    kinds = [bytes([value]) for value in range(256)]

    async def flood(game: Game) -> None:
        alice = game.client()
        await alice.join_in_the_end()
        with forged(game.game) as sent:
            for _ in range(20_000):
                address = (
                    f"10.{dice.randrange(256)}.0.{dice.randrange(256)}",
                    dice.randrange(65536),
                )
                kind = dice.choice((arena.JOIN, arena.MOVE, arena.LEAVE, dice.choice(kinds)))
                name = dice.choice((dice.randbytes(16), alice.name))
                packet = (kind + name + dice.randbytes(dice.randrange(80)))[: dice.randrange(100)]
                sent.packets.clear()
                game.game.datagram_received(packet, address)
                assert len(sent.packets) <= 1
                for answer, to in sent.packets:
                    assert to == address
                    assert len(answer) <= len(packet)
        assert game.sizes == (0, 1, 1)
        assert (await alice.move())[0] == 2

    play(flood)


def test_every_length_of_every_kind(play: Play) -> None:
    async def send(game: Game) -> None:
        alice = game.client()
        await alice.join_in_the_end()
        for kind in (arena.JOIN, arena.MOVE, bytes(1), arena.STATE, arena.CHALLENGE):
            for length in range(64):
                game.game.datagram_received(
                    (kind + alice.name + bytes(64))[:length], alice.sock.getsockname()
                )
        assert game.sizes == (0, 1, 1)

    play(send)


@pytest.mark.parametrize("kind", ["junk", "mallory's own", "cut", "too long", "none"])
def test_a_join_in_anothers_name_locks_nobody_out(play: Play, kind: str) -> None:
    tickets = {
        "junk": b"junk and junk",
        "mallory's own": make_ticket(MALLORY, 480),
        "cut": make_ticket(ALICE, 480)[:-3],
        "too long": bytes(1500),
        "none": bytes(8),
    }

    async def spoof(game: Game) -> None:
        mallory, alice = game.client(), game.client()
        assert await mallory.join(tickets[kind]) == (arena.REFUSED, b"INVALID_TICKET")
        assert game.sizes == (0, 0, 0)
        assert await alice.join() == (arena.WELCOME, b"")
        mallory.name = b"another name...."
        assert (await mallory.join(tickets[kind]))[0] in (arena.BUSY, arena.REFUSED)
        assert (await alice.move())[0] == 1
        mallory.name = alice.name
        for packet in (arena.LEAVE, arena.MOVE):
            mallory.say(packet, bytes(12))
            assert await mallory.is_told(arena.DROPPED) == b""
        assert (await alice.move())[0] == 2

    play(spoof)


@pytest.mark.parametrize("steam_id", [0, 1, 2**64 - 1, 103582791429521412])
def test_ids_that_are_no_players(play: Play, steam_id: int) -> None:
    async def spoof(game: Game) -> None:
        nobody = game.client()
        nobody.steam_id = steam_id
        assert (await nobody.join())[0] == arena.REFUSED

    play(spoof)


def test_a_cookie_serves_its_own_address_for_a_while(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steal(game: Game) -> None:
        alice, thief = game.client(), game.client()
        await alice.prove()
        thief.name = alice.name
        thief.say_join()
        assert (await thief.hear())[0] == arena.CHALLENGE
        for position in range(16):
            forgery = bytearray(alice.name)
            forgery[position] ^= 1
            alice.say(arena.JOIN, arena.STEAM_ID.pack(ALICE) + alice.ticket, bytes(forgery))
            data = await asyncio.get_running_loop().sock_recv(alice.sock, 2048)
            assert data.startswith(arena.CHALLENGE + forgery)
        monkeypatch.setattr(arena, "COOKIE_SECONDS", -1)
        alice.say_join()
        assert (await alice.hear())[0] == arena.CHALLENGE
        assert game.sizes == (0, 0, 0)

    play(steal)


def test_replayed_packets(play: Play) -> None:
    async def replay(game: Game) -> None:
        alice = game.client()
        await alice.prove()
        said = [alice.say_join()]
        assert await alice.hear() == (arena.WELCOME, b"")
        await alice.move(0.1)
        (player,) = game.game.playing.values()
        heard = player.heard
        said.append(arena.HEADER.pack(arena.MOVE, alice.name) + arena.POSITION.pack(1, 99.0, 0))
        said.append(arena.HEADER.pack(arena.MOVE, alice.name) + arena.POSITION.pack(0, 99.0, 0))
        with forged(game.game) as sent:
            for packet in said[1:]:
                game.game.datagram_received(packet, alice.sock.getsockname())
        assert (player.heard, sent.packets) == (heard, [])
        said.append(alice.say(arena.LEAVE))
        await alice.is_told(arena.DROPPED)

        first_name, alice.ticket = alice.name, make_ticket(ALICE, 480)
        alice.name, alice.moves = b"a name of my own", 0
        await alice.join_in_the_end()
        with forged(game.game) as sent:
            for packet in said[1:]:
                game.game.datagram_received(packet, alice.sock.getsockname())
        assert all(arena.HEADER.unpack_from(data)[1] == first_name for data, _ in sent.packets)
        assert (await alice.move())[0] == 2

        alice.say(arena.LEAVE)
        await alice.is_told(arena.DROPPED)
        alice.name = first_name
        alice.sock.send(said[0])
        # The cookie is still good, but Steam takes no ticket twice.
        assert await alice.is_told(arena.REFUSED) == b"AUTH_TICKET_INVALID_ALREADY_USED"
        assert game.sizes == (0, 0, 0)

    play(replay)


def test_nobody_is_fast_by_many_packets_or_lost_by_senseless_ones(play: Play) -> None:
    async def run(game: Game) -> None:
        alice = game.client()
        await alice.join_in_the_end()
        (player,) = game.game.playing.values()
        for number in (math.nan, math.inf, -math.inf):
            alice.moves += 1
            alice.say(arena.MOVE, arena.POSITION.pack(alice.moves, number, number))
        before = player.heard
        for _ in range(200):
            _, x, y = await alice.move(1e30, -1e30)
        reach = arena.MAX_SPEED * (player.heard - before) + 1e-3
        assert 0 < x <= reach
        assert -reach <= y < 0

    play(run)


# Bounds.


def test_the_bounds_hold_and_free_seats_are_given_again(play: Play) -> None:
    async def crowd(game: Game) -> None:
        async def knock(host: int, steam_id: int) -> tuple[bytes, bytes, tuple[str, int]]:
            address, name = (f"10.0.0.{host}", 1024 + steam_id % 1000), bytes(16)
            body = arena.STEAM_ID.pack(steam_id) + make_ticket(steam_id, 480)
            answer = arena.HEADER.pack(arena.CHALLENGE, name)
            while answer.startswith(arena.CHALLENGE):
                name = answer[arena.HEADER.size :] or name
                sent.packets.clear()
                game.game.datagram_received(arena.HEADER.pack(arena.JOIN, name) + body, address)
                await until(lambda: sent.packets)
                answer = sent.packets[0][0]
            return *arena.HEADER.unpack_from(answer), address

        with forged(game.game) as sent:
            # Two from each host: of the third host's, there is no seat.
            answers = [await knock(1 + n // 2, ALICE + n) for n in range(6)]
            kinds = [kind for kind, _, _ in answers]
            assert kinds == [arena.WELCOME] * 4 + [arena.BUSY] * 2
            _, name, address = answers[2]
            game.game.datagram_received(arena.HEADER.pack(arena.LEAVE, name), address)
            await until(lambda: game.sizes == (0, 3, 2))
            assert (await knock(1, ALICE + 9))[0] == arena.BUSY  # a third one from there
            assert (await knock(3, ALICE + 4))[0] == arena.WELCOME
            assert game.sizes == (0, 4, 3)

    play(crowd, seats=4, per_host=2)


def test_not_many_wait_for_steam(play: Play, sim: Simulator) -> None:
    sim.set_latency("auth", 1.0)

    async def crowd(game: Game) -> None:
        clients = [game.client(ALICE + n) for n in range(5)]
        for client in clients:
            await client.prove()
            client.say_join()
        for client in clients[3:]:
            assert await client.is_told(arena.BUSY) == b"full"
        assert game.sizes == (3, 0, 1)
        sim.advance(1.0)
        for client in clients[:3]:
            assert await client.hear() == (arena.WELCOME, b"")

    play(crowd, waiting=3)


# The end.


def test_closing_tells_everybody(play: Play, sim: Simulator) -> None:
    clients: list[Client] = []

    async def leave_them_there(game: Game) -> None:
        await game.client(ALICE).join_in_the_end()
        sim.set_latency("auth", 60.0)
        waiting = game.client(MALLORY)
        await waiting.prove()
        waiting.say_join()
        await until(lambda: game.sizes == (1, 1, 1))
        clients.extend(game.clients)
        game.clients.clear()

    play(leave_them_there)

    assert [client.hear_after_the_loop() for client in clients] == [
        (arena.DROPPED, b"server closed"),
        (arena.REFUSED, b"server closed"),
    ]
    for client in clients:
        client.sock.close()


class LateTransport:
    """As that of Windows' loop: it sends later, and nothing more once it is closed meanwhile."""

    def __init__(self, transport: asyncio.DatagramTransport, protocol: asyncio.DatagramProtocol):
        self.transport = transport
        self.waiting: list[tuple[bytes, Any]] = []
        self.closed = False
        protocol.connection_made(cast(asyncio.DatagramTransport, self))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def sendto(self, data: bytes, address: Any) -> None:
        self.waiting.append((data, address))
        if len(self.waiting) == 1:
            asyncio.get_running_loop().call_later(0.02, self.send_one)

    def send_one(self) -> None:
        if not self.closed:
            self.transport.sendto(*self.waiting.pop(0))
            if self.waiting:
                asyncio.get_running_loop().call_later(0.02, self.send_one)

    def get_write_buffer_size(self) -> int:
        return sum(len(data) for data, _ in self.waiting)

    def close(self) -> None:
        self.closed = True
        if not self.waiting:
            self.transport.close()


def test_closing_a_loop_that_sends_later_tells_everybody(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients: list[Client] = []
    create = asyncio.BaseEventLoop.create_datagram_endpoint

    async def create_late(self: Any, factory: Any, **options: Any) -> Any:
        transport, protocol = await create(self, factory, **options)
        return LateTransport(transport, protocol), protocol

    async def leave_them_there(game: Game) -> None:
        for steam_id in (ALICE, MALLORY):
            await game.client(steam_id).join_in_the_end()
        clients.extend(game.clients)
        game.clients.clear()

    monkeypatch.setattr(asyncio.BaseEventLoop, "create_datagram_endpoint", create_late)
    play(leave_them_there)

    for client in clients:
        assert client.hear_after_the_loop() == (arena.DROPPED, b"server closed")
        client.sock.close()
