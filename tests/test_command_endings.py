"""However a command ends: an exit status, one line at most, no traceback, and nothing left."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

import steamgs.asyncio
from alone import clean_environment
from steamgs.cli import main
from steamgs.demo import director
from steamgs.demo.director import SteamWithCast
from steamgs.demo.server import Arena
from steamgs.simulator import __main__ as simulator_command
from steamgs.simulator import steamclient_path

STEAMGS = [sys.executable, "-P", "-m", "steamgs"]
SIMULATOR = [sys.executable, "-P", "-m", "steamgs.simulator"]
SHORT_DEMO = ["demo", "--players", "4", "--seconds", "1", "--json"]
SCENARIO = "seed = 1\n"
# Every verb, in a way that prints something.
VERBS = {
    "help": [*STEAMGS, "--help"],
    "version": [*STEAMGS, "--version"],
    "doctor": [*STEAMGS, "doctor"],
    "doctor --json": [*STEAMGS, "doctor", "--json"],
    "completion": [*STEAMGS, "completion", "bash"],
    "demo": [*STEAMGS, *SHORT_DEMO],
    "print-path": [*SIMULATOR, "--print-path"],
    "install": [*SIMULATOR, "--install", "steam"],
    "check": [*SIMULATOR, "--check", "good.toml"],
    "simulator's help": [*SIMULATOR, "--help"],
}
WARNING = "steamgs: this game server runs on the Steam simulator: it authenticates nobody\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.toml").write_text(SCENARIO)
    return tmp_path


def without_warning(stderr: str) -> str:
    return stderr.replace(WARNING, "")


if sys.platform != "win32":

    def shell(command: list[str], redirection: str, folder: Path) -> tuple[int, str]:
        words = f'"$@" {redirection}'
        done = subprocess.run(
            ["bash", "-c", words, "bash", *command],
            cwd=folder,
            env=clean_environment(folder),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
        return done.returncode, without_warning(done.stderr)

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_reader_who_has_gone_away(verb: str, folder: Path) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "wb") as output:
            done = subprocess.run(
                VERBS[verb],
                cwd=folder,
                env=clean_environment(folder),
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                timeout=60,
            )
        assert without_warning(done.stderr) == ""
        assert done.returncode == 128 + signal.SIGPIPE

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_full_disk(verb: str, folder: Path) -> None:
        if not os.path.exists("/dev/full"):
            assert sys.platform == "darwin"
            return
        status, stderr = shell(VERBS[verb], "> /dev/full", folder)
        assert status == 2
        assert stderr.count("\n") == 1
        assert stderr.endswith(": No space left on device\n")

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_closed_output(verb: str, folder: Path) -> None:
        status, stderr = shell(VERBS[verb], ">&-", folder)
        assert status == 2
        assert stderr.endswith(": standard output is closed\n")
        assert stderr.count("\n") == 1

    def test_closed_streams_for_the_rest(folder: Path) -> None:
        command = [*STEAMGS, "doctor", "--token-file", "-"]
        status, stderr = shell(command, "<&- > out", folder)
        assert status == 2
        assert stderr.count("\n") == 1
        # What is for people goes nowhere then, and not into the output.
        status, _ = shell([*STEAMGS, *SHORT_DEMO], "2>&- > out", folder)
        assert status == 0
        assert json.loads((folder / "out").read_text())["players"] == 4
        status, _ = shell([*SIMULATOR, "--check", "nope.toml"], "2>&- > out", folder)
        assert status == 1
        assert (folder / "out").read_text() == ""

    @pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGKILL"])
    def test_the_demo_s_players_end_with_it(name: str, folder: Path) -> None:
        number = getattr(signal, name)
        command = [*STEAMGS, "demo", "--players", "4", "--seconds", "120", "--json"]
        # What a shell has started in the background, as these tests may be, ignores Ctrl-C; under
        # nohup it ignores SIGHUP.
        command = with_signal(signal.SIGINT, "SIG_DFL", command)
        command = with_signal(signal.SIGHUP, "SIG_DFL", command)
        with subprocess.Popen(
            command,
            cwd=folder,
            env=clean_environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as demo:
            try:
                player = child_of(demo.pid)
                demo.send_signal(number)
                # The players have the other end of this pipe as well: it ends when both have ended.
                output, stderr = demo.communicate(timeout=60)
            finally:
                demo.kill()
        assert output == ""
        assert without_warning(stderr) == ""
        assert demo.returncode == (-number if number == signal.SIGKILL else 128 + number)
        until_gone(player)

    # They end where their input does, and with status 3 if that is not to be waited for.
    PLAYERS = "import os, select; select.select([0], [], [], 5)[0] or os._exit(3)"

    # A file that is just being opened is closed by its destructor, which says so.
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    def test_the_demo_s_players_end_whenever_a_signal_comes(
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        started: list[subprocess.Popen[bytes]] = []
        popen = subprocess.Popen

        def start(_: object, **options: Any) -> subprocess.Popen[bytes]:
            started.append(popen([sys.executable, "-ISc", PLAYERS], **options))
            return started[-1]

        monkeypatch.setattr(subprocess, "Popen", start)
        monkeypatch.setattr(director, "START_UP_SECONDS", 0.0)
        play, played = director.play.__code__, director.played.__code__
        moments = [(code, line) for code in (play, played) for _, _, line in code.co_lines()]
        ended_early = 0
        for moment in dict.fromkeys(moments):
            arena, steam = Arena(steamgs.asyncio.GameServer(480), 4), SteamWithCast([], 60.0, 1)
            signal_then(moment)
            try:
                asyncio.run(director.play(arena, steam, 0.1, [], lambda *_: None))
            except SystemExit:
                ended_early += 1
            finally:
                sys.settrace(None)
            for players in started:
                assert players.stdin is not None
                players.stdin.close()  # as the end of this process would
                assert players.wait(timeout=60) != 3, moment
            started.clear()
        # Some of those files are in cycles. Without the GIL the collector comes seldom: it has to
        # come here, not in the middle of another test, which does not expect the warning.
        gc.collect()
        assert ended_early > 20

    def signal_then(moment: tuple[CodeType, int | None]) -> None:
        """Have a signal come when this line of a function is reached."""

        def trace(frame: FrameType, event: str, _: object) -> Any:
            if event == "line" and (frame.f_code, frame.f_lineno) == moment:
                sys.settrace(None)
                raise SystemExit(1)
            return trace

        sys.settrace(trace)

    def with_signal(number: int, handler: str, command: list[str]) -> list[str]:
        """The command, which begins with this signal ignored or not."""
        code = f"import os, signal, sys; signal.signal({number:d}, signal.{handler}); "
        return [sys.executable, "-c", code + "os.execv(sys.argv[1], sys.argv[1:])", *command]

    def child_of(process: int) -> int:
        """The one child of a process, once it is there."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            listed = subprocess.run(
                ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
            ).stdout
            for line in listed.splitlines():
                child, parent = map(int, line.split())
                if parent == process:
                    return child
            time.sleep(0.05)
        pytest.fail("the demo has started no players")

    def until_gone(process: int) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                os.kill(process, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)
        pytest.fail("the players play on")

    def test_what_is_ignored_stays_ignored(folder: Path) -> None:
        with subprocess.Popen(
            with_signal(signal.SIGHUP, "SIG_IGN", [*STEAMGS, *SHORT_DEMO]),
            cwd=folder,
            env=clean_environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as demo:
            child_of(demo.pid)
            demo.send_signal(signal.SIGHUP)
            demo.communicate(timeout=60)
        assert demo.returncode == 0

    def test_a_special_file_where_the_steamclient_goes(
        folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        target = folder / steamclient_path().name
        makers: list[Callable[[], None]] = [
            lambda: os.mkfifo(target),
            lambda: target.symlink_to("/nowhere/at/all"),
            lambda: target.symlink_to("/dev/zero"),
            lambda: os.mkdir(target),
        ]
        for make in makers:
            make()
            assert simulator_command.main(["--install", str(folder)]) == 1
            words = "already exists and is another file: remove it first"
            assert capsys.readouterr().err == f"{target}: {words}\n"
            target.rmdir() if target.is_dir() else target.unlink()

    def test_an_endless_scenario(capsys: pytest.CaptureFixture[str]) -> None:
        assert simulator_command.main(["--check", "/dev/zero"]) == 1
        assert "too large for a scenario" in capsys.readouterr().err

    @pytest.mark.parametrize("place", ["/proc/foo", "good.toml", "good.toml/below"])
    def test_a_folder_that_can_t_be(place: str, folder: Path) -> None:
        status, stderr = shell([*SIMULATOR, "--install", place], "> out", folder)
        assert status == 2
        assert stderr.count("\n") == 1
        assert stderr.startswith(f"steamgs.simulator: {place.split('/', maxsplit=1)[0]}")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file or directory"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"#" * (1 << 20) + b"#", "too large for a scenario"),
    ],
)
def test_a_scenario_that_can_t_be_read(
    content: bytes | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "scenario.toml"
    if content is not None:
        file.write_bytes(content)
    assert simulator_command.main(["--check", str(file)]) == 1
    stderr = capsys.readouterr().err
    assert words in stderr
    assert str(file) in stderr
    assert stderr.count("\n") == 1


def test_a_name_that_the_terminal_can_t_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "\udcff.toml"
    try:
        file.write_text(SCENARIO)
    except OSError:
        assert sys.platform != "linux"  # where names are any bytes
        return
    assert simulator_command.main(["--check", str(file)]) == 0
    assert "\\udcff.toml is a valid scenario" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ("demo", "--seed", "-1"),
        ("demo", "--seed", "x"),
        ("demo", "--seed", "18446744073709551616"),
        ("demo", "--seed", "9" * 5000),
        ("demo", "--players", "9" * 5000),
        ("demo", "--seconds", "nan"),
        ("demo", "--seconds", "inf"),
        ("demo", "--library", ""),
        ("doctor", "--library", ""),
        ("doctor", "--app-id", "9" * 5000),
        ("doctor", "--app-id", "0"),
        ("doctor", "--ip", "nowhere"),
        ("doctor", "--game-port", "65536"),
        ("completion", "fish"),
        ("nonsense",),
    ],
    ids=lambda arguments: " ".join(arguments)[:30],
)
def test_bad_arguments(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert ": error: " in capsys.readouterr().err.splitlines()[-1]
