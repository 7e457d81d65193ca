"""What the headers spell out for compilers that would not lay classes out as Valve's DLL does.

``make cross`` compares all of it with Microsoft's own layout.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import generate
from conftest import ROOT
from validate import checked_model


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return generate.files(checked_model())


def for_windows(text: str) -> str:
    """The headers as such a compiler sees them."""
    return re.sub(
        r"#ifdef STEAMGS_MICROSOFT_LAYOUT\n(.*?)#else\n.*?#endif\n", r"\1", text, flags=re.DOTALL
    )


def slots(text: str, class_: str) -> list[str]:
    """The names and last arguments of virtual functions."""
    body = text.split(f"class {class_} {{", 1)[1].split("};", 1)[0]
    return re.findall(r"virtual [\w ]+?[ *]+(\w+\(.*\)) = 0;", body)


@pytest.mark.parametrize("bundled", [False, True])
def test_valves_headers_are_for_microsofts_compiler(
    compiler: str, tmp_path: Path, bundled: bool
) -> None:
    (tmp_path / "steam").mkdir()
    text = "#define STEAMGS_BUNDLED_HEADERS 1\n" if bundled else ""
    (tmp_path / "steam" / "steam_gameserver.h").write_text(text, "utf-8")
    (tmp_path / "it.cpp").write_text('#include "common/steam.h"\n', "utf-8")
    command = [compiler, "-D_WIN32", "-I.", f"-I{ROOT / 'src'}", "-fsyntax-only", "it.cpp"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ("with Microsoft's compiler only" in result.stderr) != bundled
    assert (result.returncode == 0) == bundled


def test_overloads_are_in_reverse(made: dict[str, str]) -> None:
    text = made["include/steam/isteamgameserverstats.h"]
    usual = [name for name in slots(text, "ISteamGameServerStats") if "SetUserStat(" in name]
    assert len(usual) == 4  # for either kind of compiler
    (first, second) = [
        name for name in slots(for_windows(text), "ISteamGameServerStats") if "SetUserStat(" in name
    ]
    assert "float" in first
    assert "int32" in second


def test_a_class_is_returned_through_a_pointer(made: dict[str, str]) -> None:
    text = for_windows(made["include/steam/isteamgameserver.h"])
    found = slots(text, "ISteamGameServer")
    assert "GetSteamID_returned(CSteamID* returned)" in found
    assert "GetSteamID()" not in found
    assert "CSteamID GetSteamID() {" in text
