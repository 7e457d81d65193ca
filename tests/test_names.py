"""What other bindings call methods and callbacks: each of them is in the table of names."""

from __future__ import annotations

import re
import tomllib

import pytest

import emit_names
import tables
from conftest import ROOT
from model import Interface

MODEL = tables.load()
NAMES = tomllib.loads(emit_names.NAMES.read_text("utf-8"))
PAGE = (ROOT / "docs" / "coming-from" / "names.md").read_text("utf-8")
COVERAGE = (ROOT / "docs" / "reference" / "coverage.md").read_text("utf-8")
IN_SOME = [one for one in MODEL.interfaces.values() if one.name not in NAMES["in_no_binding"]]
each_interface = pytest.mark.parametrize("face", IN_SOME, ids=lambda face: face.name)


def section(page: str, face: Interface) -> str:
    return page.partition(f"## {face.name}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    return [line.strip("| ").split(" | ") for line in text.splitlines() if line[:3] == "| `"]


@each_interface
def test_each_method_and_callback_has_a_name_or_none_elsewhere(face: Interface) -> None:
    found = rows(section(PAGE, face))
    wanted = [*emit_names.methods(face), *emit_names.callbacks(MODEL, face)]
    assert [row[0].strip("`") for row in found] == wanted
    for row in found:
        assert len(row) == 2 + len(emit_names.BINDINGS)
        assert all(re.fullmatch(r"none|[\w`., ]+", name) for name in row[2:]), row


def test_an_interface_without_rows_is_one_that_nobody_binds() -> None:
    for name in NAMES["in_no_binding"]:
        face = MODEL.interfaces[name]
        assert face.left_out
        assert not any(method.bound for method in face.methods)
        assert not emit_names.callbacks(MODEL, face)
        assert name not in NAMES
        assert "Left out, and in none of the other three." in section(PAGE, face)


@pytest.mark.parametrize("face", MODEL.interfaces.values(), ids=lambda face: face.name)
def test_what_is_left_out_is_so_on_both_pages(face: Interface) -> None:
    reasons = {row[0].split(" ")[0]: row[1] for row in rows(section(COVERAGE, face))}
    for name, ours, *_ in rows(section(PAGE, face)):
        if ours == emit_names.LEFT_OUT:
            assert reasons[name].startswith("left out: "), name
            assert reasons[name] != "left out: ", name
        else:
            assert reasons[name].removeprefix("the signal ") == ours


def test_the_table_names_nothing_that_steamworks_lacks() -> None:
    for name, said in NAMES[emit_names.STEAMWORKS_NET].items():
        assert set(said.get("lacks", ())) <= emit_names.methods(MODEL.interfaces[name]).keys()
    for face in IN_SOME:
        known = emit_names.methods(face).keys() | emit_names.callbacks(MODEL, face).keys()
        assert NAMES[face.name].keys() == known


@pytest.mark.parametrize("name", ["SetProduct", "GetUserStatInt32", "GSClientApprove_t"])
def test_what_has_no_row_is_an_error(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (face,) = (key for key, said in NAMES.items() if name in said and key.startswith("ISteam"))
    without = {**NAMES, face: {key: said for key, said in NAMES[face].items() if key != name}}
    monkeypatch.setattr(tomllib, "loads", lambda _: without)
    with pytest.raises(ValueError, match=rf"names\.toml has no row for {face}::{name}"):
        emit_names.parts(MODEL)


def test_the_pages_lead_to_it() -> None:
    for page in ("others", "godotsteam"):
        assert "names.md" in (ROOT / "docs" / "coming-from" / f"{page}.md").read_text("utf-8")
