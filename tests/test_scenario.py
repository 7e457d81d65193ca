"""Scenario files: a simulated Steam for programs without Python, by environment variable."""

from __future__ import annotations

import math
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from fronts import FRONTS, valve_library
from steamgs.simulator import __main__ as command
from steamgs.simulator import check_scenario, commands, make_ticket
from targets import PROGRAM

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
    options = [*PROGRAM.options(), "-O1", "-Wall", "-Wextra", "-Werror", "-pthread"]
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
        assert f"STEAMGS_SIMULATOR={scenario}: line 2: 'soon' is not a value" in result.stderr
        assert "no start" in result.stdout

    @pytest.mark.parametrize(
        "content",
        [
            b"[[user]]\nsteam_id = -1",
            b"[[user]]\nsteam_id = 1\nlicenses = [4294967776]",
            b"seed = 1\rseed = 2",
            b"# \xff",
            b"at = 1979-05-27",
            None,
        ],
    )
    def test_the_check_and_the_program_say_the_same(
        plain_server: Path,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        content: bytes | None,
    ) -> None:
        scenario = tmp_path / "scenario.toml"
        if content is not None:
            scenario.write_bytes(content)
        result = run_plain_server(plain_server, tmp_path, str(scenario), 1)
        capsys.readouterr()
        assert command.main(["--check", str(scenario)]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"{scenario}: ")
        assert f"STEAMGS_SIMULATOR={said}" in result.stderr

    def test_a_folder_is_no_scenario(
        plain_server: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        result = run_plain_server(plain_server, tmp_path, str(tmp_path), 1)
        assert f"STEAMGS_SIMULATOR={tmp_path}: Is a directory\n" in result.stderr
        assert command.main(["--check", str(tmp_path)]) == 1
        assert f"{tmp_path}: Is a directory\n" in capsys.readouterr().err


def test_a_good_scenario_is_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_scenario(SCENARIO) is None
    tomllib.loads(SCENARIO)
    file = tmp_path / "scenario.toml"
    file.write_text(SCENARIO)
    assert command.main(["--check", str(file)]) == 0
    file.write_text("[[user]]\n")
    assert command.main(["--check", str(file)]) == 1
    assert capsys.readouterr().err == f"{file}: line 1: 'steam_id' is missing\n"


USER = "[[user]]\nsteam_id = 1\n"
STAT = "[[stat]]\nname = 'a'\n"
KICK = "[[event]]\nat = 1\ndo = 'kick'\nuser = 1\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "seed = true",
            "line 1: 'seed' must be an integer from 0 to 9223372036854775807, not true",
        ),
        ("seed = 1.0", "line 1: 'seed' must be an integer from 0 to 9223372036854775807, not 1.0"),
        ("speed = 1", "line 1: unknown key 'speed'; did you mean 'seed'?"),
        ("seed = 1\nseed = 2", "line 2: 'seed' is already defined"),
        ("seed = ", "line 1: expected a value"),
        ("seed = 1 2", "line 1: expected the end of the line"),
        ("seed = soon", "line 1: 'soon' is not a value"),
        ("= 1", "line 1: expected a key"),
        ("[latency", "line 1: expected ']'"),
        ("[latency]\n[latency]", "line 2: 'latency' is already defined"),
        ("[[latency]]", "line 1: write [latency]: there can be only one"),
        ("[user]", "line 1: write [[user]]: there may be several"),
        (
            "[nothing]",
            "line 1: unknown table 'nothing': there are behaviour, event, group, http_answer, ",
        ),
        (
            "[[usre]]",
            "line 1: unknown table 'usre': there are behaviour, event, group, http_answer, ",
        ),
        ("[[users]]", "line 1: unknown table 'users'; did you mean 'user'?"),
        (
            "['']",
            "line 1: unknown table '': there are behaviour, event, group, http_answer, ",
        ),
        (
            "[latency]\nlogon = 'x'",
            "line 2: 'logon' must be a number of seconds from 0 to 1000000000, not 'x'",
        ),
        ("[latency]\nlogin = 1", "line 2: unknown key 'login'; did you mean 'logon'?"),
        (
            "[latency]\nauth = 2\n\nauth_max = 1",
            "line 4: 'auth_max' must be at least 'auth', which is larger",
        ),
        (
            "[latency]\nauth_max = 1",
            "line 2: 'auth_max' must be at least 'auth', which is missing",
        ),
        ("[[user]]", "line 1: 'steam_id' is missing"),
        ("[[user]]\nid = 1", "line 2: unknown key 'id': there are steam_id, owner_id, licenses, "),
        (USER + "licenses = 1", "line 3: 'licenses' must be an array, not 1"),
        (
            USER + "licenses = [\n1,\n'x'\n]",
            "line 5: 'licenses' must be an app id from 1 to 4294967295, not 'x'",
        ),
        (
            USER + "licenses = [[1]]",
            "line 3: 'licenses' must be an app id from 1 to 4294967295, not [1]",
        ),
        (USER + "licenses = [1 2]", "line 3: expected ',' or ']'"),
        (USER + "online = 1", "line 3: 'online' must be true or false, not 1"),
        (USER + "vac_banned = 'yes'", "line 3: 'vac_banned' must be true or false, not 'yes'"),
        (USER + USER, "line 4: the user 1 is already defined"),
        (STAT + STAT, "line 4: the statistic 'a' is already defined"),
        (
            STAT + "kind = 'big'",
            "line 3: unknown 'kind' 'big': there are int, float, average_rate, ",
        ),
        (STAT + "kind = 'flaot'", "line 3: unknown 'kind' 'flaot': there are int, float, "),
        (STAT + "kind = 'floats'", "line 3: unknown 'kind' 'floats'; did you mean 'float'?"),
        (STAT + "kind = 1", "line 3: 'kind' must be a string, not 1"),
        (STAT + "default = 1.5", "line 3: 'default' must be an integer from -2147483648 to "),
        (STAT + "minimum = 1\nmaximum = 0", "line 4: 'maximum' must be at least 'minimum'"),
        (STAT + "minimum = 1", "line 1: 'default' must be from 'minimum' to 'maximum'; it is 0 if"),
        (
            STAT + "maximum = 1\ndefault = 2",
            "line 4: 'default' must be from 'minimum' to 'maximum'",
        ),
        ("[[stat]]\nname = 'a", "line 2: the string has no closing quote"),
        ('[[stat]]\nname = "\\q"', "line 2: unknown escape"),
        ('[[stat]]\nname = "\\u12G4"', "line 2: expected 4 hexadecimal digits"),
        ("[[event]]\ndo = 'disconnect'", "line 1: 'at' is missing"),
        ("[[event]]\nat = 1", "line 1: 'do' is missing"),
        ("[[event]]\nat = 1\ndo = 'dance'", "line 3: unknown 'do' 'dance': there are add_group, "),
        (
            "[[event]]\nat = 1\ndo = 'kick_everybody'",
            "line 3: unknown 'do' 'kick_everybody'; did you mean 'kick_everyone'?",
        ),
        ("[[event]]\nat = 1\ndo = 'kick'", "line 1: 'kick' needs 'user'"),
        ("[[event]]\nat = 1\ndo = 'jump_clock'", "line 1: 'jump_clock' needs 'seconds'"),
        (KICK + "times = 1", "line 5: 'kick' takes no 'times'"),
        ("x = {a = 1}", "line 1: inline tables are not supported"),
        ("x = " + "[" * 65, "line 1: arrays more than 64 deep are not supported"),
        ("a.b = 1", "line 1: dotted keys are not supported"),
        ('"\\u001b[2J" = 1', "line 1: unknown key '?[2J': there are seed"),
        (f"{'é' * 40} = 1", "line 1: expected a key"),
        (f"'{'é' * 40}' = 1", f"line 1: unknown key '{'é' * 24}...': there are seed"),
        (f"'{'xé' * 40}' = 1", f"line 1: unknown key '{'xé' * 16}...': there are seed"),
        ("# \ud800", "line 1: the file is not UTF-8"),
        ("\n# \r\n\n\ufeff", "line 4: expected a key"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, error: str) -> None:
    found = check_scenario(text)
    assert found is not None
    assert found.startswith(error)


