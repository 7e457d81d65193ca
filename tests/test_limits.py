"""Every argument of the server, of statistics and of networking: at its limits, and beyond."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from typing import Any

import pytest

import steamgs
import tables
import test_limits_content
from limits import (
    FLAG,
    FLOAT32,
    INT32,
    INT64,
    STEAM_ID,
    TIMEOUT,
    UINT16,
    UINT32,
    UINT64,
    Bad,
    Limits,
    Rows,
    any_of,
    arguments_of,
    check,
    integer,
    number,
    sized,
    text,
)
from steamgs import MessageTooBigError, NetworkingConfig
from steamgs.simulator import Simulator

ALICE = 76561197960287930
KINDS = (
    steamgs.GameServerStats,
    steamgs.NetworkingSockets,
    steamgs.Listener,
    steamgs.Connection,
    steamgs.PollGroup,
    steamgs.FakeUDPPort,
    steamgs.NetworkingMessages,
    steamgs.MessageChannel,
    steamgs.NetworkingUtils,
)

HOST = Limits(
    ("127.0.0.1", "0.0.0.0", "255.255.255.255", IPv4Address(0)),
    (
        Bad("256.0.0.0", ValueError, "must be an IPv4 address, not '256.0.0.0'"),
        Bad("::1", ValueError, "must be an IPv4 address, not the IPv6 address ::1"),
        Bad(0, TypeError, "must be a str or an ipaddress.IPv4Address, not int"),
    ),
)
IDENTITY = Limits(
    (
        ALICE,
        1,
        UINT64,
        "str:" + "x" * 31,
        "gen:" + "ff" * 32,
        "ip:255.255.255.255:65535",
        "psn:1",
        "xbox:" + "x" * 32,
    ),
    (
        Bad(0, OverflowError, f"value must be from 1 to {UINT64}, not 0"),
        Bad(UINT64 + 1, OverflowError, f"value must be from 1 to {UINT64}, not {UINT64 + 1}"),
        Bad("str:" + "x" * 32, ValueError, "must be 1 to 31 bytes of UTF-8, not 32"),
        Bad("str:", ValueError, "must be 1 to 31 bytes of UTF-8, not 0"),
        Bad("gen:" + "ff" * 33, ValueError, "must be 1 to 32 bytes, not 33"),
        Bad(5.0, TypeError, "must be a Steam id, a str or a NetworkingIdentity, not float"),
        Bad(True, TypeError, "must be a Steam id, a str or a NetworkingIdentity, not bool"),
    ),
)


def addresses(lowest_port: int) -> Limits:
    def at(port: Any) -> tuple[str, Any]:
        return "127.0.0.1", port

    ports = Limits((27453, 65535), ()) if lowest_port else any_of(27453, 65535, 0)
    refused = (
        Bad(("127.0.0.1", 65536), OverflowError, "must be from 0 to 65535, not 65536", "port"),
        Bad(("127.0.0.1", -1), OverflowError, "must be from 0 to 65535, not -1", "port"),
        Bad("127.0.0.1:65536", ValueError, "the port must be from 0 to 65535", "'127.0.0.1:65536'"),
        Bad("nowhere", ValueError, "is not an IP address", "'nowhere'"),
        Bad(5, TypeError, "must be a str"),
    )
    return ports.within(at).but(*refused)


PLACE = addresses(1).but(
    Bad("127.0.0.1", ValueError, "must have a port, 1 to 65535"),
    Bad(("127.0.0.1", 0), ValueError, "must have a port, 1 to 65535"),
)
BACKLOG = integer(1, INT32)
TICKET = sized(1, 1024)
PORT = integer(0, UINT16)
INDEX = integer(0, 7)
LANE = integer(0, 254)
MAX = integer(1, 65536)
CHANNEL = integer(0, INT32)
REASON = integer(1000, 2999)
STAT = text(127, empty=False)
FLAGS = {"reliable": FLAG, "no_nagle": FLAG, "no_delay": FLAG}
VALUE = NetworkingConfig.SEND_BUFFER_SIZE
KEY = Limits(
    (VALUE, int(VALUE)),
    (
        Bad(INT32 + 1, OverflowError, f"must be from {-INT32 - 1} to {INT32}"),
        Bad(-INT32 - 2, OverflowError, f"must be from {-INT32 - 1} to {INT32}"),
        Bad(4711, ValueError, "no such configuration value", "UNKNOWN_4711"),
        Bad("1", TypeError, "must be an int, not str"),
    ),
)
SETTING = integer(4096, 0x10000000).without(TypeError)
OPTIONS = Limits(
    (None, {}),
    (Bad([1], TypeError, "must be a mapping or None, not list"),),
) | SETTING.within(lambda one: {VALUE: one}, "options[SEND_BUFFER_SIZE]")
SCOPE = Limits((None,), (Bad(5, TypeError, "must be"),))


def data(most: int) -> Limits:
    return Limits(
        (b"", bytes(most), bytearray(b"x"), memoryview(b"xy")[::1]),
        (
            Bad(bytes(most + 1), MessageTooBigError, "", ""),
            Bad("x", TypeError, "must be a bytes-like object, not str"),
        ),
    )


SOME_CONNECTION = object()
CONNECTION = Limits((SOME_CONNECTION,), (Bad(5, TypeError, "must be a Connection, not int"),))
LISTEN = {"options": OPTIONS, "backlog": BACKLOG}
DATA_CENTER = Limits(
    ("iad", "abcd"),
    (
        Bad("ab", ValueError, "must be 3 or 4 letters, such as 'iad', not 'ab'"),
        Bad("abcde", ValueError, "must be 3 or 4 letters"),
        Bad("a-b", ValueError, "must be 3 or 4 letters"),
        Bad(5, TypeError, "must be a str, not int"),
    ),
)
PLACES = Limits(
    ("iad=5",),
    (
        Bad("", ValueError, "must be texts of ping locations", "there and here"),
        Bad("a\0", ValueError, "must not contain a NUL character"),
        Bad(5, TypeError, "must be a str, not int"),
    ),
)

TABLE: Rows = {
    "GameServer.set_product": {"product": text(None, empty=False)},
    "GameServer.set_game_description": {"description": text(63, empty=False)},
    "GameServer.set_mod_dir": {"mod_dir": text(31)},
    "GameServer.set_dedicated_server": {"dedicated": FLAG},
    "GameServer.log_on": {"token": text(None, empty=False), "timeout": TIMEOUT},
    "GameServer.log_on_anonymous": {"timeout": TIMEOUT},
    "GameServer.set_max_player_count": {"count": integer(0, INT32)},
    "GameServer.set_bot_player_count": {"count": integer(0, INT32)},
    "GameServer.set_server_name": {"name": text(63, empty=False)},
    "GameServer.set_map_name": {"name": text(31, empty=False)},
    "GameServer.set_password_protected": {"protected": FLAG},
    "GameServer.set_spectator_port": {"port": PORT},
    "GameServer.set_spectator_server_name": {"name": text(31)},
    "GameServer.set_key_value": {"key": text(None, empty=False), "value": text(None)},
    "GameServer.set_game_tags": {"tags": text(127)},
    "GameServer.set_game_data": {"data": text(2047)},
    "GameServer.set_region": {"region": text(None)},
    "GameServer.set_advertise_server_active": {"active": FLAG},
    "GameServer.handle_incoming_packet": {
        "data": sized(1, 65535).without(TypeError),
        "host": HOST,
        "port": integer(1, UINT16),
    },
    "GameServer.request_user_group_status": {
        "steam_id": STEAM_ID,
        "group_id": STEAM_ID,
        "timeout": TIMEOUT,
    },
    "GameServer.associate_with_clan": {"clan_id": STEAM_ID, "timeout": TIMEOUT},
    "GameServer.compute_new_player_compatibility": {"steam_id": STEAM_ID, "timeout": TIMEOUT},
    "GameServer.get_server_reputation": {"timeout": TIMEOUT},
    "GameServer.begin_auth_session": {"ticket": TICKET, "steam_id": STEAM_ID},
    "GameServer.end_auth_session": {"steam_id": STEAM_ID},
    "GameServer.send_user_connect_and_authenticate": {"ip": HOST, "blob": TICKET},
    "GameServer.send_user_disconnect": {"steam_id": STEAM_ID},
    "GameServer.get_auth_session_ticket": {"identity": IDENTITY.optional()},
    "GameServer.cancel_auth_ticket": {"ticket": integer(1, UINT32)},
    "GameServer.user_has_license_for_app": {
        "steam_id": STEAM_ID,
        "app_id": integer(1, UINT32),
    },
    "GameServer.update_user_data": {
        "steam_id": STEAM_ID,
        "name": text(None),
        "score": integer(0, UINT32),
    },
    "GameServerStats.request_user_stats": {"steam_id": STEAM_ID, "timeout": TIMEOUT},
    "GameServerStats.store_user_stats": {"steam_id": STEAM_ID, "timeout": TIMEOUT},
    "GameServerStats.get_user_stat_int": {"steam_id": STEAM_ID, "name": STAT},
    "GameServerStats.get_user_stat_float": {"steam_id": STEAM_ID, "name": STAT},
    "GameServerStats.set_user_stat_int": {
        "steam_id": STEAM_ID,
        "name": STAT,
        "value": integer(-INT32 - 1, INT32),
    },
    "GameServerStats.set_user_stat_float": {
        "steam_id": STEAM_ID,
        "name": STAT,
        "value": number(),
    },
    "GameServerStats.update_user_avg_rate_stat": {
        "steam_id": STEAM_ID,
        "name": STAT,
        "count_this_session": number(),
        "session_length": Limits((0, 2.0**-149, FLOAT32), number().bad).but(
            Bad(-(2.0**-149), ValueError, "must be at least 0, not -1.4")
        ),
    },
    "GameServerStats.get_user_achievement": {"steam_id": STEAM_ID, "name": STAT},
    "GameServerStats.set_user_achievement": {"steam_id": STEAM_ID, "name": STAT},
    "GameServerStats.clear_user_achievement": {"steam_id": STEAM_ID, "name": STAT},
    "NetworkingSockets.listen_ip": {"address": PLACE, **LISTEN},
    "NetworkingSockets.listen_p2p": {"virtual_port": PORT, **LISTEN},
    "NetworkingSockets.listen_hosted": {"virtual_port": PORT, **LISTEN},
    "NetworkingSockets.listen_fake_ip": {"port_index": INDEX, **LISTEN},
    "NetworkingSockets.request_fake_ip": {"ports": integer(1, 8), "timeout": TIMEOUT},
    "NetworkingSockets.fake_ip": {"first_port": INDEX},
    "NetworkingSockets.fake_udp_port": {"index": INDEX},
    "NetworkingSockets.connect_ip": {"address": addresses(0), "options": OPTIONS},
    "NetworkingSockets.connect_p2p": {
        "identity": IDENTITY,
        "virtual_port": PORT,
        "options": OPTIONS,
    },
    "NetworkingSockets.socket_pair": {
        "network_loopback": FLAG,
        "identities": any_of((None, None))
        .but(Bad((None,), TypeError, "must be a pair"), Bad(None, TypeError, "must be a pair"))
        .__or__(IDENTITY.within(lambda one: (None, one)).without(TypeError)),
    },
    "NetworkingSockets.connection": {"handle": integer(0, UINT32)},
    "NetworkingSockets.send_many": {
        "messages": Limits(
            ([], ()),
            (
                Bad([(None, b"")], TypeError, "must be a Connection, not NoneType", "connection"),
                Bad([5], TypeError, "must be pairs (connection, data)"),
                Bad(None, TypeError, "must be an iterable, not NoneType"),
            ),
        ),
        "lane": LANE,
        **FLAGS,
    },
    "NetworkingSockets.broadcast": {
        "connections": Limits(
            ([], ()),
            (
                Bad([None], TypeError, "must be a Connection, not NoneType", "connection"),
                Bad(None, TypeError, "must be an iterable, not NoneType"),
            ),
        ),
        "data": data(524288),
        "lane": LANE,
        **FLAGS,
    },
    "NetworkingSockets.reset_identity": {"identity": IDENTITY},
    "NetworkingSockets.set_certificate": {
        "certificate": Limits((b"", bytes(1 << 20)), (Bad("x", TypeError, "must be bytes"),)),
    },
    "Listener.receive": {"max": MAX},
    "Listener.close": {"reason": REASON, "text": text(127)},
    "Connection.close": {"reason": REASON, "text": text(127), "linger": FLAG},
    "Connection.reject": {"reason": REASON, "text": text(127)},
    "Connection.send": {"data": data(524288), "lane": LANE, **FLAGS},
    "Connection.receive": {"max": MAX},
    "Connection.user_data": {"user_data": integer(-INT64 - 1, INT64)},
    "Connection.name": {"name": text(127)},
    "Connection.status": {"lanes": integer(0, 255)},
    "Connection.configure_lanes": {
        "priorities": Limits(
            ([0], [0] * 255),
            (
                Bad([], ValueError, "must be 1 to 255 numbers, not 0"),
                Bad([0] * 256, ValueError, "must be 1 to 255 numbers, not 256"),
            ),
        )
        | integer(-INT32 - 1, INT32).within(lambda one: [one]),
        "weights": Limits((None,), (Bad([1, 1], ValueError, "must be 1 numbers, not 2"),))
        | integer(1, UINT16).within(lambda one: [one]),
    },
    "PollGroup.add": {"connection": CONNECTION},
    "PollGroup.remove": {"connection": CONNECTION},
    "PollGroup.receive": {"max": MAX},
    "FakeUDPPort.send": {"address": addresses(0), "data": data(4096)},
    "FakeUDPPort.receive": {"max": MAX},
    "FakeUDPPort.schedule_cleanup": {"address": addresses(0)},
    "NetworkingMessages.send": {
        "identity": IDENTITY,
        "data": data(524288),
        "channel": CHANNEL,
        "restart": FLAG,
        **FLAGS,
    },
    "NetworkingMessages.receive": {"channel": CHANNEL, "max": MAX},
    "NetworkingMessages.channel": {"number": CHANNEL.called("channel")},
    "NetworkingMessages.accept": {"identity": IDENTITY},
    "NetworkingMessages.close": {"identity": IDENTITY},
    "NetworkingMessages.close_channel": {"identity": IDENTITY, "channel": CHANNEL},
    "NetworkingMessages.session_info": {"identity": IDENTITY},
    "NetworkingMessages.session_status": {"identity": IDENTITY},
    "MessageChannel.receive": {"max": MAX},
    "NetworkingUtils.get_config": {"key": KEY, "scope": SCOPE},
    "NetworkingUtils.is_config_set": {"key": KEY, "scope": SCOPE},
    "NetworkingUtils.set_config": {
        "key": KEY,
        "value": SETTING.called("SEND_BUFFER_SIZE"),
        "scope": SCOPE,
    },
    "NetworkingUtils.clear_config": {"key": KEY, "scope": SCOPE},
    "NetworkingUtils.config_info": {"key": KEY},
    "NetworkingUtils.config_keys": {"developer": FLAG},
    "NetworkingUtils.debug_output": {
        "debug_output": Limits(
            (0, 8),
            (
                Bad(-1, ValueError, "must be a NetworkingLogLevel, 0 to 8, not -1"),
                Bad(9, ValueError, "must be a NetworkingLogLevel, 0 to 8, not 9"),
                Bad("1", TypeError, "must be an int, not str"),
            ),
        ),
    },
    "NetworkingUtils.check_ping_data": {
        "max_age": Limits((0, 2.0**-149, FLOAT32), number().bad).but(
            Bad(-(2.0**-149), ValueError, "must be 0 or more, not -1.4")
        ),
    },
    "NetworkingUtils.estimate_ping": {"there": PLACES, "here": PLACES.optional()},
    "NetworkingUtils.ping_to_data_center": {"name": DATA_CENTER},
    "NetworkingUtils.direct_ping_to_data_center": {"name": DATA_CENTER},
    "NetworkingUtils.fake_ip_type": {"address": addresses(0)},
    "NetworkingUtils.identity_of_fake_ip": {"address": addresses(0)},
}
# Only of use in a task, and tested there.
ELSEWHERE = {"Connection.writable", "Listener.admit"}


def test_every_argument_is_in_the_table() -> None:
    found = arguments_of(KINDS)
    of_server = arguments_of([steamgs.GameServer])
    bound = {f"GameServer.{name}" for name in bound_names() if "." not in name}
    found |= {name: of_server[name] for name in bound & of_server.keys()}
    assert found.keys() - ELSEWHERE == TABLE.keys()
    for name, arguments in TABLE.items():
        assert arguments.keys() == found[name], name


def bound_names() -> Iterator[str]:
    """As the table of facts has them: ``name`` of the server's own, else ``Class.name``."""
    server = steamgs.GameServer(480)
    for face in tables.load().interfaces.values():
        home = type(getattr(server, face.attribute)).__name__ + "." if face.attribute else ""
        for method in face.methods:
            if method.bound:
                yield method.bound if "." in method.bound else home + method.bound


