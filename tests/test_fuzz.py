"""A short form of the fuzzing: the corpus and some changes of it, under sanitizers.

The long form is ``make fuzz``, with clang's libFuzzer.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from targets import FUZZED

FUZZ = ROOT / "tests" / "fuzz"
CHANGES = "2000"
TARGETS = sorted(path.stem for path in FUZZ.glob("*.cpp") if path.stem != "replay")
OPTIONS = [*FUZZED.options(), "-O1", "-g", "-pthread"]
OPTIONS += ["-fsanitize=address,undefined", "-fno-sanitize=vptr", "-fno-sanitize-recover=undefined"]


@pytest.fixture(scope="session")
def objects(compiler: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("fuzz")
    command = [compiler, *OPTIONS, "-c", *FUZZED.paths, str(FUZZ / "replay.cpp")]
    subprocess.run(command, cwd=folder, check=True, timeout=600)
    return [str(path) for path in folder.glob("*.o")]


if sys.platform == "linux":

    @pytest.mark.parametrize("target", TARGETS)
    def test_target(target: str, compiler: str, objects: list[str], tmp_path: Path) -> None:
        program = tmp_path / target
        source = str(FUZZ / f"{target}.cpp")
        command = [compiler, *OPTIONS, source, *objects, "-o", str(program)]
        subprocess.run(command, check=True, timeout=300)
        corpus = [str(path) for path in sorted((FUZZ / "corpus" / target).iterdir())]
        assert len(corpus) >= 3
        environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        result = subprocess.run(
            [str(program), CHANGES, *corpus],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
            env=environment,
        )
        assert result.returncode == 0, result.stderr