MOST = 2**63 - 1
FLOAT = 3.4028234663852886e38
FAIL = "[[event]]\nat = 1\ndo = 'fail_next_logon'\n"
REVOKE = "[[event]]\nat = 1\ndo = 'revoke'\nuser = 1\n"
# Each value: what stands before it, and the least and the most that it may be.
INTEGERS = [
    ("seed = {}", 0, MOST),
    ("[[group]]\ngroup_id = {}", 1, MOST),
    ("[[item_definition]]\ndefinition = {}", 1, 999_999_999),
    ("[[item_definition]]\ndefinition = 1\nprice = {}", 0, MOST),
    ("[[item]]\nuser = 1\ndefinition = 1\nitem = {}", 0, MOST),
    ("[[item]]\nuser = 1\nitem = 1\ndefinition = 1\nquantity = {}", 1, 65535),
    ("[[user]]\nsteam_id = {}", 1, MOST),
    (USER + "owner_id = {}", 1, MOST),
    (USER + "licenses = [480, {}]", 1, 2**32 - 1),
    (USER + "member_of = [{}]", 1, MOST),
    (USER + "officer_of = [{}]", 1, MOST),
    (STAT + "default = {}", -(2**31), 2**31 - 1),
    (STAT + "kind = 'achievement'\ndefault = {}", 0, 1),
    ("[[event]]\nat = 1\ndo = 'disconnect'\nresult = {}", 1, 131),
    (FAIL + "result = {}", 1, 131),
    (FAIL + "times = {}", 0, 2**30),
    ("[[event]]\nat = 1\ndo = 'fail_next_call'\ntimes = {}", 0, 2**30),
    ("[[event]]\nat = 1\ndo = 'duplicate_next_verdict'\ntimes = {}", 0, 2**30),
    ("[[event]]\nat = 1\ndo = 'kick_everyone'\nreason = {}", 0, 15),
    ("[[event]]\nat = 1\ndo = 'kick'\nuser = {}", 1, MOST),
    ("[[event]]\nat = 1\ndo = 'cancel_ticket'\nuser = {}", 1, MOST),
    ("[[event]]\nat = 1\ndo = 'unload_stats'\nuser = {}", 1, MOST),
    (KICK + "reason = {}", 0, 15),
    (REVOKE + "response = {}", 0, 10),
    (REVOKE + "reason = {}", 0, 15),
]
LATENCIES = ["logon", "retry", "auth", "group", "call", "connected", "policy"]
REALS = [
    *((f"[latency]\n{kind} = {{}}", 0.0, 1e9) for kind in LATENCIES),
    *((f"[latency]\n{kind} = 0\n{kind}_max = {{}}", 0.0, 1e9) for kind in LATENCIES),
    ("[[event]]\ndo = 'reconnect'\nat = {}", 0.0, 1e9),
    ("[[event]]\nat = 1\ndo = 'jump_clock'\nseconds = {}", -1e9, 1e9),
    (STAT + "kind = 'float'\ndefault = {}", -FLOAT, FLOAT),
    (STAT + "kind = 'average_rate'\ndefault = {}", -FLOAT, FLOAT),
    (STAT + "kind = 'float'\ndefault = -3.4028234663852886e38\nmaximum = {}", -FLOAT, FLOAT),
    (STAT + "kind = 'float'\ndefault = 3.4028234663852886e38\nminimum = {}", -FLOAT, FLOAT),
    (STAT + "max_change = {}", 0.0, FLOAT),
]


