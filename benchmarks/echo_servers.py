"""``python -m benchmarks.echo_servers CONTENDER CLIENTS ROUNDS LIBRARY BARE CARRIER``: one server.

It prints where it listens, echoes whatever comes, and prints what an echo cost in microseconds:
processor time of the process, and of the thread that serves. It ends when its input does.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import socket
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from benchmarks.bare import Bare
from benchmarks.query_port import free_port
from benchmarks.sockets import AT_ONCE, BareSockets

WARM_UP = 5
"""Rounds that are not measured: connections are made in the first."""
TICK_SECONDS = 0.01


class Meter:
    """Counts echoes, and takes the time from the end of one round to the end of another.

    No client sends again before all have been answered, so a round ends between two calls.
    """

    def __init__(self, clients: int, rounds: int) -> None:
        self.clients = clients
        self.cold = clients * WARM_UP
        self.left = self.echoes = clients * rounds

    def add(self, echoes: int) -> None:
        if self.cold:
            self.cold -= echoes
            if not self.cold:
                self.begin()
            return
        self.left -= echoes
        if not self.left:
            self.end()

    def begin(self) -> None:
        self.process, self.thread = time.process_time_ns(), time.thread_time_ns()

    def end(self) -> None:
        thread, process = time.thread_time_ns(), time.process_time_ns()
        spent = {"process": process - self.process, "thread": thread - self.thread}
        print(json.dumps({who: ns / self.echoes / 1000 for who, ns in spent.items()}), flush=True)

    async def until_done(self) -> None:
        while self.left:
            await asyncio.sleep(TICK_SECONDS)
        await asyncio.to_thread(wait_for_the_end)


class Bench(NamedTuple):
    """What a server is measured with."""

    meter: Meter
    library: str
    bare: str
    carrier: str
    """A libGameNetworkingSockets, or nothing for the simulator's own carrier."""


def listens_at(*place: object) -> None:
    print(*place, flush=True)


def wait_for_the_end() -> None:
    """Others' threads may still have to carry the last answers."""
    sys.stdin.read()


# Steam's sockets.


class Steam:
    """The simulated Steam, and how the load finds a server on it."""

    def __init__(self, library: str, carrier: str) -> None:
        from steamgs.simulator import Simulator

        self.simulator = Simulator()
        self.place = [f"127.0.0.1:{free_port()}"]
        if carrier:
            self.simulator.use_networking_library(carrier)
        else:
            self.place += map(str, self.simulator.open_exchange())
        self.arguments: dict[str, Any] = {
            "library": library,
            "steamclient": self.simulator,
            "query_port": 0,
        }

    def listen(self, server: Any) -> Any:
        listener = server.sockets.listen_ip(self.place[0])
        listens_at(*self.place)
        return listener


@contextmanager
def accepting(bench: Bench) -> Iterator[tuple[Any, Any]]:
    """A server that has accepted all clients, and its listener."""
    import steamgs

    steam = Steam(bench.library, bench.carrier)
    with steamgs.GameServer(480, **steam.arguments) as server:
        server.log_on_anonymous()
        server.run_callbacks()
        listener = steam.listen(server)
        accepted = 0
        while accepted < bench.meter.clients:
            server.run_callbacks()
            for connection in listener.incoming():
                connection.accept()
                accepted += 1
            time.sleep(TICK_SECONDS)
        yield server, listener


def cpp(bench: Bench) -> None:
    meter = bench.meter
    with accepting(bench) as (server, listener):
        steam = BareSockets(Bare(bench.bare), server)
        tick = ctypes.CDLL(server.library).SteamGameServer_RunCallbacks
        for echoes in (meter.cold, meter.left):
            steam.echo(tick, listener.group.handle, echoes, TICK_SECONDS)
            meter.add(echoes)
        wait_for_the_end()


def batches(bench: Bench) -> None:
    meter = bench.meter
    with accepting(bench) as (server, listener):
        while meter.left:
            server.run_callbacks()
            while batch := listener.receive(AT_ONCE):
                server.sockets.send_many(batch)
                meter.add(len(batch))
            time.sleep(TICK_SECONDS)
        wait_for_the_end()


async def coroutines(bench: Bench) -> None:
    import steamgs.asyncio

    meter = bench.meter
    steam = Steam(bench.library, bench.carrier)
    server = steamgs.asyncio.GameServer(480, tick_interval=TICK_SECONDS, **steam.arguments)
    async with server, asyncio.TaskGroup() as tasks:
        await server.log_on_anonymous()
        listener = steam.listen(server)

        async def accept() -> None:
            async for connection in listener:
                connection.accept()

        async def echo() -> None:
            async for batch in listener.group:
                server.sockets.send_many(batch)
                meter.add(len(batch))

        running = [tasks.create_task(accept()), tasks.create_task(echo())]
        await meter.until_done()
        for task in running:
            task.cancel()


# What else there is for Python.


class Echo(asyncio.DatagramProtocol):
    def __init__(self, meter: Meter) -> None:
        self.meter = meter

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        self.transport.sendto(data, address)
        self.meter.add(1)


async def datagrams(bench: Bench) -> None:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Echo(bench.meter), local_addr=("127.0.0.1", 0)
    )
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    listens_at(*transport.get_extra_info("sockname"))
    await bench.meter.until_done()
    transport.close()


def uvloop_datagrams(bench: Bench) -> None:
    import uvloop

    uvloop.run(datagrams(bench))


def enet_host(bench: Bench) -> None:
    import enet

    meter = bench.meter
    host = enet.Host(enet.Address(b"127.0.0.1", free_port()), meter.clients, 1, 0, 0)
    listens_at("127.0.0.1", host.address.port)
    while meter.left:
        event = host.service(int(TICK_SECONDS * 1000))
        if event.type == enet.EVENT_TYPE_RECEIVE:
            event.peer.send(0, enet.Packet(event.packet.data, enet.PACKET_FLAG_RELIABLE))
            if meter.left == 1:
                host.flush()
            meter.add(1)
    wait_for_the_end()


async def websockets_server(bench: Bench) -> None:
    from websockets.asyncio.server import serve

    async def echo(websocket: Any) -> None:
        async for message in websocket:
            await websocket.send(message)
            bench.meter.add(1)

    async with serve(echo, "127.0.0.1", 0, compression=None) as server:
        listens_at(*next(iter(server.sockets)).getsockname())
        await bench.meter.until_done()


Serve = Callable[[Bench], Coroutine[Any, Any, None] | None]
ON_STEAM: dict[str, Serve] = {
    "C++": cpp,
    "steamgs, batches": batches,
    "steamgs.asyncio, batches": coroutines,
}
OTHERS: dict[str, Serve] = {
    "asyncio, datagrams": datagrams,
    "uvloop, datagrams": uvloop_datagrams,
    "pyenet": enet_host,
    "websockets": websockets_server,
}


def main() -> None:
    name, clients, rounds, *rest = sys.argv[1:]
    serving = (ON_STEAM | OTHERS)[name](Bench(Meter(int(clients), int(rounds)), *rest))
    if serving is not None:
        asyncio.run(serving)


if __name__ == "__main__":
    main()
