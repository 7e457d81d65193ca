"""The benchmarks run: how fast is for them to say, that they still measure something for this."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from fronts import IN_TEST_EXTRA

SCENARIOS = ["dispatch", "storm", "steady", "messages", "pump", "queries", "floods"]

if IN_TEST_EXTRA:
    # Debian's are built so, although they say of themselves that they have a shared library.
    INTERPRETER_IN_EXECUTABLE = "libpython" not in Path("/proc/self/maps").read_text()

    @pytest.mark.usefixtures("compiler")
    def test_every_scenario_has_figures(tmp_path: Path) -> None:
        file, page = tmp_path / "figures.json", tmp_path / "tables.md"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "benchmarks",
                "--quick",
                "--rounds",
                "1",
                "--json",
                str(file),
                "--table",
                str(page),
                "--only",
                *SCENARIOS,
            ],
            cwd=ROOT,
            check=True,
            timeout=300,
        )
        found = json.loads(file.read_text())
        assert len(found["libraries"]) == 2
        for scenarios in found["libraries"].values():
            assert list(scenarios) == SCENARIOS
            for name in (
                "steamgs, 1000 Hz, counted",
                "steamgs.asyncio, 1000 Hz, receiving from nobody, counted",
            ):
                counted = scenarios["pump"][name]
                assert counted["python_frames"] == [0]
                if not INTERPRETER_IN_EXECUTABLE:  # where nothing can be put before its functions
                    assert counted["gil_acquisitions"] == [0]
            assert scenarios["floods"]["sleeper"]["in_order"] == [True]
            for metrics in scenarios["storm"].values():
                assert metrics["lost"] == metrics["left"] == [0]
        assert page.read_text().count("| C++ floor |") == 8

    def page_of(module: str, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        ).stdout

    @pytest.mark.usefixtures("compiler")
    def test_every_ratio_has_its_parts() -> None:
        page = page_of("benchmarks.ratios", "--quick")
        assert page.count("| storm: ") == 3
        for who in ("many", "few"):
            assert page.count(f": {who} wait | ") == 1
        assert page.count("| columns: ") == 2
        assert page.count("| idle tick: ") == 2
        assert page.count("| busy pump: ") == 6

    @pytest.mark.usefixtures("compiler")
    def test_crowds_of_connections_lose_nothing() -> None:
        page = page_of("benchmarks.connections", "20", "--quick")
        assert page.count("play, ns a message") == 2

    @pytest.mark.usefixtures("compiler")
    def test_every_server_echoes() -> None:
        page = page_of("benchmarks.echo", "--clients", "5", "--rounds", "2", "--turns", "1")
        for server in ("C++", "steamgs, batches", "steamgs.asyncio, batches"):
            assert page.count(f"| {server}; the simulator's carrier | ") == 1
        for server in ("asyncio, datagrams", "uvloop, datagrams", "pyenet", "websockets"):
            assert page.count(server) == 1

    @pytest.mark.usefixtures("compiler")
    def test_growth_has_its_figures() -> None:
        page = page_of("benchmarks.growth", "--quick")
        for row in (
            "authenticate()",
            "event for a session",
            "event that resumes a task",
            "| now |",
        ):
            assert page.count(row) == 1
