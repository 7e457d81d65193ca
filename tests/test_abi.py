"""The bundled declarations, and Python's, are those of the genuine headers."""

from __future__ import annotations

import functools
import os
import re
from pathlib import Path
from typing import Any

import measure
import pytest

import events
import steamgs
import tables
from conftest import ROOT

FACTS = measure.read_facts()
STRICT = ("-Wall", "-Wextra", "-Werror")
SDK = os.environ.get("STEAMWORKS_SDK_PATH")

pytestmark = pytest.mark.usefixtures("compiler")
HEADERS = ["bundled", "genuine"] if SDK else ["bundled"]
# What differs between SDK versions (see facts/README.md), and so can't be asked of any genuine one.
BY_VERSION = {"ISteamClient", "STEAMCLIENT_INTERFACE_VERSION"}


@functools.cache
def measured(headers: str, pack: int) -> measure.Facts:
    if headers == "bundled":
        return measure.measure(ROOT / "include", pack, FACTS, STRICT)
    assert SDK is not None
    return measure.measure(Path(SDK) / "public", pack, FACTS)


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(headers, name, id=f"{headers}-{name}")
        for headers in HEADERS
        for name in FACTS[kind]
        if headers == "bundled" or name not in BY_VERSION
    ]


@pytest.mark.parametrize("pack", [4, 8])
@pytest.mark.parametrize(("headers", "name"), cases("structs"))
def test_struct(headers: str, name: str, pack: int) -> None:
    expected, found = FACTS["structs"][name], measured(headers, pack)["structs"][name]
    assert found.get("id") == expected.get("id")
    assert found[f"pack{pack}"] == expected[f"pack{pack}"]


@pytest.mark.parametrize(("headers", "name"), cases("enums"))
def test_enum(headers: str, name: str) -> None:
    expected, found = FACTS["enums"][name], measured(headers, 4)["enums"].get(name, {})
    if headers == "bundled":
        assert found == expected
    assert found.items() <= expected.items()


@pytest.mark.parametrize(("headers", "name"), cases("slots"))
def test_slots_of_virtual_functions(headers: str, name: str) -> None:
    expected, found = FACTS["slots"][name], measured(headers, 4)["slots"][name]
    assert len(found) > 5
    if headers == "bundled":
        assert found == expected
    assert found.items() <= expected.items()


@pytest.mark.parametrize("kind", ["constants", "sizes", "versions"])
@pytest.mark.parametrize("headers", HEADERS)
def test_limits_sizes_and_versions(headers: str, kind: str) -> None:
    expected, found = dict(FACTS[kind]), dict(measured(headers, 4)[kind])
    if headers == "bundled":
        assert found == expected
    else:
        found.pop("STEAMCLIENT_INTERFACE_VERSION", None)
        assert found.items() <= expected.items()


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
        for name, value in FACTS["enums"][sdk_name].items()
        if not name.endswith("Max")
    }
    if enum is steamgs.ServerMode:
        # What GameServer takes, which this is not.
        del expected["INVALID"]
    assert {member.name: int(member) for member in enum} == expected


def test_the_callback_table_has_the_right_ids() -> None:
    rows = {row.struct: row for row in events.rows(tables.load())}
    measured = rows.keys() & FACTS["structs"].keys()
    assert len(measured) >= 17
    for name in measured:
        row, struct = rows[name], FACTS["structs"][name]
        assert row.id == struct["id"]
        assert {field.member for field in row.fields} == set(struct["pack4"]["fields"])
