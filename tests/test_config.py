"""What hosts configure: from where it is taken, and what is said when it is wrong."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from steamgs import Config, ConfigError
from steamgs.simulator import Simulator

TOKEN = "0123456789ABCDEF0123456789ABCDEF"
FAULTLESS = '[steamgs]\napp_id = 481\ngame_port = 1\nquery_port = "shared"\nmode = "authentication"'


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("STEAMGS_"):
            monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "server.toml"
    path.write_text(FAULTLESS)
    return path


def problems(*arguments: Any, **settings: Any) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        Config.load(*arguments, **settings)
    for where, what in caught.value.problems:
        assert f"{where}: {what}" in str(caught.value)
    return list(caught.value.problems)


def test_nothing_is_configured() -> None:
    config = Config.load()
    assert config == Config()
    assert dict(config.sources) == {}
    assert config.read_token() is None


def test_its_defaults_are_the_servers() -> None:
    with_defaults = steamgs.GameServer(480)
    configured = steamgs.GameServer.from_config(Config.load(app_id=480))
    for name in ("app_id", "game_port", "query_port", "mode", "version"):
        assert getattr(configured, name) == getattr(with_defaults, name)


def test_arguments_over_environment_over_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEAMGS_GAME_PORT", "2")
    monkeypatch.setenv("STEAMGS_IP", "127.0.0.2")
    config = Config.load(file, ip="127.0.0.3")
    assert (config.app_id, config.game_port, config.ip) == (481, 2, "127.0.0.3")
    assert config.query_port == steamgs.QUERY_PORT_SHARED
    assert config.mode is steamgs.ServerMode.AUTHENTICATION
    assert config.sources == {
        "ip": "argument ip",
        "game_port": "STEAMGS_GAME_PORT",
        "app_id": f"{file}: app_id",
        "query_port": f"{file}: query_port",
        "mode": f"{file}: mode",
    }


def test_the_environment_names_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEAMGS_CONFIG", str(file))
    assert Config.load().app_id == 481
    other = file.with_name("other.toml")
    other.write_text("[steamgs]\napp_id = 482\n[mygame]\nrounds = 3\n")
    assert Config.load(other).app_id == 482


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("app_id", "4294967295", 0xFFFFFFFF),
        ("ip", "10.0.0.1", "10.0.0.1"),
        ("game_port", "0", 0),
        ("query_port", "shared", steamgs.QUERY_PORT_SHARED),
        ("query_port", "27017", 27017),
        ("mode", "no_authentication", steamgs.ServerMode.NO_AUTHENTICATION),
        ("version", "1.2.3.4", "1.2.3.4"),
        ("grace", "2.5", 2.5),
        ("grace", "60", 60.0),
    ],
)
def test_what_a_variable_may_say(
    name: str, text: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"STEAMGS_{name.upper()}", text)
    got = getattr(Config.load(), name)
    assert (got, type(got)) == (value, type(value))


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "APP_ID", "GAME_PORT", "LIBRARY", "TOKEN", "TOKEN_FILE"):
        monkeypatch.setenv(f"STEAMGS_{name}", "")
    assert Config.load() == Config()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("app_id", 0, "must be a number from 1 to 4294967295, not 0"),
        ("app_id", "many", "not 'many'"),
        ("app_id", True, "not True"),
        ("ip", "localhost", "must be an IPv4 address, not 'localhost'"),
        ("ip", "::1", "must be an IPv4 address"),
        ("game_port", 65536, "must be a number from 0 to 65535, not 65536"),
        ("game_port", 1.5, "not 1.5"),
        ("query_port", "none", "must be a number from 0 to 65535 or 'shared', not 'none'"),
        ("mode", "secure", "must be one of no_authentication, authentication, "),
        ("version", "", "must be a text of the form 1.0.0.0, not ''"),
        ("library", "", "must be a path, not ''"),
        ("token_file", TOKEN, "must be a path, not the token itself"),
        ("grace", -1, "must be from 0 to 86400 seconds, not -1"),
        ("grace", float("nan"), "not nan"),
        ("grace", "soon", "not 'soon'"),
    ],
)
def test_each_error_says_where_and_what(
    name: str, value: Any, words: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((where, what),) = problems(**{name: value})
    assert where == f"argument {name}"
    assert words in what
    file.write_text(f"[steamgs]\n{name} = {json.dumps(value).replace('NaN', 'nan')}\n")
    ((where, what),) = problems(file)
    assert where == f"{file}: {name}"
    assert words in what
    if value != "" and name != "library":
        monkeypatch.setenv(f"STEAMGS_{name.upper()}", str(value))
        ((where, what),) = problems()
        assert where == f"STEAMGS_{name.upper()}"
        assert words.partition("not ")[0] in what  # what follows is the text


def test_all_problems_are_told_at_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEAMGS_GAME_PORT", "x")
    file.write_text('[steamgs]\ngame_prot = 5\napp_id = "480"\nnonsense = 1\n')
    assert [where for where, _ in problems(file, ip="x")] == [
        "argument ip",
        "STEAMGS_GAME_PORT",
        f"{file}: game_prot",
        f"{file}: app_id",
        f"{file}: nonsense",
    ]
    assert "did you mean game_port?" in dict(problems(file))[f"{file}: game_prot"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[steamgs", "is not TOML"),
        ("\xff", "is not TOML"),
        ("app_id = 480", "has no table [steamgs]"),
        ("steamgs = 480", "has no table [steamgs]"),
    ],
)
def test_files_that_are_none(text: str, words: str, file: Path) -> None:
    file.write_bytes(text.encode("latin-1"))
    ((where, what),) = problems(file)
    assert where == str(file)
    assert words in what


def test_a_byte_order_mark_is_no_mistake(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + FAULTLESS.replace("\n", "\r\n").encode())
    assert Config.load(file).app_id == 481


def test_a_file_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = str(tmp_path / "missing.toml")
    assert problems(missing)[0][0] == "argument file"
    monkeypatch.setenv("STEAMGS_CONFIG", missing)
    ((where, what),) = problems()
    assert where == "STEAMGS_CONFIG"
    assert what.startswith(f"{missing} can't be read: ")


def test_the_app_id_is_needed_for_a_server() -> None:
    with pytest.raises(ConfigError, match=r"app_id: is not set: .*STEAMGS_APP_ID"):
        steamgs.GameServer.from_config(Config.load())


# The simulator: what comes from outside is no consent.


def test_consent_is_no_setting(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[steamgs]\nallow_simulator = true\n")
    monkeypatch.setenv("STEAMGS_ALLOW_SIMULATOR", "1")
    for (where, what), place in zip(
        problems(file), ["STEAMGS_ALLOW_SIMULATOR", f"{file}: allow_simulator"], strict=True
    ):
        assert where == place
        assert "only the program itself" in what


def test_no_file_names_the_simulator(file: Path) -> None:
    file.write_text('[steamgs]\nlibrary = "simulator"\n')
    ((_, what),) = problems(file)
    assert what == "must be an absolute path, not 'simulator'"


@pytest.mark.parametrize("text", ["rel.so", "./rel.so", "libsteam_api.so", "Simulator"])
def test_a_library_in_the_environment_has_an_absolute_path(
    text: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEAMGS_LIBRARY", text)
    problem = ("STEAMGS_LIBRARY", f"must be an absolute path, not {text!r}")
    assert problems() == [problem]
    assert problems(library=file) == [problem]  # those that are not used are checked too


def test_the_variable_is_no_consent(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = str(file.with_name("libsteam_api.so"))
    file.write_text(f"[steamgs]\nlibrary = '{library}'\n")
    assert Config.load(file).library == library
    monkeypatch.setenv("STEAMGS_LIBRARY", "simulator")
    config = Config.load(file, app_id=480)
    assert config.library is None
    assert config.sources["library"] == "STEAMGS_LIBRARY"
    server = steamgs.GameServer.from_config(config)
    with pytest.raises(steamgs.SteamLibraryError, match="allow_simulator=True"):
        server.start()


@pytest.mark.parametrize("kind", [steamgs.GameServer, steamgs.asyncio.GameServer])
def test_servers_of_either_kind_take_it(kind: type[steamgs.GameServer]) -> None:
    config = Config.load(app_id=480, game_port=0, query_port=0, version="2.0.0.0")
    server = kind.from_config(config, library=Simulator(query_host=None), game_port=5)
    assert type(server) is kind
    assert (server.app_id, server.game_port, server.version) == (480, 5, "2.0.0.0")


# The token.


def test_a_token_is_read_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "token"
    secret.write_bytes(f"{TOKEN}\r\n".encode())
    monkeypatch.setenv("STEAMGS_TOKEN_FILE", str(secret))
    config = Config.load()
    assert config.read_token() == TOKEN
    assert TOKEN not in repr(config)
    secret.write_text("\n")
    with pytest.raises(ConfigError, match=r"STEAMGS_TOKEN_FILE: .* is empty"):
        config.read_token()
    secret.unlink()
    with pytest.raises(ConfigError, match=r"STEAMGS_TOKEN_FILE: .* can't be read"):
        config.read_token()


def test_a_token_is_nowhere_else(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEAMGS_TOKEN", TOKEN)
    monkeypatch.setenv("STEAMGS_APP_ID", TOKEN)
    monkeypatch.setenv("STEAMGS_TOKEN_FILE", TOKEN)
    file.write_text(f'[steamgs]\ntoken = "{TOKEN}"\n{TOKEN} = 1\nversion = ["{TOKEN}"]\n')
    found = problems(file)
    assert len(found) == 6
    assert TOKEN not in str(found)
    assert "a file of its own" in dict(found)["STEAMGS_TOKEN"]


# The doctor reads the same.


def doctor(folder: Path, *arguments: str, **variables: str) -> dict[str, list[dict[str, str]]]:
    result = subprocess.run(
        [sys.executable, "-P", "-m", "steamgs", "doctor", "--json", *arguments],
        env={"HOME": str(folder), "PATH": os.environ["PATH"], **variables},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr == ""
    found: dict[str, list[dict[str, str]]] = {}
    for finding in json.loads(result.stdout)["findings"]:
        found.setdefault(finding["check"], []).append(finding)
    return found


def test_it_does_not_matter_where_a_server_is_started(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    monkeypatch.setenv("STEAMGS_CONFIG", file.name)
    assert problems() == [("STEAMGS_CONFIG", "must be an absolute path, not 'server.toml'")]
    assert Config.load(file.name).app_id == 481


@pytest.mark.parametrize("version", ["2", "1.0", "1.0.0.0"])
def test_a_version_is_a_text_also_if_it_is_a_number(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEAMGS_VERSION", version)
    assert Config.load().version == version


def test_a_file_that_is_deeper_than_python(file: Path) -> None:
    file.write_text("[steamgs]\napp_id = " + "[" * 100_000)
    ((where, what),) = problems(file)
    assert where == str(file)
    assert what.startswith("is not TOML: ")


def test_it_goes_to_other_processes(file: Path) -> None:
    config = Config.load(file)
    again = pickle.loads(pickle.dumps(config))
    assert again == copy.deepcopy(config) == config
    assert again.sources == config.sources != {}


if sys.platform != "win32":

    def test_the_doctor_finds_the_same_settings(file: Path) -> None:
        found = doctor(
            file.parent,
            "--ip=127.0.0.1",
            STEAMGS_CONFIG=str(file),
            STEAMGS_GAME_PORT="27999",
            STEAMGS_GAMEPORT="27998",
        )
        said, warned = found["configuration"]
        assert f"game_port from STEAMGS_GAME_PORT, app_id from {file}: app_id" in said["message"]
        assert warned["message"].startswith("STEAMGS_GAMEPORT is set")
        assert warned["fix"] == "did you mean STEAMGS_GAME_PORT?"
        assert "127.0.0.1:27999" in found["game port"][0]["message"]
        assert "shared" in found["query port"][0]["message"]
        assert found["app id"][0]["message"] == "the server says 481"

    def test_the_doctor_names_what_is_wrong(file: Path) -> None:
        file.write_text("[steamgs]\ngame_port = 70000\n")
        found = doctor(file.parent, "--config", str(file), STEAMGS_MODE="x")
        assert list(found) == ["configuration"]
        messages = [finding["message"] for finding in found["configuration"]]
        assert messages[0].startswith("STEAMGS_MODE: must be one of")
        assert messages[1].startswith(f"{file}: game_port: must be a number")

    def test_the_doctor_examines_the_token_that_is_configured(file: Path) -> None:
        secret = file.with_name("token")
        found = doctor(file.parent, STEAMGS_TOKEN_FILE=str(secret))
        assert "can't be read" in found["configuration"][-1]["message"]
        assert "HOME" in found
        secret.write_text(TOKEN)
        found = doctor(file.parent, STEAMGS_TOKEN_FILE=str(secret))
        assert found["token"][0]["status"] == "ok"

    def test_the_doctor_knows_that_steam_has_no_port_0(tmp_path: Path) -> None:
        found = doctor(tmp_path, STEAMGS_GAME_PORT="0")
        assert found["configuration"][-1]["message"].startswith("port 0")
