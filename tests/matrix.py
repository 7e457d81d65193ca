"""Runs the tests under each libsteam_api: ``python tests/matrix.py 1.56=PATH 1.57=PATH ...``.

Runs all tests that use Valve's library under each one that is named, and writes the table of
docs/libraries.md to the output.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = ("SDK", "asks for", "starts with", "tests passed", "tests failed")


def version_of(binary: bytes, family: bytes) -> str:
    """The newest version of an interface that a library names."""
    found = sorted(set(re.findall(family + rb"(\d{3})\0", binary)))
    return f"{family.decode()}{found[-1].decode()}" if found else f"no {family.decode()}"


def run_tests(library: Path) -> tuple[int, int]:
    environment = {**os.environ, "STEAMGS_LIBRARY": str(library)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "valve"]
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    print(result.stdout[-2000:], file=sys.stderr)
    closing = result.stdout.splitlines()[-1]
    numbers = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", closing)}
    return numbers.get("passed", 0), numbers.get("failed", 0) + numbers.get("errors", 0)


def main(arguments: list[str]) -> int:
    print("|", " | ".join(COLUMNS), "|")
    print("|", " | ".join("---" for _ in COLUMNS), "|")
    worst = 0
    for argument in arguments:
        name, _, path = argument.partition("=")
        library = Path(path).resolve()
        binary = library.read_bytes()
        asks = ", ".join(version_of(binary, family) for family in (b"SteamClient", b"SteamUtils"))
        newer = b"SteamInternal_GameServer_Init_V2" in binary
        start = "SteamInternal_GameServer_Init" + ("_V2" if newer else "")
        passed, failed = run_tests(library)
        worst = max(worst, failed)
        print(
            "|", " | ".join([name, asks, f"`{start}`", str(passed), str(failed)]), "|", flush=True
        )
    return 1 if worst else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
