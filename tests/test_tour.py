"""The tour of the tree names only files and folders that are there."""

from __future__ import annotations

import re

import pytest

from conftest import ROOT

TOUR = (ROOT / "docs" / "internals" / "index.md").read_text(encoding="utf-8")
SUFFIXES = r"\.(?:py|pyx|pyi|pxd|toml|md|h|cpp|yml)"
NAMED = sorted(set(re.findall(rf"`((?:[\w.*-]+/)+[\w.*-]*|[\w*-]+{SUFFIXES}|Makefile)`", TOUR)))
# Made by the build: below build/, or in the package only.
GENERATED = {"build/", "build/generated/", "steamgs/enums.py", "steamgs/events.py"}
GENERATED |= {"steamgs/columns.py"}
GENERATED |= {"steamgs/_core.pyi", "steamgs/slots/*.h"}
FOLDERS = ("abi", "codegen", "docs", "include", "simulator", "src", "steamgs", "tests")


def is_there(name: str) -> bool:
    """Whether a path exists, from the root or, for the rest of a path, below a folder of ours."""
    return any(ROOT.glob(name)) or any(
        any((ROOT / folder).rglob(name.rstrip("/"))) for folder in FOLDERS
    )


@pytest.mark.parametrize("name", [name for name in NAMED if name not in GENERATED])
def test_what_the_tour_names_is_there(name: str) -> None:
    assert is_there(name)


def test_the_tour_names_much() -> None:
    assert len(NAMED) > 50
    assert TOUR.count("\n### ... ") >= 10
