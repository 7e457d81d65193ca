"""What all tests share: the two fronts, and servers that are closed whatever happens."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
# `python -m pytest` puts the working directory first, and the source folder has no extension in it.
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != ROOT]

import steamgs  # noqa: E402
from steamgs.simulator import Simulator  # noqa: E402

# One that is named is tested instead of the newest; taken away, as it would be every server's.
NAMED_LIBRARY = os.environ.pop("STEAMGS_LIBRARY", None)
VALVE_RUNS_HERE = sys.platform == "linux" and platform.machine() == "x86_64"
FRONTS = ["simulator", "valve"] if VALVE_RUNS_HERE else ["simulator"]


def valve_library() -> str:
    """Valve's genuine libsteam_api.so: ``STEAMGS_LIBRARY``, or out of the test extra's wheel."""
    if NAMED_LIBRARY:
        return NAMED_LIBRARY
    spec = importlib.util.find_spec("steamworks")
    assert spec is not None, "the test extra is not installed: pip install '.[test]'"
    assert spec.submodule_search_locations is not None
    path = Path(next(iter(spec.submodule_search_locations))) / "libsteam_api.so"
    assert path.is_file(), f"{path} is missing from the wheel steamworks-swig"
    return str(path)


MakeServer = Callable[..., steamgs.GameServer]


@pytest.fixture(scope="session", autouse=True)
def _installed_package() -> None:
    assert Path(steamgs.__file__).parent != ROOT / "steamgs", "test the installed package"


@pytest.fixture(params=FRONTS)
def front(request: pytest.FixtureRequest) -> str:
    """Which libsteam_api is above the simulated steamclient."""
    return str(request.param)


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(seed=1, clock="manual") as simulator:
        yield simulator


@pytest.fixture
def make_server(front: str, sim: Simulator) -> Iterator[MakeServer]:
    """Makes servers on this front; at most one at a time runs, and none afterwards."""
    made: list[steamgs.GameServer] = []

    def make(app_id: int = 480, **options: Any) -> steamgs.GameServer:
        if front == "valve":
            library: dict[str, Any] = {"library": valve_library(), "steamclient": sim}
        else:
            library = {"library": sim}
        made.append(steamgs.GameServer(app_id, **{**library, **options}))
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def server(make_server: MakeServer) -> steamgs.GameServer:
    """A started server that is not logged on."""
    return make_server().start()


@pytest.fixture
def online(server: steamgs.GameServer) -> steamgs.GameServer:
    """A started server that is logged on."""
    server.log_on_anonymous()
    server.run_callbacks()
    assert server.logged_on
    return server
