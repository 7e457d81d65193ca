"""The headers that a build uses, and Python's enums, are what the table of facts says."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import emit_abi
import emit_assertions
import emit_headers
import probe
import steamgs
import tables
from conftest import ROOT
from emit_assertions import number
from identify import declared, identify
from test_abi_tables import changed

MODEL = tables.load()
SDK = os.environ.get("STEAMWORKS_SDK_PATH")
HEADERS = ["bundled", "genuine"] if SDK else ["bundled"]


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The include folder of a build."""
    folder = tmp_path_factory.mktemp("generated")
    for emit in (emit_abi, emit_headers, emit_assertions):
        for name, text in emit.files(MODEL).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return folder / "include"


@pytest.mark.usefixtures("compiler")
def test_the_bundled_headers_are_what_the_table_says(generated: Path) -> None:
    report = probe.measure(MODEL, MODEL.headers[-1], ROOT / "include", generated)
    assert report.differences == []
    assert report.verified["slots"] > 400
    assert report.verified["fields, packed to 8"] > 280
    assert sum(report.verified.values()) > 2300


def holds(compiler: str, headers: str, folder: Path, generated: Path) -> str:
    """What the compiler says of the table in ``folder``, for the headers of a build."""
    (folder / "steamgs" / "abi").mkdir(parents=True)
    (facts,) = emit_assertions.files(tables.load(folder / "abi")).values()
    (folder / "steamgs" / "abi" / "facts.inc").write_text(facts, "utf-8")
    genuine: list[str] = []
    if headers == "genuine":
        measured = identify(MODEL, declared(Path(f"{SDK}/public")))[0]
        genuine = ["-isystem", f"{SDK}/public", f"-DSTEAMGS_SDK_NUMBER={number(measured)}"]
    # All as the system's, so that their order is that of this list.
    ours = [f"-isystem{path}" for path in (folder, ROOT / "include", generated)]
    command = [compiler, "-std=c++17", "-fsyntax-only", *genuine, *ours, f"-I{ROOT / 'src'}"]
    source = ROOT / "src" / "core" / "steam_facts.cpp"
    done = subprocess.run([*command, str(source)], capture_output=True, text=True, check=False)
    return done.stderr


# file, what is changed in it, and which fact the build then refuses
LIES = {
    "no lie": ("utils", "id = 701", "id = 701", ""),
    "an id": ("gameserver", "id = 203", "id = 204", "GSClientKick_t"),
    "a value of an enum": ("gameserver", "k_EDenyCheater = { value = 5,",
                           "k_EDenyCheater = { value = 55,", "k_EDenyCheater"),
    "a size": ("gameserver", "size = 140", "size = 144", "GSClientDeny_t"),
    "an offset": ("gameserverstats", '"m_steamIDUser", "CSteamID", 4',
                  '"m_steamIDUser", "CSteamID", 8', "m_steamIDUser"),
    "a version string": ("ugc", "STEAMUGC_INTERFACE_VERSION0", "STEAMUGC_INTERFACE_VERSION1",
                         "ISteamUGC"),
    "a signature": ("inventory", 'name = "GetResultStatus", returns = "EResult"',
                    'name = "GetResultStatus", returns = "int"', "GetResultStatus"),
    "a constant": ("common", "k_cchMaxSteamNetworkingErrMsg = { type = \"int\", value = 1024",
                   "k_cchMaxSteamNetworkingErrMsg = { type = \"int\", value = 1025",
                   "k_cchMaxSteamNetworkingErrMsg"),
}  # fmt: skip


@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("lie", LIES)
def test_a_build_refuses_a_table_that_is_wrong(
    compiler: str, generated: Path, headers: str, lie: str, tmp_path: Path
) -> None:
    file, old, new, refused = LIES[lie]
    changed(tmp_path, file, old, new)
    said = holds(compiler, headers, tmp_path, generated)
    if refused:
        assert refused in said
        assert "static assertion failed" in said or "static_cast" in said
    else:
        assert said == ""


def snake_case(name: str) -> str:
    name = name.replace("ElseWhere", "Elsewhere")
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).upper()


@pytest.mark.parametrize(
    ("enum", "sdk_name", "prefix"),
    [
        (steamgs.Result, "EResult", "k_EResult"),
        (steamgs.DenyReason, "EDenyReason", "k_EDeny"),
        (steamgs.BeginAuthSessionResult, "EBeginAuthSessionResult", "k_EBeginAuthSessionResult"),
        (steamgs.AuthSessionResponse, "EAuthSessionResponse", "k_EAuthSessionResponse"),
        (
            steamgs.UserHasLicenseForAppResult,
            "EUserHasLicenseForAppResult",
            "k_EUserHasLicenseResult",
        ),
        (steamgs.ServerMode, "EServerMode", "eServerMode"),
        (steamgs.InitResult, "ESteamAPIInitResult", "k_ESteamAPIInitResult_"),
        (steamgs.AccountType, "EAccountType", "k_EAccountType"),
        (steamgs.Universe, "EUniverse", "k_EUniverse"),
    ],
)
def test_python_enums_are_the_sdks(enum: Any, sdk_name: str, prefix: str) -> None:
    # One name of EResult begins with a capital K in the SDK.
    expected = {
        snake_case(name[len(prefix) :]): value
        for name, value in MODEL.enums[sdk_name].values_of(MODEL.headers[-1]).items()
        if not name.endswith("Max")
    }
    if enum is steamgs.ServerMode:
        # What GameServer takes, which this is not.
        del expected["INVALID"]
    assert {member.name: int(member) for member in enum} == expected
