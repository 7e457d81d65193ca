"""`async for`: bounded, counted, and read by one task."""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import Run
from payloads import payload
from steamgs.simulator import Simulator

KICK = 203


@pytest.fixture
def sim() -> Any:
    with Simulator(seed=1) as simulator:
        yield simulator


async def until(condition: Any) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.001)


def kick(sim: Simulator, *numbers: int) -> None:
    for number in numbers:
        sim.post(KICK, payload("client_kick", number, 0))


def test_the_oldest_go_when_a_stream_is_full(
    run: Run, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        stream = server.client_kick.stream(maxsize=3)
        other = server.client_kick.stream(maxsize=None)
        assert (stream.maxsize, other.maxsize) == (3, None)
        kick(sim, *range(1, 11))
        await until(lambda: len(other) == 10)
        assert (len(stream), stream.dropped) == (3, 7)
        assert other.dropped == 0
        stats = server.counters()
        assert (stats.stream_waiting, stats.stream_dropped) == (13, 7)
        assert [(await anext(stream)).steam_id for _ in range(3)] == [8, 9, 10]
        assert [(await anext(other)).steam_id for _ in range(10)] == list(range(1, 11))
        assert server.counters().stream_waiting == 0
        # At the first, and whenever their number has doubled.
        messages = [
            record.getMessage() for record in caplog.records if "a stream of" in record.message
        ]
        assert messages == [
            f"a stream of client_kick is full with 3 events; {dropped} of the oldest have been"
            " dropped so far"
            for dropped in (1, 2, 4)
        ]
        await stream.aclose()
        await other.aclose()

    with caplog.at_level(logging.WARNING, "steamgs"):
        run(main)


def test_a_stream_that_is_let_go_counts_no_more(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        before = server.client_kick.handlers
        streams = [server.events(maxsize=2)]
        kick(sim, 1, 2, 3)
        await until(lambda: streams[0].dropped == 1)
        streams.clear()
        gc.collect()
        assert server.counters().stream_waiting == 0
        assert server.counters().stream_dropped == 1
        assert server.client_kick.handlers == before

    run(main)


def test_streams_are_bounded_unless_asked(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        streams: list[steamgs.asyncio.EventStream[Any]] = [
            aiter(server.client_kick),
            server.client_kick.stream(),
            server.events(),
        ]
        assert [stream.maxsize for stream in streams] == [65536] * 3
        sim.post(KICK, payload("client_kick", 1, 0), count=65536 + 10)
        await until(lambda: streams[0].dropped == 10)
        assert len(streams[0]) == 65536
        for stream in streams:
            await stream.aclose()

    run(main)


@pytest.mark.parametrize(
    ("maxsize", "error", "words"),
    [
        (0, ValueError, "maxsize must be at least 1, not 0"),
        (-1, ValueError, "maxsize must be at least 1, not -1"),
        (True, TypeError, "maxsize must be an int or None, not bool"),
        (1.0, TypeError, "maxsize must be an int or None, not float"),
    ],
)
def test_bad_bounds(run: Run, maxsize: Any, error: type[Exception], words: str) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        for make in (server.client_kick.stream, server.events):
            with pytest.raises(error, match=words):
                make(maxsize)

    run(main)


def test_a_second_reader_is_refused(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        stream = server.client_kick.stream()
        first = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="another task is reading this stream"):
            await anext(stream)
        kick(sim, 1)
        assert (await first).steam_id == 1
        # One after the other is fine, and so is another after one that was cancelled.
        second = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.wait([second])
        kick(sim, 2)
        assert (await anext(stream)).steam_id == 2
        await stream.aclose()

    run(main)


def test_what_waits_is_read_after_the_end(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        stream = server.client_kick.stream()
        kick(sim, 1, 2)
        await until(lambda: len(stream) == 2)
        server.close()
        assert [event.steam_id async for event in stream] == [1, 2]

    run(main)


def test_a_closed_server_has_nothing_to_wait_for(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        kicks = server.client_kick
        before = kicks.handlers
        for _ in range(2):
            server.close()
            for source in (kicks, kicks.of(7), server.player(7)):
                with pytest.raises(steamgs.NotRunningError, match=r"^the game server was closed$"):
                    await source.wait()
                assert [event async for event in source.stream()] == []
                assert [events async for events in source.batches()] == []
            assert [event async for event in server.events()] == []
            with pytest.raises(steamgs.NotRunningError, match=r"^the game server was closed$"):
                await server.stopped()
            assert kicks.handlers == before
            server.start()
            waiting = asyncio.ensure_future(kicks.of(7).wait())
            await asyncio.sleep(0)
            kick(sim, 7)
            assert (await waiting).steam_id == 7

    run(main)


def test_a_server_that_has_not_been_started_is_waited_for(sim: Simulator) -> None:
    async def main() -> None:
        server = steamgs.asyncio.GameServer(480, query_port=0, library=sim)
        waiting = asyncio.ensure_future(server.client_kick.wait())
        stream = server.client_kick.stream()
        await asyncio.sleep(0)
        async with server:
            kick(sim, 7)
            assert (await waiting).steam_id == 7
            assert (await anext(stream)).steam_id == 7

    asyncio.run(main())


def test_a_wait_outlives_the_loss_of_its_handler(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        signal = server.policy_response
        before = signal.handlers
        waiting = asyncio.ensure_future(signal.wait(timeout=0.01))
        await asyncio.sleep(0)
        for handler in set(signal.handlers) - set(before):
            signal.disconnect(handler)
        with pytest.raises(TimeoutError):
            await waiting
        assert signal.handlers == before

    run(main)


def test_one_wait_is_of_one_task(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        wait = server.client_kick.wait()
        first = asyncio.ensure_future(wait)
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="another task"):
            await wait
        kick(sim, 1)
        async with asyncio.timeout(10):
            assert (await first).steam_id == 1

    run(main)


def test_a_cancelled_wait_is_not_awaited_again(run: Run) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        wait = server.client_kick.wait()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wait, 0.01)
        with pytest.raises(RuntimeError, match="cancelled"):
            await asyncio.wait_for(wait, 10)

    run(main)


def test_batches(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        batches = server.client_kick.batches(maxsize=1000)
        threes = server.client_kick.batches(max=3)
        kick(sim, *range(1, 11))
        await until(lambda: len(batches) == 10)
        assert [event.steam_id for event in await anext(batches)] == list(range(1, 11))
        sizes = [len(await anext(threes)) for _ in range(4)]
        assert sizes == [3, 3, 3, 1]
        waiting = asyncio.ensure_future(anext(batches))
        await asyncio.sleep(0)
        kick(sim, 11)
        assert [event.steam_id for event in await waiting] == [11]
        assert (batches.maxsize, batches.dropped) == (1000, 0)
        server.close()
        assert [len(events) async for events in batches] == []
        assert [len(events) async for events in threes] == [1]
        await batches.aclose()

    run(main)


def test_a_full_buffer_of_batches_drops_the_oldest(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        batches = server.client_kick.batches(maxsize=2)
        kick(sim, 1, 2, 3)
        await until(lambda: batches.dropped == 1)
        assert [event.steam_id for event in await anext(batches)] == [2, 3]
        for bad, error in ((0, ValueError), (True, TypeError), ("1", TypeError)):
            with pytest.raises(error, match="max must be"):
                server.client_kick.batches(max=bad)  # type: ignore[arg-type]
        await batches.aclose()

    run(main)


def test_a_batch_is_as_it_was_said(run: Run, sim: Simulator) -> None:
    """Events that come while the task reads are kept for it, none twice."""

    async def main(server: steamgs.asyncio.GameServer) -> None:
        seen: list[int] = []

        async def read() -> None:
            async for event in server.client_kick.stream(maxsize=None):
                seen.append(event.steam_id)
                if len(seen) % 50 == 0:
                    await asyncio.sleep(0)

        task = asyncio.create_task(read())
        await asyncio.sleep(0)
        for first in range(1, 2000, 100):
            kick(sim, *range(first, first + 100))
            await asyncio.sleep(0.001)
        await until(lambda: len(seen) == 2000)
        assert seen == list(range(1, 2001))
        server.close()
        await task

    run(main)
