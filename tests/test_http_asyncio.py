"""server.http in tasks: responses, pieces of them, and tasks that are cancelled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import steamgs
from conftest import Run
from fronts import library_of
from steamgs import HttpMethod
from steamgs.simulator import Simulator

URL = "https://example.org/players"
GET = HttpMethod.GET


def test_a_response_is_awaited(run: Run, sim: Simulator) -> None:
    sim.set_http_answer(URL, body="hello")

    async def main(server: steamgs.asyncio.GameServer) -> None:
        with server.http.request(GET, URL) as request:
            response = await request.send(timeout=10)
        assert response.body == b"hello"
        with (
            pytest.raises(steamgs.NoResponseError),
            server.http.request(GET, URL + "/nobody") as request,
        ):
            await request.send()

    run(main)


@pytest.mark.parametrize("doubled", [False, True])
def test_a_response_in_pieces(run: Run, sim: Simulator, doubled: bool) -> None:
    sim.set_behaviour("http_doubled", doubled)
    sim.set_http_answer(URL, status=404, headers={"X": "y"}, body="abcdefghij", pieces=3)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        told: list[Any] = []
        signals = (server.http.headers_received, server.http.data_received)
        for signal in signals:
            signal.connect(told.append)
        with server.http.request(GET, URL) as request:
            stream = request.stream()
            assert stream.response is None
            pieces = []
            async for piece in stream:
                assert request.header("X") == "y"
                pieces.append(piece)
            assert pieces == [b"abc", b"def", b"ghij"]
            assert stream.response == steamgs.HttpResponse(404, b"")
            assert [piece async for piece in stream] == []
        assert len(told) == (8 if doubled else 4)
        for signal in signals:
            signal.disconnect(told.append)

    run(main)


def test_streams_side_by_side(run: Run, sim: Simulator) -> None:
    for number in range(10):
        sim.set_http_answer(f"{URL}/{number}", body=str(number) * 100, pieces=7)

    async def read(server: steamgs.asyncio.GameServer, number: int) -> bytes:
        with server.http.request(GET, f"{URL}/{number}") as request:
            return b"".join([piece async for piece in request.stream()])

    async def main(server: steamgs.asyncio.GameServer) -> None:
        bodies = await asyncio.gather(*(read(server, number) for number in range(10)))
        assert bodies == [str(number).encode() * 100 for number in range(10)]

    run(main)


def test_streams_that_fail(run: Run, sim: Simulator) -> None:
    sim.set_http_answer(URL, failure="no_response")

    async def read(request: steamgs.HttpRequest) -> None:
        async for _ in request.stream():
            pass

    async def main(server: steamgs.asyncio.GameServer) -> None:
        with pytest.raises(steamgs.NoResponseError), server.http.request(GET, URL) as request:
            await read(request)
        sim.set_http_answer(URL, failure="timeout")
        with (
            pytest.raises(steamgs.HttpTimeoutError),
            server.http.request(GET, URL, absolute_timeout_ms=1) as request,
        ):
            sim.advance(0.001)
            task = asyncio.create_task(read(request))
            while not request.timed_out:
                sim.advance(0.001)
                await asyncio.sleep(0)
            await task
        sim.fail_next_call()
        sim.set_http_answer(URL)
        with pytest.raises(steamgs.CallFailedError), server.http.request(GET, URL) as request:
            await read(request)
        assert sim.server.http_requests == 0

    run(main)


@pytest.mark.parametrize("late", [False, True])
def test_a_stream_that_is_left(run: Run, sim: Simulator, late: bool) -> None:
    sim.set_behaviour("http_late", late)
    sim.set_http_answer(URL, size=100, pieces=10, delay=10.0)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        with server.http.request(GET, URL) as request:
            stream = request.stream()
            await asyncio.sleep(0.01)
            sim.advance(1.0)
            async for piece in stream:
                assert len(piece) == 10
                break
        assert sim.server.http_requests == 0
        sim.advance(10.0)
        with pytest.raises((steamgs.ClosedHandleError, steamgs.HttpError)):
            async for _ in stream:
                pass

    run(main)


def test_a_task_that_is_cancelled(run: Run, sim: Simulator) -> None:
    sim.set_http_answer(URL, delay=100.0, pieces=100)

    async def read(server: steamgs.asyncio.GameServer, streamed: bool) -> None:
        with server.http.request(GET, URL) as request:
            if streamed:
                async for _ in request.stream():
                    pass
            else:
                await request.send()

    async def main(server: steamgs.asyncio.GameServer) -> None:
        for streamed in (False, True):
            task = asyncio.create_task(read(server, streamed))
            while sim.server.http_requests == 0:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert sim.server.http_requests == 0
        sim.advance(200.0)
        await asyncio.sleep(0.05)

    run(main)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_task_that_waits_for_a_request_that_is_released(
    run: Run, sim: Simulator, streamed: bool
) -> None:
    sim.set_http_answer(URL, delay=100.0, pieces=100)

    async def read(request: steamgs.HttpRequest) -> None:
        if streamed:
            async for _ in request.stream():
                pass
        else:
            await request.send()

    async def main(server: steamgs.asyncio.GameServer) -> None:
        request = server.http.request(GET, URL)
        task = asyncio.create_task(read(request))
        await asyncio.sleep(0.01)
        request.release()
        with pytest.raises(steamgs.ClosedHandleError, match="the request is closed"):
            await asyncio.wait_for(task, 10)

    run(main)


def test_a_stream_ends_with_the_server(front: str, sim: Simulator) -> None:
    sim.set_http_answer(URL, delay=100.0, pieces=100)

    async def main() -> None:
        server = steamgs.asyncio.GameServer(
            480, query_port=0, library=library_of(front), steamclient=sim
        )
        async with server:
            request = server.http.request(GET, URL)
            stream = request.stream()
        with pytest.raises(steamgs.NotRunningError):
            async for _ in stream:
                pass

    asyncio.run(main())
