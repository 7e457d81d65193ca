"""``server.networking_utils``: configuration, relays, what Steam logs, texts, and time."""

from __future__ import annotations

import ctypes
import logging
from typing import Any

import pytest

import networking
import steamgs
from conftest import MakeServer
from steamgs import (
    FakeIPType,
    NetworkingAddress,
    NetworkingAvailability,
    NetworkingConfig,
    NetworkingConfigScope,
    NetworkingConfigType,
    NetworkingIdentity,
    NetworkingLogLevel,
)
from steamgs.networking_config import limits_of
from steamgs.simulator import Simulator

PLACE = "127.0.0.1:27452"
ALICE = 76561197960287930


@pytest.fixture
def utils(online: steamgs.GameServer) -> steamgs.NetworkingUtils:
    return online.networking_utils


# Configuration.


def test_values_have_the_types_that_steam_gives_them(utils: steamgs.NetworkingUtils) -> None:
    assert utils.get_config(NetworkingConfig.SEND_BUFFER_SIZE) == 524288
    utils.set_config(NetworkingConfig.SEND_BUFFER_SIZE, 1 << 20)
    assert utils.get_config(NetworkingConfig.SEND_BUFFER_SIZE) == 1 << 20
    utils.set_config(NetworkingConfig.FAKE_PACKET_LOSS_SEND, 12.5)
    loss = utils.get_config(NetworkingConfig.FAKE_PACKET_LOSS_SEND)
    assert (loss, type(loss)) == (12.5, float)
    assert utils.get_config(NetworkingConfig.MTU_DATA_SIZE) == 1200
    utils.set_config(NetworkingConfig.UNENCRYPTED, True)
    assert utils.get_config(NetworkingConfig.UNENCRYPTED) == 1
    for text in ("", "iad", "Grüße " * 100):
        utils.set_config(NetworkingConfig.SDR_CLIENT_FORCE_RELAY_CLUSTER, text)
        assert utils.get_config(NetworkingConfig.SDR_CLIENT_FORCE_RELAY_CLUSTER) == text
    for key in (NetworkingConfig.SEND_BUFFER_SIZE, 9):
        utils.clear_config(key)
        assert utils.get_config(key) == 524288


def test_every_scope(online: steamgs.GameServer, utils: steamgs.NetworkingUtils) -> None:
    listener = online.sockets.listen_ip(PLACE)
    first, second = online.sockets.socket_pair()
    key = NetworkingConfig.TIMEOUT_CONNECTED
    scopes: list[Any] = [None, online.sockets, listener, first]
    for number, scope in enumerate(scopes):
        assert utils.is_config_set(key, scope) is (scope is None)
        utils.set_config(key, 1000 + number, scope)
    assert [utils.get_config(key, scope) for scope in scopes] == [1000, 1001, 1002, 1003]
    assert all(utils.is_config_set(key, scope) for scope in scopes)
    assert utils.get_config(key, second) == 1001  # of the server's sockets
    utils.clear_config(key, first)
    assert utils.get_config(key, first) == 1001
    assert not utils.is_config_set(key, first)


def test_the_user_data_of_a_connection_is_a_value_too(
    online: steamgs.GameServer, utils: steamgs.NetworkingUtils
) -> None:
    first, _ = online.sockets.socket_pair()
    utils.set_config(NetworkingConfig.CONNECTION_USER_DATA, -(2**63), first)
    assert first.user_data == -(2**63)
    assert utils.get_config(NetworkingConfig.CONNECTION_USER_DATA, first) == -(2**63)


def test_what_is_known_of_each_value(utils: steamgs.NetworkingUtils) -> None:
    info = utils.config_info(NetworkingConfig.SEND_BUFFER_SIZE)
    assert tuple(info) == ("SendBufferSize", NetworkingConfigType.INT32, 4, (4096, 0x10000000))
    assert info.scope is NetworkingConfigScope.CONNECTION
    keys = utils.config_keys()
    assert NetworkingConfig.SEND_BUFFER_SIZE in keys
    assert NetworkingConfig.UNENCRYPTED not in keys
    more = utils.config_keys(developer=True)
    assert NetworkingConfig.UNENCRYPTED in more
    assert set(keys) < set(more)
    for key in more:
        assert utils.config_info(key).type is not NetworkingConfigType.POINTER
        assert utils.get_config(key) is not None
    for key in NetworkingConfig:
        if key not in (NetworkingConfig.INVALID, NetworkingConfig.MTU_DATA_SIZE):
            assert utils.config_info(key).limits == limits_of(key)


