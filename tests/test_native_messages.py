"""Other modules' consumers of messages: the example, built here as a user builds it."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from typing import Any

import pytest

import native_builds
import steamgs
import steamgs.asyncio
from conftest import MakeServer, Run
from steamgs.simulator import Simulator


@pytest.fixture(scope="session")
def traffic(compiler: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The example, built by its own setup.py."""
    return native_builds.example("native_messages", "traffic", tmp_path_factory.mktemp("example"))


def test_the_example_counts_messages(
    traffic: Any, online: steamgs.GameServer, sim: Simulator
) -> None:
    before = sim.server.networking.held_messages
    group = online.sockets.create_poll_group()
    first, second = online.sockets.socket_pair()
    group.add(second)
    counted = traffic.Traffic(group)
    for number in range(1000):
        first.send(bytes(number % 100))
    online.run_callbacks()
    assert (counted.messages, counted.bytes) == (1000, 49_500)
    assert sim.server.networking.held_messages == before
    with pytest.raises(RuntimeError, match="native code"):
        group.receive()
    with pytest.raises(RuntimeError, match="native code"):
        aiter(group)
    with pytest.raises(RuntimeError, match="read already"):
        traffic.Traffic(group)
    counted.stop()
    counted.stop()
    first.send(b"for Python")
    online.run_callbacks()
    assert [data for _, data in group.receive()] == [b"for Python"]
    assert counted.messages == 1000
    again = traffic.Traffic(group)
    first.send(b"x")
    online.run_callbacks()
    assert again.messages == 1


def test_the_group_of_a_listener(traffic: Any, online: steamgs.GameServer) -> None:
    listener = online.sockets.listen_ip("127.0.0.1:27456")
    ours = online.sockets.connect_ip("127.0.0.1:27456")
    online.run_callbacks()
    listener.incoming()[0].accept()
    counted = traffic.Traffic(listener)
    ours.send(b"hello")
    online.run_callbacks()
    assert counted.bytes == 5
    listener.close()
    online.run_callbacks()
    counted.stop()
    with pytest.raises(steamgs.ClosedHandleError):
        traffic.Traffic(listener)
    with pytest.raises(TypeError, match=r"group must be a steamgs\.PollGroup"):
        traffic.Traffic(ours)


def test_a_consumer_outlives_its_server(
    traffic: Any, make_server: MakeServer, sim: Simulator
) -> None:
    server = make_server().start()
    before = sim.server.networking.held_messages
    group = server.sockets.create_poll_group()
    first, second = server.sockets.socket_pair()
    group.add(second)
    counted = traffic.Traffic(group)
    first.send(b"never ticked")
    server.close()
    del server, group, first, second
    gc.collect()
    counted.stop()
    assert counted.messages == 0
    assert sim.server.networking.held_messages == before


def test_the_pumps_thread_calls_it_and_any_thread_stops_it(traffic: Any, run: Run) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous(timeout=10)
        group = server.sockets.create_poll_group()
        first, second = server.sockets.socket_pair()
        group.add(second)
        counted = traffic.Traffic(group)
        wakes = server.counters().pump_wakes
        for _ in range(500):
            first.send(b"x" * 64)
        deadline = time.monotonic() + 10
        while counted.messages < 500:
            assert time.monotonic() < deadline
            time.sleep(0.005)  # the loop stands still meanwhile: nothing of it is needed
        assert server.counters().pump_wakes == wakes
        stopper = threading.Thread(target=counted.stop)
        stopper.start()
        await asyncio.to_thread(stopper.join)
        first.send(b"for a task")
        batch = await anext(group)
        assert [data for _, data in batch] == [b"for a task"]
        group.close()

    run(main)
