"""Requests of server.http as handles: Steam gets each back, once, whatever happens."""

from __future__ import annotations

import gc
import threading
from typing import Any

import pytest

import steamgs
from conftest import MakeServer
from handles import MANY
from steamgs import HttpMethod
from steamgs.simulator import Simulator

URL = "https://example.org/players"
GET = HttpMethod.GET


def test_a_request_is_released_once(server: steamgs.GameServer, sim: Simulator) -> None:
    request = server.http.request(GET, URL)
    assert sim.server.http_requests == 1
    request.release()
    other = server.http.request(GET, URL)
    request.release()
    assert sim.server.http_requests == 1
    for use in (
        request.send,
        request.stream,
        request.defer,
        request.prioritize,
        lambda: request.header("X"),
        lambda: request.progress,
        lambda: request.timed_out,
    ):
        with pytest.raises(steamgs.ClosedHandleError, match="the request is closed"):
            use()
    with pytest.raises(RuntimeError, match="on purpose"), other:
        raise RuntimeError("on purpose")
    assert sim.server.http_requests == 0
    cookies = server.http.cookies(from_responses=False)
    cookies.release()
    cookies.release()
    with pytest.raises(steamgs.ClosedHandleError, match="the cookie container is closed"):
        cookies.set("example.org", "/", "a=b")
    with pytest.raises(steamgs.ClosedHandleError, match="the cookie container is closed"):
        server.http.request(GET, URL, cookies=cookies)
    assert (sim.server.http_requests, sim.server.cookie_containers) == (0, 0)
    assert sim.server.wrong_releases == 0


def test_a_request_that_is_given_up(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(URL, delay=5.0)
    with server.http.request(GET, URL) as request:
        call = request.send()
        server.run_callbacks()
    sim.advance(10.0)
    server.run_callbacks()
    with pytest.raises(steamgs.ClosedHandleError):
        call.result(0)


def test_whoever_waits_for_a_request_that_is_released(
    server: steamgs.GameServer, sim: Simulator
) -> None:
    """At once, not when Steam answers: nobody knows whether it does."""
    sim.set_http_answer(URL, delay=5.0)
    told: list[Any] = []
    request = server.http.request(GET, URL)
    call = request.send()
    call.add_done_callback(told.append)
    request.release()
    assert (call.done(), told) == (True, [call])
    with pytest.raises(steamgs.ClosedHandleError, match="the request is closed"):
        call.result()
    request.release()


@pytest.mark.parametrize("dropped", [False, True])
def test_a_stream_collects_nothing_after_its_request(
    server: steamgs.GameServer, sim: Simulator, dropped: bool
) -> None:
    sim.set_http_answer(URL, delay=5.0, size=100, pieces=10)
    request = server.http.request(GET, URL)
    stream = request.stream()
    idle = server.counters().stream_waiting
    if dropped:
        del request, stream
        gc.collect()
    else:
        request.release()
        with pytest.raises(steamgs.ClosedHandleError, match="the request is closed"):
            next(stream)
    with server.http.request(GET, URL) as other:
        call = other.stream()
        server.run_callbacks()
        sim.advance(4.0)
        server.run_callbacks()
        assert server.counters().stream_waiting == idle + 8
        sim.advance(4.0)
        assert len(list(call)) == 10


def test_a_handler_that_raises(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(URL)

    def fail(_: steamgs.HttpRequestCompleted) -> None:
        raise ValueError("on purpose")

    server.http.request_completed.connect(fail)
    with pytest.raises(ExceptionGroup), server.http.request(GET, URL) as request:
        call = request.send()
        server.run_callbacks()
    assert sim.server.http_requests == 0
    assert sim.server.wrong_releases == 0
    assert call.done()


def test_the_server_closes(make_server: MakeServer, sim: Simulator) -> None:
    sim.set_http_answer(URL, delay=5.0)
    server = make_server().start()
    kept, cookies = server.http.request(GET, URL), server.http.cookies()
    call = kept.send()
    server.close()
    with pytest.raises(steamgs.NotRunningError):
        call.result(0)
    server.start()
    again, jar = server.http.request(GET, URL), server.http.cookies()
    kept.release()  # of another run: it must not take the new one's number
    cookies.release()
    assert (sim.server.http_requests, sim.server.cookie_containers) == (1, 1)
    with pytest.raises(steamgs.ClosedHandleError):
        kept.send()
    again.release()
    jar.release()
    assert (sim.server.http_requests, sim.server.cookie_containers) == (0, 0)
    assert (sim.server.wrong_releases, sim.server.left_handles) == (0, 0)


@pytest.mark.parametrize("streamed", [False, True])
def test_the_server_restarts_while_a_request_is_sent(
    make_server: MakeServer, sim: Simulator, monkeypatch: pytest.MonkeyPatch, streamed: bool
) -> None:
    """Another one has its number by then, which must not be sent."""
    server = make_server().start()
    request = server.http.request(GET, URL)
    others: list[steamgs.HttpRequest] = []

    def restart(seconds: float) -> None:
        if not others:
            server.close()
            server.start()
            others.append(server.http.request(GET, f"{URL}/secret"))

    # As another thread may; this is called before Steam is asked.
    monkeypatch.setattr(server, "_look_again_in", restart)
    with pytest.raises(steamgs.ClosedHandleError, match="the request is closed"):
        request.stream(timeout=9) if streamed else request.send(timeout=9)
    assert sim.server.http_requests == len(others) == 1
    assert sim.server.http_sent == ()


def test_threads_release_and_close(make_server: MakeServer, sim: Simulator) -> None:
    for _ in range(20):
        server = make_server().start()
        requests = [server.http.request(GET, URL) for _ in range(20)]
        jars = [server.http.cookies() for _ in range(20)]
        start = threading.Barrier(4)

        def release(
            start: threading.Barrier = start, owned: tuple[Any, ...] = (*requests, *jars)
        ) -> None:
            start.wait()
            for one in owned:
                one.release()

        threads = [threading.Thread(target=release) for _ in range(3)]
        for thread in threads:
            thread.start()
        start.wait()
        server.close()
        for thread in threads:
            thread.join()
    assert (sim.server.wrong_releases, sim.server.left_handles) == (0, 0)


def test_requests_leak_nowhere(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(URL, body="x")
    kept = server.http.request(GET, URL)
    for number in range(MANY):
        request = server.http.request(GET, URL, headers={"X": "y"})
        call = request.send()
        if number % 3 == 0:
            request.release()
        elif number % 3 == 1:
            server.run_callbacks()
            assert call.result(0).body == b"x"
        server.http.cookies()
    server.run_callbacks()
    del request, call
    gc.collect()
    assert (sim.server.http_requests, sim.server.cookie_containers) == (1, 0)
    kept.release()
    assert sim.server.wrong_releases == 0
