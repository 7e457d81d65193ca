"""The README's code is code that runs, and CI runs the README's test command."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import steamgs.asyncio
from conftest import ROOT
from steamgs.simulator import Simulator

ALICE = 76561197960287930

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def block(words: str) -> str:
    (found,) = (text for text in BLOCKS if words in text)
    return str(found)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_every_block_compiles(number: int) -> None:
    compile(BLOCKS[number], f"README block {number}", "exec")


def test_the_screen_of_code_runs_on_the_simulator(capsys: pytest.CaptureFixture[str]) -> None:
    code = block("while True:").replace("query_port=27016)", 'query_port=0, library="simulator")')
    code = code.replace("while True:", "for _ in range(3):")
    exec(compile(code, "README", "exec"), {"__name__": "readme"})
    assert "connected to Steam as" in capsys.readouterr().out


def test_the_simulators_block_runs() -> None:
    code = block("Simulator(seed=1").replace(
        "    with steamgs.GameServer(480, library=steam) as server:\n",
        "    with steamgs.GameServer(480, library=steam, query_port=0) as server:\n"
        "        server.validate_auth_ticket_response.connect(lambda e: seen.append(e.response))\n",
    )
    seen: list[object] = []
    exec(compile(code, "README", "exec"), {"seen": seen})
    assert [getattr(response, "name", None) for response in seen] == ["OK", "VAC_BANNED"]


def test_the_asyncio_block_runs_on_the_simulator(
    capsys: pytest.CaptureFixture[str],
) -> None:
    opened: list[steamgs.Listener] = []
    namespace: dict[str, Any] = {"__name__": "readme", "opened": opened}
    line = 'with server.sockets.listen_ip("*:27015") as listener:'
    code = block(line).replace(line, f"{line}\n        opened.append(listener)")
    exec(compile(code, "README", "exec"), namespace)
    replies: list[bytes] = []

    async def main(server: steamgs.asyncio.GameServer) -> None:
        game = asyncio.create_task(namespace["main"](server))
        while not opened:
            await asyncio.sleep(0.001)
        alice = sim.add_user(ALICE)
        for ticket in (alice.auth_session_ticket(480), b"no ticket"):
            connection = alice.connect("127.0.0.1:27015")
            connection.send(ticket)
            connection.send(b"hello")
            while connection.state != "closed_by_peer" and not replies:
                await asyncio.sleep(0.001)
                replies.extend(message.data for message in connection.receive())
            connection.close()
        game.cancel()

    with Simulator() as sim:
        server = steamgs.asyncio.GameServer(480, library=sim, query_port=0)
        assert steamgs.serve(main, server, grace=0) == 0
    assert replies == [b"you said: hello"]
    assert f"welcome {ALICE}" in capsys.readouterr().out


def test_ci_runs_the_readmes_test_command() -> None:
    command = 'pip install ".[test]" && pytest -n auto'
    assert command in README
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert 'pip install --quiet ".[test]" && pytest -q -n auto' in ci


def test_the_page_on_testing_shows_tests_that_pass(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    for number, block in enumerate(blocks):
        (tmp_path / f"test_page_{number}.py").write_text(block, encoding="utf-8")
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        command, cwd=tmp_path, check=True, timeout=120, capture_output=True, text=True
    )
    assert re.search(rf"^{len(blocks)} passed in ", done.stdout, re.MULTILINE)
