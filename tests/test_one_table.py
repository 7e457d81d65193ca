"""One table of facts: an edit of it is all that a callback, an enum or a declaration takes."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

import emit_docs
import generate
import steamgs
import steamgs.asyncio
import tables
import validate
from conftest import ROOT
from model import Model

CALLBACK = """
[[callback]]
struct = "GSWeather_t"
id = 299
event = "WeatherChanged"
signal = "weather_changed"
doc = "The weather has changed."
size = 12
fields = [
  ["m_SteamID", "CSteamID", 0, { name = "steam_id", doc = "Who made it." }],
  ["m_eWeather", "EWeather", 8, { name = "weather", doc = "How it is now." }],
]
"""
ENUM = """
[enum.EWeather]
python = { class = "Weather", prefix = "k_EWeather", doc = "How the weather is." }
k_EWeatherFine = 0
k_EWeatherSomeRain = { value = 1, doc = "Take an umbrella." }
k_EWeatherMax = 2

[enum.EForecast]
python = { class = "Forecast", prefix = "k_EForecast", later = true, doc = "How it will be." }
k_EForecastSame = 0
"""
METHOD = """
  { name = "SetWeather", returns = "bool", args = "EWeather eNow, AppId_t nApp", left_out = "no" },
]

[typedefs]"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The table with one callback, one enum and one method more."""
    folder = tmp_path_factory.mktemp("table") / "abi"
    shutil.copytree(ROOT / "abi", folder)
    path = folder / "gameserver.toml"
    text = path.read_text("utf-8").replace("\n]\n\n[typedefs]", METHOD, 1)
    path.write_text(text + CALLBACK + ENUM, "utf-8")
    model = tables.load(folder)
    assert validate.problems(model) == []
    return model


@pytest.fixture(scope="module")
def made(model: Model) -> dict[str, str]:
    return generate.files(model)


def test_the_callback_is_listened_to(made: dict[str, str]) -> None:
    table = made["include/common/callback_table.inc"]
    assert "STEAMGS_CALLBACK(kWeatherChanged, GSWeather_t, 299)" in table.splitlines()


def test_cython_has_all_that_is_new(made: dict[str, str]) -> None:
    externs = [line.strip() for line in made["steamgs/core/externs.pxd"].splitlines()]
    assert "ctypedef int EWeather" in externs
    start = externs.index("ctypedef struct GSWeather_t:")
    assert externs[start + 1 : start + 3] == ["SteamIdMember m_SteamID", "EWeather m_eWeather"]
    assert "bint SetWeather(EWeather, AppId_t)" in externs
    source = made["steamgs/core/events.pyx"]
    assert "cdef class WeatherChanged(Event):" in source
    assert "cdef dict Weather_members = Weather._value2member_map_" in source
    assert "Signal weather_changed" in made["steamgs/core/events.pxd"]


def imported(name: str, text: str, folder: Path) -> ModuleType:
    path = folder / f"{name}.py"
    path.write_text(text, "utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    return module


def test_python_has_the_enum(made: dict[str, str], tmp_path: Path) -> None:
    module = imported("more_enums", made["steamgs/enums.py"], tmp_path)
    assert "Weather" in module.__all__
    weather = module.Weather
    assert [(one.name, int(one)) for one in weather] == [("FINE", 0), ("SOME_RAIN", 1)]
    assert weather.SOME_RAIN.description == "Take an umbrella."
    assert weather(7).name == "UNKNOWN_7"
    assert issubclass(weather, steamgs.SteamEnum)


def test_an_enum_that_is_loaded_later_is_known_at_once(
    made: dict[str, str], tmp_path: Path
) -> None:
    assert "Forecast" in imported("more_enums", made["steamgs/enums.py"], tmp_path).LATER
    assert "Forecast" in imported("later_enums", made["steamgs/later_enums.py"], tmp_path).__all__


def test_all_enums_are_public() -> None:
    later = importlib.import_module("steamgs.later_enums")
    assert set(later.__all__) | set(steamgs.enums.__all__) <= set(steamgs.__all__)
    for name in later.__all__:
        assert getattr(steamgs, name) is getattr(later, name)


def test_editors_see_the_event(made: dict[str, str]) -> None:
    classes = {
        one.name: one
        for one in ast.parse(made["steamgs/_core.pyi"]).body
        if isinstance(one, ast.ClassDef)
    }
    event = ast.unparse(classes["WeatherChanged"])
    assert "def __init__(self, steam_id: int, weather: int) -> None:" in event
    assert "def weather(self) -> Weather:" in event
    signals = ast.unparse(classes["GameServerSignals"])
    assert "def weather_changed(self) -> Signal[WeatherChanged]:" in signals
    assert "from steamgs.enums import Weather\n" in made["steamgs/_core.pyi"]
    names = ast.parse(made["steamgs/events.py"]).body
    assert any("WeatherChanged" in ast.unparse(one) for one in names)


def test_it_has_columns(made: dict[str, str]) -> None:
    filled = made["include/core/column_table.inc"]
    assert "put_id(columns[1], row, event.m_SteamID);" in filled
    assert "put_enum(columns[2], row, event.m_eWeather);" in filled
    classes = {
        one.name: ast.unparse(one)
        for one in ast.parse(made["steamgs/columns.py"]).body
        if isinstance(one, ast.ClassDef)
    }
    assert "    weather: memoryview[int]\n" in classes["WeatherChangedColumns"] + "\n"
    assert "def weather_changed(self) -> WeatherChangedColumns:" in classes["ColumnBatch"]


def test_the_documents_have_it(model: Model) -> None:
    parts = emit_docs.parts(model)
    row = "| `weather_changed` | `WeatherChanged` | `GSWeather_t` (299) | `steam_id`, `weather` |"
    assert row in parts["docs/reference/signals.md"]["overview"].splitlines()
    assert "::: steamgs._core.WeatherChanged" in parts["docs/reference/events.md"]["events"]
    assert "## weather_changed" in parts["docs/reference/signals.md"]["signals"].splitlines()


def test_nothing_else_lists_the_callbacks() -> None:
    """Of what is written by hand, only two tables and the tests' own witness name one."""
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("abi", "codegen", "src", "steamgs", "simulator", "tests/support")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in {".toml", ".py", ".pyi", ".pyx", ".pxd", ".in", ".h", ".cpp"}
        if re.search("(?i)client_?achievement_?status", path.read_text("utf-8"))
    }
    assert found == {"abi/gameserver.toml", "codegen/names.toml", "tests/support/payloads.py"}


@pytest.mark.parametrize("kind", [steamgs.GameServer, steamgs.asyncio.GameServer])
def test_each_method_is_bound_or_left_out_for_a_reason(kind: type[steamgs.GameServer]) -> None:
    server = kind(app_id=480, version="1")
    bound = 0
    for interface in tables.load().interfaces.values():
        home = getattr(server, interface.attribute) if interface.attribute else server
        for method in interface.methods:
            where = f"{interface.name}::{method.flat}"
            if method.bound is not None:
                owner, _, name = method.bound.rpartition(".")
                assert hasattr(getattr(steamgs, owner) if owner else type(home), name), where
                bound += 1
            else:
                assert method.left_out or interface.left_out, where
    assert bound == 238
