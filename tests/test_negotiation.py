"""Interfaces are asked of steamclient when they are first used, newest version first."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

import steamgs
from conftest import MakeServer
from steamgs.simulator import Simulator

REQUIRED = {"game_server": "SteamGameServer015", "game_server_stats": "SteamGameServerStats001"}
DISMISS = b"SteamAPI_ISteamUtils_DismissGamepadTextInput"


def test_the_newest_version_is_taken(server: steamgs.GameServer) -> None:
    assert server.interfaces() == {**REQUIRED, "utils": "SteamUtils011"}


@pytest.mark.parametrize(
    ("withheld", "served"), [("SteamUtils011", "SteamUtils010"), ("SteamUtils010", "SteamUtils011")]
)
def test_one_version_will_do(
    make_server: MakeServer, sim: Simulator, withheld: str, served: str
) -> None:
    sim.withhold_interface(withheld)
    server = make_server().start()
    assert server.interfaces()["utils"] == served
    sim.warn("a warning")
    server.run_callbacks()
    assert server.counters().warnings == 1


def test_a_server_without_utils(make_server: MakeServer, sim: Simulator) -> None:
    sim.withhold_interface("SteamUtils010")
    sim.withhold_interface("SteamUtils011")
    server = make_server().start()
    assert server.interfaces() == {**REQUIRED, "utils": None}
    with pytest.raises(steamgs.UnsupportedError, match=r"ISteamUtils.*SteamUtils010 \(SDK 1.56\)"):
        server._negotiate("utils")
    server.log_on_anonymous()
    server.run_callbacks()
    assert server.logged_on


def test_each_run_asks_anew(make_server: MakeServer, sim: Simulator) -> None:
    server = make_server().start()
    server.close()
    with pytest.raises(steamgs.NotRunningError):
        server.interfaces()
    with pytest.raises(steamgs.NotRunningError):
        server._negotiate("utils")
    sim.withhold_interface("SteamUtils011")
    server.start()
    assert server.interfaces()["utils"] == "SteamUtils010"


def test_a_method_of_another_version(make_server: MakeServer, sim: Simulator) -> None:
    server = make_server().start()
    assert server._negotiate("utils", "GetAppID") == "SteamUtils011"
    assert server._negotiate("utils", "DismissGamepadTextInput") == "SteamUtils011"
    with pytest.raises(steamgs.UnsupportedError) as caught:
        server._negotiate("utils", "IsSteamRunningOnSteamDeck")
    assert caught.value.name == "ISteamUtils::IsSteamRunningOnSteamDeck"
    assert caught.value.served == "SteamUtils011"
    assert caught.value.versions == (("SteamUtils010", "1.56"),)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_an_appended_method_needs_a_library_that_exports_it(
    make_server: MakeServer, sim: Simulator, front: str
) -> None:
    sim.withhold_interface("SteamUtils011")
    server = make_server().start()
    if DISMISS in Path(str(server.library)).read_bytes():
        assert server._negotiate("utils", "DismissGamepadTextInput") == "SteamUtils010"
    else:
        with pytest.raises(steamgs.UnsupportedError, match=re.escape("SDK 1.59 or newer")):
            server._negotiate("utils", "DismissGamepadTextInput")


def test_an_unknown_name(server: steamgs.GameServer) -> None:
    with pytest.raises(ValueError, match="no interface 'nothing'"):
        server._negotiate("nothing")
