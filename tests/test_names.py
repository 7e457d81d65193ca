"""What other bindings call the methods that are bound: each is in the table of names."""

from __future__ import annotations

import re
import tomllib

import pytest

import emit_names
import tables
from conftest import ROOT
from model import Interface

MODEL = tables.load()
PAGE = (ROOT / "docs" / "coming-from" / "names.md").read_text("utf-8")
FACES = [face for face in MODEL.interfaces.values() if emit_names.bound(face)]


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)
def test_each_bound_method_has_a_name_or_none_elsewhere(face: Interface) -> None:
    section = PAGE.partition(f"## {face.name}\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:3] == "| `"]
    assert [row[0].strip("`") for row in rows] == list(emit_names.bound(face))
    for row in rows:
        assert len(row) == 2 + len(emit_names.BINDINGS)
        assert all(re.fullmatch(r"none|[\w`., ]+", name) for name in row[2:]), row


def test_a_method_without_a_row_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tomllib, "loads", lambda _: {"ISteamGameServer": {}})
    with pytest.raises(
        ValueError, match=r"names\.toml has no row for ISteamGameServer::SetProduct"
    ):
        emit_names.parts(MODEL)


def test_the_pages_lead_to_it() -> None:
    for page in ("others", "godotsteam"):
        assert "names.md" in (ROOT / "docs" / "coming-from" / f"{page}.md").read_text("utf-8")
