"""What the simulator does not simulate fails as Steam documents, says so once, and never crashes.

Called as another program would: through the flat functions of Valve's own library.
"""

from __future__ import annotations

import ctypes

import pytest

from conftest import MakeServer
from fronts import FRONTS, NAMED_LIBRARY, valve_library
from steamgs.simulator import Simulator

ALICE = 76561197960287930
# All of version 011, which Valve's library of SDK 1.65 asks for.
NOT_SIMULATED = [
    "GetImageSize",
    "GetImageRGBA",
    "SetOverlayNotificationPosition",
    "IsOverlayEnabled",
    "BOverlayNeedsPresent",
    "CheckFileSignature",
    "ShowGamepadTextInput",
    "GetEnteredGamepadTextLength",
    "GetEnteredGamepadTextInput",
    "IsSteamRunningInVR",
    "SetOverlayNotificationInset",
    "IsSteamInBigPictureMode",
    "StartVRDashboard",
    "IsVRHeadsetStreamingEnabled",
    "SetVRHeadsetStreamingEnabled",
    "IsSteamChinaLauncher",
    "InitFilterText",
    "FilterText",
    "GetIPv6ConnectivityState",
    "ShowFloatingGamepadTextInput",
    "SetGameLauncherMode",
    "DismissFloatingGamepadTextInput",
    "DismissGamepadTextInput",
    "IsRunningOnSteamHardware",
    "GetSteamHardwareDefaultConfig",
    "IsRunningUnderProton",
]


@pytest.fixture
def valve() -> ctypes.CDLL:
    return ctypes.CDLL(valve_library())


@pytest.fixture
def front() -> str:
    return "valve"


def interface(valve: ctypes.CDLL, *accessors: str) -> ctypes.c_void_p:
    for name in accessors:
        if accessor := getattr(valve, name, None):
            accessor.restype = ctypes.c_void_p
            return ctypes.c_void_p(accessor())
    pytest.fail(f"the library has none of {accessors}")


if "valve" in FRONTS:

    def test_each_is_said_once(
        valve: ctypes.CDLL,
        make_server: MakeServer,
        sim: Simulator,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        with make_server() as server:
            utils = interface(
                valve, "SteamAPI_SteamGameServerUtils_v011", "SteamAPI_SteamGameServerUtils_v010"
            )
            for _ in range(3):
                for name in ("FilterText", "IsSteamRunningInVR"):
                    function = getattr(valve, f"SteamAPI_ISteamUtils_{name}")
                    assert not function(utils, None, None, None, None, None) & 1
            assert server.run_callbacks() == 2
            assert [record.getMessage() for record in caplog.records[-2:]] == [
                "the simulator does not simulate ISteamUtils::FilterText",
                "the simulator does not simulate ISteamUtils::IsSteamRunningInVR",
            ]
            assert len(sim.server.not_simulated) == 2

    def test_every_slot_of_utils_is_safe(
        valve: ctypes.CDLL, make_server: MakeServer, sim: Simulator
    ) -> None:
        with make_server():
            utils = interface(
                valve, "SteamAPI_SteamGameServerUtils_v011", "SteamAPI_SteamGameServerUtils_v010"
            )
            app_id = valve.SteamAPI_ISteamUtils_GetAppID
            assert app_id(utils) == 480
            language = valve.SteamAPI_ISteamUtils_GetSteamUILanguage
            language.restype = ctypes.c_char_p
            assert language(utils) == b""
            assert valve.SteamAPI_ISteamUtils_GetConnectedUniverse(utils) == 1
            assert valve.SteamAPI_ISteamUtils_GetServerRealTime(utils) == 1_700_000_000
            exported = [
                name for name in NOT_SIMULATED if hasattr(valve, f"SteamAPI_ISteamUtils_{name}")
            ]
            # Older libraries, which have to be named, have fewer.
            assert exported == NOT_SIMULATED or (NAMED_LIBRARY and len(exported) > 20)
            for name in exported:
                function = getattr(valve, f"SteamAPI_ISteamUtils_{name}")
                function.restype = ctypes.c_bool
                assert not function(utils, None, None, None, None, None)
                assert f"ISteamUtils::{name}" in sim.server.not_simulated
