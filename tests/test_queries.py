"""The server browser's queries, asked by clients that others wrote, on both kinds of port."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import query_clients
import steamgs
import steamgs.asyncio
from conftest import MakeServer
from fronts import library_of
from query_clients import CLIENTS, Address, Answers
from steamgs.simulator import Simulator, make_ticket

ALICE = 76561197960287930
HEADER = b"\xff\xff\xff\xff"
INFO = HEADER + b"TSource Engine Query\0"
NO_CHALLENGE = b"\xff\xff\xff\xff"
RULES_20_KB = {f"rule_{number:03}": f"{number:03}" * 12 for number in range(440)}


def describe(server: steamgs.GameServer) -> None:
    server.set_product("arena")
    server.set_mod_dir("arenadir")
    server.set_game_description("Arena of tests")
    server.set_dedicated_server(True)
    server.set_server_name("Grüße, 玩家")
    server.set_map_name("de_tests")
    server.set_max_player_count(255)
    server.set_bot_player_count(3)
    server.set_password_protected(True)
    server.set_game_tags("fast,tests")
    server.set_spectator_port(27020)
    server.set_spectator_server_name("Arena TV")
    for key, value in RULES_20_KB.items():
        server.set_key_value(key, value)
    server.set_advertise_server_active(True)


def players_join(server: steamgs.GameServer, players: int) -> None:
    for number in range(players):
        server.begin_auth_session(make_ticket(ALICE + number, 480), ALICE + number)


def update_players(server: steamgs.GameServer, players: int) -> None:
    known = server.update_users((ALICE + n, f"player {n}", n * 10) for n in range(players))
    assert known == players


def expected(server: steamgs.GameServer, players: int) -> dict[str, Any]:
    return {
        "name": "Grüße, 玩家",
        "map": "de_tests",
        "folder": "arenadir",
        "game": "Arena of tests",
        "app_id": 480,
        "players": players,
        "max_players": 255,
        "bots": 3,
        "dedicated": True,
        "password": True,
        "secure": True,
        "version": "1.2.3.4",
        "port": server.game_port,
        "steam_id": server.steam_id,
        "tags": "fast,tests",
        "game_id": 480,
        "spectator_port": 27020,
        "spectator_name": "Arena TV",
    }


def check(answers: Answers, server: steamgs.GameServer, players: int) -> None:
    wanted = expected(server, players)
    assert answers.info == {name: wanted[name] for name in answers.info}
    assert len(answers.info) >= 15
    assert answers.players == sorted((f"player {n}", n * 10) for n in range(players))
    assert answers.durations == [90.0] * players
    assert answers.rules == RULES_20_KB


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> Callable[[Address], Answers]:
    name = str(request.param)
    if name == "gamedig" and query_clients.GAMEDIG is None:
        pytest.skip("STEAMGS_GAMEDIG does not say where npm has installed gamedig")
    return CLIENTS[name]


@pytest.mark.parametrize("players", [0, 1, 255])
def test_clients_read_the_servers_state(
    client: Callable[[Address], Answers], make_server: MakeServer, sim: Simulator, players: int
) -> None:
    server = make_server(version="1.2.3.4").start()
    assert sim.server.query_port_open
    describe(server)
    server.log_on_anonymous()
    server.run_callbacks()
    players_join(server, players)
    server.run_callbacks()
    update_players(server, players)
    sim.advance(90)
    check(client(("127.0.0.1", server.query_port)), server, players)


class Game(asyncio.DatagramProtocol):
    """The game's own traffic: it answers everything in capitals."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.transport.sendto(data.upper(), addr)


@pytest.mark.parametrize("players", [0, 1, 255])
def test_clients_read_it_through_the_games_own_port(
    client: Callable[[Address], Answers], front: str, sim: Simulator, players: int
) -> None:
    async def main() -> None:
        async with shared_server(front, sim) as server:
            assert not sim.server.query_port_open
            describe(server)
            await server.log_on_anonymous()
            verdicts = server.validate_auth_ticket_response.__aiter__()
            players_join(server, players)
            for _ in range(players):
                await anext(verdicts)
            update_players(server, players)
            sim.advance(90)
            async with game_socket(server) as address:
                chatter = asyncio.create_task(asyncio.to_thread(chat, address))
                check(await asyncio.to_thread(client, address), server, players)
                assert await chatter == [b"GAME %d" % turn for turn in range(100)]

    asyncio.run(main())


def shared_server(front: str, sim: Simulator) -> steamgs.asyncio.GameServer:
    return steamgs.asyncio.GameServer(
        480,
        query_port=steamgs.QUERY_PORT_SHARED,
        version="1.2.3.4",
        tick_interval=0.001,
        library=library_of(front),
        steamclient=sim,
    )


@asynccontextmanager
async def game_socket(server: steamgs.GameServer) -> AsyncIterator[Address]:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: steamgs.asyncio.SharedPort(server, Game()), local_addr=("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")
    finally:
        transport.close()


