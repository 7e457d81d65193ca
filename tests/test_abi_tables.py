"""The table of Steamworks facts agrees with itself, with today's tables, and with Valve's code."""

from __future__ import annotations

import ctypes
import importlib.util
import platform
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import debug_info
import flat_slots
import kinds
import probe
import tables
import validate
from conftest import ROOT
from fronts import IN_TEST_EXTRA, VALVE_RUNS_HERE, valve_library
from kinds import PACKINGS
from model import Interface, Method, number_of

MODEL = tables.load()
FACTS_SDK = MODEL.headers[-1]
TABLES = [
    "client", "gameserver", "gameserverstats", "utils", "networking_sockets", "networking_messages",
    "networking_utils", "ugc", "inventory", "http", "networking",
]  # fmt: skip
# The machine code of x86-64 tells the slots that it calls.
READS_CODE = pytest.mark.skipif(
    not VALVE_RUNS_HERE or platform.machine() not in ("x86_64", "AMD64"),
    reason="Valve's library for x86-64 is not here",
)


def steamworks_swig() -> Path:
    """Where the test extra's binding lies, which was built with headers of SDK 1.65."""
    spec = importlib.util.find_spec("steamworks")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(next(iter(spec.submodule_search_locations)))


def interface(name: str) -> Interface:
    return MODEL.interfaces[name]


def names(methods: tuple[Method, ...]) -> list[str]:
    return [method.flat for method in methods]


def test_every_interface_has_a_table() -> None:
    found = {path.stem for path in (ROOT / "abi").glob("*.toml")}
    assert found == {"common", *TABLES}


def test_the_table_does_not_contradict_itself() -> None:
    assert validate.problems(MODEL) == []


