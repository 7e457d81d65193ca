"""``steamgs top``: what it makes of metrics, on a terminal and elsewhere."""

from __future__ import annotations

import contextlib
import http.server
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import prometheus_client
import pytest
from hypothesis import given
from hypothesis import strategies as st

import steamgs
import steamgs.metrics
from conftest import MakeServer
from steamgs import top
from steamgs.cli import main
from steamgs.cli import top as command
from steamgs.simulator import Simulator, make_ticket

ALICE = 76561197960287930
ONCE = ["--once", "--interval", "0.1"]


@pytest.fixture
def server(make_server: MakeServer, sim: Simulator) -> steamgs.GameServer:
    return make_server()


@pytest.fixture
def place(server: steamgs.GameServer) -> Iterator[str]:
    registry = prometheus_client.CollectorRegistry()
    registry.register(steamgs.metrics.Collector(server))
    web, thread = prometheus_client.start_http_server(0, "127.0.0.1", registry)
    yield f"127.0.0.1:{web.server_port}"
    web.shutdown()
    web.server_close()
    thread.join()


@contextmanager
def page(text: bytes, status: int = 200) -> Iterator[str]:
    """A web server that says this, whatever it is asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as web:
        thread = threading.Thread(target=web.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"127.0.0.1:{web.server_port}"
        finally:
            web.shutdown()
            thread.join()


def play(server: steamgs.GameServer, sim: Simulator) -> None:
    server.start()
    server.log_on_anonymous()
    server.run_callbacks()
    for number in range(3):
        sim.add_user(ALICE + number, licenses={480} if number else ())
        server.begin_auth_session(make_ticket(ALICE + number, 480), ALICE + number)
    server.run_callbacks()


def test_a_line_where_nobody_looks(
    server: steamgs.GameServer, sim: Simulator, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    play(server, sim)
    assert main(["top", place, *ONCE]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.count("\n") == 1
    assert f"{place}: Steam on, 3 players, 0.0 ticks/s" in said.out
    assert said.out.endswith("; 1 NO_LICENSE_OR_EXPIRED\n")


def test_what_happens_between_two_looks(
    server: steamgs.GameServer, sim: Simulator, place: str
) -> None:
    before = top.scrape(top.url_of(place), 5)
    assert not top.state(before, before).running
    play(server, sim)
    now = top.scrape(top.url_of(place), 5)
    now = top.Scrape(before.seconds + 2, now.values)
    state = top.state(before, now)
    assert (state.running, state.logged_on, state.draining) == (True, True, False)
    assert state.events == (2 + 3) / 2
    assert (state.admitted, state.turned_away) == (1.0, 0.5)
    assert state.ticks == now.one("steamgs_ticks_total") / 2
    assert state.reasons == {"NO_LICENSE_OR_EXPIRED": 1}
    # The program has begun anew: what it has counted since then is what has happened.
    assert top.state(top.Scrape(0.0, now.values), top.Scrape(1.0, before.values)).events == 0


def test_a_page_of_80_columns(
    server: steamgs.GameServer, sim: Simulator, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(server, sim)
    scraped = top.scrape(top.url_of(place), 5)
    large = {name: dict.fromkeys(of, 9.9e10) for name, of in scraped.values.items()}
    states: dict[str, top.State | str] = {
        "a.host.with.a.long.name.example:27015": top.state(scraped, top.Scrape(1e9, large)),
        place: top.state(scraped, scraped),
        "\x1b[31mred:1": "Connection refused" * 10,
    }
    lines = command._page(states)
    assert max(map(len, lines)) == 80
    assert lines[0].split() == [*command._TITLES[:4], "late", "ms", *command._TITLES[5:]]
    assert lines[2].split()[:3] == [place, "on", "3"]
    assert all(line.isprintable() for line in lines)


def test_several_servers_of_which_one_is_gone(
    server: steamgs.GameServer, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with page(b"", 503) as busy, page(b"up 1\n") as other, page(b"<html>\xff{") as senseless:
        places = [place, busy, other, senseless, "127.0.0.1:1"]
        assert main(["top", *places, *ONCE]) == 1
    lines = [line.split("  ", 1)[1] for line in capsys.readouterr().out.splitlines()]
    assert lines[0].startswith(f"{place}: Steam down, 0 players")
    assert lines[1] == f"{busy}: 503 Service Unavailable"
    assert lines[2] == f"{other}: there are no metrics of steamgs there"
    assert lines[3].startswith(f"{senseless}: what it says are no metrics")
    assert lines[4] == "127.0.0.1:1: Connection refused"


def test_one_that_comes_back_has_no_rates_yet(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looks = iter([False, True])
    scrape = top.scrape

    def is_there_later(url: str, timeout: float) -> top.Scrape:
        if not next(looks):
            raise top.NoMetricsError("Connection refused")
        return scrape(url, timeout)

    monkeypatch.setattr(top, "scrape", is_there_later)
    assert main(["top", place, *ONCE]) == 1
    said = capsys.readouterr().out
    assert said.endswith(f"{place}: has just begun to answer; rates need one more look\n")


@pytest.mark.parametrize("place", ["", "host", "host:", ":9464", "host:0", "host:x", "ftp://x/y"])
def test_a_place_that_is_none(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["top", place]) == 2
    assert capsys.readouterr().err == (
        f"steamgs: {place}: must be HOST:PORT or a URL, where the server's metrics are\n"
    )


def test_it_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real: Callable[..., Any] = __import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if "top" in (rest[2] or ()) if len(rest) > 2 else False:
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr("builtins.__import__", missing)
    assert main(["top", "127.0.0.1:9464"]) == 2
    assert "pip install 'steamgs[metrics]'" in capsys.readouterr().err


def test_numbers_are_short() -> None:
    shown = [command._number(n) for n in (0, 0.25, 99.94, 999, 1000, 12_345, 999_999, 5e9, 1e15)]
    assert shown == ["0", "0.2", "99.9", "999", "1.0k", "12.3k", "1000k", "5.0G", "much"]
    assert max(map(len, shown)) == 5


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20), st.floats(0.01, 1.0))
def test_the_quantile_is_a_limit_that_has_its_share(times: list[int], share: float) -> None:
    limits = [1.0, 10.0, 100.0, float("inf")]
    buckets = [(limit, float(sum(time <= limit for time in times))) for limit in limits]
    found = top.quantile(buckets, share)
    assert found in limits[:3]
    if max(times) <= 100:
        assert sum(time <= found for time in times) >= share * len(times)
        smaller = [limit for limit in limits if limit < found]
        assert all(sum(time <= one for time in times) < share * len(times) for one in smaller)


def test_the_quantile_of_nothing() -> None:
    assert top.quantile([], 0.5) is None
    assert top.quantile([(1.0, 0.0), (float("inf"), 0.0)], 0.5) is None
    assert top.quantile([(float("inf"), 3.0)], 0.5) is None


# What anybody may have sent.


def steamgs_page(*more: str) -> bytes:
    return "\n".join(["steamgs_running 1", *more, ""]).encode()


NONSENSE = [
    steamgs_page("steamgs_players NaN", "steamgs_queue_depth +Inf", "steamgs_logged_on 1e300"),
    steamgs_page('steamgs_verdicts_total{x="y"} 3', 'steamgs_verdicts_total{verdict="denied"} 1'),
    steamgs_page('steamgs_tick_lateness_seconds_bucket{le="soon"} 3'),
    steamgs_page('steamgs_tick_lateness_seconds_bucket{le="NaN"} 3'),
    steamgs_page("steamgs_tick_lateness_seconds_bucket 3"),
    steamgs_page("steamgs_connections_in_bytes_per_second -5", "steamgs_ticks_total -1e17"),
]


@pytest.mark.parametrize("text", NONSENSE)
def test_values_that_make_no_sense(text: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    with page(text) as place:
        assert main(["top", place, *ONCE]) == 0
    assert f"{place}: Steam " in capsys.readouterr().out


@given(st.lists(st.text(max_size=40), max_size=8), st.text(max_size=20))
def test_any_text_is_metrics_or_an_error(lines: list[str], name: str) -> None:
    text = "\n".join([*lines, f'steamgs_running{{{name}="1"}} 1', f"steamgs_players {name}"])
    pieces = [text.encode("utf-8", "replace"), b""]
    answer = SimpleNamespace(read1=lambda _: pieces.pop(0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(top._direct, "open", lambda *_, **__: contextlib.nullcontext(answer))
        try:
            scraped = top.scrape("http://x/", 5)
        except top.NoMetricsError:
            return
    top.state(scraped, scraped)


def test_one_that_answers_slowly_holds_up_nobody(
    place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as slow:

        def drip() -> None:
            while not over.is_set():
                connection, _ = slow.accept()
                with contextlib.suppress(OSError), connection:
                    while not over.wait(0.2):
                        connection.sendall(b"H")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        slow_place = f"127.0.0.1:{slow.getsockname()[1]}"
        began = time.monotonic()
        assert main(["top", slow_place, place, *ONCE]) == 1
        assert time.monotonic() - began < 8
        over.set()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(f"{slow_place}: no whole answer in time")
    assert "Steam down" in lines[1]


def test_proxies_are_not_asked(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert main(["top", place, *ONCE]) == 0
    assert "Steam down" in capsys.readouterr().out


def test_a_page_without_an_end() -> None:
    text = b"steamgs_running 1\n" * 300_000
    with page(text) as place, pytest.raises(top.NoMetricsError, match="more than 4 MiB"):
        top.scrape(top.url_of(place), 5)


# Terminals of any size.


def some_states(count: int) -> dict[str, top.State | str]:
    scraped = top.Scrape(
        1.0,
        {
            "steamgs_running": {(): 1.0},
            "steamgs_verdicts_total": {(("reason", "VAC_BANNED"), ("verdict", "refused")): 7.0},
        },
    )
    state = top.state(scraped, scraped)
    return {
        f"10.0.0.{number}:9464": "Connection refused" if number % 3 == 2 else state
        for number in range(count)
    }


@pytest.mark.parametrize("columns", [1, 20, 33, 40, 79, 80, 120])
@pytest.mark.parametrize("room", [1, 2, 3, 10, 100])
def test_it_fits(columns: int, room: int) -> None:
    lines = command._page(some_states(12), columns, room)
    assert len(lines) <= room
    if columns >= 33:
        assert max(map(len, lines)) <= columns
    if room == 100 and columns >= 20:
        assert sum(line.startswith("10.0.0.") for line in lines) == 12 + 8


def test_what_does_not_fit_is_counted() -> None:
    lines = command._page(some_states(30), 80, 10)
    assert lines[-1] == ("... and 22 more, for which the window is too small; 8 without an answer")
    assert len(lines) == 10


def test_narrow_terminals_have_fewer_columns() -> None:
    titles = [command._page(some_states(2), columns)[0].split() for columns in (80, 60, 40, 30)]
    assert [one[-1] for one in titles] == ["kB/s", "out/s", "players", "Steam"]


def test_wide_ones_have_room_for_names() -> None:
    name = "a.host.with.a.long.name.example:27015"
    lines = command._page({name: some_states(1)["10.0.0.0:9464"]}, 120)
    assert lines[1].startswith(f"{name} ")


if sys.platform != "win32":

    @pytest.mark.parametrize("term", ["xterm", "dumb"])
    def test_on_a_terminal(server: steamgs.GameServer, place: str, term: str) -> None:
        import fcntl
        import pty
        import struct
        import termios

        server.start()
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 6, 50, 0, 0))
        places = [place, *(f"127.0.0.1:{port}" for port in range(1, 9))]
        command = [sys.executable, "-P", "-m", "steamgs", "top", *places, "--interval=0.1"]
        environment = {**os.environ, "TERM": term}
        for name in ("COLUMNS", "LINES"):
            environment.pop(name, None)
        with subprocess.Popen(command, stdout=its, env=environment) as process:
            try:
                os.close(its)
                seen = b""
                while seen.count(b"Ctrl-C ends it") + seen.count(b"127.0.0.1:8: ") < 3:
                    seen += os.read(ours, 4096)
            finally:
                process.kill()
        os.close(ours)
        pages = seen.decode().split("\x1b[H\x1b[J")
        if term == "dumb":
            assert len(pages) == 1
            return
        lines = pages[1].split("\r\n")
        assert len([line for line in lines if line]) == 4
        assert max(map(len, lines)) <= 50
        assert lines[-2].startswith("... and 8 more")