def chat(address: Address) -> list[bytes]:
    with player_socket(address) as player:
        return [ask(player, b"game %d" % turn) or b"" for turn in range(100)]


def player_socket(address: Address) -> socket.socket:
    player = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    player.settimeout(10)
    player.connect(address)
    return player


def ask(player: socket.socket, packet: bytes, timeout: float = 10) -> bytes | None:
    player.settimeout(timeout)
    player.send(packet)
    try:
        return player.recv(65536)
    except TimeoutError:
        return None


@pytest.fixture
def asked(make_server: MakeServer) -> Iterator[tuple[steamgs.GameServer, socket.socket]]:
    server = make_server().start()
    describe(server)
    with player_socket(("127.0.0.1", server.query_port)) as player:
        yield server, player


Asked = tuple[steamgs.GameServer, socket.socket]


def challenge_of(player: socket.socket) -> bytes:
    answer = ask(player, INFO)
    assert answer is not None
    assert answer[:5] == HEADER + b"A"
    assert len(answer) == 9
    return answer[5:]


@pytest.mark.parametrize(
    ("request_bytes", "begins"),
    [
        (INFO, HEADER + b"I"),
        (HEADER + b"U", HEADER + b"D"),
        (HEADER + b"V", b"\xfe\xff\xff\xff"),  # the first piece of many
    ],
)
@pytest.mark.parametrize("wrong", [NO_CHALLENGE, b"\0\0\0\0", b"abcd"])
def test_without_its_challenge_nobody_gets_more_than_was_sent(
    asked: Asked, request_bytes: bytes, begins: bytes, wrong: bytes
) -> None:
    _, player = asked
    challenge = challenge_of(player)
    refused = ask(player, request_bytes + wrong)
    assert refused == HEADER + b"A" + challenge
    assert len(refused) <= len(request_bytes + wrong)
    answer = ask(player, request_bytes + challenge)
    assert answer is not None
    assert answer.startswith(begins)


def test_a_challenge_is_of_one_sender(asked: Asked) -> None:
    _, player = asked
    with player_socket(player.getpeername()) as other:
        stolen = ask(other, INFO + challenge_of(player))
        assert stolen == HEADER + b"A" + challenge_of(other)
        assert challenge_of(other) != challenge_of(player)


def first_challenge(front: str, clock: Literal["real", "manual"]) -> bytes:
    """What a new Steam of one seed gives one sender."""
    server = steamgs.GameServer(
        480,
        query_port=steamgs.QUERY_PORT_SHARED,
        library=library_of(front),
        steamclient=Simulator(seed=1, clock=clock),
    )
    with server:
        server.set_advertise_server_active(True)
        return answer_to(server, INFO)


def answer_to(server: steamgs.GameServer, packet: bytes) -> bytes:
    assert server.handle_incoming_packet(packet, "192.0.2.1", 999)
    ((answer, _),) = server.outgoing_packets()
    return answer


def test_no_challenge_follows_from_what_others_can_know(front: str) -> None:
    # The seed and the address are known: 8 equal ones of 32 bits are no accident.
    assert len({first_challenge(front, "real") for _ in range(8)}) > 1


def test_with_a_manual_clock_challenges_repeat(front: str) -> None:
    assert first_challenge(front, "manual") == first_challenge(front, "manual")


def test_challenges_are_drawn_anew_and_the_last_ones_hold(
    make_server: MakeServer, sim: Simulator
) -> None:
    with make_server(query_port=steamgs.QUERY_PORT_SHARED) as server:
        server.set_advertise_server_active(True)
        former = answer_to(server, INFO)[5:]
        sim.advance(5.9)
        assert answer_to(server, INFO)[5:] == former
        sim.advance(0.2)
        now = answer_to(server, INFO)[5:]
        assert now != former
        for challenge in (former, now):
            assert answer_to(server, INFO + challenge)[:5] == HEADER + b"I"
        sim.advance(6)
        assert answer_to(server, INFO + now)[:5] == HEADER + b"I"
        stale = answer_to(server, INFO + former)
        assert stale[:5] == HEADER + b"A"
        assert stale[5:] not in (former, now)


def test_nobody_is_answered_unless_advertised(asked: Asked) -> None:
    server, player = asked
    server.set_advertise_server_active(False)
    assert ask(player, INFO, 0.05) is None
    server.set_advertise_server_active(True)
    assert ask(player, INFO) is not None


def test_long_answers_come_in_numbered_pieces(asked: Asked) -> None:
    _, player = asked
    player.send(HEADER + b"V" + challenge_of(player))
    pieces: dict[int, bytes] = {}
    names = set()
    total = 1
    while len(pieces) < total:
        packet = player.recv(65536)
        kind, name, total, number, size = struct.unpack_from("<iiBBH", packet)
        assert (kind, size) == (-2, 1388)
        assert len(packet) <= 1400
        assert name >= 0
        names.add(name)
        pieces[number] = packet[12:]
    whole = b"".join(pieces[number] for number in range(total))
    assert len(names) == 1
    assert whole[:5] == HEADER + b"E"
    texts = whole[7:].split(b"\0")
    assert struct.unpack_from("<H", whole, 5) == (len(RULES_20_KB),)
    assert dict(zip(texts[0:-1:2], texts[1::2], strict=True)) == {
        key.encode(): value.encode() for key, value in RULES_20_KB.items()
    }


