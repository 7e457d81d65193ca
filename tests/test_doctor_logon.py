"""``steamgs doctor --logon``: what Steam says, in order, and nothing that should stay private."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from steamgs.enums import Result, ServerMode

import steamgs
from alone import clean_environment
from fronts import library_of
from steamgs.cli import main
from steamgs.doctor import Options, logon, report
from steamgs.doctor.logon import Attempt
from steamgs.doctor.trace import Trace
from steamgs.findings import Status
from steamgs.simulator import Simulator

TOKEN = "0123456789abcdef0123456789ABCDEF"
CALLS = ["set_product", "set_game_description", "set_dedicated_server"]


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("0.0.0.0", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def options(front: str) -> Options:
    return Options(library=library_of(front), app_id=480, query_port=free_port())


def said(attempt: Attempt) -> list[tuple[str, str]]:
    return [(step.kind, step.name) for step in attempt.steps]


def shown(attempt: Attempt) -> str:
    lines = [report.step_as_text(step) for step in attempt.steps]
    return "\n".join([report.versions(), *lines, report.as_text(attempt.findings)])


def finding(attempt: Attempt, check: str) -> tuple[Status, str, str]:
    last = [one for one in attempt.findings if one.check == check][-1]
    return last.status, last.message, last.fix


@pytest.mark.parametrize("token", [None, TOKEN])
def test_everything_is_noted_in_order(options: Options, sim: Simulator, token: str | None) -> None:
    attempt = logon.attempt(replace(options, token=token), steamclient=sim)
    log_on = "log_on_anonymous" if token is None else "log_on"
    assert said(attempt) == [
        ("call", "start"),
        ("returned", "libsteam_api"),
        *(("call", name) for name in CALLS),
        ("call", log_on),
        ("event", "server_connected"),
        ("event", "policy_response"),
        *(("returned", name) for name in ("steam_id", "public_ip", "secure")),
        ("call", "get_server_reputation"),
        ("event", "server_reputation"),
        ("call", "log_off"),
        ("event", "server_disconnected"),
        ("call", "close"),
    ]
    times = [step.seconds for step in attempt.steps]
    assert times == sorted(times)
    checks = [(one.check, one.status) for one in attempt.findings]
    assert checks == [
        ("start", Status.OK),
        ("start", Status.WARNING),
        ("logon", Status.OK),
        ("VAC", Status.OK),
        ("answers", Status.OK),
    ]
    assert "simulator" in finding(attempt, "start")[1]
    kind = "anonymously" if token is None else "with the token"
    assert finding(attempt, "logon")[1].startswith(f"logged on {kind} after ")
    # Nothing of the server is left.
    with steamgs.GameServer(480, query_port=0, library=sim):
        pass


def test_what_is_private_stays_out(
    options: Options, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(Path(steamgs.__file__).parent))
    seen: list[int] = []
    returned = Trace.returned

    def note(trace: Trace, name: str, value: object) -> None:
        if isinstance(value, int) and name == "steam_id":
            seen.append(value)
        returned(trace, name, value)

    monkeypatch.setattr(Trace, "returned", note)
    attempt = logon.attempt(replace(options, token=TOKEN), steamclient=sim)
    text = shown(attempt)
    assert seen
    for private in (TOKEN, str(seen[0]), str(Path(steamgs.__file__).parent)):
        assert private not in text
    assert "-> log_on('<the token>', timeout=30.0)" in text
    assert "steam_id: <Steam id 1, game server>" in text
    assert "public_ip: <a private IPv4 address>" in text


def test_values_that_are_private() -> None:
    trace = Trace({"secret": "<hidden>", "": "nothing at all"})
    ids = [76561197960287930, 76561197960287931, 76561197960287930]
    shown = [trace.show(number) for number in ids]
    assert shown == ["<Steam id 1, individual>", "<Steam id 2, individual>", shown[0]]
    assert trace.show("a secret word") == "'a <hidden> word'"
    assert trace.show(b"secret") == "b'<hidden>'"
    assert trace.show(IPv4Address("8.8.8.8")) == "<a public IPv4 address>"
    assert trace.show(IPv4Address("0.0.0.0")) == "0.0.0.0"
    assert trace.show(480) == "480"
    assert trace.show(True) == "True"
    trace.event("server_reputation", {"banned_ip": 0x01020304, "result": Result.OK})
    trace.event("server_reputation", {"banned_ip": 0})
    details = [step.detail for step in trace.steps]
    assert details == ["banned_ip=<an address>, result=Result.OK", "banned_ip=0"]


@pytest.mark.parametrize("token", [f"{TOKEN}\n", f" {TOKEN}", f"{TOKEN}\t#2", f"x'{TOKEN}\\"])
def test_a_token_that_was_written_badly_stays_out_too(
    options: Options, sim: Simulator, token: str
) -> None:
    attempt = logon.attempt(replace(options, token=token), steamclient=sim)
    assert TOKEN not in shown(attempt)
    assert "-> log_on(" in shown(attempt)
    assert TOKEN not in report.as_json(attempt.findings, attempt.steps)


def test_the_trace_needs_its_file_before_steam_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logon, "attempt", lambda *_, **__: pytest.fail("Steam was asked"))
    nowhere = tmp_path / "nowhere" / "trace.txt"
    arguments = ["doctor", "--app-id", "480", "--library", "simulator", "--logon"]
    assert main([*arguments, "--trace", str(nowhere)]) == 2
    assert capsys.readouterr().err.startswith(f"steamgs: {nowhere}: ")


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (Result.GSLT_DENIED, "banned the token"),
        (Result.LOGGED_IN_ELSEWHERE, "one token for each server"),
        (Result.GSLT_EXPIRED, "make a new token"),
        (Result.DISK_FULL, "under EResult"),
    ],
)
def test_a_refused_logon(options: Options, sim: Simulator, result: Result, words: str) -> None:
    sim.fail_next_logon(result)
    attempt = logon.attempt(replace(options, token=TOKEN), steamclient=sim)
    assert ("event", "server_connect_failure") in said(attempt)
    status, message, fix = finding(attempt, "logon")
    assert status is Status.FAULT
    assert message == f"{result.name}: Steam has given up"
    assert words in fix
    assert said(attempt)[-1] == ("call", "close")


def test_steam_says_nothing_in_time(options: Options, sim: Simulator) -> None:
    sim.set_latency("logon", 3600)
    attempt = logon.attempt(options, seconds=0.05, steamclient=sim)
    status, message, fix = finding(attempt, "logon")
    assert status is Status.FAULT
    assert message == "not finished after 0.05 s: the logon was not finished in time"
    assert "reach Steam" in fix


def test_steam_keeps_failing(options: Options, sim: Simulator) -> None:
    sim.set_latency("retry", 3600)
    sim.fail_next_logon(Result.RATE_LIMIT_EXCEEDED, retrying=True, times=100)
    attempt = logon.attempt(options, seconds=0.05, steamclient=sim)
    status, message, fix = finding(attempt, "logon")
    assert status is Status.FAULT
    assert message.endswith("last failure: RATE_LIMIT_EXCEEDED")
    assert "too many logons" in fix


def test_a_server_that_is_not_secure_and_gets_no_answers(options: Options, sim: Simulator) -> None:
    sim.fail_next_call()
    sim.set_vac(False)
    attempt = logon.attempt(options, steamclient=sim)
    assert finding(attempt, "VAC")[0] is Status.WARNING
    status, message, _ = finding(attempt, "answers")
    assert status is Status.WARNING
    assert "I/O failure" in message


def test_a_server_that_does_without_vac(options: Options, sim: Simulator) -> None:
    wanted = replace(options, mode=ServerMode.AUTHENTICATION, version="1.2.3.4")
    attempt = logon.attempt(wanted, steamclient=sim)
    status, message, _ = finding(attempt, "VAC")
    assert (status, message) == (
        Status.OK,
        "with mode authentication, the server does without VAC",
    )


def test_a_start_that_fails(options: Options, sim: Simulator) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("0.0.0.0", options.query_port))
        attempt = logon.attempt(options, steamclient=sim)
    words = [("call", "start"), ("raised", "start"), ("returned", "libsteam_api")]
    assert said(attempt) == words
    status, message, _ = finding(attempt, "start")
    assert status is Status.FAULT
    assert str(options.query_port) in message


def test_a_token_that_cannot_be_one(options: Options, sim: Simulator) -> None:
    attempt = logon.attempt(replace(options, token="a\0b"), steamclient=sim)
    status, message, fix = finding(attempt, "logon")
    assert status is Status.FAULT
    assert "a\0b" not in message
    assert "new token" in fix


def test_an_app_id_is_needed(options: Options) -> None:
    with pytest.raises(ValueError, match="without an app id"):
        logon.attempt(replace(options, app_id=None))


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "trace.txt"
    ports = ["--game-port", str(free_port()), "--query-port", str(free_port())]
    command = ["doctor", "--app-id", "480", "--library", "simulator", *ports, "--logon"]
    main([*command, "--json", "--trace", str(file)])
    found = json.loads(capsys.readouterr().out)
    names = [step["name"] for step in found["trace"] if step["kind"] == "event"]
    assert names[:2] == ["server_connected", "policy_response"]
    assert {"logon", "VAC", "libsteam_api"} <= {one["check"] for one in found["findings"]}
    text = file.read_text("utf-8")
    assert text.startswith(f"steamgs {steamgs.__version__}, ")
    assert "<- server_connected\n" in text
    assert "logged on anonymously" in text
    main([*command, "5"])
    out = capsys.readouterr().out
    assert "<- server_connected\n" in out
    assert "logged on anonymously" in out


# Steam ends the process, or somebody presses Ctrl-C, while the doctor waits for an answer.
ENDED = """
import os, signal, sys
import steamgs.doctor.logon
from steamgs.cli import main
from steamgs.server import GameServer

