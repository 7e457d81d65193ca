"""What the simulator does not simulate says so once, answers zeros, and never crashes.

Every method of every version that the table has is called: through its slot, and as other programs
do, by the flat functions of libsteam_api. Those of Valve's own libraries also show that the table
has the slots in Valve's order.
"""

from __future__ import annotations

import pytest

import slots
import steamgs
from fronts import NAMED_LIBRARY
from model import Interface, Version
from steamgs.simulator import Simulator

OF_VERSION = pytest.mark.parametrize(
    ("face", "version"), slots.VERSIONS, ids=lambda one: getattr(one, "string", "")
)
OF_INTERFACE = pytest.mark.parametrize(
    "face",
    [one for one in slots.MODEL.interfaces.values() if one.user not in (None, "none")],
    ids=lambda face: face.name,
)


@pytest.fixture
def library(server: steamgs.GameServer) -> slots.Library:
    return slots.Library(str(server.library))


@OF_VERSION
def test_every_slot(
    library: slots.Library, sim: Simulator, face: Interface, version: Version
) -> None:
    interface = library.find(version.string)
    assert interface, f"{version.string} is NULL"
    methods = slots.slots_of(face, version)
    expected: set[str] = set()
    for method, address in zip(methods, slots.table_of(interface, len(methods)), strict=True):
        assert address
        if slots.not_simulated(face, method):
            assert not slots.call(method, address, interface)
            expected.add(f"{face.name}::{method.flat}")
            assert set(sim.server.not_simulated) == expected


@OF_INTERFACE
def test_every_flat_function(library: slots.Library, sim: Simulator, face: Interface) -> None:
    """The newest library has all that the table has; older ones, which are named, have less."""
    (version,) = (one for one in face.versions if library.exports(slots.accessor(face, one)))
    interface = library.interface(slots.accessor(face, version))
    assert interface == library.find(version.string)
    assert interface
    expected: set[str] = set()
    for method in slots.slots_of(face, version):
        name = slots.flat(face, method)
        if method.private:
            assert not library.exports(name)
        elif not library.exports(name):
            assert method in face.appended(version)
        elif slots.not_simulated(face, method):
            assert not slots.call(method, library.address(name), interface)
            expected.add(f"{face.name}::{method.flat}")
            assert set(sim.server.not_simulated) == expected


def test_each_is_said_once(
    library: slots.Library,
    server: steamgs.GameServer,
    sim: Simulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    utils = slots.MODEL.interfaces["ISteamUtils"]
    version = utils.versions[-1]
    interface = library.find(version.string)
    methods = slots.slots_of(utils, version)
    table = slots.table_of(interface, len(methods))
    for _ in range(3):
        for method, address in zip(methods, table, strict=True):
            if method.name in ("IsOverlayEnabled", "IsSteamRunningInVR"):
                assert slots.call(method, address, interface) == 0
    assert server.run_callbacks() == 2
    assert [record.getMessage() for record in caplog.records[-2:]] == [
        "the simulator does not simulate ISteamUtils::IsOverlayEnabled",
        "the simulator does not simulate ISteamUtils::IsSteamRunningInVR",
    ]
    assert len(sim.server.not_simulated) == 2


def test_what_is_simulated_of_utils(library: slots.Library, sim: Simulator) -> None:
    utils = slots.MODEL.interfaces["ISteamUtils"]
    for version in utils.versions:
        interface = library.find(version.string)
        methods = slots.slots_of(utils, version)
        said = {
            method.name: slots.call(method, address, interface)
            for method, address in zip(methods, slots.table_of(interface, 30), strict=False)
            if method.name
            in ("GetAppID", "GetConnectedUniverse", "GetServerRealTime", "GetCurrentBatteryPower")
        }
        assert said == {
            "GetAppID": 480,
            "GetConnectedUniverse": 1,
            "GetServerRealTime": 1_700_000_000,
            "GetCurrentBatteryPower": 255,
        }
    assert sim.server.not_simulated == ()


@pytest.mark.parametrize("version", ["SteamFriends017", "SteamUtils009", "", "SteamUtils0111"])
def test_an_unknown_interface_is_null_and_said(
    library: slots.Library, sim: Simulator, version: str
) -> None:
    assert library.find(version) == 0
    assert sim.server.not_simulated == (version,)


@OF_VERSION
def test_a_withheld_interface_is_null(
    library: slots.Library, sim: Simulator, face: Interface, version: Version
) -> None:
    sim.withhold_interface(version.string)
    assert library.find(version.string) == 0
    assert all(library.find(other.string) for other in face.versions if other != version)
    assert sim.server.not_simulated == ()
    sim.withhold_interface(version.string, False)
    assert library.find(version.string)


def test_the_front_has_the_flat_functions_of_one_sdk(library: slots.Library, front: str) -> None:
    """Those of the newest headers that held the table; of Valve's libraries it is that of 1.65."""
    if NAMED_LIBRARY and front == "valve":
        return
    sdk = slots.MODEL.headers[-1] if front == "simulator" else slots.MODEL.sdks[-1]
    for face in slots.MODEL.interfaces.values():
        if not face.versions:
            continue
        there = {one.flat for one in face.methods_of(sdk) if not one.private}
        for method in face.methods:
            assert library.exports(slots.flat(face, method)) == (method.flat in there)