def refused(text: str) -> bool:
    found = check_scenario(text)
    if found is not None:
        assert found.startswith(f"line {1 + text.rstrip().count(chr(10))}: ")
        assert " must be " in found
    return found is not None


@pytest.mark.parametrize(("text", "low", "high"), INTEGERS)
def test_integers_have_a_range(text: str, low: int, high: int) -> None:
    assert not refused(text.format(low))
    assert not refused(text.format(high))
    for wrong in (low - 1, high + 1, 2**32 + 480, -1, 1.5, "'1'", "true", "[1]"):
        if not isinstance(wrong, int) or not low <= wrong <= high:
            error = check_scenario(text.format(wrong))
            assert error is not None
            beyond = wrong == MOST + 1
            assert ("not supported" if beyond else f", not {wrong}") in error
            assert error.startswith(f"line {1 + text.count(chr(10))}: ")


@pytest.mark.parametrize(("text", "low", "high"), REALS)
def test_numbers_have_a_range(text: str, low: float, high: float) -> None:
    assert not refused(text.format(repr(low)))
    assert not refused(text.format(repr(high)))
    for wrong in (math.nextafter(low, -math.inf), math.nextafter(high, math.inf)):
        assert refused(text.format(repr(wrong)))
    for wrong_text in ("inf", "-inf", "nan", "'1'", "true", "[1.0]"):
        assert refused(text.format(wrong_text))


