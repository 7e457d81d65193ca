"""A short form of the fuzzing: the corpus and some changes of it, under sanitizers.

The long form is ``make fuzz``, with clang's libFuzzer.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from conftest import ROOT
from targets import FUZZED

FUZZ = ROOT / "tests" / "fuzz"
CHANGES = "2000"
TARGETS = sorted(path.stem for path in FUZZ.glob("*.cpp") if path.stem != "replay")
OPTIONS = [*FUZZED.options(), "-O1", "-g", "-pthread"]
OPTIONS += ["-fsanitize=address,undefined", "-fno-sanitize=vptr", "-fno-sanitize-recover=undefined"]


def compiled(compiler: str, folder: Path) -> list[str]:
    """The objects of all that is fuzzed; files in different folders may have the same name."""

    def compile_one(path: str) -> str:
        made = str(folder / Path(path).relative_to(ROOT).as_posix().replace("/", "_")) + ".o"
        subprocess.run([compiler, *OPTIONS, "-c", path, "-o", made], check=True, timeout=300)
        return made

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(compile_one, [*FUZZED.paths, str(FUZZ / "replay.cpp")]))


if sys.platform == "linux":

    def test_every_target(compiler: str, tmp_path: Path) -> None:
        # One test, so that what takes minutes to compile is not compiled once in each process.
        objects = compiled(compiler, tmp_path)
        for target in TARGETS:
            program = tmp_path / target
            source = str(FUZZ / f"{target}.cpp")
            command = [compiler, *OPTIONS, source, *objects, "-o", str(program)]
            subprocess.run(command, check=True, timeout=300)
            corpus = [str(path) for path in sorted((FUZZ / "corpus" / target).iterdir())]
            assert len(corpus) >= 3
            environment = {key: one for key, one in os.environ.items() if key != "LD_PRELOAD"}
            result = subprocess.run(
                [str(program), CHANGES, *corpus],
                capture_output=True,
                text=True,
                check=False,
                timeout=600,
                env=environment,
            )
            assert result.returncode == 0, f"{target}: {result.stderr}"
