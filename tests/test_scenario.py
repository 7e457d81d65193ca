"""Scenario files: a simulated Steam for programs without Python, by environment variable."""

from __future__ import annotations

import os
import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import FRONTS, ROOT, valve_library
from steamgs.simulator import __main__ as command
from steamgs.simulator import check_scenario, make_ticket

ALICE = 76561197960287930
SCENARIO = f"""
seed = 7  # of everything that is drawn

[latency]
logon = 0.05
auth = 0.0
auth_max = 0.01

[[group]]
group_id = 103582791429521408

[[user]]
steam_id = {ALICE}
licenses = [
    480,
    0x1F4,  # in hexadecimal
]
officer_of = [103582791429521408]

[[stat]]
name = "kills"
maximum = 1_000.5

[[event]]
at = 0.3
do = "disconnect"
result = 3

[[event]]
at = 0.6
do = "reconnect"

[[event]]
at = 0.9
do = "revoke"
user = {ALICE}
response = 3
"""


@pytest.fixture(scope="session")
def plain_server(compiler: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("plain") / "plain_server"
    source = ROOT / "tests" / "native" / "plain_server.cpp"
    options = ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/include", "-pthread"]
    subprocess.run([compiler, *options, str(source), "-o", str(target), "-ldl"], check=True)
    return target


if "valve" in FRONTS:

    def run_plain_server(
        program: Path, folder: Path, simulator: str, seconds: float
    ) -> subprocess.CompletedProcess[str]:
        command.main(["--install", str(folder)])
        ticket = folder / "ticket"
        ticket.write_bytes(make_ticket(ALICE, 480))
        environment = {**os.environ, "LD_LIBRARY_PATH": str(folder), "SteamAppId": "480"}
        return subprocess.run(
            [str(program), valve_library(), str(seconds), str(ALICE), str(ticket)],
            env={**environment, "STEAMGS_SIMULATOR": simulator},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def test_a_plain_program_lives_through_a_scenario(plain_server: Path, tmp_path: Path) -> None:
        scenario = tmp_path / "scenario.toml"
        scenario.write_text(SCENARIO)
        result = run_plain_server(plain_server, tmp_path, str(scenario), 1.5)
        assert result.returncode == 0, result.stderr
        said = [line for line in result.stdout.splitlines() if not line.startswith(("[", "Sett"))]
        assert [line for line in said if "Caching" not in line] == [
            "connected",
            f"verdict {ALICE} 0",
            "lost 3",
            "connected",
            f"verdict {ALICE} 3",
            "done",
        ]

    def test_a_broken_scenario_serves_nobody_and_says_why(
        plain_server: Path, tmp_path: Path
    ) -> None:
        scenario = tmp_path / "scenario.toml"
        scenario.write_text("[latency]\nlogon = soon\n")
        result = run_plain_server(plain_server, tmp_path, str(scenario), 1)
        assert result.returncode == 1
        assert f"STEAMGS_SIMULATOR={scenario}: line 2: 'soon' is no value" in result.stderr
        assert "no start" in result.stdout
        missing = run_plain_server(plain_server, tmp_path, "/no/such.toml", 1)
        assert "STEAMGS_SIMULATOR=/no/such.toml: there is no such file" in missing.stderr


def test_a_good_scenario_is_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_scenario(SCENARIO) is None
    tomllib.loads(SCENARIO)
    file = tmp_path / "scenario.toml"
    file.write_text(SCENARIO)
    assert command.main(["--check", str(file)]) == 0
    file.write_text("[[user]]\n")
    assert command.main(["--check", str(file)]) == 1
    assert capsys.readouterr().err == f"{file}: line 1: 'steam_id' is missing\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("seed = true", "line 1: 'seed' has a value of the wrong type"),
        ("speed = 1", "line 1: unknown key 'speed'"),
        ("seed = 1\nseed = 2", "line 2: 'seed' is there already"),
        ("seed = ", "line 1: a value expected"),
        ("seed = 1 2", "line 1: the line should end here"),
        ("seed = 99999999999999999999", "line 1: 99999999999999999999 does not fit into 64 bits"),
        ("seed = nan", "line 1: 'nan' is no value"),
        ("= 1", "line 1: a key expected"),
        ("[latency", "line 1: ']' expected"),
        ("[latency]\n[latency]", "line 2: [latency] is there already"),
        ("[nothing]", "line 1: unknown table 'nothing'"),
        ("[latency]\nlogon = 'x'", "line 2: 'logon' has a value of the wrong type"),
        ("[[user]]", "line 1: 'steam_id' is missing"),
        ("[[user]]\nsteam_id = 1\nlicenses = [1, 'x']", "line 3: 'licenses' has a value of the"),
        ("[[user]]\nsteam_id = 1\nlicenses = [1 2]", "line 3: ',' or ']' expected"),
        ("[[stat]]\nname = 'a'\nkind = 'big'", "line 1: kind must be int, float, average_rate or"),
        ("[[stat]]\nname = 'a", "line 2: the string does not end"),
        ('[[stat]]\nname = "\\q"', "line 2: no such escape"),
        ('[[stat]]\nname = "\\u12G4"', "line 2: four hexadecimal digits expected"),
        ("[[event]]\ndo = 'disconnect'", "line 1: 'at' is missing"),
        ("[[event]]\nat = 1\ndo = 'dance'", "line 1: 'dance' is unknown, or needs a user"),
        ("[[event]]\nat = 1\ndo = 'dance'\nuser = 1", "line 1: 'dance' is unknown"),
        ("[[event]]\nat = 1\ndo = 'kick'", "line 1: 'kick' is unknown, or needs a user"),
        ("x = {a = 1}", "line 1: inline tables are not supported"),
        ("x = " + "[" * 9, "line 1: arrays in arrays in arrays"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, error: str) -> None:
    found = check_scenario(text)
    assert found is not None
    assert found.startswith(error)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    check_scenario(text)
    check_scenario(f"[latency]\n{text}")


@given(st.one_of(st.integers(0, 2**63 - 1), st.integers(0, 2**16).map(hex)))
def test_numbers_are_toml_numbers(number: int | str) -> None:
    text = f"seed = {number}\n"
    assert check_scenario(text) is None
    tomllib.loads(text)


def test_the_page_shows_a_good_scenario() -> None:
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    code = page.partition("```toml\n")[2].partition("```")[0]
    assert check_scenario(code) is None
    tomllib.loads(code)
