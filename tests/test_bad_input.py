"""Wrong arguments are refused by name and limit, before Steam is called."""

from __future__ import annotations

import inspect
import re
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest

import steamgs
from conftest import MakeServer
from steamgs.simulator import Simulator

ALICE = 76561197960287930
TICKET = b"ticket"
ABOVE_64_BITS = 1 << 64
MAX_ID = ABOVE_64_BITS - 1

# What is good for each argument, by its name; also the order in which methods are tried below.
GOOD: dict[str, dict[str, Any]] = {
    "interfaces": {},
    "set_product": {"product": "p"},
    "set_game_description": {"description": "d"},
    "set_mod_dir": {"mod_dir": "m"},
    "set_dedicated_server": {"dedicated": True},
    "log_on": {"token": "t"},
    "log_on_anonymous": {},
    "log_off": {},
    "was_restart_requested": {},
    "set_max_player_count": {"count": 1},
    "set_bot_player_count": {"count": 1},
    "set_server_name": {"name": "n"},
    "set_map_name": {"name": "n"},
    "set_password_protected": {"protected": True},
    "set_spectator_port": {"port": 1},
    "set_spectator_server_name": {"name": "n"},
    "clear_all_key_values": {},
    "set_key_value": {"key": "k", "value": "v"},
    "set_game_tags": {"tags": "t"},
    "set_game_data": {"data": "d"},
    "set_region": {"region": "r"},
    "set_advertise_server_active": {"active": True},
    "get_auth_session_ticket": {"identity": ALICE},
    "begin_auth_session": {"ticket": TICKET, "steam_id": ALICE},
    "end_auth_session": {"steam_id": ALICE},
    "cancel_auth_ticket": {"ticket": 1},
    "user_has_license_for_app": {"steam_id": ALICE, "app_id": 480},
    "request_user_group_status": {"steam_id": ALICE, "group_id": 5},
    "get_gameplay_stats": {},
    "get_server_reputation": {},
    "handle_incoming_packet": {"data": b"p", "host": "127.0.0.1", "port": 1},
    "outgoing_packets": {},
    "associate_with_clan": {"clan_id": 5},
    "compute_new_player_compatibility": {"steam_id": ALICE},
    "send_user_connect_and_authenticate": {"ip": "127.0.0.1", "blob": TICKET},
    "create_unauthenticated_user_connection": {},
    "send_user_disconnect": {"steam_id": ALICE},
    "update_user_data": {"steam_id": ALICE, "name": "n", "score": 1},
    "run_callbacks": {},
    "poll": {},
    "release_current_thread_memory": {},
}
NEED_A_LOGON = {
    "get_auth_session_ticket",
    "request_user_group_status",
    "get_gameplay_stats",
    "get_server_reputation",
    "associate_with_clan",
    "compute_new_player_compatibility",
}


class BadIndex:
    """Says that it is an integer, and then is none."""

    def __index__(self) -> int:
        raise RuntimeError("on purpose")


def released() -> memoryview:
    view = memoryview(b"x")
    view.release()
    return view


NOT_A_STR: list[Any] = [b"bytes", 5, None]
# The types themselves have an __index__, too, as their instances do.
NOT_AN_INT: list[Any] = ["5", 5.0, None, True, int, BadIndex, BadIndex()]
NOT_BYTES: list[Any] = ["text", None, 5]
# argument -> bad values, the error, and words besides the argument's name
STEAM_ID = [
    (NOT_AN_INT, TypeError, "must be an int"),
    # Python itself refuses to print a number of 5,000 digits.
    ([-1, 0, ABOVE_64_BITS, 10**5000], OverflowError, f"must be from 1 to {MAX_ID}"),
]
UINT32_COUNT = [
    (NOT_AN_INT, TypeError, "must be an int"),
    ([-1, 1 << 31], OverflowError, f"must be from 0 to {(1 << 31) - 1}"),
]
BOOL = [([0, 1, None, "yes"], TypeError, "must be a bool")]
TICKETS = [
    ([*NOT_BYTES, bytearray(b"x"), memoryview(b"x")], TypeError, "must be bytes"),
    ([b"", b"x" * 1025], ValueError, "must be 1 to 1024 bytes"),
]


