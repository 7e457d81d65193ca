"""Responses in pieces for threads: ``for piece in request.stream()``."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import Run
from steamgs import HttpMethod
from steamgs.simulator import Simulator

URL = "https://example.org/maps"
GET = HttpMethod.GET


@pytest.mark.parametrize("doubled", [False, True])
@pytest.mark.parametrize("pumped", [False, True])
def test_pieces_in_a_thread(
    server: steamgs.GameServer, sim: Simulator, pumped: bool, doubled: bool
) -> None:
    sim.set_behaviour("http_doubled", doubled)
    sim.set_http_answer(URL, status=404, body="abcdefghij", pieces=3)
    if pumped:
        server.start_pump(0.001)
    with server.http.request(GET, URL) as request:
        stream = request.stream(timeout=30)
        assert stream.response is None
        assert list(stream) == [b"abc", b"def", b"ghij"]
        assert stream.response == steamgs.HttpResponse(404, b"")
        assert list(stream) == []
        assert request.progress == 1.0


def test_pieces_while_another_thread_delivers(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(URL, size=1000, pieces=100)
    done = threading.Event()

    def read() -> int:
        with server.http.request(GET, URL) as request:
            return sum(map(len, request.stream(timeout=30)))

    with ThreadPoolExecutor(2) as threads:
        loop = threads.submit(server.run_forever, 0.001, stop=done)
        sizes = [threads.submit(read).result(30) for _ in range(3)]
        done.set()
        loop.result(30)
    assert sizes == [1000] * 3


def test_pieces_that_fail_in_a_thread(server: steamgs.GameServer, sim: Simulator) -> None:
    def read(**options: Any) -> list[bytes]:
        with server.http.request(GET, URL) as request:
            return list(request.stream(**options))

    sim.set_http_answer(URL, failure="no_response")
    with pytest.raises(steamgs.NoResponseError):
        read()
    sim.set_http_answer(URL, delay=100.0, pieces=2)
    with pytest.raises(TimeoutError, match="not answered in time"):
        read(timeout=0.05)
    sim.set_http_answer(URL)
    sim.fail_next_call()
    with pytest.raises(steamgs.CallFailedError):
        read()
    with server.http.request(GET, URL) as request:
        stream = request.stream()
        server.close()
        with pytest.raises(steamgs.NotRunningError):
            next(stream)


def test_a_thread_that_must_not_wait_for_pieces(run: Run, sim: Simulator) -> None:
    sim.set_http_answer(URL, delay=100.0)

    async def main(server: steamgs.asyncio.GameServer) -> None:
        with server.http.request(GET, URL) as request:
            stream = request.stream()
            with pytest.raises(RuntimeError, match="an event loop is running"):
                next(stream)
            waiting = asyncio.create_task(anext(aiter(stream)))
            await asyncio.sleep(0.01)
            with pytest.raises(RuntimeError, match="a task is reading"):
                next(stream)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    run(main)