def test_limits_are_those_that_steam_would_keep_to(
    online: steamgs.GameServer, utils: steamgs.NetworkingUtils
) -> None:
    """Steam takes the nearest number in silence; so the table must have the same ones."""
    raw = networking.Networking(online, "SteamNetworkingSockets012").utils
    for key in NetworkingConfig:
        limits = limits_of(key)
        if limits is None:
            continue
        kind = utils.config_info(key).type
        for limit, beyond in zip(limits, (limits[0] - 1, limits[1] + 1), strict=True):
            utils.set_config(key, limit)
            assert utils.get_config(key) == limit
            wide = ctypes.c_int64(beyond)
            assert raw.SetConfigValue(key, 1, 0, 2, ctypes.byref(wide))
            assert utils.get_config(key) == limit
            error = ValueError if kind is NetworkingConfigType.FLOAT else OverflowError
            words = f"{key.name} must be from|must be from {-(2**31)}"
            with pytest.raises(error, match=words):
                utils.set_config(key, beyond)
        utils.clear_config(key)


LOSS = NetworkingConfig.FAKE_PACKET_LOSS_SEND
BAD_SETTINGS: list[tuple[Any, Any, type[Exception], str]] = [
    (NetworkingConfig.NAGLE_TIME, "5", TypeError, "NAGLE_TIME must be an int"),
    (NetworkingConfig.NAGLE_TIME, 5.0, TypeError, "NAGLE_TIME must be an int"),
    (NetworkingConfig.NAGLE_TIME, 2**31, OverflowError, "NAGLE_TIME must be from"),
    (NetworkingConfig.CONNECTION_USER_DATA, 2**63, OverflowError, "USER_DATA must be from"),
    (LOSS, "much", TypeError, "FAKE_PACKET_LOSS_SEND must be a number"),
    (LOSS, float("nan"), ValueError, "must be a finite"),
    (LOSS, 100.5, ValueError, "must be from 0 to 100, not 100.5"),
    (NetworkingConfig.SDR_CLIENT_FORCE_PROXY_ADDR, 5, TypeError, "must be a str"),
    (NetworkingConfig.SDR_CLIENT_FORCE_PROXY_ADDR, "a\0b", ValueError, "NUL"),
    (201, 0, ValueError, "is a function of C"),
    (4711, 0, ValueError, "no such configuration value"),
    (0, 0, ValueError, "no such configuration value"),
    ("TIMEOUT", 0, TypeError, "key must be an int"),
    (2**31, 0, OverflowError, "key must be from"),
    (NetworkingConfig.MTU_DATA_SIZE, 100, ValueError, "MTU_DATA_SIZE"),
]


