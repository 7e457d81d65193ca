"""What a source distribution and a wheel are made of."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
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


def test_a_release_says_where_its_source_is(tmp_path: Path) -> None:
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    address = "https://example.org/somebody/steamgs"
    command = [sys.executable, str(ROOT / "wheels" / "public_address.py"), address, str(tmp_path)]
    subprocess.run(command, check=True, timeout=60)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["urls"]["Source"] == address
    places = re.compile(rf"{address}/(?:blob|raw)/v{re.escape(project['version'])}/([^)#]+)")
    links = re.findall(r"\]\(([^)]+)\)", (tmp_path / "README.md").read_text("utf-8"))
    assert len(links) > 20
    for link in links:
        place = places.match(link)
        assert place is not None, link
        assert (ROOT / place[1]).exists()
    assert f"![Nanoseconds for an event]({address}/raw/" in (tmp_path / "README.md").read_text(
        "utf-8"
    )
    assert subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 1


def test_pythons_without_the_gil_are_tested_without_what_has_no_wheel_for_them() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = settings["project"]["optional-dependencies"]
    (rest, *others) = extras["test"]
    assert rest == "steamgs[test-free-threaded]"
    assert [line.partition("==")[0] for line in others] == ["steamworks-swig"]
    assert not any(line.startswith("steamworks") for line in extras["test-free-threaded"])
    (override,) = settings["tool"]["cibuildwheel"]["overrides"]
    assert override["select"] == "cp3??t-*"
    assert override["test-extras"] == ["test-free-threaded"]
