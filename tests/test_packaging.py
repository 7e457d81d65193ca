"""What a source distribution and a wheel are made of."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

from conftest import ROOT

# What a build or a test reads; all of it must be in a source distribution.
FOLDERS = [
    "abi",
    "codegen",
    "include",
    "src",
    "simulator",
    "steamgs",
    "pytest_plugin",
    "wheels",
    "tests",
    "examples",
    "docs",
    "benchmarks",
]


def setup(*arguments: str) -> None:
    command = [sys.executable, "setup.py", "-q", *arguments]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder.parent).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and ".hypothesis" not in path.parts
    }


def test_a_source_distribution_has_all_that_a_build_needs(tmp_path: Path) -> None:
    setup("sdist", "--dist-dir", str(tmp_path))
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        packed = {name.partition("/")[2] for name in opened.getnames()}
    for folder in FOLDERS:
        assert files(ROOT / folder) - packed == set()
    assert {"setup.py", "pyproject.toml", "Makefile", "LICENSE"} <= packed
    if sys.platform != "win32":  # where setuptools prunes less; releases are packed on Linux
        assert not any(name.startswith(("build/generated", "build/cython")) for name in packed)


def test_what_an_earlier_build_left_is_not_packed(tmp_path: Path) -> None:
    package = tmp_path / "steamgs"
    (package / "old").mkdir(parents=True)
    for leftover in ("moved.py", "old/module.py"):
        (package / leftover).write_text("", encoding="utf-8")
    setup("build_py", "--build-lib", str(tmp_path))
    names = files(package)
    assert {"steamgs/__init__.py", "steamgs/enums.py", "steamgs/demo/arena.py"} <= names
    assert not names & {"steamgs/moved.py", "steamgs/old/module.py"}