def test_rules_beyond_what_the_protocol_can_number(asked: Asked) -> None:
    server, player = asked
    rules = {**RULES_20_KB, **{f"long rule {number}": "x" * 100 for number in range(4000)}}
    size = fitting = 0
    for key, value in rules.items():
        server.set_key_value(key, value)
        if size + len(key) + len(value) + 2 <= 254 * 1388:
            size += len(key) + len(value) + 2
            fitting += 1
    player.send(HEADER + b"V" + challenge_of(player))
    first = player.recv(65536)
    assert first[8] == -(-(7 + size) // 1388)
    assert struct.unpack_from("<H", first, 12 + 5) == (fitting,)
    assert len(RULES_20_KB) < fitting < len(rules)


@pytest.mark.parametrize("host", [None, "127.0.0.2", "0.0.0.0"])
def test_where_the_simulator_listens(host: str | None) -> None:
    with (
        Simulator(clock="manual", query_host=host) as sim,
        steamgs.GameServer(480, library=sim, query_port=0) as server,
    ):
        server.set_advertise_server_active(True)
        assert sim.server.query_port_open == (host is not None)
        if host is not None:
            address = (host.replace("0.0.0.0", "127.0.0.1"), server.query_port)
            with player_socket(address) as player:
                assert challenge_of(player)
    with pytest.raises(ValueError, match="nowhere"):
        Simulator(query_host="nowhere")


def test_a_flood_is_borne(asked: Asked) -> None:
    server, player = asked
    for turn in range(20_000):
        player.send(INFO if turn % 2 else random.Random(turn).randbytes(40))
    server.run_callbacks()
    with player_socket(player.getpeername()) as other:
        answer = None
        for _ in range(50):  # packets may be lost on the way while the flood is worked off
            answer = answer or ask(other, INFO, 0.2)
        assert answer is not None
    server.set_map_name("still here")


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    packet=st.one_of(
        st.binary(max_size=1500),
        st.binary(max_size=64).map(lambda data: HEADER + data),
        st.tuples(
            st.sampled_from([INFO, HEADER + b"U", HEADER + b"V", HEADER + b"W"]),
            st.integers(0, 30),
            st.binary(max_size=8),
        ).map(lambda parts: parts[0][: parts[1]] + parts[2]),
    )
)
def test_any_packet_is_steams_or_the_games(make_server: MakeServer, packet: bytes) -> None:
    server = make_server(query_port=steamgs.QUERY_PORT_SHARED)
    with server:
        describe(server)
        if not packet:
            return
        taken = server.handle_incoming_packet(packet, "192.0.2.1", 999)
        assert taken == (packet.startswith(HEADER) and len(packet) > len(HEADER))
        answers = server.outgoing_packets()
        # Nobody can guess a challenge: the most there is to get is one, of nine bytes.
        assert sum(len(data) for data, _ in answers) <= len(packet)
        assert all(data[:5] == HEADER + b"A" and len(data) == 9 for data, _ in answers)
        assert all(address == ("192.0.2.1", 999) for _, address in answers)
        assert len(answers) <= (len(packet) >= 9)


def test_a_games_protocol_hears_all_that_is_its_own(sim: Simulator) -> None:
    heard: list[str] = []

    class Everything(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            heard.append("made")

        def datagram_received(self, data: bytes, addr: Any) -> None:
            heard.append(data.hex())

        def error_received(self, exc: Exception) -> None:
            heard.append(str(exc))

        def pause_writing(self) -> None:
            heard.append("pause")

        def resume_writing(self) -> None:
            heard.append("resume")

        def connection_lost(self, exc: Exception | None) -> None:
            heard.append("lost")

    async def main() -> None:
        server = steamgs.GameServer(480, library=sim, query_port=steamgs.QUERY_PORT_SHARED)
        shared = steamgs.asyncio.SharedPort(server, Everything())
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: shared, local_addr=("127.0.0.1", 0)
        )
        sender = ("127.0.0.1", 5)
        shared.datagram_received(INFO, sender)  # the server is not running
        with server:
            shared.datagram_received(INFO, sender)
            shared.datagram_received(HEADER, sender)
            shared.datagram_received(b"\xff\xff\xffgame", sender)
        shared.error_received(OSError("refused"))
        shared.pause_writing()
        shared.resume_writing()
        transport.close()
        await asyncio.sleep(0.01)

    asyncio.run(main())
    game = b"\xff\xff\xffgame".hex()
    assert heard == ["made", INFO.hex(), HEADER.hex(), game, "refused", "pause", "resume", "lost"]
