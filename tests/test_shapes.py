"""Callbacks whose size follows from the negotiated version of their interface.

Of the answers none has an event yet, so one gets it in a table that was made up for this.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import events
import generate
import tables
import validate
from conftest import ROOT
from model import Model

SOURCE = ROOT / "tests" / "native" / "shapes.cpp"
CASES = re.findall(r"^    CASE\((\w+)\) \{", SOURCE.read_text("utf-8"), re.MULTILINE)
EVENTS = {
    "SteamUGCRequestUGCDetailsResult_t": (
        'event = "DetailsReceived"\nsignal = "details_received"\ndoc = "Details."'
    ),
}
FIELDS = {
    '"m_bCachedData", "bool", { "1.56" = [9764, 9776], "1.60" = [9772, 9784] }': (
        '{ name = "cached", doc = "Whether it is old." }'
    ),
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("table") / "abi"
    shutil.copytree(ROOT / "abi", folder)
    path = folder / "ugc.toml"
    text = path.read_text("utf-8")
    for struct, event in EVENTS.items():
        text = text.replace(f'struct = "{struct}"', f'struct = "{struct}"\n{event}')
    # What is left out has no event.
    text = text.replace('left_out = "deprecated: queries have replaced it"', 'bound = "details"')
    for field, more in FIELDS.items():
        text = text.replace(f"[{field}]", f"[{field}, {more}]", 1)
    path.write_text(text, "utf-8")
    model = tables.load(folder)
    assert validate.problems(model) == []
    return model


@pytest.fixture(scope="module")
def made(model: Model) -> dict[str, str]:
    return generate.files(model)


@pytest.fixture(scope="module")
def program(compiler: str, made: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shapes")
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    options = ["-std=c++17", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-DSTEAM_API_NODLL"]
    options += ["-fsanitize=address,undefined", "-fno-sanitize=vptr", "-pthread"]
    options += ["-fno-sanitize-recover=undefined"]
    options += [f"-I{path}" for path in (folder / "include", ROOT / "include", ROOT / "src")]
    sources = ["simulator/steam_api/callback_registry.cpp", "src/common/event_queue.cpp"]
    command = [compiler, *options, str(SOURCE), *(str(ROOT / one) for one in sources)]
    subprocess.run([*command, "-o", str(folder / "shapes")], check=True, timeout=300)
    return folder / "shapes"


if sys.platform == "linux":

    @pytest.mark.parametrize("case", CASES)
    def test_case(program: Path, case: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        result = subprocess.run(
            [str(program), case],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=environment,
        )
        assert result.returncode == 0, result.stderr


def test_each_version_has_a_shape(model: Model) -> None:
    rows = {row.event: row for row in events.rows(model)}
    versions = ("017", "018", "020", "021")
    assert rows["ItemInstalled"].shapes == tuple(
        (f"STEAMUGC_INTERFACE_VERSION{one}", f"ItemInstalled{shape}_t")
        for one, shape in zip(versions, ("017", "017", "020", "020"), strict=True)
    )
    assert rows["ClientApproved"].shapes == ()


def test_the_event_is_in_the_newest_shape(made: dict[str, str]) -> None:
    externs = made["steamgs/core/externs.pxd"]
    assert externs.index('namespace "steamgs::abi"') < externs.index("struct ItemInstalled020_t:")
    assert externs.index("struct ItemInstalled020_t:") < externs.rindex('"common/steam.h"')
    source = made["steamgs/core/events.pyx"]
    assert "cdef ItemInstalled020_t data" in source
    assert "ItemInstalled017_t" not in source


def test_documents_say_what_an_older_version_lacks(model: Model) -> None:
    row = next(row for row in events.rows(model) if row.event == "ItemInstalled")
    before = "if Steam serves a version of ISteamUGC before ``STEAMUGC_INTERFACE_VERSION020``."
    assert [one.doc for one in row.fields] == [
        "Whose item it is.",
        "The item.",
        "The file of an item that was made with ISteamRemoteStorage. "
        f"It is ``k_UGCHandleInvalid`` {before}",
        f"Which version of it. It is 0 {before}",
    ]
    assert "Steamworks: ``ItemInstalled_t`` (3405)." in row.docstring
