"""The game's socket with Steam's queries on it, be it one for IPv4, for IPv6, or for both."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest

import steamgs
import steamgs.asyncio
from conftest import LOOPS
from fronts import library_of
from steamgs.asyncio import SharedPort
from steamgs.simulator import Simulator

HEADER = b"\xff\xff\xff\xff"
INFO = HEADER + b"TSource Engine Query\0"


class Game(asyncio.DatagramProtocol):
    """The game's own traffic: it answers everything in capitals."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.transport.sendto(data.upper(), addr)


class Fixture(NamedTuple):
    shared: SharedPort
    port: int


Main = Callable[[Fixture], Coroutine[Any, Any, None]]
RunShared = Callable[[str, Main], None]


@asynccontextmanager
async def socket_of(kind: str, server: steamgs.GameServer) -> AsyncIterator[Fixture]:
    family, host = (socket.AF_INET, "127.0.0.1") if kind == "IPv4" else (socket.AF_INET6, "::")
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, kind != "both")
    sock.bind((host, 0))
    transport, shared = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: SharedPort(server, Game(), interval=0.01), sock=sock
    )
    try:
        yield Fixture(shared, sock.getsockname()[1])
    finally:
        transport.close()


@pytest.fixture(params=LOOPS)
def run_shared(request: pytest.FixtureRequest, front: str, sim: Simulator) -> RunShared:
    """Runs a coroutine function beside a shared port; nothing may reach the loop's handler."""
    factory = None
    if request.param == "uvloop":
        import uvloop

        factory = uvloop.new_event_loop

    def run(kind: str, main: Main) -> None:
        problems: list[Any] = []

        async def body() -> None:
            asyncio.get_running_loop().set_exception_handler(
                lambda _, context: problems.append(context)
            )
            async with steamgs.asyncio.GameServer(
                480,
                query_port=steamgs.QUERY_PORT_SHARED,
                library=library_of(front),
                steamclient=sim,
            ) as server:
                server.set_advertise_server_active(True)
                async with socket_of(kind, server) as fixture:
                    await main(fixture)

        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(body())
        assert problems == []

    return run


class Player:
    """One who sends packets, and reads what comes back."""

    def __init__(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.settimeout(10)
        self.socket.connect((host, port))

    async def ask(self, data: bytes) -> bytes:
        self.socket.send(data)
        return await asyncio.to_thread(self.socket.recv, 65536)


@pytest.mark.parametrize(
    ("kind", "host"),
    [("IPv4", "127.0.0.1"), ("both", "127.0.0.1"), ("both", "::1"), ("IPv6", "::1")],
)
def test_who_is_served(run_shared: RunShared, kind: str, host: str) -> None:
    async def main(fixture: Fixture) -> None:
        player = Player(host, fixture.port)
        with player.socket:
            assert await player.ask(b"game") == b"GAME"
            if host == "::1":
                for count in range(3):
                    player.socket.send(INFO)
                    # Packets of one socket come in order: what is Steam's has been looked at.
                    assert await player.ask(b"%d" % count) == b"%d" % count
                    assert fixture.shared.dropped == count + 1
                return
            challenge = await player.ask(INFO)
            assert challenge[:5] == HEADER + b"A"
            answer = await player.ask(INFO + challenge[5:])
            assert answer[:5] == HEADER + b"I"
            assert await player.ask(b"more") == b"MORE"
            assert fixture.shared.dropped == 0

    run_shared(kind, main)


class Wire(asyncio.DatagramTransport):
    """A socket that is none: it has an address, and remembers what is sent."""

    def __init__(self, own_address: Any) -> None:
        super().__init__({"sockname": own_address})
        self.sent: list[tuple[bytes, Any]] = []

    def is_closing(self) -> bool:
        return False

    def sendto(self, data: Any, addr: Any = None) -> None:
        self.sent.append((data, addr))


FROM_IPV4 = [
    (("127.0.0.1", 5), ("0.0.0.0", 9), ("127.0.0.1", 5)),
    (("::ffff:127.0.0.1", 5, 0, 0), ("::", 9, 0, 0), ("::ffff:127.0.0.1", 5, 0, 0)),
    (("::ffff:7f00:1", 5, 0, 0), ("::", 9, 0, 0), ("::ffff:127.0.0.1", 5, 0, 0)),
    (("::FFFF:127.0.0.1", 5), ("::", 9, 0, 0), ("::ffff:127.0.0.1", 5, 0, 0)),
]
FROM_ELSEWHERE: list[Any] = [
    ("::1", 5, 0, 0),
    ("2001:db8::1", 5, 0, 0),
    ("fe80::1%eth0", 5, 0, 2),
    ("::127.0.0.1", 5, 0, 0),  # of old, and no IPv4 sender
    ("64:ff9b::7f00:1", 5, 0, 0),
    "/tmp/socket",  # of a Unix socket, bound or not
    "",
    None,
    b"\0abstract",
    ("no address", 5),
    (),
]


def on_a_wire(own_address: Any, sim: Simulator, packets: list[tuple[bytes, Any]]) -> Any:
    """What a game heard, and what was sent and dropped, after these packets."""
    heard: list[Any] = []

    class Listener(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: Any) -> None:
            heard.append((data, addr))

    async def main() -> tuple[list[tuple[bytes, Any]], int]:
        wire = Wire(own_address)
        with steamgs.GameServer(480, library=sim, query_port=steamgs.QUERY_PORT_SHARED) as server:
            server.set_advertise_server_active(True)
            shared = SharedPort(server, Listener())
            shared.connection_made(wire)
            for data, address in packets:
                shared.datagram_received(data, address)
            shared.connection_lost(None)
        return wire.sent, shared.dropped

    return heard, *asyncio.run(main())


@pytest.mark.parametrize(("sender", "own_address", "reply_to"), FROM_IPV4)
def test_answers_go_back_in_the_sockets_form(
    sender: Any, own_address: Any, reply_to: Any, sim: Simulator
) -> None:
    heard, sent, dropped = on_a_wire(own_address, sim, [(INFO, sender), (b"game", sender)])
    assert heard == [(b"game", sender)]
    assert [(data[:5], address) for data, address in sent] == [(HEADER + b"A", reply_to)]
    assert dropped == 0


@pytest.mark.parametrize("sender", FROM_ELSEWHERE)
def test_from_elsewhere_only_the_game_hears(sender: Any, sim: Simulator) -> None:
    packets = [(INFO, sender), (b"game", sender), (HEADER + b"anything", sender)]
    heard, sent, dropped = on_a_wire(("::", 9, 0, 0), sim, packets)
    assert heard == [(b"game", sender)]
    assert sent == []
    assert dropped == 2
