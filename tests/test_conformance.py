"""The simulator's front dispatches as Valve's library does: one suite in C++ for both."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from fronts import valve_library
from steamgs.simulator import front_path, steamclient_path
from targets import PROGRAM

SOURCE = ROOT / "tests" / "native" / "conformance.cpp"
CASES = re.findall(r"^CASE\((\w+)\) \{", SOURCE.read_text(encoding="utf-8"), re.MULTILINE)


# One that was built elsewhere, for where there is no compiler.
BUILT = os.environ.get("STEAMGS_CONFORMANCE")
pytestmark = [] if BUILT else [pytest.mark.usefixtures("compiler")]


@pytest.fixture(scope="session")
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if BUILT:
        return Path(BUILT)
    compiler = request.getfixturevalue("compiler")
    target = tmp_path_factory.mktemp("conformance") / "conformance"
    sdk = os.environ.get("STEAMWORKS_SDK_PATH")
    # The genuine headers, where there are any, before ours, and without their warnings.
    genuine = ["-isystem", f"{sdk}/public"] if sdk else []
    options = [*genuine, *PROGRAM.options(), "-O1", "-Wall", "-Wextra", "-Werror"]
    command = [compiler, *options, str(SOURCE), "-o", str(target), "-ldl"]
    subprocess.run(command, check=True, timeout=300)
    return target


if BUILT or sys.platform != "win32":

    @pytest.mark.parametrize("case", CASES)
    def test_case(program: Path, front: str, case: str, tmp_path: Path) -> None:
        library = valve_library() if front == "valve" else front_path()
        result = subprocess.run(
            [str(program), str(steamclient_path()), str(library), case],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert result.returncode == 0, result.stderr

    def test_the_program_knows_these_cases(program: Path) -> None:
        listed = subprocess.check_output([str(program), "--list"], text=True).split()
        assert sorted(CASES) == listed
        assert len(CASES) > 25
