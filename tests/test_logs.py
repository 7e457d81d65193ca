"""What is logged: with which fields, and as the page on logs writes it."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import steamgs
from alone import run_python
from conftest import ROOT, MakeServer
from steamgs.simulator import Simulator

PAGE = (ROOT / "docs" / "guide" / "logs.md").read_text("utf-8")


def fields(log: pytest.LogCaptureFixture, words: str) -> dict[str, Any]:
    (record,) = (one for one in log.records if words in one.getMessage())
    names = ("app_id", "steam_id", "reason", "count", "seconds")
    known = {name: record.__dict__[name] for name in names if name in record.__dict__}
    return {"level": record.levelname, **known}


def test_the_connection_to_steam(
    make_server: MakeServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "steamgs")
    server = make_server().start()
    sim.fail_next_logon(steamgs.Result.SERVICE_UNAVAILABLE, retrying=True)
    server.log_on_anonymous()
    for _ in range(20):
        server.run_callbacks()
        sim.advance(5)
    assert server.logged_on
    assert fields(caplog, "it tries again") == {
        "level": "WARNING",
        "app_id": 480,
        "reason": "SERVICE_UNAVAILABLE",
    }
    assert fields(caplog, "logged on to Steam as") == {
        "level": "INFO",
        "app_id": 480,
        "steam_id": server.steam_id,
    }
    sim.disconnect(steamgs.Result.NO_CONNECTION)
    server.run_callbacks()
    server.run_callbacks()
    assert fields(caplog, "the connection to Steam is gone") == {
        "level": "WARNING",
        "app_id": 480,
        "reason": "NO_CONNECTION",
    }


def test_who_logs_off_has_lost_nothing(
    make_server: MakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "steamgs")
    server = make_server().start()
    server.log_on_anonymous().result(10)
    seen: list[object] = []
    server.server_disconnected.connect(seen.append)
    server.log_off()
    while not seen:
        server.run_callbacks()
    assert "is gone" not in caplog.text


def test_the_page_writes_json(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    program = tmp_path / "logs.py"
    program.write_text(block + "log.error('done', extra={'count': 1})\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", str(program)], capture_output=True, text=True, check=True, timeout=60
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    (logged_on,) = (line for line in lines if "logged on" in line["message"])
    assert (logged_on["level"], logged_on["logger"], logged_on["app_id"]) == (
        "INFO",
        "steamgs",
        480,
    )
    assert str(logged_on["steam_id"]) in logged_on["message"]
    assert lines[-1]["count"] == 1
    assert done.stdout == ""


def test_a_logon_does_not_load_logging(tmp_path: Path) -> None:
    program = """
import sys, steamgs
with steamgs.GameServer(480, query_port=steamgs.QUERY_PORT_SHARED, library="simulator") as server:
    before = "logging" in sys.modules
    for name in [name for name in sys.modules if name.partition(".")[0] == "logging"]:
        del sys.modules[name]
    server.log_on_anonymous()
    while not server.logged_on:
        server.run_callbacks()
    server.run_callbacks()
    print("logging" in sys.modules)
"""
    done = run_python("-P", "-c", program, cwd=tmp_path)
    assert done.stdout == "False\n", done.stderr