# file, what is changed in it, and what must come to light
CONTRADICTIONS = {
    "an id twice": ("gameserver", "id = 202", "id = 201", "id 201 is 2 callbacks'"),
    "a wrong size": ("gameserver", "\nsize = 140\n", "\nsize = 144\n", "size 144"),
    "a wrong offset": (
        "gameserverstats", '"m_steamIDUser", "CSteamID", 4', '"m_steamIDUser", "CSteamID", 8',
        "m_steamIDUser at 8, but it falls to 4",
    ),
    "a wrong alignment": (
        "ugc", '"m_nPublishedFileId", "PublishedFileId_t", [4, 8]',
        '"m_nPublishedFileId", "PublishedFileId_t", 4', "packed to 8: m_nPublishedFileId at 4",
    ),
    "a size that no version tells": ("ugc", '"1.60" = [28, 32]', '"1.61" = [28, 32]',
                                     "no version of an interface does"),
    "an unknown type": ("gameserver", "HAuthTicket hAuthTicket", "HTicket hAuthTicket", "HTicket"),
    "an unknown SDK": ("utils", 'since = "1.59"', 'since = "1.64"', "1.64 was never measured"),
    "an unknown answer": ("utils", 'answer = "CheckFileSignature_t"', 'answer = "Nothing_t"',
                          "no callback Nothing_t"),
    "a call without an answer": ("utils", ', answer = "CheckFileSignature_t"', "",
                                 "what hands out a call has an answer"),
    "an unknown constant": ("gameserver", 'invalid = "k_HAuthTicketInvalid"',
                            'invalid = "k_Nothing"', "unknown constant k_Nothing"),
    "a slot twice": ("utils", 'name = "GetAppID"', 'name = "GetIPCountry"', "has two slots"),
    "a hole": ("utils", 'name = "GetAppID", returns = "uint32", args = ""',
               'name = "GetAppID", returns = "uint32", args = "", gone = "1.60"',
               "GetAppID goes, but the version stays"),
    "appended in the middle": (
        "utils", 'name = "GetAppID", returns = "uint32", args = ""',
        'name = "GetAppID", returns = "uint32", args = "", since = "1.60"', "not behind the last",
    ),
    "overloads apart": ("gameserverstats", 'name = "SetUserAchievement"',
                        'name = "SetUserStat", flat = "SetUserAchievement"', "not side by side"),
    "gone before it came": ("networking_sockets", 'bDeleteFailedMessages", since = "1.65"',
                            'bDeleteFailedMessages", since = "1.65", gone = "1.60"',
                            "gone before it came"),
    "too large for an enum": ("gameserver", "k_EDenyInvalid = 0", "k_EDenyInvalid = 0x100000000",
                              "is not an int's"),
    "a member that is not the enum's": ("gameserver", "k_EDenyGeneric", "k_EGeneric",
                                        "k_EGeneric doesn't begin with k_EDeny"),
    "a class twice": ("gameserver", 'class = "DenyReason"', 'class = "Result"',
                      "two enums are Result in Python"),
    "a signal twice": ("gameserver", 'signal = "client_kick"', 'signal = "client_denied"',
                       "ISteamGameServer's client_denied is two callbacks'"),
    "a field without a word": (
        "gameserver", 'name = "rank", doc = "Rank among all servers, from 0."', 'name = "rank"',
        "has a name and a doc",
    ),
    "a callback that nobody wants or leaves out": (
        "utils", 'left_out = "libsteam_api hears it, and brings the answer"\n', "",
        "SteamAPICallCompleted_t: either an event, or left out",
    ),
    "neither bound nor left out": ("gameserver", ', bound = "log_off"', "",
                                   "ISteamGameServer::LogOff: either bound, or left out"),
}  # fmt: skip


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the tables, with one thing changed wherever it stands in a file."""
    copy = Path(shutil.copytree(ROOT / "abi", folder / "abi"))
    path = copy / f"{file}.toml"
    text = path.read_text("utf-8")
    assert old in text, f"{file}.toml has no {old}"
    path.write_text(text.replace(old, new), "utf-8")
    return copy


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_a_contradiction_is_found(case: str, tmp_path: Path) -> None:
    file, old, new, expected = CONTRADICTIONS[case]
    found = validate.problems(tables.load(changed(tmp_path, file, old, new)))
    assert any(expected in problem for problem in found), found


UNREADABLE = {
    "an unknown key": ("utils", "private = true", "hidden = true", "unknown hidden"),
    "an unknown section": ("utils", "[interface]", "[surface]", "unknown section|unknown surface"),
    "a missing key": ("utils", "id = 701\n", "", "id missing"),
    "half a signature": ("utils", 'name = "GetAppID", returns = "uint32",', 'name = "GetAppID",',
                         "either returns and args"),
    "a parameter without a name": ("utils", "uint32 unFilterOptions", "uint32",
                                   "a type and a name"),
    "declared twice": ("utils", 'struct = "IPCountry_t"', 'struct = "SteamShutdown_t"',
                       "declared twice"),
    "a union without members": ("ugc", '"m_unAppID", "AppId_t"', '"m_unAppID", "union"',
                                "a union has members"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_understood_is_refused(case: str, tmp_path: Path) -> None:
    file, old, new, expected = UNREADABLE[case]
    folder = changed(tmp_path, file, old, new)
    with pytest.raises(tables.TableError, match=expected):
        tables.load(folder)


# What the versions of interfaces differ in


def test_a_method_that_came_without_a_new_version_is_not_counted_on() -> None:
    utils, ugc = interface("ISteamUtils"), interface("ISteamUGC")
    assert names(utils.appended(utils.version("SteamUtils010"))) == ["DismissGamepadTextInput"]
    assert "DismissGamepadTextInput" not in names(utils.slots(utils.version("SteamUtils010")))
    assert utils.appended(utils.version("SteamUtils011")) == ()
    newest = ugc.version("STEAMUGC_INTERFACE_VERSION021")
    assert names(ugc.appended(newest)) == [
        "MarkDownloadedItemAsUnused", "GetNumDownloadedItems", "GetDownloadedItems",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("version", "method", "slot"),
    [
        ("STEAMUGC_INTERFACE_VERSION018", "GetQueryUGCContentDescriptors", 18),
        ("STEAMUGC_INTERFACE_VERSION020", "GetQueryUGCContentDescriptors", 20),
        ("STEAMUGC_INTERFACE_VERSION017", "GetWorkshopEULAStatus", 88),
        ("STEAMUGC_INTERFACE_VERSION021", "GetWorkshopEULAStatus", 92),
        ("SteamUtils010", "GetAppID", 9),
        ("SteamUtils011", "GetAppID", 8),
    ],
)
def test_slots_follow_the_version(version: str, method: str, slot: int) -> None:
    owner = next(
        one
        for one in MODEL.interfaces.values()
        if version in [known.string for known in one.versions]
    )
    assert names(owner.slots(owner.version(version))).index(method) == slot


@pytest.mark.parametrize(
    ("version", "method", "types"),
    [
        ("SteamNetworkingSockets012", "SendMessages", 3),
        ("SteamNetworkingSockets013", "SendMessages", 4),
        ("STEAMUGC_INTERFACE_VERSION017", "SetItemTags", 2),
        ("STEAMUGC_INTERFACE_VERSION018", "SetItemTags", 3),
        ("STEAMUGC_INTERFACE_VERSION020", "GetSubscribedItems", 2),
        ("STEAMUGC_INTERFACE_VERSION021", "GetSubscribedItems", 3),
    ],
)
def test_signatures_follow_the_version(version: str, method: str, types: int) -> None:
    name = "ISteamUGC" if "UGC" in version else "ISteamNetworkingSockets"
    slots = interface(name).slots(interface(name).version(version))
    (found,) = [one for one in slots if one.flat == method]
    assert len(found.types) == types


@pytest.mark.parametrize(
    ("struct", "sdk", "small", "large"),
    [
        ("ItemInstalled_t", "1.59", 12, 16),
        ("ItemInstalled_t", "1.60", 28, 32),
        ("SteamUGCDetails_t", "1.58a", 9764, 9776),
        ("SteamUGCDetails_t", "1.65", 9772, 9784),
        ("SteamNetConnectionRealTimeStatus_t", "1.63", 120, 120),
        ("SteamNetConnectionRealTimeStatus_t", "1.65", 120, 120),
    ],
)
def test_sizes_follow_the_sdk(struct: str, sdk: str, small: int, large: int) -> None:
    sizes = MODEL.struct(struct).sizes
    assert [number_of(sizes, sdk, packing) for packing in PACKINGS] == [small, large]


def test_what_answers_a_call_is_told_from_a_plain_callback() -> None:
    answered = MODEL.answered_by(MODEL.callbacks["StopPlaytimeTrackingResult_t"])
    assert names(tuple(method for _, method in answered)) == [
        "StopPlaytimeTracking", "StopPlaytimeTrackingForAllItems",
    ]  # fmt: skip
    assert MODEL.answered_by(MODEL.callbacks["ItemInstalled_t"]) == ()


def test_results_that_are_classes_are_told_apart() -> None:
    methods = interface("ISteamGameServer").methods
    assert [one.name for one in methods if MODEL.returns_class(one)] == [
        "GetSteamID", "GetPublicIP", "CreateUnauthenticatedUserConnection",
    ]  # fmt: skip


def test_microsoft_lays_overloads_out_in_reverse() -> None:
    stats = interface("ISteamGameServerStats").methods
    # As the flat functions of Valve's steam_api64.dll call them.
    assert names(interface("ISteamGameServerStats").microsoft_order(stats)) == [
        "RequestUserStats", "GetUserStatFloat", "GetUserStatInt32", "GetUserAchievement",
        "SetUserStatFloat", "SetUserStatInt32", "UpdateUserAvgRateStat", "SetUserAchievement",
        "ClearUserAchievement", "StoreUserStats",
    ]  # fmt: skip


# What today's tables say too


# Layouts, against ctypes

C_TYPES: dict[kinds.Kind, Any] = {
    kinds.Bool(): ctypes.c_bool,
    kinds.Float(32): ctypes.c_float,
    kinds.Float(64): ctypes.c_double,
    kinds.Pointer("void *"): ctypes.c_uint64,
    kinds.EnumKind("EResult"): ctypes.c_int32,
    kinds.SteamId(): ctypes.c_ubyte * 8,
    kinds.SteamId(is_class=False): ctypes.c_uint64,
    **{kinds.Integer(b, False): getattr(ctypes, f"c_uint{b}") for b in (8, 16, 32, 64)},
    **{kinds.Integer(b, True): getattr(ctypes, f"c_int{b}") for b in (8, 16, 32, 64)},
}
Pair = tuple[kinds.Kind, Any]  # a kind, and what ctypes has for it


def c_struct(members: list[Any], limit: int | None, base: Any = ctypes.Structure) -> Any:
    body: dict[str, Any] = {"_fields_": [(f"f{n}", one) for n, one in enumerate(members)]}
    if limit is not None:
        # Named, as Python 3.14 wants it: without bit fields the two ways are one.
        body = {"_pack_": limit, "_layout_": "ms", **body}
    return type("Struct", (base,), body)


def with_arrays(pairs: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    lengths = st.integers(1, 9)
    return st.one_of(
        pairs,
        st.builds(lambda pair, n: (kinds.Array(pair[0], n), pair[1] * n), pairs, lengths),
        st.builds(lambda n: (kinds.Text(n), ctypes.c_char * n), lengths),
    )


def structs(packing: int, limit: int | None) -> st.SearchStrategy[tuple[list[Pair], Any]]:
    """Fields of every kind, and ctypes' struct of them; other structs and unions among them."""

    def nested(pairs: list[Pair]) -> Pair:
        layout = kinds.lay_out([kind for kind, _ in pairs], packing, limit)
        return kinds.Nested("Inner", {packing: layout}), c_struct([c for _, c in pairs], limit)

    def union(pairs: list[Pair]) -> Pair:
        members = tuple(kind for kind, _ in pairs)
        c_types = [c_type for _, c_type in pairs]
        return kinds.Union(members, limit), c_struct(c_types, limit, ctypes.Union)

    simple = with_arrays(st.sampled_from(list(C_TYPES.items())))
    several = st.lists(simple, min_size=1, max_size=4)
    one = st.one_of(simple, several.map(nested), several.map(union))
    return st.lists(one, min_size=1, max_size=8).map(
        lambda pairs: (pairs, c_struct([c for _, c in pairs], limit))
    )


