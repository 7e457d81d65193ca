"""What the page on hosts tells systemd to run does run, where all is laid out as the page says."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import steamgs
from conftest import ROOT
from fronts import SDK_FOLDER, VALVE_RUNS_HERE, valve_library
from steamgs.simulator import steamclient_path

PAGE = (ROOT / "docs" / "host.md").read_text(encoding="utf-8")
PROGRAM = """
from steamgs.simulator import Simulator
simulator = Simulator()

class GameServer(steamgs.GameServer):
    # As the page has it, but on the simulator; and it tells what it is.
    def __init__(self, app_id, **options):
        super().__init__(app_id, **{**options, "ip": "127.0.0.1"}, steamclient=simulator)
        self.server_connected.connect(self.tell)

    def tell(self, event):
        print("up", self.library, self.app_id, self.game_port, self.query_port, flush=True)
        print(simulator.server.token, flush=True)

steamgs.GameServer = GameServer
serve()
print("closed")
"""
TOKEN = "0123456789ABCDEF0123456789ABCDEF"
SCRIPT = """#!{0}
import sys
from steamgs.cli import main
sys.exit(main())
"""


def block(language: str, words: str) -> str:
    (found,) = (
        text
        for text in re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
        if words in text
    )
    return str(found)


def free_ports() -> tuple[int, int]:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
    ):
        one.bind(("0.0.0.0", 0))
        other.bind(("0.0.0.0", 0))
        return one.getsockname()[1], other.getsockname()[1]


def lay_out(home: Path) -> None:
    # The page says, elsewhere, what the folder is called on aarch64.
    layout = block("text", "libsteam_api.so").replace(".steam/sdk64", SDK_FOLDER)
    for name in ("libsteam_api.so", f"{SDK_FOLDER}/steamclient.so", "mygame/__init__.py", "token"):
        assert f"    {name}" in layout
        (home / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(valve_library(), home / "libsteam_api.so")
    (home / SDK_FOLDER / "steamclient.so").symlink_to(steamclient_path())
    (home / "mygame/__init__.py").touch()
    program = block("python", "SIGTERM") + PROGRAM
    (home / "mygame/__main__.py").write_text(program, encoding="utf-8")
    (home / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    import venv

    venv.create(home / "venv", symlinks=True)
    (site,) = (home / "venv/lib").glob("python*/site-packages")
    (site / "steamgs.pth").write_text(str(Path(steamgs.__file__).parent.parent), encoding="utf-8")
    script = home / "venv/bin/steamgs"
    script.write_text(SCRIPT.format(home / "venv/bin/python"), encoding="utf-8")
    script.chmod(0o755)


@pytest.mark.skipif(
    not (VALVE_RUNS_HERE and sys.platform == "linux"), reason="the unit is Linux', with its library"
)
def test_what_the_unit_starts(tmp_path: Path) -> None:
    home, ports = tmp_path / "srv" / "mygame", free_ports()
    unit = block("ini", "[Service]").replace("/srv/mygame", str(home))
    unit = unit.replace("27015", str(ports[0])).replace("27016", str(ports[1]))
    settings = [line.partition("=")[::2] for line in unit.splitlines()]
    environment = dict(value.split("=", 1) for name, value in settings if name == "Environment") | {
        "PATH": os.environ["PATH"]
    }
    service = {name: value.removeprefix("-") for name, value in settings}
    lay_out(home)
    assert Path(service["WorkingDirectory"]) == home

    def start(setting: str) -> subprocess.Popen[str]:
        command = service[setting].split()
        return subprocess.Popen(
            command, cwd=home, env=environment, text=True, stdout=subprocess.PIPE
        )

    with start("ExecStartPre") as doctor:
        said = doctor.communicate(timeout=60)[0]
    assert doctor.returncode == 0, said
    assert "libsteam_api  " in said
    with start("ExecStart") as server:
        assert server.stdout is not None
        up = f"up {home}/libsteam_api.so 480 {ports[0]} {ports[1]}\n"
        assert server.stdout.readline() == up
        assert server.stdout.readline() == f"{TOKEN}\n"
        server.send_signal(getattr(signal, service["KillSignal"]))
        assert server.stdout.read() == "closed\n"
    assert server.returncode == 0
