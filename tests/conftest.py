"""What all tests share: the two fronts, and servers that are closed whatever happens.

pytest imports this file, and tests do by ``from conftest import ...``: twice, so it keeps no state.
"""

from __future__ import annotations

import asyncio
import gc
import os
import shlex
import sys
from collections.abc import Callable, Coroutine, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
# `python -m pytest` puts the working directory first, and the source folder has no extension in it.
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != ROOT]

import steamgs  # noqa: E402
import steamgs.asyncio  # noqa: E402
from fronts import FRONTS, library_of  # noqa: E402
from steamgs.simulator import Simulator  # noqa: E402

WITHOUT_GIL = not getattr(sys, "_is_gil_enabled", lambda: True)()
# What can only be tried on such an interpreter.
collect_ignore = [] if WITHOUT_GIL else ["test_parallel_delivery.py"]

LOOPS = ["asyncio"] if sys.platform == "win32" else ["asyncio", "uvloop"]

MakeServer = Callable[..., steamgs.GameServer]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is to be had, as in CI, a skip hides a hole: ``STEAMGS_NO_SKIPS=1``."""
    report = yield
    if report.skipped and os.environ.get("STEAMGS_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _installed_package() -> None:
    assert Path(steamgs.__file__).parent != ROOT / "steamgs", "test the installed package"


@pytest.fixture(scope="session")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The C++ compiler; tests that ask for it bear the mark of this name."""
    given = os.environ.get("CXX", "c++")
    if len(shlex.split(given)) == 1:
        return given
    program = tmp_path_factory.mktemp("compiler") / "c++"  # such as for "ccache g++"
    program.write_text(f'#!/bin/sh\nexec {given} "$@"\n')
    program.chmod(0o755)
    return str(program)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "compiler" in getattr(item, "fixturenames", ()):
            item.add_marker("compiler")


@pytest.fixture
def eager_switches() -> Iterator[None]:
    """Let CPython change threads often: more interleavings, and no thread starves."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


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
        # A free port, as others may test on this machine.
        front_options = {"library": library_of(front), "steamclient": sim, "query_port": 0}
        made.append(steamgs.GameServer(app_id, **{**front_options, **options}))
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


Main = Callable[[steamgs.asyncio.GameServer], Coroutine[Any, Any, Any]]
Run = Callable[[Main], Any]


# In debug mode loops resume tasks one by one, otherwise a delivery resumes them itself.
@pytest.fixture(params=[*LOOPS, "asyncio in debug mode"])
def run(request: pytest.FixtureRequest, front: str, sim: Simulator) -> Run:
    """Runs a coroutine function with a started server; nothing may go to the exception handler."""
    factory = None
    if request.param == "uvloop":
        import uvloop

        factory = uvloop.new_event_loop

    def run_main(main: Main) -> Any:
        problems: list[dict[str, Any]] = []

        async def body() -> Any:
            asyncio.get_running_loop().set_exception_handler(
                lambda _, context: problems.append(context)
            )
            async with steamgs.asyncio.GameServer(
                480, query_port=0, tick_interval=0.001, library=library_of(front), steamclient=sim
            ) as server:
                before = [signal.handlers for signal in server.signals]
                # Thousands of tasks in debug mode take half a minute under qemu.
                async with asyncio.timeout(120):
                    result = await main(server)
            gc.collect()
            leftovers = asyncio.all_tasks() - {asyncio.current_task()}
            assert leftovers == set()
            for signal, handlers in zip(server.signals, before, strict=True):
                # Only what the server itself connected: no wait has left anything behind.
                assert signal.handlers == handlers
            return result

        debug = request.param == "asyncio in debug mode"
        with asyncio.Runner(debug=debug, loop_factory=factory) as runner:
            result = runner.run(body())
        assert problems == []
        return result

    return run_main
