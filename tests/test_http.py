"""server.http: requests, responses, failures and bad input."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

import steamgs
from conftest import MakeServer
from steamgs import HttpMethod
from steamgs.simulator import SentHttpRequest, Simulator

URL = "https://example.org/players"
GET, POST = HttpMethod.GET, HttpMethod.POST


def ask(server: steamgs.GameServer, **options: Any) -> steamgs.HttpResponse:
    with server.http.request(GET, URL, **options) as request:
        call = request.send()
        server.run_callbacks()
        return call.result(0)


def test_a_response(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(
        URL, status=201, headers={"Content-Type": "text/plain", "X-É": "玩家"}, body="hello", size=7
    )
    told: list[Any] = []
    server.http.request_completed.connect(told.append)
    with server.http.request(GET, URL) as request:
        assert (request.host, repr(request)) == ("example.org", "<HttpRequest to example.org>")
        assert (request.progress, request.header("Content-Type")) == (0.0, None)
        call = request.send()
        assert not call.done()
        assert server.run_callbacks() == 1
        response = call.result(0)
        assert (response.status, response.ok, response.body) == (201, True, b"hello\0\0")
        assert request.header("content-type") == "text/plain"
        assert request.header("X-É") == "玩家"
        assert request.header("Server") is None
        assert (request.progress, request.timed_out) == (1.0, False)
        assert [tuple(event)[1:] for event in told] == [(True, 201, 7)]
        assert server.interfaces()["http"] == "STEAMHTTP_INTERFACE_VERSION003"
    assert response.body == b"hello\0\0"


@pytest.mark.parametrize(
    ("status", "ok"), [(100, False), (200, True), (299, True), (300, False), (599, False)]
)
def test_any_status_is_a_response(
    server: steamgs.GameServer, sim: Simulator, status: int, ok: bool
) -> None:
    sim.set_http_answer(URL, status=status)
    response = ask(server)
    assert (response.status, response.ok, response.body) == (status, ok, b"")


def test_what_is_sent(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(URL, headers={"Set-Cookie": "a=2"})
    with server.http.cookies() as cookies:
        cookies.set("example.org", "/", "a=1; secure")
        cookies.set("example.com", "/", "b=1")
        for _ in range(2):
            ask(
                server,
                headers={"Authorization": "Bearer secret", "X-Empty": ""},
                parameters={"q": "é &", "empty": ""},
                user_agent="mygame/1.0",
                cookies=cookies,
                network_timeout=2**32 - 1,
                absolute_timeout_ms=2**32 - 1,
                verify_certificate=False,
            )
    first, second = sim.server.http_sent
    assert first == SentHttpRequest(
        method=1,
        url=URL,
        headers={"Authorization": "Bearer secret", "X-Empty": ""},
        parameters={"q": "é &", "empty": ""},
        content_type="",
        body="",
        user_agent="mygame/1.0",
        cookies=("a=1; secure",),
        network_timeout=2**32 - 1,
        absolute_timeout_ms=2**32 - 1,
        verify_certificate=False,
    )
    assert second.cookies == ("a=1; secure", "a=2")


@pytest.mark.parametrize("method", [HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH])
def test_bodies(server: steamgs.GameServer, sim: Simulator, method: HttpMethod) -> None:
    sim.set_http_answer(URL)
    with server.http.request(
        method, URL, body=bytes(range(256)), content_type="application/json"
    ) as request:
        request.send()
        server.run_callbacks()
    (sent,) = sim.server.http_sent
    assert sent.body.encode("utf-8", "surrogateescape") == bytes(range(256))
    assert (sent.method, sent.content_type) == (method, "application/json")


@pytest.mark.parametrize("size", [0, 1, 2**20, 2**24])
def test_bodies_of_any_size(server: steamgs.GameServer, sim: Simulator, size: int) -> None:
    sim.set_http_answer(URL, size=size)
    assert ask(server).body == bytes(size)
    with server.http.request(POST, URL, body=bytes(size)) as request:
        request.send()


def test_a_response_on_its_way(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(URL, headers={"X": "y"}, size=100, pieces=4, delay=4.0)
    with server.http.request(GET, URL) as request:
        call = request.send()
        request.prioritize()
        request.defer()
        seen = []
        for _ in range(4):
            server.run_callbacks()
            seen.append((request.progress, request.header("X"), call.done()))
            sim.advance(1.0)
        assert seen == [
            (0.0, None, False),
            (0.25, "y", False),
            (0.5, "y", False),
            (0.75, "y", False),
        ]
        server.run_callbacks()
        assert len(call.result(0).body) == 100


# Failures


def test_nobody_answers(server: steamgs.GameServer, sim: Simulator) -> None:
    with pytest.raises(steamgs.NoResponseError, match=r"send, example\.org: no response") as caught:
        ask(server)
    with server.http.request(GET, URL) as request:
        call = request.send()
        with pytest.raises(TimeoutError):
            call.exception(0)
        server.run_callbacks()
        assert isinstance(call.exception(0), steamgs.NoResponseError)
        assert not call.cancelled()
    assert (caught.value.host, caught.value.action) == ("example.org", "send")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    sim.set_http_answer(URL, failure="no_response")
    with pytest.raises(steamgs.NoResponseError):
        ask(server)


def test_certificates(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(URL, failure="certificate")
    with pytest.raises(steamgs.NoResponseError):
        ask(server)
    assert ask(server, verify_certificate=False).ok


LATE: list[tuple[dict[str, Any], dict[str, Any], float]] = [
    ({"failure": "timeout"}, {}, 60.0),
    ({"failure": "timeout"}, {"network_timeout": 3}, 3.0),
    ({"failure": "timeout"}, {"absolute_timeout_ms": 1500}, 1.5),
    ({"delay": 100.0, "size": 10, "pieces": 10}, {"absolute_timeout_ms": 20_000}, 20.0),
    ({"delay": 100.0}, {"network_timeout": 99}, 99.0),
]


@pytest.mark.parametrize(("answer", "limits", "seconds"), LATE)
def test_timeouts_of_a_request(
    server: steamgs.GameServer,
    sim: Simulator,
    answer: dict[str, Any],
    limits: dict[str, Any],
    seconds: float,
) -> None:
    sim.set_http_answer(URL, **answer)
    with server.http.request(GET, URL, **limits) as request:
        call = request.send()
        server.run_callbacks()
        sim.advance(seconds - 0.1)
        server.run_callbacks()
        assert not call.done()
        assert not request.timed_out
        sim.advance(0.2)
        server.run_callbacks()
        with pytest.raises(steamgs.HttpTimeoutError, match="was not complete in time") as caught:
            call.result(0)
        assert isinstance(caught.value, TimeoutError)
        assert request.timed_out


def test_a_slow_answer_is_no_timeout(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(URL, delay=100.0, pieces=10)
    with server.http.request(GET, URL, network_timeout=10) as request:
        call = request.send()
        server.run_callbacks()
        sim.advance(100.0)
        server.run_callbacks()
        assert call.result(0).ok


def test_the_call_has_a_time_limit_too(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(URL, delay=1000.0, pieces=100)
    with server.http.request(GET, URL) as request:
        call = request.send(timeout=0)
        server.run_callbacks()
        with pytest.raises(TimeoutError, match="send: Steam has not answered in time"):
            call.result(0)
        assert not request.timed_out


def test_answers_that_are_lost(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(URL)
    sim.fail_next_call()
    with pytest.raises(steamgs.CallFailedError) as caught:
        ask(server)
    assert caught.value.reason is steamgs.APICallFailure.NETWORK_FAILURE
    assert sim.server.http_requests == 0


@pytest.mark.parametrize("first", [False, True])
def test_answers_that_come_twice(server: steamgs.GameServer, sim: Simulator, first: bool) -> None:
    sim.set_behaviour("double_calls")
    sim.set_behaviour("calls_callback_first", first)
    sim.set_http_answer(URL)
    told: list[Any] = []
    server.http.request_completed.connect(told.append)
    for _ in range(3):
        assert ask(server).ok
    server.run_callbacks()
    assert len(told) == 3


def test_a_call_that_is_cancelled(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(URL, body="x")
    told: list[Any] = []
    with server.http.request(GET, URL) as request:
        call = request.send()
        call.add_done_callback(told.append)
        assert call.cancel()
        assert not call.cancel()
        assert call.cancelled()
        assert told == [call]
        assert isinstance(call.exception(0), steamgs.CallCancelledError)
        server.run_callbacks()
    with server.http.request(GET, URL) as request:
        call = request.send()
        server.run_callbacks()
        assert call.exception(0) is None


def test_a_request_is_sent_once(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_http_answer(URL)
    with server.http.request(GET, URL) as request:
        with pytest.raises(steamgs.HttpError, match=r"prioritize, example\.org: Steam refused"):
            request.prioritize()
        with pytest.raises(steamgs.HttpError, match="defer"):
            request.defer()
        request.send()
        for again in (request.send, request.stream):
            with pytest.raises(steamgs.CallFailedError, match="Steam refused the call"):
                again()
        server.run_callbacks()


# Bad input

BAD: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"method": 0}, ValueError, r"method must be a steamgs.HttpMethod \(GET, HEAD, .*\), not 0"),
    ({"method": "GET"}, TypeError, "method must be a steamgs.HttpMethod, not str"),
    ({"method": True}, TypeError, "method must be a steamgs.HttpMethod, not bool"),
    ({"url": 5}, TypeError, "url must be a str, not int"),
    ({"url": ""}, ValueError, "url must be an absolute address that begins with http:// or"),
    ({"url": "/players"}, ValueError, "url must be an absolute address"),
    ({"url": "ftp://example.org"}, ValueError, "url must be an absolute address"),
    ({"url": "https:///x"}, ValueError, "url must be an absolute address"),
    ({"url": URL + "\0"}, ValueError, "url must not contain a NUL character"),
    ({"url": URL + "\r\nX: y"}, ValueError, "url must not contain a line break"),
    ({"url": URL + "x" * 65536}, ValueError, "url must be at most 65535 bytes of UTF-8, not"),
    ({"headers": "X: y"}, TypeError, "headers must be a mapping of texts, not str"),
    ({"headers": {"": "y"}}, ValueError, "headers must not be empty"),
    ({"headers": {"X": 5}}, TypeError, "headers must be a str, not int"),
    ({"headers": {"X": "a\nY: b"}}, ValueError, "headers must not contain a line break"),
    ({"headers": {"X\r": "a"}}, ValueError, "headers must not contain a line break"),
    ({"parameters": [("a", "b")]}, TypeError, "parameters must be a mapping of texts, not list"),
    ({"parameters": {"": "b"}}, ValueError, "parameters must not be empty"),
    ({"parameters": {"a": None}}, TypeError, "parameters must be a str, not NoneType"),
    ({"body": "text"}, TypeError, "body must be bytes, not str"),
    ({"body": b"", "content_type": ""}, ValueError, "content_type must not be empty"),
    ({"body": b"", "content_type": "a\nb"}, ValueError, "content_type must not contain a line"),
    ({"user_agent": ""}, ValueError, "user_agent must not be empty"),
    ({"user_agent": "a\rb"}, ValueError, "user_agent must not contain a line break"),
    ({"cookies": "a=b"}, TypeError, "cookies must be a CookieContainer, not str"),
    ({"network_timeout": 0}, OverflowError, "network_timeout must be from 1 to 4294967295, not 0"),
    ({"network_timeout": 1.5}, TypeError, "network_timeout must be an int, not float"),
    ({"absolute_timeout_ms": 2**32}, OverflowError, "absolute_timeout_ms must be from 1 to 42949"),
    ({"absolute_timeout_ms": True}, TypeError, "absolute_timeout_ms must be an int, not bool"),
    ({"verify_certificate": 1}, TypeError, "verify_certificate must be a bool, not int"),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_bad_arguments(server: steamgs.GameServer, sim: Simulator, number: int) -> None:
    arguments, error, words = BAD[number]
    with pytest.raises(error, match=words):
        server.http.request(**{"method": GET, "url": URL, **arguments})
    assert sim.server.http_requests == 0


def test_what_steam_refuses(server: steamgs.GameServer, sim: Simulator) -> None:
    with pytest.raises(steamgs.HttpError, match=r"request, body, example\.org: Steam refused it"):
        server.http.request(GET, URL, body=b"x")
    with pytest.raises(steamgs.HttpError, match="request, body"):
        server.http.request(POST, URL, body=b"x", parameters={"a": "b"})
    assert sim.server.http_requests == 0
    with server.http.cookies() as cookies:
        with pytest.raises(steamgs.HttpError, match=r"set, example\.org"):
            cookies.set("example.org", "/", "no value")
        for bad in (("", "/", "a=b"), ("h", "", "a=b"), ("h", "/", ""), ("h", "/", "a=b\nc")):
            with pytest.raises(ValueError, match="must not"):
                cookies.set(*bad)
    with pytest.raises(TypeError, match="from_responses must be a bool, not int"):
        server.http.cookies(from_responses=1)  # type: ignore[arg-type]
    with server.http.request(GET, URL) as request:
        for name, error in (("", ValueError), ("a\nb", ValueError), (5, TypeError)):
            with pytest.raises(error, match="name must"):
                request.header(name)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="timeout"):
            request.send(timeout="1")  # type: ignore[arg-type]


def test_secrets_of_an_address_are_not_told(server: steamgs.GameServer) -> None:
    url = "https://user:password@example.org/webhooks/token?key=secret"
    with server.http.request(GET, url) as request:
        call = request.send()
        server.run_callbacks()
        with pytest.raises(steamgs.NoResponseError) as caught:
            call.result(0)
    for text in (repr(caught.value), str(caught.value), repr(request), repr(call)):
        assert "example.org" in text or text == repr(call)
        assert not {"password", "token", "secret"} & set(text.replace("/", " ").split())
        assert "secret" not in text


def test_only_while_the_server_runs(make_server: MakeServer, sim: Simulator) -> None:
    server = make_server()
    for use in (lambda: server.http.request(GET, URL), server.http.cookies):
        with pytest.raises(steamgs.NotRunningError):
            use()
    sim.withhold_interface("STEAMHTTP_INTERFACE_VERSION003")
    with server:
        assert server.http is server.http
        with pytest.raises(steamgs.UnsupportedError, match="ISteamHTTP"):
            server.http.request(GET, URL)