def test_no_class_is_left_out() -> None:
    """Of those that the methods of the table of facts are bound in."""
    kinds = {kind.__name__ for kind in (*KINDS, *test_limits_content.KINDS)}
    values = {"ItemDetails", "HttpResponse", "CallFailedError"}  # which have no arguments
    assert {name.partition(".")[0] for name in bound_names() if "." in name} - values <= kinds


virtual_ports = itertools.count(1)
MAKE: dict[str, Callable[[Any], Any]] = {
    "GameServer": lambda server: server,
    "GameServerStats": lambda server: server.stats,
    "NetworkingSockets": lambda server: server.sockets,
    "Listener": lambda server: server.sockets.listen_p2p(next(virtual_ports)),
    "Connection": lambda server: server.sockets.socket_pair()[0],
    "PollGroup": lambda server: server.sockets.create_poll_group(),
    "FakeUDPPort": lambda server: server.sockets.fake_udp_port(),
    "NetworkingMessages": lambda server: server.messages,
    "MessageChannel": lambda server: server.messages.channel(0),
    "NetworkingUtils": lambda server: server.networking_utils,
}


@pytest.mark.parametrize("method", TABLE)
def test_limits(server: steamgs.GameServer, sim: Simulator, method: str) -> None:
    owner, _, name = method.partition(".")
    server.sockets.request_fake_ip(8)
    server.run_callbacks()
    if not name.startswith("log_on"):
        server.log_on_anonymous()
        server.run_callbacks()

    def use(target: Any, arguments: dict[str, Any]) -> None:
        for key, value in arguments.items():
            if value is SOME_CONNECTION:
                arguments[key] = server.sockets.socket_pair()[0]
                if name == "remove":
                    target.add(arguments[key])
        if arguments.keys() == {name}:  # a property
            setattr(target, name, arguments[name])
        else:
            closed(getattr(target, name)(**arguments))
        server.run_callbacks()

    check(TABLE[method], lambda: MAKE[owner](server), use, lambda: sim.server)


def closed(*several: Any) -> None:
    for one in several:
        if isinstance(one, (steamgs.Listener, steamgs.Connection, steamgs.FakeUDPPort)):
            one.close()
        elif isinstance(one, tuple):
            closed(*one)