@pytest.mark.parametrize("limit", [1, 4, 8, None])
@given(data=st.data())
def test_layouts_are_those_of_ctypes(limit: int | None, data: st.DataObject) -> None:
    packing = limit if limit in PACKINGS else PACKINGS[0]
    assert packing is not None
    pairs, struct = data.draw(structs(packing, limit))
    found = kinds.lay_out([kind for kind, _ in pairs], packing, limit)
    assert found.size == ctypes.sizeof(struct)
    assert found.alignment == ctypes.alignment(struct)
    assert list(found.offsets) == [getattr(struct, f"f{n}").offset for n in range(len(pairs))]


def test_an_empty_struct_takes_a_byte_as_in_cpp() -> None:
    assert kinds.lay_out([], 4, 4) == kinds.Layout((), 1, 1)


# Machine code of flat functions


@pytest.mark.parametrize(
    ("code", "slot"),
    [
        ("48 8b 07 ff 20", 0),  # mov (%rdi),%rax; jmp *(%rax)
        ("48 8b 07 ff 60 58", 11),
        ("48 8b 07 ff a0 10 03 00 00", 98),
        ("48 8b 07 0f b6 c9 ff a0 98 01 00 00", 51),  # with a bool behind it
        ("48 8b 07 45 0f b6 c0 48 8b 40 60 ff e0", 12),  # the slot first into a register
        ("48 83 ec 08 48 8b 07 ff 50 50", 10),  # a call: the result is a class
        ("48 8b 06 41 54 49 89 fc ff 90 08 01 00 00", 33),  # the result's address comes first
        ("48 8b 01 48 ff 60 10", 2),  # Windows: mov rax,[rcx]; jmp [rax+16]
        ("31 c0 c3", None),  # return 0
        ("48 8b 07 c3", None),
        ("48 8b 07 ff 60 59", None),  # no multiple of a pointer's size
        ("", None),
    ],
)
def test_a_slot_is_read_out_of_code(code: str, slot: int | None) -> None:
    assert flat_slots.slot_of(bytes.fromhex(code) + b"\xcc" * 8 * bool(code)) == slot


