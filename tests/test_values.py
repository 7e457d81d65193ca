"""Steam ids, enums and errors: small values that people read and write."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import steamgs
from steamgs import AccountType, SteamID, Universe

ids = st.integers(0, (1 << 64) - 1)


def test_a_persons_id() -> None:
    steam_id = SteamID(76561197960287930)
    assert (steam_id.account_id, steam_id.instance) == (22202, 1)
    assert steam_id.account_type is AccountType.INDIVIDUAL
    assert steam_id.universe is Universe.PUBLIC
    assert steam_id.is_valid
    assert steam_id.steam3 == "[U:1:22202]"
    assert steam_id.steam2 == "STEAM_1:0:11101"
    assert str(steam_id) == "76561197960287930"
    assert repr(steam_id) == "SteamID(76561197960287930)"
    assert steam_id == 76561197960287930
    assert SteamID.of(22202) == steam_id


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("76561197960287930", 76561197960287930),
        ("[U:1:22202]", 76561197960287930),
        ("STEAM_1:0:11101", 76561197960287930),
        ("STEAM_0:0:11101", 76561197960287930),
        (" steam_0:1:4 ", SteamID.of(9)),
        ("[g:1:4]", 103582791429521412),
        ("[A:1:5:77]", SteamID.of(5, AccountType.ANON_GAME_SERVER, instance=77)),
        ("0", 0),
        (str((1 << 64) - 1), (1 << 64) - 1),
    ],
)
def test_forms_that_people_write(written: str, value: int) -> None:
    assert SteamID.parse(written) == value


@pytest.mark.parametrize(
    "written",
    [
        "",
        "x",
        "-1",
        str(1 << 64),
        "[U:1:4294967296]",
        "[X:1:5]",
        "[U:256:5]",
        "STEAM_1:2:5",
        "STEAM_1:0:2147483648",
        "[U:1:22202",
        "7656119796028793x",
        "٣",
    ],
)
def test_what_is_no_steam_id(written: str) -> None:
    with pytest.raises(ValueError, match="not a Steam id"):
        SteamID.parse(written)


@given(ids)
def test_parts_put_together_again(value: int) -> None:
    steam_id = SteamID(value)
    again = SteamID.of(
        steam_id.account_id,
        steam_id.account_type,
        universe=steam_id.universe,
        instance=steam_id.instance,
    )
    assert again == value
    assert pickle.loads(pickle.dumps(steam_id)) == steam_id


@given(st.integers(1, (1 << 32) - 1), st.sampled_from(list(Universe)[1:]))
def test_every_form_of_a_person_reads_back(account: int, universe: Universe) -> None:
    steam_id = SteamID.of(account, universe=universe)
    assert SteamID.parse(steam_id.steam3) == steam_id
    assert SteamID.parse(steam_id.steam2) == steam_id
    assert SteamID.parse(str(steam_id)) == steam_id


@given(st.text())
def test_parsing_never_fails_otherwise(text: str) -> None:
    try:
        assert 0 <= SteamID.parse(text) < 1 << 64
    except ValueError as error:
        assert type(error) is ValueError


@pytest.mark.parametrize("value", [-1, 1 << 64])
def test_ids_have_64_bits(value: int) -> None:
    with pytest.raises(OverflowError, match="value must be from 0 to"):
        SteamID(value)


@pytest.mark.parametrize("value", ["5", 5.0, True, None])
def test_ids_are_ints(value: Any) -> None:
    with pytest.raises(TypeError, match="value must be an int"):
        SteamID(value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"account_id": 1 << 32}, "account_id must be from 0"),
        ({"account_id": 1, "instance": 1 << 20}, "instance must be from 0"),
        ({"account_id": 1, "account_type": AccountType(16)}, "account_type must be from 0"),
        ({"account_id": 1, "universe": Universe(256)}, "universe must be from 0"),
    ],
)
def test_parts_have_their_widths(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(OverflowError, match=words):
        SteamID.of(**arguments)


@pytest.mark.parametrize("value", [0, 1, 1 << 56, (1 << 64) - 1])
def test_ids_that_are_not_valid(value: int) -> None:
    assert not SteamID(value).is_valid


@given(st.integers(-(1 << 31), (1 << 31) - 1))
def test_any_value_is_a_member(value: int) -> None:
    result = steamgs.Result(value)
    assert result == value
    assert result is steamgs.Result(value)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(result, protocol)) is result
    assert copy.copy(result) is copy.deepcopy(result) is result
    assert copy.deepcopy([result])[0] is result
    assert result.known == (result in list(steamgs.Result))
    assert result.description


def test_enums_refuse_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="is not a valid Result"):
        steamgs.Result("OK")  # type: ignore[arg-type]


def test_unknown_values_do_not_join_the_list() -> None:
    before = list(steamgs.DenyReason)
    steamgs.DenyReason(12345)
    assert list(steamgs.DenyReason) == before


def test_every_mode_is_one_that_a_server_takes() -> None:
    for mode in steamgs.ServerMode:
        assert steamgs.GameServer(480, mode=mode, library="simulator").mode is mode
        assert steamgs.ServerMode(int(mode)) is mode
        assert pickle.loads(pickle.dumps(mode)) is mode
    for value in (-1, 0, 4):
        with pytest.raises(ValueError, match=f"{value} is not a valid ServerMode"):
            steamgs.ServerMode(value)


ERRORS: list[tuple[steamgs.SteamError, str]] = [
    (steamgs.SteamLibraryError("none", (("a", "why"),)), "none\n  a: why"),
    (steamgs.SteamInitError(steamgs.InitResult.FAILED_GENERIC, "words"), "FAILED_GENERIC): words"),
    (steamgs.AuthSessionError(steamgs.BeginAuthSessionResult.GAME_MISMATCH), "another app id"),
    (steamgs.AuthSessionError(steamgs.DenyReason.CHEATER), "CHEATER: The player is banned"),
    (steamgs.CallFailedError("call", io_failure=True), "call: Steam's answer was lost"),
    (steamgs.CallFailedError("call", result=steamgs.Result.BUSY), "call: Busy."),
    (steamgs.CallFailedError("call"), "call: Steam refused the call"),
    (steamgs.NotRunningError("x"), "x"),
    (steamgs.NotLoggedOnError("x"), "x"),
]


@pytest.mark.parametrize(("error", "words"), ERRORS)
def test_errors_speak_and_pickle(error: steamgs.SteamError, words: str) -> None:
    assert isinstance(error, steamgs.SteamError)
    assert words in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_enums_print_their_names() -> None:
    result = steamgs.Result.BANNED
    assert (str(result), f"{result}", f"{result:>4d}") == ("BANNED", "BANNED", "  17")
    assert str(steamgs.Result(4711)) == "UNKNOWN_4711"
    assert repr(result) == "<Result.BANNED: 17>"
    assert json.dumps(result) == "17"
