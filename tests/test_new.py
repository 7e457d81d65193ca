"""``steamgs new``: the project that it writes runs, passes its tests and its types at once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import a2s
import pytest

from alone import clean_environment
from steamgs.cli import main, new
from steamgs.cli.new import _FILES

# The app id with which the project's program makes its server.
APP_ID_OF = """
import sys
from harbour import __main__ as program

def game(server, _):
    print(server.app_id)
    sys.exit()

program.Game = game
program.main()
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "harbour", "--app-id", "1234"]) == 0
    return tmp_path / "harbour"


def run_in(project: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-m", *command],
        cwd=project,
        env=clean_environment(project.parent),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_everything_is_there_and_has_the_name(project: Path) -> None:
    files = {file.relative_to(project).as_posix() for file in project.rglob("*") if file.is_file()}
    assert len(files) == len(_FILES) + len(new._EMPTY)
    assert {"harbour/game.py", "harbour.service", ".github/workflows/tests.yml"} <= files
    for file in files:
        text = (project / file).read_text("utf-8")
        assert "mygame" not in text, file
        assert "480" not in text, file
    assert "app_id = 1234\n" in (project / "server.toml").read_text("utf-8")
    assert tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]["name"]


@pytest.mark.parametrize("active", [True, False])
def test_a_virtual_environment_is_made_unless_one_is_active(
    active: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix if active else str(tmp_path))
    assert main(["new", "harbour"]) == 0
    said = capsys.readouterr().out
    assert ("python -m venv" in said) is not active
    if sys.platform != "win32":
        assert "    pip install -e '.[test]' && pytest && mypy\n" in said


def test_what_is_next_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert [line.strip() for line in new._next_steps("harbour", windows=True).splitlines()] == [
        "cd harbour",
        "python -m venv .venv",
        ".venv\\Scripts\\activate",
        'pip install -e ".[test]"',
        "pytest",
        "mypy",
        "python -m harbour --config server.toml --simulator",
    ]


def test_the_app_id_is_in_one_place(project: Path) -> None:
    """The server, the doctor and the unit agree, whichever number is put there later."""
    files = [file for file in project.rglob("*") if file.is_file()]
    assert [file.name for file in files if "1234" in file.read_text("utf-8")] == ["server.toml"]
    settings = project / "server.toml"
    settings.write_text(settings.read_text("utf-8").replace("1234", "5678"), "utf-8")
    for variables, app_id in (({}, "5678"), ({"STEAMGS_APP_ID": "91011"}, "91011")):
        environment = {"STEAMGS_CONFIG": str(settings.resolve()), **variables}
        done = subprocess.run(
            [sys.executable, "-c", APP_ID_OF, "--simulator"],
            cwd=project,
            env=clean_environment(project.parent, **environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.stdout.split() == [app_id], done.stderr
    unit = (project / "harbour.service").read_text("utf-8")
    assert "bin/steamgs doctor\n" in unit
    assert "Environment=STEAMGS_CONFIG=/srv/harbour/server.toml\n" in unit
    assert "steamgs doctor --logon\n" in (project / "README.md").read_text("utf-8")
    assert " STEAMGS_CONFIG=" in (project / "Dockerfile").read_text("utf-8")


def test_every_template_is_used() -> None:
    folder = Path(new.__file__).parent / "project"
    assert {file.name for file in folder.iterdir()} - {"__pycache__"} == set(_FILES)


def test_its_tests_pass(project: Path) -> None:
    assert " passed in " in run_in(project, "pytest", "-q", "-p", "no:cacheprovider")


def test_its_types_are_strict(project: Path) -> None:
    said = run_in(project, "mypy", "--cache-dir", os.devnull)
    assert said.startswith("Success: no issues found in ")


if sys.platform != "win32":

    def test_it_runs_and_can_be_asked_and_stopped(project: Path) -> None:
        game_port, query_port = free_port(), free_port()
        settings = project / "server.toml"
        text = settings.read_text("utf-8").replace("27015", str(game_port))
        settings.write_text(text.replace("27016", str(query_port)), "utf-8")
        command = [sys.executable, "-m", "harbour", "--simulator", "--config", str(settings)]
        with subprocess.Popen(
            command,
            cwd=project,
            env=clean_environment(project.parent),
            stderr=subprocess.PIPE,
            text=True,
        ) as server:
            assert server.stderr is not None
            try:
                said = ""
                while "players can connect" not in said:
                    line = server.stderr.readline()
                    assert line, said
                    said += line
                info = a2s.info(("127.0.0.1", query_port), timeout=20.0)
                assert (info.server_name, info.max_players) == ("A server of harbour", 64)
                server.send_signal(signal.SIGTERM)
                said += server.stderr.read()
                assert server.wait(timeout=60) == 0, said
            finally:
                server.kill()

    def test_a_setting_that_is_wrong(project: Path) -> None:
        (project / "server.toml").write_text("[steamgs]\ngame_prot = 1\n", "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "harbour", "--simulator", "--config", "server.toml"],
            cwd=project,
            env=clean_environment(project.parent),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 1
        assert "did you mean game_port?" in done.stderr
        assert done.stderr.count("\n") == 1


def test_nothing_is_overwritten(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "harbour" / "game.py").write_text("mine", "utf-8")
    assert main(["new", "harbour"]) == 2
    reason = "File already exists" if sys.platform == "win32" else "File exists"
    assert capsys.readouterr().err == f"steamgs: harbour: {reason}\n"
    assert (project / "harbour" / "game.py").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Harbour"], "must be small letters"),
        (["../x"], "must be small letters"),
        (["9lives"], "must be small letters"),
        ([""], "must be small letters"),
        (["x" * 41], "must be small letters"),
        (["socket"], "means something else to Python"),
        (["class"], "means something else to Python"),
        (["steamgs"], "means something else to Python"),
        (["test"], "means something else to Python"),
        (["build"], "means something else to Python"),
        (["pip"], "means something else to Python"),
        (["harbour", "--app-id", "0"], "must be a number from 1 to 4294967295, not '0'"),
        (["harbour", "--app-id", "4294967296"], "must be a number from 1"),
    ],
)
def test_bad_arguments(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["new", *arguments])
    assert ended.value.code == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
