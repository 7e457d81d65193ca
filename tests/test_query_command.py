"""``steamgs query``: what it reads from a server, and how it ends."""

from __future__ import annotations

import bz2
import json
import math
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import steamgs
from conftest import MakeServer
from steamgs import query
from steamgs.cli import main
from steamgs.simulator import Simulator, make_ticket

ALICE = 76561197960287930


@pytest.fixture
def server(make_server: MakeServer, sim: Simulator) -> steamgs.GameServer:
    server = make_server(version="1.2.3.4").start()
    server.set_product("arena")
    server.set_mod_dir("arenadir")
    server.set_game_description("Arena of tests")
    server.set_server_name("Grüße, \x1b[31m玩家")
    server.set_map_name("de_tests")
    server.set_max_player_count(16)
    server.set_dedicated_server(True)
    server.set_key_value("rounds", "3")
    server.set_advertise_server_active(True)
    server.log_on_anonymous()
    server.run_callbacks()
    for number in range(2):
        player = ALICE + number
        server.begin_auth_session(make_ticket(player, 480), player)
    server.run_callbacks()
    for number in range(2):
        server.update_user_data(ALICE + number, f"player {number}", number * 10)
    sim.advance(90)
    return server


def place_of(server: steamgs.GameServer) -> str:
    return f"127.0.0.1:{server.query_port}"


