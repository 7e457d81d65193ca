"""The table of Steamworks facts is held against headers, and lies in them come to light."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import sdk as sdks
import tables
import validate
from model import Model

SDK = os.environ.get("STEAMWORKS_SDK_PATH")
pytestmark = pytest.mark.usefixtures("compiler")

# A table and an SDK so small that they can be lied in.
SMALL_COMMON = """
sdks.headers = ["1.0", "1.1"]
sdks.libraries = []
[typedefs]
SteamAPICall_t = "uint64"
HTicket = { type = "uint32", invalid = "k_None" }
[constants]
k_None = { type = "HTicket", value = 0 }
[enum.EColour]
k_EColourRed = 1
k_EColourBlue = { value = 2, since = "1.1" }
"""
SMALL_INTERFACE = """
[interface]
class = "ISmall"
left_out = "an interface of this test"
header = "ismall.h"
accessor = "Small"
user = "server"
version_macro = "SMALL_VERSION"
versions = [{ string = "Small001", since = "1.0" }]
methods = [
  { name = "Paint", returns = "bool", args = "EColour eColour, int nTimes" },
  { name = "Get", flat = "GetInt", returns = "bool", args = "int *pData" },
  { name = "Get", flat = "GetFloat", returns = "bool", args = "float *pData" },
  { name = "Ask", returns = "SteamAPICall_t", args = "", answer = "Painted_t" },
]
[[callback]]
struct = "Painted_t"
id = 7
size = [12, 16]
fields = [["m_eColour", "EColour", 0], ["m_ulWhen", "uint64", [4, 8]]]
"""
SMALL_HEADERS = {
    "steamclientpublic.h": """
#pragma once
typedef unsigned long long uint64;
typedef unsigned int uint32;
#define VALVE_CALLBACK_PACK_SMALL
""",
    "steam_api.h": """
#include "steamclientpublic.h"
typedef uint64 SteamAPICall_t;
typedef uint32 HTicket;
const HTicket k_None = 0;
enum EColour { k_EColourRed = 1, k_EColourBlue = 2 };
""",
    "steam_gameserver.h": "",
    "ismall.h": """
#pragma once
class ISmall {
public:
    virtual bool Paint(EColour eColour, int nTimes) = 0;
    virtual bool Get(int *pData) = 0;
    virtual bool Get(float *pData) = 0;
protected:
    virtual SteamAPICall_t Ask() = 0;
    ~ISmall();
};
#define SMALL_VERSION "Small001"
inline ISmall *Small() { return nullptr; }
#if defined(VALVE_CALLBACK_PACK_SMALL)
#pragma pack(push, 4)
#else
#pragma pack(push, 8)
#endif
struct Painted_t { enum { k_iCallback = 7 }; EColour m_eColour; uint64 m_ulWhen; };
#pragma pack(pop)
""",
}


def small(folder: Path, old: str = "", new: str = "") -> tuple[Model, Path]:
    """The small table, and its SDK with something changed."""
    abi, include = folder / "abi", folder / "sdk" / "public" / "steam"
    abi.mkdir()
    include.mkdir(parents=True)
    (abi / "common.toml").write_text(SMALL_COMMON, "utf-8")
    (abi / "small.toml").write_text(SMALL_INTERFACE, "utf-8")
    assert any(old in text for text in SMALL_HEADERS.values()), old
    for name, text in SMALL_HEADERS.items():
        (include / name).write_text(text.replace(old, new) if old else text, "utf-8")
    model = tables.load(abi)
    assert validate.problems(model) == []
    return model, folder / "sdk"


def test_headers_that_agree_are_verified(tmp_path: Path) -> None:
    model, root = small(tmp_path)
    report = sdks.hold_against(model, root)
    assert report.differences == []
    assert report.sdk == "1.1"
    assert report.verified["slots"] == 5  # of four methods, and how many there are
    assert report.verified["fields, packed to 8"] == 2
    assert report.verified["values of enums"] == 2


LIES = {
    "the value of an enum": ("k_EColourBlue = 2", "k_EColourBlue = 3", ["k_EColourBlue"]),
    "a value that is missing": (", k_EColourBlue = 2", "", ["k_EColourBlue"]),
    "a constant": ("k_None = 0", "k_None = 1", ["k_None"]),
    "a typedef": ("typedef uint32 HTicket", "typedef uint64 HTicket", ["HTicket"]),
    "an id": ("k_iCallback = 7", "k_iCallback = 8", ["Painted_t"]),
    "a version string": ('"Small001"', '"Small002"', ["ISmall"]),
    "an accessor": ("ISmall *Small()", "void *Small()", ["ISmall"]),
    "the type of a field": ("EColour m_eColour", "int m_eColour", ["m_eColour"]),
    "the order of fields": (
        "EColour m_eColour; uint64 m_ulWhen;", "uint64 m_ulWhen; EColour m_eColour;",
        ["m_eColour", "m_ulWhen"],
    ),
    "one more field": ("uint64 m_ulWhen;", "uint64 m_ulWhen; int m_n;", ["sizeof(Painted_t)"]),
    "a packing": ("pack(push, 8)", "pack(push, 4)", ["packed to 8"]),
    "a parameter's type": ("int nTimes", "uint32 nTimes", ["ISmall::Paint"]),
    "a result's type": ("virtual bool Paint", "virtual int Paint", ["ISmall::Paint"]),
    "one more method": ("virtual bool Paint", "virtual int M() = 0; virtual bool Paint",
                        ["slots: ISmall::GetInt: 1, but the headers have 2", "number of slots"]),
    "the order of overloads": (
        "bool Get(int *pData) = 0;\n    virtual bool Get(float *pData)",
        "bool Get(float *pData) = 0;\n    virtual bool Get(int *pData)", ["GetInt", "GetFloat"],
    ),
    "a method at the end": ("virtual SteamAPICall_t Ask() = 0;",
                            "virtual SteamAPICall_t Ask() = 0; virtual void M() = 0;",
                            ["number of slots of ISmall: 4, but the headers have 5"]),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_headers_that_differ_are_found_out(lie: str, tmp_path: Path) -> None:
    old, new, expected = LIES[lie]
    model, root = small(tmp_path, old, new)
    found = sdks.hold_against(model, root, "1.1").differences
    for words in expected:
        assert any(words in line for line in found), found


def test_an_older_sdk_is_known_by_what_it_lacks(tmp_path: Path) -> None:
    model, root = small(tmp_path, ", k_EColourBlue = 2", "")
    report = sdks.hold_against(model, root)
    assert report.sdk == "1.0"
    assert report.differences == []


if SDK is not None:

    def test_the_table_holds_for_a_genuine_sdk() -> None:
        assert SDK is not None
        model = tables.load()
        report = sdks.hold_against(model, Path(SDK))
        assert report.differences == []
        assert report.sdk in model.headers
        assert sum(report.verified.values()) > 3000
