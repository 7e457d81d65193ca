"""One vocabulary: a file, Python and C give the same commands to the simulated Steam.

Each command is tried in all three, with values that its declaration allows and with some that it
does not.
"""

from __future__ import annotations

import ctypes
import json
from typing import Any

import pytest

import steamgs
from conftest import MakeServer
from steamgs.simulator import (
    Command,
    CommandField,
    Simulator,
    User,
    check_scenario,
    commands,
)
from steamgs.simulator import __main__ as command_line
from steamgs.simulator.library import control

ALICE = 76561197960287930
ALL = list(commands().values())
FIELDS = [(command, field) for command in ALL for field in command.fields]


def values_of(command: Command) -> dict[str, Any]:
    """A value for each field that makes sense together with the others."""
    return {field.name: value_of(command, field) for field in command.fields}


def value_of(command: Command, field: CommandField) -> Any:
    known: dict[str, Any] = {
        "user": ALICE,
        "steam_id": ALICE,
        "name": "kills",
        "default": 0,
        "identity": "str:bob",
        "library": "",
    }
    if field.name in known:
        return known[field.name]
    plain: dict[str, Any] = {
        "integer": field.low,
        "number": 0 if field.low is None else max(field.low, 0),
        "boolean": True,
        "string": "x",
        "address": "127.0.0.1",
        "choice": (*field.choices, "")[0],
    }
    return [plain[field.type]] if field.list else plain[field.type]


def required_of(command: Command) -> dict[str, Any]:
    return {
        name: value for name, value in values_of(command).items() if command.field(name).required
    }


def toml(values: dict[str, Any]) -> str:
    """The values as a file has them: JSON's notation is TOML's, for what stands here."""
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())


def event(command: Command, values: dict[str, Any]) -> str:
    return f"[[event]]\nat = 0\ndo = '{command.name}'\n{toml(values)}"


def in_c(sim: Simulator, command: str, fields: bytes) -> tuple[int, str]:
    error = ctypes.create_string_buffer(1024)
    outcome = control().do(sim._world, command.encode(), fields, len(fields), error, 1024)
    return int(outcome), error.value.decode()


@pytest.fixture
def peopled(sim: Simulator) -> Simulator:
    sim.add_user(ALICE)
    sim.define_stat("kills")
    sim.add_workshop_item(1)
    return sim


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_a_file_python_and_c_reach_every_command(peopled: Simulator, command: Command) -> None:
    for values in (values_of(command), required_of(command)):
        assert check_scenario(event(command, values)) is None
        peopled.do(command.name, **values)
        assert in_c(peopled, command.name, toml(values).encode()) == (0, "")
    if command.table is not None:
        table = f"[[{command.table}]]" if command.repeated else f"[{command.table}]"
        assert check_scenario(f"{table}\n{toml(values_of(command))}") is None


@pytest.mark.parametrize(("command", "field"), FIELDS, ids=lambda part: part.name)
def test_all_three_refuse_the_same(
    peopled: Simulator, command: Command, field: CommandField
) -> None:
    wrong: list[Any] = [[[]], {"boolean": 5, "string": "\0"}.get(field.type, "no such")]
    if field.type in ("integer", "number") and field.low is not None and field.high is not None:
        # No larger than TOML's integers, and those of Python that are floats are beyond.
        wrong += [field.low - 1] if field.low > -(2**62) else []
        wrong += [field.high + 1] if field.high < 2**62 else []
    for value in wrong:
        values = {**required_of(command), field.name: [value] if field.list else value}
        said = check_scenario(event(command, values))
        assert said is not None
        assert field.name in said
        outcome, error = in_c(peopled, command.name, toml(values).encode())
        assert outcome == 1
        assert field.name in error
        if field.type != "boolean":  # where Python takes whatever is true or false
            with pytest.raises((TypeError, OverflowError, ValueError), match=field.name):
                peopled.do(command.name, **values)


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_all_three_miss_what_is_needed_and_know_no_other(
    peopled: Simulator, command: Command
) -> None:
    required = required_of(command)
    cases = [
        {name: required[name] for name in required if name != left_out} for left_out in required
    ]
    for values in (*cases, {**required, "no_such": 1}):
        said = check_scenario(event(command, values))
        assert said is not None
        assert f"'{command.name}' " in said
        outcome, error = in_c(peopled, command.name, toml(values).encode())
        assert outcome == 1
        assert said.partition(": ")[2] == error.partition(": ")[2]
        with pytest.raises(TypeError, match=f"{command.name} (needs|takes no) "):
            peopled.do(command.name, **values)