def test_it_prints_one_page(server: steamgs.GameServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", place_of(server)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    lines = said.out.splitlines()
    assert lines[0].startswith(f"{place_of(server)} answered in ")
    assert "name       Grüße, \\x1b[31m玩家" in lines  # and the terminal stays as it is
    assert "players    2 of 16, 0 of them bots" in lines
    assert "game       Arena of tests (arenadir)" in lines
    assert f"Steam id   {server.steam_id}" in lines
    assert [line.split() for line in lines if "0:01:30" in line] == [
        ["10", "0:01:30", "player", "1"],
        ["0", "0:01:30", "player", "0"],
    ]
    assert lines[-2:] == ["rules", "  rounds = 3"]


def test_it_prints_json(server: steamgs.GameServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", place_of(server), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert 0 < said.pop("seconds") < 5
    assert said == {
        "name": "Grüße, \x1b[31m玩家",
        "map": "de_tests",
        "folder": "arenadir",
        "game": "Arena of tests",
        "app_id": 480,
        "players": 2,
        "max_players": 16,
        "bots": 0,
        "dedicated": True,
        "platform": said["platform"],
        "password": False,
        "secure": True,
        "version": "1.2.3.4",
        "port": server.game_port,
        "steam_id": server.steam_id,
        "tags": None,
        "spectator_port": None,
        "spectator_name": None,
        "player_list": [
            {"name": "player 0", "score": 0, "seconds": 90.0},
            {"name": "player 1", "score": 10, "seconds": 90.0},
        ],
        "rules": {"rounds": "3"},
    }
    assert said["platform"] in ("Linux", "Windows", "macOS")


def test_large_app_ids_are_whole(
    make_server: MakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server = make_server(1_234_567).start()
    server.set_product("arena")
    server.set_advertise_server_active(True)
    server.log_on_anonymous()
    server.run_callbacks()
    assert main(["query", place_of(server), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["app_id"] == 1_234_567


# What can go wrong.


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_nobody_answers(capsys: pytest.CaptureFixture[str]) -> None:
    place = f"127.0.0.1:{free_port()}"
    assert main(["query", place, "--timeout", "0.1"]) == 1
    assert capsys.readouterr().err == f"steamgs: {place}: no answer within 0.1 seconds\n"


@contextmanager
def answering(*answers: bytes | list[bytes]) -> Iterator[str]:
    """Answers with these packets, and then no more."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        one.settimeout(10)

        def answer() -> None:
            for packets in answers:
                asker = one.recvfrom(2048)[1]
                for packet in [packets] if isinstance(packets, bytes) else packets:
                    one.sendto(packet, asker)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"127.0.0.1:{one.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(
    "packet", [b"", b"\xff\xff\xff\xff", b"\xff\xff\xff\xffI", b"\xff\xff\xff\xffD\1", b"nonsense"]
)
def test_nonsense_is_no_answer(packet: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    with answering(packet) as place:
        assert main(["query", place, "--timeout", "5"]) == 1
    assert capsys.readouterr().err.startswith(f"steamgs: {place}: what was answered makes no sense")


def test_a_server_may_keep_its_players_to_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with answering(INFO) as place:
        assert main(["query", place, "--timeout", "0.2"]) == 0
    said = capsys.readouterr().out
    assert "It does not say who plays." in said
    assert "It does not tell its rules." in said


INFO = b"\xff\xff\xff\xffI\x11name\0map\0folder\0game\0\xe0\1\3\x10\0dl\0\1" + b"1.0\0\0"


@pytest.mark.parametrize("seconds", [math.nan, math.inf, -math.inf, -1.0, 3e38])
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_times_that_make_no_sense(
    seconds: float, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    players = b"\xff\xff\xff\xffD\1\0bot\0" + struct.pack("<if", -5, seconds)
    with answering(INFO, players) as place:
        assert main(["query", place, "--timeout", "0.2", *options]) == 0
    said = capsys.readouterr().out
    if options:
        (player,) = json.loads(said, parse_constant=pytest.fail)["player_list"]
        assert player["seconds"] in (0.0, 1e9)
    else:
        assert "bot" in said


def parts(*payloads: bytes, flags: int = 0) -> list[bytes]:
    return [
        b"\xfe\xff\xff\xff" + struct.pack("<IBBH", 7 | flags, len(payloads), number, 1248) + part
        for number, part in enumerate(payloads)
    ]


def test_an_answer_in_parts_may_come_in_any_order() -> None:
    first, second, third = parts(INFO[:9], INFO[9:12], INFO[12:])
    with answering([third, first, first, second]) as place:
        assert query.ask(query.resolve(place), 0.2).version == "1.0"


@pytest.mark.parametrize(
    "packets",
    [
        parts(bz2.compress(b"\0" * 1_000_000), flags=1 << 31),
        [*parts(INFO[:9], INFO[9:])[:1], b"nonsense"],
        [*parts(INFO[:9], INFO[9:])[:1], b"\xfe\xff\xff\xff"],
        parts(*[b"\0" * 60_000] * 3),
    ],
)
def test_parts_that_make_no_sense(packets: list[bytes]) -> None:
    with answering(packets) as place, pytest.raises(query.NoAnswerError, match="no sense"):
        query.ask(query.resolve(place), 5)


def test_a_server_that_takes_its_time_has_no_more_than_the_others() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as slow:
        slow.bind(("127.0.0.1", 0))
        over = threading.Event()

        def drip() -> None:
            _, asker = slow.recvfrom(2048)
            number = 0
            while not over.wait(0.1):
                slow.sendto(parts(*[b""] * 255)[number % 254], asker)
                number += 1

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with pytest.raises(query.NoAnswerError, match="no answer within"):
            query.ask(slow.getsockname(), 0.5)
        assert time.monotonic() - began < 5
        over.set()
        thread.join()


def test_only_who_was_asked_is_heard() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.bind(("127.0.0.1", 0))

        def answer() -> None:
            _, asker = asked.recvfrom(2048)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.sendto(INFO.replace(b"name", b"evil"), asker)
            asked.sendto(INFO, asker)

        thread = threading.Thread(target=answer)
        thread.start()
        assert query.ask(asked.getsockname(), 0.3).name == "name"
        thread.join()


@pytest.mark.parametrize("place", ["[::1]:27016", "::1:27016"])
def test_there_are_no_queries_by_ipv6(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", place]) == 2
    assert capsys.readouterr().err.startswith(f"steamgs: {place}: is an IPv6 address, ")


@pytest.mark.parametrize("place", ["127.0.0.1", ":27015", "127.0.0.1:", "h:0", "h:65536", "h:x"])
def test_places_that_are_none(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", place]) == 2
    assert capsys.readouterr().err.startswith(f"steamgs: {place}: must be HOST:PORT")


def test_a_host_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "host.invalid:27015"]) == 2
    assert capsys.readouterr().err.startswith("steamgs: host.invalid:27015: ")


def test_without_its_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "steamgs.query", raising=False)
    monkeypatch.delattr(steamgs, "query", raising=False)
    monkeypatch.setitem(sys.modules, "a2s", None)
    assert main(["query", "127.0.0.1:27015"]) == 2
    assert "pip install 'steamgs[cli]'" in capsys.readouterr().err


# Watching.

if sys.platform != "win32":

    @pytest.mark.parametrize("options", [[], ["--json"]])
    def test_it_watches_until_it_is_told_to_end(
        server: steamgs.GameServer, options: list[str]
    ) -> None:
        command = [sys.executable, "-P", "-m", "steamgs", "query", place_of(server)]
        with subprocess.Popen(
            [*command, "--watch", "0.1", "--timeout", "0.2", *options],
            stdout=subprocess.PIPE,
            text=True,
        ) as watch:
            assert watch.stdout is not None
            try:
                for _ in range(2):
                    assert "de_tests" in watch.stdout.readline()
                server.close()
                while "no answer" not in (line := watch.stdout.readline()):
                    assert line
                # Not SIGINT, which is ignored by what a shell has started in the background.
                watch.send_signal(signal.SIGTERM)
                watch.communicate(timeout=60)
            finally:
                watch.kill()
        assert watch.returncode == 128 + signal.SIGTERM

    def test_on_a_terminal_it_draws_a_page(server: steamgs.GameServer) -> None:
        import pty

        ours, its = pty.openpty()
        command = [sys.executable, "-P", "-m", "steamgs", "query", place_of(server), "--watch=0.1"]
        with subprocess.Popen(command, stdout=its) as watch:
            try:
                os.close(its)
                seen = b""
                while seen.count(b"\x1b[H\x1b[J") < 3:
                    seen += os.read(ours, 4096)
                watch.send_signal(signal.SIGTERM)
                assert watch.wait(60) == 128 + signal.SIGTERM
            finally:
                watch.kill()
        os.close(ours)
        assert b"every 0.1 s; Ctrl-C ends it" in seen
        assert b"players    2 of 16" in seen
