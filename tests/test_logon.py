"""Logging on, failing to, losing Steam and finding it again."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

import pytest

import steamgs
from conftest import MakeServer
from steamgs.simulator import Simulator


def record(server: steamgs.GameServer) -> list[Any]:
    seen: list[Any] = []
    for signal in (
        server.server_connected,
        server.server_connect_failure,
        server.server_disconnected,
        server.policy_response,
    ):
        signal.connect(seen.append)
    return seen


@pytest.mark.parametrize(
    ("mode", "secure"),
    [
        (steamgs.ServerMode.AUTHENTICATION_AND_SECURE, True),
        (steamgs.ServerMode.AUTHENTICATION, False),
        (steamgs.ServerMode.NO_AUTHENTICATION, False),
    ],
)
def test_policy_follows_the_mode(
    make_server: MakeServer, mode: steamgs.ServerMode, secure: bool
) -> None:
    with make_server(mode=mode) as server:
        seen = record(server)
        server.log_on_anonymous()
        server.run_callbacks()
        assert seen == [steamgs.ServerConnected(), steamgs.PolicyResponse(secure)]
        assert server.secure is secure


def test_anonymous_logon_gives_an_anonymous_id(server: steamgs.GameServer) -> None:
    assert server.steam_id is None
    assert server.public_ip is None
    assert not server.logged_on
    server.log_on_anonymous()
    assert not server.logged_on
    server.run_callbacks()
    assert server.logged_on
    assert server.steam_id is not None
    steam_id = steamgs.SteamID(server.steam_id)
    assert steam_id.account_type is steamgs.AccountType.ANON_GAME_SERVER
    assert steam_id.is_valid


def test_a_token_is_one_account(server: steamgs.GameServer, sim: Simulator) -> None:
    ids = []
    for token in ("A" * 32, "B" * 32, "A" * 32):
        server.log_on(token)
        server.run_callbacks()
        assert sim.server.token == token
        ids.append(server.steam_id)
        server.log_off()
        server.run_callbacks()
        assert server.steam_id is None
    assert ids[0] == ids[2] != ids[1]
    assert ids[0] is not None
    assert steamgs.SteamID(ids[0]).account_type is steamgs.AccountType.GAME_SERVER


def test_a_final_failure(server: steamgs.GameServer, sim: Simulator) -> None:
    seen = record(server)
    sim.fail_next_logon(steamgs.Result.GSLT_EXPIRED)
    server.log_on("A" * 32)
    server.run_callbacks()
    sim.advance(60)
    server.run_callbacks()
    assert seen == [steamgs.ServerConnectFailure(steamgs.Result.GSLT_EXPIRED, False)]
    assert not server.logged_on


def test_failures_while_steam_keeps_trying(server: steamgs.GameServer, sim: Simulator) -> None:
    seen = record(server)
    sim.fail_next_logon(steamgs.Result.SERVICE_UNAVAILABLE, retrying=True, times=3)
    server.log_on_anonymous()
    for _ in range(5):
        server.run_callbacks()
        sim.advance(1)
    server.run_callbacks()
    failure = steamgs.ServerConnectFailure(steamgs.Result.SERVICE_UNAVAILABLE, True)
    assert seen == [failure] * 3 + [steamgs.ServerConnected(), steamgs.PolicyResponse(True)]


def test_losing_and_regaining_the_connection(online: steamgs.GameServer, sim: Simulator) -> None:
    before = online.steam_id
    seen = record(online)
    sim.disconnect(steamgs.Result.TIMEOUT)
    online.run_callbacks()
    assert not online.logged_on
    assert online.steam_id is None
    sim.reconnect()
    online.run_callbacks()
    assert online.logged_on
    assert online.steam_id == before
    assert seen == [
        steamgs.ServerDisconnected(steamgs.Result.TIMEOUT),
        steamgs.ServerConnected(),
        steamgs.PolicyResponse(True),
    ]


def test_logging_off(online: steamgs.GameServer) -> None:
    seen = record(online)
    online.log_off()
    online.run_callbacks()
    assert seen == [steamgs.ServerDisconnected(steamgs.Result.OK)]
    online.log_off()
    assert online.run_callbacks() == 0


def test_logon_takes_its_time(server: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_latency("logon", 2.0)
    server.log_on_anonymous()
    sim.advance(1.9)
    assert server.run_callbacks() == 0
    sim.advance(0.2)
    assert server.run_callbacks() == 2


def test_the_public_address(online: steamgs.GameServer, sim: Simulator) -> None:
    assert online.public_ip == IPv4Address("203.0.113.7")
    sim.public_ip = IPv4Address("198.51.100.1")
    assert online.public_ip == IPv4Address("198.51.100.1")


def test_a_restart_is_requested_once(online: steamgs.GameServer, sim: Simulator) -> None:
    assert not online.was_restart_requested()
    sim.request_restart()
    assert online.was_restart_requested()
    assert not online.was_restart_requested()


def test_thread_memory_can_be_released(online: steamgs.GameServer) -> None:
    online.release_current_thread_memory()
    assert online.logged_on
