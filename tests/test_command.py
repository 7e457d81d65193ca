"""The command ``steamgs``, beside what its verbs do."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pytest

from steamgs.cli import main


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"steamgs {importlib.metadata.version('steamgs')}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    text = capsys.readouterr().out
    for verb in ("demo", "doctor", "completion"):
        assert verb in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in ("doctor", "--token-file", "--players"):
        assert word.lstrip("-") in script


def test_completion_without_its_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["completion", "bash"]) == 1
    assert "pip install 'steamgs[cli]'" in capsys.readouterr().err


if sys.platform != "win32":

    def test_bash_takes_the_completion() -> None:
        script = subprocess.check_output(
            [sys.executable, "-P", "-m", "steamgs", "completion", "bash"]
        )
        subprocess.run(["bash", "-n"], input=script, check=True)