def test_what_is_no_command(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="command must be one of add_group, "):
        sim.do("dance")
    assert in_c(sim, "dance", b"")[1].startswith("line 1: unknown 'do' 'dance': there are ")
    assert in_c(sim, "reconnect", b"[table]")[1] == "line 1: a command has fields, and no tables"
    assert in_c(sim, "reconnect", b"\xff")[0] == 1


def test_what_is_named_has_to_be_there(sim: Simulator) -> None:
    with pytest.raises(KeyError, match="there is no user 5"):
        sim.do("vac_ban", user=5)
    with pytest.raises(KeyError, match="has not defined the statistic 'wins'"):
        sim.do("set_stat", user=5, name="wins", value=1)
    assert in_c(sim, "vac_ban", b"user = 5") == (2, "there is no user 5")


def test_methods_have_the_names_of_commands() -> None:
    for name in commands():
        assert (
            hasattr(Simulator, name)
            or hasattr(User, name)
            or name
            in {
                "set_public_ip",  # the property `public_ip`
                "set_query_host",  # given to the constructor
                "set_reputation",  # only by name
            }
        )


def test_the_command_line_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["--commands"]) == 0
    said = capsys.readouterr().out
    for command in ALL:
        assert command.name in said
        assert command.doc in said
        for field in command.fields:
            assert f"    {field.name}: " in said


def test_every_declaration_is_described() -> None:
    for command in ALL:
        assert command.doc
        assert len({field.name for field in command.fields}) == len(command.fields)
        assert not {"at", "do"} & {field.name for field in command.fields}
        for field in command.fields:
            assert field.doc
            assert field.what or field.choices


# What a server leaves behind


def test_a_server_leaves_nothing_behind(make_server: MakeServer, sim: Simulator) -> None:
    """Every feature's reset: after a server that used them all, Steam looks as it did before."""
    alice = sim.add_user(ALICE)
    sim.define_stat("kills")
    before = sim.server
    for _ in range(2):
        with make_server() as server:
            fresh = sim.server
            server.log_on_anonymous()
            server.run_callbacks()
            server.begin_auth_session(alice.auth_session_ticket(), ALICE)
            server.send_user_connect_and_authenticate(
                "127.0.0.1", sim.add_user(ALICE + 1).connect_blob()
            )
            server.create_unauthenticated_user_connection()
            server.run_callbacks()
            server.update_user_data(ALICE, "alice", 7)
            server.set_server_name("name")
            server.set_map_name("map")
            server.set_region("eu")
            server.set_game_tags("tags")
            server.set_game_data("data")
            server.set_max_player_count(32)
            server.set_bot_player_count(3)
            server.set_password_protected(True)
            server.set_key_value("key", "value")
            server.set_advertise_server_active(True)
            sim.set_latency("call", 10)
            server.get_server_reputation()
            assert len(sim.server.sessions) == 3
            assert sim.server.scheduled
            assert sim.server != fresh
            server.log_off()
        assert sim.server == before
        with make_server() as server:
            again = sim.server
            assert (again.sessions, again.key_values, again.name) == ((), (), fresh.name)
            assert (again.logon, again.steam_id, again.scheduled) == ("off", fresh.steam_id, 0)
            assert server.run_callbacks() == 0
        assert sim.server == before


def test_accounts_and_faults_stay(make_server: MakeServer, sim: Simulator) -> None:
    sim.add_user(ALICE)
    sim.set_vac(False)
    for _ in range(2):
        with make_server() as server:
            server.log_on_anonymous()
            server.run_callbacks()
            assert not server.secure
            with pytest.raises(steamgs.AuthSessionError):
                server.begin_auth_session(b"x", ALICE)
    assert [user.steam_id for user in sim.users] == [ALICE]