def text(limit: int | None, *, may_be_empty: bool = True) -> list[Any]:
    bad: list[Any] = [
        (NOT_A_STR, TypeError, "must be a str"),
        (["a\0b", "\0"], ValueError, "must not contain a NUL"),
        (["a\ud800"], ValueError, "lone surrogate at position 1"),
    ]
    if limit is not None:
        words = f"must be at most {limit - 1} bytes of UTF-8"
        # One byte too many, also where it is a part of a character.
        bad.append((["x" * limit, "é" * (limit // 2), "x" * 10_000], ValueError, words))
    if not may_be_empty:
        bad.append(([""], ValueError, "must not be empty"))
    return bad


def address(lowest_port: int) -> dict[str, list[Any]]:
    return {
        "host": [
            ([5, None, b"127.0.0.1"], TypeError, "must be a str or an ipaddress.IPv4Address"),
            (["::1", IPv6Address("::1")], ValueError, "not the IPv6 address ::1"),
            (["", "localhost", "1.2.3", "256.1.1.1"], ValueError, "must be an IPv4 address"),
        ],
        "port": [
            (NOT_AN_INT, TypeError, "must be an int"),
            ([-1, 65536], OverflowError, f"must be from {lowest_port} to 65535"),
        ],
    }


BAD: dict[str, dict[str, list[Any]]] = {
    "set_product": {"product": text(None, may_be_empty=False)},
    "set_game_description": {"description": text(64, may_be_empty=False)},
    "set_mod_dir": {"mod_dir": text(32)},
    "set_dedicated_server": {"dedicated": BOOL},
    "log_on": {"token": text(None, may_be_empty=False)},
    "set_max_player_count": {"count": UINT32_COUNT},
    "set_bot_player_count": {"count": UINT32_COUNT},
    "set_server_name": {"name": text(64, may_be_empty=False)},
    "set_map_name": {"name": text(32, may_be_empty=False)},
    "set_password_protected": {"protected": BOOL},
    "set_spectator_port": {"port": address(0)["port"]},
    "set_spectator_server_name": {"name": text(32)},
    "set_key_value": {"key": text(None, may_be_empty=False), "value": text(None)},
    "set_game_tags": {"tags": text(128)},
    "set_game_data": {"data": text(2048)},
    "set_region": {"region": text(None)},
    "set_advertise_server_active": {"active": BOOL},
    "begin_auth_session": {"ticket": TICKETS, "steam_id": STEAM_ID},
    "end_auth_session": {"steam_id": STEAM_ID},
    "get_auth_session_ticket": {
        "identity": [
            ([5.0, b"bytes", True, ()], TypeError, "must be a Steam id, a str or a Networking"),
            ([0, -1, ABOVE_64_BITS], OverflowError, "value must be from 1 to"),
            (["nobody", "", "str:", "ip:x"], ValueError, "is not an identity"),
        ]
    },
    "cancel_auth_ticket": {
        "ticket": [
            (NOT_AN_INT, TypeError, "must be an int"),
            ([0, -1, 1 << 32], OverflowError, f"must be from 1 to {(1 << 32) - 1}"),
        ]
    },
    "user_has_license_for_app": {
        "steam_id": STEAM_ID,
        "app_id": [
            (NOT_AN_INT, TypeError, "must be an int"),
            ([0, -1, 1 << 32], OverflowError, f"must be from 1 to {(1 << 32) - 1}"),
        ],
    },
    "request_user_group_status": {"steam_id": STEAM_ID, "group_id": STEAM_ID},
    "handle_incoming_packet": {
        "data": [
            (NOT_BYTES, TypeError, "must be bytes"),
            ([b"", b"x" * 65536], ValueError, "must be 1 to 65535 bytes"),
            ([released()], ValueError, "can't be read: operation forbidden on released memoryview"),
        ],
        **address(1),
    },
    "associate_with_clan": {"clan_id": STEAM_ID},
    "compute_new_player_compatibility": {"steam_id": STEAM_ID},
    "send_user_connect_and_authenticate": {"ip": address(0)["host"], "blob": TICKETS},
    "send_user_disconnect": {"steam_id": STEAM_ID},
    "update_user_data": {
        "steam_id": STEAM_ID,
        "name": text(None),
        "score": [
            (NOT_AN_INT, TypeError, "must be an int"),
            ([-1, 1 << 32], OverflowError, f"must be from 0 to {(1 << 32) - 1}"),
        ],
    },
}


def named(value: object) -> str:
    """The same in every process that runs a part of the tests."""
    if isinstance(value, int) and value.bit_length() > 100:
        return "huge"
    return re.sub(" at 0x.*|0x.*", "", repr(value))[:20]


CASES = [
    pytest.param(method, argument, value, error, words, id=f"{method}-{argument}-{named(value)}")
    for method, arguments in BAD.items()
    for argument, groups in arguments.items()
    for values, error, words in groups
    for value in values
]


@pytest.mark.parametrize(("method", "argument", "value", "error", "words"), CASES)
def test_a_bad_argument(
    online: steamgs.GameServer,
    sim: Simulator,
    method: str,
    argument: str,
    value: Any,
    error: type[Exception],
    words: str,
) -> None:
    before = sim.server
    with pytest.raises(error) as caught:
        getattr(online, method)(**{**GOOD[method], argument: value})
    assert type(caught.value) is error
    assert str(caught.value).startswith(argument)
    assert words in str(caught.value)
    assert sim.server == before
    assert online.run_callbacks() == 0


def test_every_public_method_is_in_the_tables() -> None:
    methods = {
        name
        for name, _ in inspect.getmembers(steamgs.GameServer, callable)
        if not name.startswith("_")
    }
    pump = {"start_pump", "stop_pump", "wait_for_events", "run_forever"}  # see test_pump.py
    others = {"start", "close", "counters"}
    others |= {"player", "poll_columns"}  # see test_player_signals.py, test_columns.py
    others |= {"run_parallel", "from_config"}  # see test_parallel.py, test_config.py
    others |= {"update_users", "check_listing"}  # see test_authentication.py, test_listing.py
    others |= {"drain", "request_stop", "beat", "health"}  # see test_drain.py
    others |= {
        "add_admission_check",
        "remove_admission_check",
        "playing",
        "places_taken",
    }  # likewise
    assert methods - set(GOOD) == others | pump
    assert {method for method, arguments in GOOD.items() if arguments} == set(BAD)
    for method, arguments in BAD.items():
        assert arguments.keys() == GOOD[method].keys()


@pytest.mark.parametrize("method", GOOD)
def test_before_start_and_after_close(make_server: MakeServer, method: str) -> None:
    server = make_server()
    with pytest.raises(steamgs.NotRunningError):
        getattr(server, method)(**GOOD[method])
    with server:
        pass
    with pytest.raises(steamgs.NotRunningError):
        getattr(server, method)(**GOOD[method])


@pytest.mark.parametrize("method", sorted(NEED_A_LOGON))
def test_before_logon(server: steamgs.GameServer, method: str) -> None:
    with pytest.raises(steamgs.NotLoggedOnError):
        getattr(server, method)(**GOOD[method])


@pytest.mark.parametrize("method", sorted(set(GOOD) - NEED_A_LOGON))
def test_what_needs_no_logon(server: steamgs.GameServer, method: str) -> None:
    try:
        getattr(server, method)(**GOOD[method])
    except steamgs.AuthSessionError as error:
        assert method in ("begin_auth_session", "send_user_connect_and_authenticate"), error


def test_texts_at_their_limits(server: steamgs.GameServer, sim: Simulator) -> None:
    server.set_server_name("é" * 31 + "x")
    server.set_map_name("🎮" * 7 + "xyz")
    assert sim.server.name == "é" * 31 + "x"
    assert sim.server.map == "🎮" * 7 + "xyz"


def test_ids_and_addresses_at_their_limits(online: steamgs.GameServer) -> None:
    online.end_auth_session(1)
    online.end_auth_session(MAX_ID)
    online.end_auth_session(steamgs.SteamID(ALICE))
    assert not online.handle_incoming_packet(b"x", IPv4Address("255.255.255.255"), 65535)
    online.set_max_player_count((1 << 31) - 1)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"app_id": 0}, OverflowError, "app_id must be from 1 to 4294967295, not 0"),
        ({"app_id": 1 << 32}, OverflowError, "app_id must be from 1"),
        ({"app_id": "480"}, TypeError, "app_id must be an int, not str"),
        ({"app_id": True}, TypeError, "app_id must be an int, not bool"),
        ({"ip": "::1"}, ValueError, "ip must be an IPv4 address, not the IPv6 address ::1"),
        ({"ip": "nowhere"}, ValueError, "ip must be an IPv4 address, not 'nowhere'"),
        ({"ip": 5}, TypeError, "ip must be a str or an ipaddress.IPv4Address, not int"),
        ({"game_port": -1}, OverflowError, "game_port must be from 0 to 65535, not -1"),
        ({"game_port": 65536}, OverflowError, "game_port must be from 0 to 65535"),
        ({"query_port": -1}, OverflowError, "query_port must be from 0 to 65535, not -1"),
        ({"query_port": "27016"}, TypeError, "query_port must be an int, not str"),
        ({"mode": 0}, ValueError, "AUTHENTICATION_AND_SECURE), not 0"),
        ({"mode": 4}, ValueError, "mode must be a steamgs.ServerMode (NO_AUTHENTICATION, "),
        ({"mode": "secure"}, TypeError, "mode must be a steamgs.ServerMode, not str"),
        ({"mode": True}, TypeError, "mode must be a steamgs.ServerMode, not bool"),
        ({"version": ""}, ValueError, "version must be of the form 1.0.0.0, not ''"),
        ({"version": "1\0"}, ValueError, "version must be of the form 1.0.0.0"),
        ({"version": 1.0}, TypeError, "version must be a str, not float"),
        ({"library": 5}, TypeError, "library must be a path, 'simulator' or"),
        ({"library": ""}, ValueError, "library must be a path, not ''"),
        ({"library": "a\0b"}, ValueError, "library must be a path"),
        ({"steamclient": "simulator"}, TypeError, "steamclient must be a steamgs.simulator"),
    ],
)
def test_bad_constructor_arguments(
    arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        steamgs.GameServer(**{"app_id": 480, **arguments})
    assert words in str(caught.value)


def test_one_simulator_is_enough(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="steamclient must be None"):
        steamgs.GameServer(480, library=sim, steamclient=sim)


class OddBytes(bytes):
    """Bytes that lie about themselves to whoever asks by method."""

    def __len__(self) -> int:
        return 0

    def __bytes__(self) -> bytes:
        raise RuntimeError("on purpose")


class OddText(str):
    __slots__ = ()

    def encode(self, *_: Any, **__: Any) -> bytes:
        raise RuntimeError("on purpose")


class OddFloat(float):
    def __float__(self) -> float:
        raise RuntimeError("on purpose")

    def __ge__(self, _: object) -> bool:
        raise RuntimeError("on purpose")

    __le__ = __ge__


class OddInt(int):
    __float__ = OddFloat.__float__
    __ge__ = __le__ = OddFloat.__ge__


class OddAddress(IPv4Address):
    def __int__(self) -> int:
        raise RuntimeError("on purpose")


def test_subclasses_are_taken_as_what_they_are(online: steamgs.GameServer, sim: Simulator) -> None:
    alice = sim.add_user(ALICE)
    online.begin_auth_session(OddBytes(alice.auth_session_ticket()), ALICE)
    assert list(online.sessions) == [ALICE]
    online.end_auth_session(ALICE)
    online.send_user_connect_and_authenticate(
        OddAddress("127.0.0.1"), OddBytes(alice.connect_blob())
    )
    online.handle_incoming_packet(OddBytes(b"\xff\xff\xff\xffT"), OddAddress("127.0.0.1"), 5)
    online.set_map_name(OddText("de_dust"))
    assert sim.server.map == "de_dust"
    sim.define_stat("rate", "float")
    online.start_pump(OddFloat(0.001))
    assert online.pump_interval == 0.001
    loaded = online.stats.request_user_stats(ALICE)
    while not loaded.done():
        online.wait_for_events(OddFloat(0.01))
        online.run_callbacks()
    for value in (OddFloat(2.0), OddInt(2)):
        online.stats.set_user_stat_float(ALICE, "rate", value)
        assert online.stats.get_user_stat_float(ALICE, "rate") == 2.0


@pytest.mark.parametrize(
    "players", [None, 5, [5], ["abc"], [(ALICE, "n")], [(ALICE, "n", 1, 2)], b"abc"]
)
def test_players_that_are_none(online: steamgs.GameServer, players: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^players must be an iterable of \("):
        online.update_users(players)


def test_no_time_is_left_in_a_number_that_no_float_holds(online: steamgs.GameServer) -> None:
    online.start_pump(0.001)
    assert online.wait_for_events(-(10**400)) in (False, True)


@pytest.mark.parametrize("value", [10**400, -(10**400), 1e39, float("inf"), float("nan")])
def test_numbers_that_no_float_holds(online: steamgs.GameServer, value: float) -> None:
    calls: list[tuple[str, Any]] = [
        ("value", lambda: online.stats.set_user_stat_float(ALICE, "s", value)),
        (
            "count_this_session",
            lambda: online.stats.update_user_avg_rate_stat(ALICE, "s", value, 1.0),
        ),
        ("session_length", lambda: online.stats.update_user_avg_rate_stat(ALICE, "s", 1.0, value)),
    ]
    for name, call in calls:
        with pytest.raises(ValueError, match=f"^{name} must be a finite 32-bit number, not "):
            call()