def get_server_reputation(server, **_):
    {end}

GameServer.get_server_reputation = get_server_reputation
# Ignored by what a shell has started in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("end", "status"), [("os._exit(9)", 9), ("signal.raise_signal(signal.SIGINT)", 130)]
)
@pytest.mark.parametrize("as_json", [False, True])
def test_what_was_said_before_an_abrupt_end_is_kept(
    end: str, status: int, as_json: bool, tmp_path: Path
) -> None:
    file = tmp_path / "trace.txt"
    ports = ["--game-port", str(free_port()), "--query-port", str(free_port())]
    command = ["doctor", "--app-id", "480", "--library", "simulator", *ports, "--logon"]
    done = subprocess.run(
        [sys.executable, "-P", "-c", ENDED.format(end=end), *command, "--trace", str(file)]
        + ["--json"] * as_json,
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    lines = file.read_text("utf-8").splitlines()
    assert lines[0] == report.versions()
    asked = [place for place, line in enumerate(lines) if "-> get_server_reputation(" in line]
    assert asked
    assert any("<- server_connected" in line for line in lines[: asked[0]])
    assert any("libsteam_api: " in line for line in lines)
    said = done.stdout.splitlines()
    assert said == ([] if as_json else lines[2:])


def test_a_full_disk_does_not_disturb_the_calls(capsys: pytest.CaptureFixture[str]) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full")
    ports = ["--game-port", str(free_port()), "--query-port", str(free_port())]
    command = ["doctor", "--app-id", "480", "--library", "simulator", *ports, "--logon"]
    assert main([*command, "--trace", "/dev/full"]) == 2
    captured = capsys.readouterr()
    assert "-> close()" in captured.out
    assert captured.err.startswith("steamgs: ")
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--logon"], "--logon needs --app-id"),
        (["--trace", "x"], "--trace needs --logon"),
        (["--logon", "0.5", "--app-id", "480"], "must be a number from 1 to 3600, not '0.5'"),
        (["--logon", "nan", "--app-id", "480"], "must be a number from 1 to 3600, not 'nan'"),
    ],
)
def test_bad_arguments(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", *arguments])
    assert ended.value.code == 2
    assert words in capsys.readouterr().err