@pytest.mark.parametrize(("key", "value", "error", "words"), BAD_SETTINGS)
def test_bad_settings(
    utils: steamgs.NetworkingUtils, key: Any, value: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        utils.set_config(key, value)
    if error in (ValueError, TypeError, OverflowError) and not isinstance(key, NetworkingConfig):
        for method in (utils.get_config, utils.clear_config, utils.is_config_set):
            with pytest.raises(error, match=words):
                method(key)


def test_bad_scopes(
    online: steamgs.GameServer, utils: steamgs.NetworkingUtils, make_server: MakeServer
) -> None:
    first, _ = online.sockets.socket_pair()
    listener = online.sockets.listen_ip(PLACE)
    group: Any = online.sockets.create_poll_group()
    key = NetworkingConfig.NAGLE_TIME
    methods: list[Any] = [utils.get_config, utils.is_config_set, utils.clear_config]
    methods.append(lambda key, scope: utils.set_config(key, 0, scope))
    other: Any = make_server().sockets
    first.close()
    listener.close()
    for method in methods:
        with pytest.raises(TypeError, match=r"scope must be None, server\.sockets, a Listener"):
            method(key, group)
        with pytest.raises(ValueError, match="is of another server"):
            method(key, other)
        for closed in (first, listener):
            with pytest.raises(steamgs.ClosedHandleError):
                method(key, closed)


def test_a_scope_that_an_earlier_server_has_closed(make_server: MakeServer) -> None:
    with make_server() as earlier:
        gone: list[Any] = [earlier.sockets.socket_pair()[0], earlier.sockets.listen_ip(PLACE)]
    with make_server() as server:
        for scope in gone:
            with pytest.raises(steamgs.ClosedHandleError):
                server.networking_utils.get_config(NetworkingConfig.NAGLE_TIME, scope)


def test_options_of_listeners_keep_to_the_same_limits(online: steamgs.GameServer) -> None:
    for key, value, error in (
        (NetworkingConfig.NAGLE_TIME, 20001, OverflowError),
        (LOSS, -1, ValueError),
        (201, 5, ValueError),
    ):
        options: Any = {key: value}
        with pytest.raises(error, match="option"):
            online.sockets.listen_ip(PLACE, options=options)


# What Steam says for the log.


def test_steam_logs(
    online: steamgs.GameServer,
    utils: steamgs.NetworkingUtils,
    caplog: pytest.LogCaptureFixture,
) -> None:
    online.sockets.listen_ip(PLACE)
    assert utils.debug_output is NetworkingLogLevel.NONE
    with caplog.at_level(logging.DEBUG, "steamgs.steam"):
        online.sockets.connect_ip(PLACE)
        online.run_callbacks()
        online.run_callbacks()
        assert caplog.records == []
        utils.debug_output = NetworkingLogLevel.MESSAGE
        assert utils.debug_output is NetworkingLogLevel.MESSAGE
        before = online.counters().warnings
        online.sockets.connect_ip(PLACE)
        online.run_callbacks()
        online.run_callbacks()
        told = [one for one in caplog.records if "state" in one.message]
        assert told
        assert {(one.name, one.levelno) for one in told} == {("steamgs.steam", logging.INFO)}
        assert online.counters().warnings == before
        caplog.clear()
        utils.debug_output = NetworkingLogLevel.WARNING
        online.sockets.connect_ip(PLACE)
        online.run_callbacks()
        online.run_callbacks()
        assert caplog.records == []


def test_what_steam_says_is_bounded(
    online: steamgs.GameServer,
    utils: steamgs.NetworkingUtils,
    caplog: pytest.LogCaptureFixture,
) -> None:
    utils.debug_output = NetworkingLogLevel.EVERYTHING
    with caplog.at_level(logging.DEBUG, "steamgs.steam"):
        for _ in range(2100):
            for one in online.sockets.socket_pair():
                one.close()
        online.run_callbacks()
        online.run_callbacks()
    assert len(caplog.records) <= 4097
    assert "more lines were dropped" in caplog.records[-1].message


@pytest.mark.parametrize("level", [-1, 9, "all", None])
def test_bad_levels(utils: steamgs.NetworkingUtils, level: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="debug_output"):
        utils.debug_output = level


def test_a_closed_server_logs_no_more(make_server: MakeServer) -> None:
    server = make_server().start()
    server.networking_utils.debug_output = NetworkingLogLevel.DEBUG
    server.close()
    assert server.networking_utils.debug_output is NetworkingLogLevel.NONE
    server.start()
    assert server.networking_utils.debug_output is NetworkingLogLevel.NONE


# Relays.


def test_relays(online: steamgs.GameServer, utils: steamgs.NetworkingUtils, sim: Simulator) -> None:
    told: list[steamgs.RelayStatusChanged] = []
    utils.relay_status_changed.connect(told.append)
    assert utils.relay_status.availability is NetworkingAvailability.NEVER_TRIED
    assert utils.local_ping_location() is None
    assert utils.data_centers == ()
    assert utils.ping_to_data_center("iad") is None
    sim.set_relays("cannot_try", "the network is down")
    utils.init_relay_network_access()
    online.run_callbacks()
    assert utils.relay_status == told[-1]
    assert (told[-1].availability, told[-1].text) == (-102, "the network is down")
    assert not utils.check_ping_data(60)
    sim.set_relays("current")
    assert utils.check_ping_data(60.0)
    online.run_callbacks()
    assert told[-1].any_relay is NetworkingAvailability.CURRENT


def test_distances(
    online: steamgs.GameServer, utils: steamgs.NetworkingUtils, sim: Simulator
) -> None:
    utils.init_relay_network_access()
    online.run_callbacks()
    here = utils.local_ping_location()
    assert here is not None
    assert here.age >= 0
    assert "fra=" in here.text
    assert utils.data_centers == ("fra", "iad", "sgp")
    ping = utils.direct_ping_to_data_center("iad")
    assert ping == 95
    assert utils.ping_to_data_center("iad") == (ping, "iad")
    assert utils.ping_to_data_center("xyz") is None
    assert utils.direct_ping_to_data_center("abcd") is None
    assert utils.estimate_ping("iad=5+1") == 95 + 6
    assert utils.estimate_ping("iad=5+1", "iad=10,fra=1+1") == 16
    assert utils.estimate_ping("nrt=5") is None
    for bad in ("", "x", "iad", "iad=x"):
        with pytest.raises(ValueError, match="ping locations"):
            utils.estimate_ping(bad)
        with pytest.raises(ValueError, match="ping locations"):
            utils.estimate_ping("iad=5", bad)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda u: u.check_ping_data(-1), ValueError, "max_age must be 0 or more"),
        (lambda u: u.check_ping_data("1"), TypeError, "max_age must be a number"),
        (lambda u: u.estimate_ping(5), TypeError, "there must be a str"),
        (lambda u: u.estimate_ping("iad=1", b"x"), TypeError, "here must be a str"),
        (lambda u: u.ping_to_data_center("ab"), ValueError, "name must be 3 or 4 letters"),
        (lambda u: u.direct_ping_to_data_center("abcde"), ValueError, "name must be 3 or 4"),
        (lambda u: u.ping_to_data_center(5), TypeError, "name must be a str"),
        (lambda u: u.ping_to_data_center("fü"), ValueError, "name must be 3 or 4 letters"),
        (lambda u: u.fake_ip_type(5), TypeError, "address must be a str"),
        (lambda u: u.identity_of_fake_ip("x"), ValueError, "not an IP address"),
        (lambda u: u.config_keys(developer=1), TypeError, "developer must be a bool"),
        (lambda u: u.config_info(4711), ValueError, "no such configuration value"),
    ],
)
def test_bad_arguments(
    utils: steamgs.NetworkingUtils, call: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        call(utils)


# Addresses, identities and time.


def test_fake_ips(server: steamgs.GameServer) -> None:
    answer = server.sockets.request_fake_ip()
    server.log_on_anonymous()
    server.run_callbacks()
    found = answer.result(0)
    utils = server.networking_utils
    fake = NetworkingAddress(".".join(map(str, found.ip.to_bytes(4, "big"))), found.ports[0])
    assert utils.fake_ip_type(fake) is FakeIPType.GLOBAL_IPV4
    assert utils.fake_ip_type("192.0.2.1:5") is FakeIPType.NOT_FAKE
    assert utils.identity_of_fake_ip(fake) == NetworkingIdentity.of(server.steam_id or 0)
    for address, result in (("192.0.2.1:5", "INVALID_PARAM"), ((fake.ip, 1), "NO_MATCH")):
        with pytest.raises(steamgs.NetworkingError, match=result):
            utils.identity_of_fake_ip(address)


def test_texts_are_those_of_steam(online: steamgs.GameServer) -> None:
    raw = networking.Networking(online, "SteamNetworkingSockets012").utils
    buffer = ctypes.create_string_buffer(200)
    for text in ("192.0.2.1:27015", "[2001:db8::1]:27015", "::", "192.0.2.1"):
        address = networking.IPAddr()
        assert raw.SteamNetworkingIPAddr_ParseString(ctypes.byref(address), text.encode())
        raw.SteamNetworkingIPAddr_ToString(ctypes.byref(address), buffer, 200, ":2" in text)
        ours = NetworkingAddress.parse(text)
        assert (bytes(address.ip), address.port) == (ours.packed, ours.port)
        if ":2" in text:
            assert buffer.value.decode() == str(ours)
    for text in (f"steamid:{ALICE}", "str:bob", "gen:00ff", "ip:192.0.2.1:5", "psn:5", "xbox:x"):
        identity = networking.Identity()
        assert raw.SteamNetworkingIdentity_ParseString(ctypes.byref(identity), text.encode())
        raw.SteamNetworkingIdentity_ToString(ctypes.byref(identity), buffer, 200)
        assert buffer.value.decode() == str(NetworkingIdentity.parse(text))


def test_time_goes_on(
    online: steamgs.GameServer, utils: steamgs.NetworkingUtils, sim: Simulator
) -> None:
    before = utils.local_timestamp()
    sim.advance(1.5)
    assert utils.local_timestamp() == before + 1_500_000
    first, second = online.sockets.socket_pair()
    first.send(b"x")
    online.run_callbacks()
    assert second.receive()[0].received == utils.local_timestamp()


USES: dict[str, Any] = {
    "get_config": lambda u: u.get_config(9),
    "set_config": lambda u: u.set_config(9, 5000),
    "clear_config": lambda u: u.clear_config(9),
    "config_info": lambda u: u.config_info(9),
    "config_keys": lambda u: u.config_keys(),
    "debug_output": lambda u: setattr(u, "debug_output", 0),
    "init_relay_network_access": lambda u: u.init_relay_network_access(),
    "relay_status": lambda u: u.relay_status,
    "check_ping_data": lambda u: u.check_ping_data(1),
    "local_ping_location": lambda u: u.local_ping_location(),
    "estimate_ping": lambda u: u.estimate_ping("iad=1"),
    "data_centers": lambda u: u.data_centers,
    "ping_to_data_center": lambda u: u.ping_to_data_center("iad"),
    "direct_ping": lambda u: u.direct_ping_to_data_center("iad"),
    "fake_ip_type": lambda u: u.fake_ip_type("1.2.3.4"),
    "identity_of_fake_ip": lambda u: u.identity_of_fake_ip("1.2.3.4:5"),
    "local_timestamp": lambda u: u.local_timestamp(),
}


@pytest.mark.parametrize("use", USES)
def test_only_while_the_server_runs(make_server: MakeServer, use: str) -> None:
    server = make_server()
    with pytest.raises(steamgs.NotRunningError):
        USES[use](server.networking_utils)
    server.start()
    USES["local_timestamp"](server.networking_utils)
    server.close()
    with pytest.raises(steamgs.NotRunningError):
        USES[use](server.networking_utils)
