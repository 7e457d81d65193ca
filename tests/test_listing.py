"""``check_listing()``: why a server would not show up in the server browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import steamgs
from steamgs.findings import Finding, Status
from steamgs.simulator import Simulator


def settle(server: steamgs.GameServer, *but: str) -> None:
    """Everything that a listed server has, in the right order, without some of it."""
    steps: dict[str, Callable[[], object]] = {
        "product": lambda: server.set_product("mygame"),
        "description": lambda: server.set_game_description("My game"),
        "dedicated": lambda: server.set_dedicated_server(True),
        "name": lambda: server.set_server_name("Here"),
        "map": lambda: server.set_map_name("de_place"),
        "players": lambda: server.set_max_player_count(16),
        "logged on": server.log_on_anonymous,
        "advertised": lambda: server.set_advertise_server_active(True),
        "ticks": server.run_callbacks,
    }
    for name, step in steps.items():
        if name not in but:
            step()


def found(server: steamgs.GameServer) -> dict[str, Finding]:
    findings = server.check_listing()
    for finding in findings:
        assert finding.fix
        assert str(finding) == f"{finding.check}: {finding.message}; {finding.fix}"
    return {finding.check: finding for finding in findings}


def test_nothing_keeps_a_complete_server_out(server: steamgs.GameServer) -> None:
    settle(server)
    assert server.check_listing() == ()


@pytest.mark.parametrize("missing", ["product", "description", "advertised"])
def test_what_is_missing_is_a_fault(server: steamgs.GameServer, missing: str) -> None:
    settle(server, missing)
    assert {name: one.status for name, one in found(server).items()} == {missing: Status.FAULT}


@pytest.mark.parametrize("missing", ["dedicated", "name", "map", "players"])
def test_what_keeps_it_from_being_found_is_a_warning(
    server: steamgs.GameServer, missing: str
) -> None:
    settle(server, missing)
    assert {name: one.status for name, one in found(server).items()} == {missing: Status.WARNING}


def test_more_players_than_browsers_can_show(server: steamgs.GameServer) -> None:
    settle(server)
    server.set_max_player_count(255)
    assert server.check_listing() == ()
    server.set_max_player_count(256)
    finding = found(server)["players"]
    assert finding.status is Status.WARNING
    assert "255" in finding.message


def test_a_server_that_nobody_started(make_server: Callable[[], steamgs.GameServer]) -> None:
    assert list(found(make_server())) == ["running"]


def test_a_server_that_nobody_ticks(server: steamgs.GameServer) -> None:
    settle(server, "ticks")
    findings = found(server)
    assert "run_callbacks()" in findings["ticks"].fix
    assert "wait for server_connected" in findings["logged on"].fix


def test_nobody_asked_for_a_logon(server: steamgs.GameServer) -> None:
    settle(server, "logged on")
    assert "has not asked" in found(server)["logged on"].message
    server.log_on_anonymous()
    assert "not connected" in found(server)["logged on"].message
    server.run_callbacks()
    assert found(server) == {}
    server.log_off()
    assert "has not asked" in found(server)["logged on"].message


def test_steam_is_away(server: steamgs.GameServer, sim: Simulator) -> None:
    settle(server)
    sim.disconnect(steamgs.Result.SERVICE_UNAVAILABLE)
    server.run_callbacks()
    assert "not connected" in found(server)["logged on"].message


@pytest.mark.parametrize(
    ("name", "setter"),
    [
        ("product", lambda server: server.set_product("other")),
        ("description", lambda server: server.set_game_description("Other")),
        ("mod_dir", lambda server: server.set_mod_dir("mod")),
        ("dedicated", lambda server: server.set_dedicated_server(True)),
    ],
)
def test_settings_that_come_after_the_logon(
    server: steamgs.GameServer, name: str, setter: Callable[[steamgs.GameServer], None]
) -> None:
    settle(server)
    setter(server)
    finding = found(server)[name]
    assert finding.status == Status.FAULT
    assert "after logging on" in finding.message
    server.close()
    server.start()
    settle(server)
    assert found(server) == {}


@pytest.mark.parametrize("version", ["1.0", "1.0.0.0-beta", "v1.0.0.0"])
def test_versions_that_steam_does_not_compare(
    make_server: Callable[..., steamgs.GameServer], version: str
) -> None:
    with make_server(version=version) as server:
        settle(server)
        assert repr(version) in found(server)["version"].message


def test_a_mode_that_is_never_listed(make_server: Callable[..., steamgs.GameServer]) -> None:
    with make_server(mode=steamgs.ServerMode.NO_AUTHENTICATION) as server:
        settle(server)
        assert found(server)["mode"].status == Status.FAULT


def test_not_secure(server: steamgs.GameServer, sim: Simulator) -> None:
    settle(server)
    policies: list[bool] = []
    server.policy_response.connect(lambda event: policies.append(event.secure))
    sim.set_vac(False)
    assert found(server)["secure"].status == Status.WARNING
    sim.set_vac(True)
    assert found(server) == {}
    server.run_callbacks()
    assert policies == [False, True]


def test_a_password(server: steamgs.GameServer) -> None:
    settle(server)
    server.set_password_protected(True)
    assert list(found(server)) == ["password"]
    server.set_password_protected(False)
    assert found(server) == {}


def test_a_shared_port_that_gets_no_packets(
    make_server: Callable[..., steamgs.GameServer],
) -> None:
    with make_server(query_port=steamgs.QUERY_PORT_SHARED) as server:
        settle(server)
        assert list(found(server)) == ["shared port"]
        server.handle_incoming_packet(b"\xff\xff\xff\xffTSource Engine Query\0", "127.0.0.1", 999)
        assert found(server) == {}
