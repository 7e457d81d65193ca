"""The calls of steamworks-rs' example ``game-server``, in its order, find no NULL interface.

Nor do those of the other accessors that its ``Server`` has. The example itself needs Rust: it was
tried by hand with Valve's libraries of SDK 1.63 to 1.65, and with the simulator's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alone import loader_finds
from fronts import NAMED_LIBRARY, valve_library
from steamgs.simulator import steamclient_path
from steamgs.simulator.library import front_path

PROGRAM = """
import ctypes, os, sys, time

steam = ctypes.CDLL(sys.argv[1])
os.environ["SteamAppId"] = "480"
LISTED = (
    b"SteamUtils010", b"SteamNetworkingUtils004", b"SteamGameServer015",
    b"SteamGameServerStats001", b"STEAMHTTP_INTERFACE_VERSION003",
    b"STEAMINVENTORY_INTERFACE_V003", b"SteamNetworking006", b"SteamNetworkingMessages002",
    b"SteamNetworkingSockets012", b"STEAMUGC_INTERFACE_VERSION021",
)

class Message(ctypes.Structure):
    _fields_ = (("user", ctypes.c_int), ("id", ctypes.c_int),
                ("data", ctypes.c_void_p), ("size", ctypes.c_int))

def accessor(*names):
    function = next(getattr(steam, name) for name in names if hasattr(steam, name))
    function.restype = ctypes.c_void_p
    found = function()
    assert found, f"{function.__name__} is NULL"
    return ctypes.c_void_p(found)

error = ctypes.create_string_buffer(1024)
listed = b"".join(name + b"\\0" for name in LISTED) + b"\\0"
ports = ctypes.c_uint16(54320), ctypes.c_uint16(0xFFFF)
result = steam.SteamInternal_GameServer_Init_V2(0, *ports, 3, b"123456", listed, error)
assert result == 0, error.value
steam.SteamAPI_ManualDispatch_Init()
server = accessor("SteamAPI_SteamGameServer_v015")
steam.SteamAPI_ISteamGameServer_SetServerName(server, b"Rusty Server")
steam.SteamAPI_ISteamGameServer_SetDedicatedServer(server, True)
steam.SteamAPI_ISteamGameServer_SetMaxPlayerCount(server, 10)
steam.SteamAPI_ISteamGameServer_SetAdvertiseServerActive(server, True)
steam.SteamAPI_ISteamGameServer_LogOnAnonymous(server)
steam.SteamAPI_ISteamGameServer_GetSteamID.restype = ctypes.c_uint64
assert steam.SteamAPI_ISteamGameServer_GetSteamID(server)
networking = accessor("SteamAPI_SteamGameServerNetworking_v006")
accessor("SteamAPI_SteamGameServerNetworkingMessages_SteamAPI_v002")

available = steam.SteamAPI_ISteamNetworking_IsP2PPacketAvailable
available.restype = ctypes.c_bool
heard = set()
deadline = time.monotonic() + 20
while 101 not in heard and time.monotonic() < deadline:
    pipe = steam.SteamGameServer_GetHSteamPipe()
    steam.SteamAPI_ManualDispatch_RunFrame(pipe)
    message = Message()
    while steam.SteamAPI_ManualDispatch_GetNextCallback(pipe, ctypes.byref(message)) & 1:
        heard.add(message.id)
        steam.SteamAPI_ManualDispatch_FreeLastCallback(pipe)
    assert not available(networking, ctypes.byref(ctypes.c_uint32()), 0)
print("connected:", 101 in heard)

accessor("SteamAPI_SteamGameServerUGC_v021")
accessor("SteamAPI_SteamGameServerUtils_v010", "SteamAPI_SteamGameServerUtils_v011")
accessor("SteamAPI_SteamGameServerNetworkingSockets_SteamAPI_v012",
         "SteamAPI_SteamGameServerNetworkingSockets_SteamAPI_v013")
steam.SteamGameServer_Shutdown()
"""


def test_no_interface_is_null(tmp_path: Path, front: str) -> None:
    library = valve_library() if front == "valve" else str(front_path())
    if front == "valve" and NAMED_LIBRARY and b"UGC_v021" not in Path(library).read_bytes():
        pytest.skip("steamworks-rs is built with SDK 1.64")
    shutil.copy(steamclient_path(), tmp_path)
    environment = {**os.environ, **loader_finds(tmp_path), "STEAMGS_SIMULATOR": "1"}
    result = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, library],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "connected: True"