def test_a_stat_has_a_name_that_steam_takes() -> None:
    for name in ("a", "a" * 127, "é" * 63):
        assert check_scenario(f"[[stat]]\nname = '{name}'") is None
    for name in ("", "a" * 128, "é" * 64, "a\\u0000b"):
        assert refused(f'[[stat]]\nname = "{name}"')


@pytest.mark.parametrize("kind", ["int", "float", "average_rate", "achievement"])
def test_every_kind_of_stat_is_known(kind: str) -> None:
    assert check_scenario(f"{STAT}kind = '{kind}'\nincrement_only = true") is None


def test_a_scenario_is_text_or_bytes() -> None:
    assert check_scenario(b"seed = 1") is None
    with pytest.raises(TypeError, match="text must be a str or bytes, not int"):
        check_scenario(1)  # type: ignore[arg-type]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    check_scenario(text)
    check_scenario(f"[latency]\n{text}")


@given(st.one_of(st.integers(0, 2**63 - 1), st.integers(0, 2**16).map(hex)))
def test_numbers_are_toml_numbers(number: int | str) -> None:
    text = f"seed = {number}\n"
    assert check_scenario(text) is None
    tomllib.loads(text)


@pytest.mark.parametrize("page", ["testing.md", "simulator.md"])
def test_the_pages_show_good_scenarios(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    scenarios = [block for block in blocks if "[[" in block]
    assert scenarios
    for code in scenarios:
        assert check_scenario(code) is None
        tomllib.loads(code)


def test_the_page_lists_every_command_and_its_fields() -> None:
    page = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
    head = "| `do` | needs | takes | what happens |\n|---|---|---|---|\n"
    table = page.partition(head)[2].partition("\n\n")[0]
    listed = []
    for row in table.splitlines():
        (name,), needs, takes = (re.findall(r"`([\w\[\]]+)`", cell) for cell in row.split("|")[1:4])
        listed.append(name)
        command = commands()[name]
        assert row.split("|")[4].strip() == command.doc
        if takes != [f"[{command.table}]"]:
            assert needs == [field.name for field in command.fields if field.required]
            assert takes == [field.name for field in command.fields if not field.required]
        assert all(f"`{field.name}`" in page or name == "set_behaviour" for field in command.fields)
    assert listed == list(commands())


def test_behaviours_are_switched_by_name() -> None:
    assert check_scenario("[behaviour]\nlate_verdicts = true\npolicy_once = false") is None
    assert refused("[behaviour]\nlate_verdicts = 1")
    message = check_scenario("[behaviour]\nlate_verdict = true")
    assert message == "line 2: unknown key 'late_verdict'; did you mean 'late_verdicts'?"
