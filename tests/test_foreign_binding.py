"""Another binding, unmodified, on the simulator: steamworks-swig knows nothing of steamgs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from fronts import IN_TEST_EXTRA
from steamgs.simulator import __main__ as command
from steamgs.simulator import make_ticket

ALICE = 76561197960287930
PROGRAM = """
import sys, time
from steamworks import steamworks as steam

assert steam.SWS_Steam_GameServer_Init(0, 27015, 0xFFFF, 3, "1.0.0.0")
steam.SWS_Steam_ManualDispatch_Init()
pipe = steam.SWS_Steam_GameServer_GetHSteamPipe()
steam.SWS_SteamAPI_ISteamGameServer_LogOnAnonymous()
ticket, player = open(sys.argv[1], "rb").read(), int(sys.argv[2])
verdict = None
begun = None
deadline = time.monotonic() + 20
while verdict is None and time.monotonic() < deadline:
    steam.SWS_Steam_ManualDispatch_RunFrame(pipe)
    while steam.SWS_Steam_ManualDispatch_GetNextCallback(pipe):
        if steam.SWS_Steam_ManualDispatch_GetCallbackID() == 143:
            verdict = steam.SWS_Steam_ManualDispatch_DecodeCallbackValidateAuthTicketResponse()
        steam.SWS_Steam_ManualDispatch_FreeLastCallback(pipe)
    if begun is None and steam.SWS_SteamAPI_ISteamGameServer_BLoggedOn():
        begun = steam.SWS_Steam_GameServer_BeginAuthSessionBytes(ticket, player)
print("logged on:", bool(steam.SWS_SteamAPI_ISteamGameServer_BLoggedOn()))
print("begun:", begun)
print("verdict:", [field.partition("=")[2] for field in verdict.split("\\t")])
steam.SWS_Steam_GameServer_Shutdown()
"""

if IN_TEST_EXTRA:

    def test_login_and_a_decoded_verdict(tmp_path: Path) -> None:
        command.main(["--install", str(tmp_path)])
        ticket = tmp_path / "ticket"
        ticket.write_bytes(make_ticket(ALICE, 480, owner_id=ALICE + 1))
        environment = {**os.environ, "LD_LIBRARY_PATH": str(tmp_path), "SteamAppId": "480"}
        result = subprocess.run(
            [sys.executable, "-I", "-c", PROGRAM, str(ticket), str(ALICE)],
            env={**environment, "STEAMGS_SIMULATOR": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert result.returncode == 0, result.stderr
        assert result.stdout.splitlines()[-3:] == [
            "logged on: True",
            "begun: 0",
            f"verdict: ['{ALICE}', '0', '{ALICE + 1}']",
        ]