@READS_CODE
def test_the_flat_functions_of_valves_library_call_the_slots_of_the_table() -> None:
    library = Path(valve_library())
    report = probe.Report(flat_slots.sdk_of(MODEL, library))
    flat_slots.compare(report, MODEL, library)
    assert report.differences == []
    expected = sum(len(one.methods_of(report.sdk)) for one in MODEL.interfaces.values())
    assert sum(report.verified.values()) == expected


@pytest.mark.skipif(not IN_TEST_EXTRA, reason="the test extra has it for Linux on x86-64 only")
def test_a_program_built_with_headers_of_1_65_saw_what_the_table_says() -> None:
    (program,) = steamworks_swig().glob("_steamworks*.so")
    report = probe.Report("1.65")
    debug_info.compare(report, MODEL, program)
    assert report.differences == []
    assert report.verified == {
        "compiled enums": 38, "compiled structs": 24, "compiled typedefs": 34,
        "compiled signatures": 222,
    }  # fmt: skip
    older = probe.Report("1.63")
    debug_info.compare(older, MODEL, program)
    assert {line.split(": ")[1] for line in older.differences} == {
        "ESteamNetworkingConfigValue", "EUGCQuery", "ESteamHardwareType",
        "ESteamHardwareDefaultConfig", "SteamNetConnectionRealTimeStatus_t",
    }  # fmt: skip


@READS_CODE
def test_a_wrong_slot_is_found_in_valves_library(tmp_path: Path) -> None:
    moved = changed(tmp_path, "utils", 'name = "GetServerRealTime"', 'name = "GetRealTime"')
    library = Path(valve_library())
    report = probe.Report(flat_slots.sdk_of(MODEL, library))
    flat_slots.compare(report, tables.load(moved), library)
    assert [line.split(": ")[1:] for line in report.differences] == [
        ["ISteamUtils_GetRealTime", "3, but the code says no such function"],
        ["ISteamUtils_GetServerRealTime is not in the table"],
    ]
