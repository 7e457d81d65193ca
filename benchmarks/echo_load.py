"""``python -m benchmarks.echo_load CONTENDER CLIENTS ROUNDS CARRIER PLACE...``: an echo's clients.

In each round every client sends 64 bytes, and waits for what it has sent.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

from benchmarks.echo_servers import ON_STEAM, WARM_UP, Steam

BODY = 64
SECONDS = 60.0
PATIENCE_SECONDS = 0.002
STEAM_ID = 76561197960287930


class Crowd(NamedTuple):
    clients: int
    rounds: int

    def bodies(self) -> Iterator[list[bytes]]:
        """By round and client, all different."""
        for number in range(WARM_UP + self.rounds):
            head = number.to_bytes(4, "little")
            yield [
                (head + client.to_bytes(4, "little")).ljust(BODY, b"\0")
                for client in range(self.clients)
            ]

    def play(
        self, send: Callable[[int, bytes], object], receive: Callable[[], Iterable[bytes]]
    ) -> None:
        """Send by the client's number; `receive` may wait a little, and give what has come."""
        for bodies in self.bodies():
            for client, data in enumerate(bodies):
                send(client, data)
            expected = set(bodies)
            deadline = time.monotonic() + SECONDS
            while expected:
                assert time.monotonic() < deadline, "an echo was lost"
                for data in receive():
                    expected.remove(data)


def players(crowd: Crowd, place: str, host: str, port: str) -> None:
    """Connections of a player of the simulated Steam, through its exchange."""
    from steamgs.simulator import Client

    with Client(f"{host}:{port}", STEAM_ID) as client:
        connections = [client.connect(place) for _ in range(crowd.clients)]
        waiting: list[Any] = []

        def send(number: int, data: bytes) -> None:
            connections[number].send(data)
            waiting.append(connections[number])

        def receive() -> Iterator[bytes]:
            while waiting:
                messages = waiting[0].receive(1)
                if not messages:
                    time.sleep(PATIENCE_SECONDS)
                    return
                yield messages[0].data
                del waiting[0]

        crowd.play(send, receive)


def games(crowd: Crowd, carrier: str, place: str) -> None:
    """Connections of another game server, over the same library."""
    import steamgs

    steam = Steam("simulator", carrier)
    with steamgs.GameServer(480, **steam.arguments) as server:
        group = server.sockets.create_poll_group()
        connections = [server.sockets.connect_ip(place) for _ in range(crowd.clients)]
        for connection in connections:
            group.add(connection)

        def receive() -> list[bytes]:
            server.run_callbacks()
            messages = [data for _, data in group.receive()]
            if not messages:
                time.sleep(PATIENCE_SECONDS)
            return messages

        crowd.play(lambda number, data: connections[number].send(data, no_nagle=True), receive)


def datagrams(crowd: Crowd, host: str, port: str) -> None:
    with ExitStack() as stack:
        clients = []
        for _ in range(crowd.clients):
            client = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            client.settimeout(SECONDS)
            client.connect((host, int(port)))
            clients.append(client)
        crowd.play(
            lambda number, data: clients[number].send(data),
            lambda: [client.recv(2 * BODY) for client in clients],
        )


def enet_peers(crowd: Crowd, host: str, port: str) -> None:
    import enet

    ours = enet.Host(None, crowd.clients, 1, 0, 0)
    address = enet.Address(host.encode(), int(port))
    peers = [ours.connect(address, 1) for _ in range(crowd.clients)]
    connected = 0
    while connected < crowd.clients:
        connected += ours.service(1000).type == enet.EVENT_TYPE_CONNECT

    def receive() -> list[bytes]:
        event = ours.service(1000)
        return [event.packet.data] if event.type == enet.EVENT_TYPE_RECEIVE else []

    crowd.play(
        lambda number, data: peers[number].send(0, enet.Packet(data, enet.PACKET_FLAG_RELIABLE)),
        receive,
    )


async def websockets(crowd: Crowd, host: str, port: str) -> None:
    from websockets.asyncio.client import connect

    uri = f"ws://{host}:{port}"
    clients: list[Any] = [await connect(uri, compression=None) for _ in range(crowd.clients)]
    for bodies in crowd.bodies():
        for client, data in zip(clients, bodies, strict=True):
            await client.send(data)
        for client, data in zip(clients, bodies, strict=True):
            assert await asyncio.wait_for(client.recv(), SECONDS) == data
    for client in clients:
        await client.close()


def main() -> None:
    name, clients, rounds, carrier, *place = sys.argv[1:]
    crowd = Crowd(int(clients), int(rounds))
    if name == "pyenet":
        enet_peers(crowd, *place)
    elif name == "websockets":
        asyncio.run(websockets(crowd, *place))
    elif name not in ON_STEAM:
        datagrams(crowd, *place)
    elif carrier:
        games(crowd, carrier, *place)
    else:
        players(crowd, *place)


if __name__ == "__main__":
    main()
