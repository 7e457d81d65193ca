"""run_parallel() where it is refused, and its arguments; for more, test_parallel_delivery.py."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import WITHOUT_GIL, MakeServer
from steamgs.simulator import Simulator


def test_with_the_gil(server: steamgs.GameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: True, raising=False)
    with pytest.raises(RuntimeError) as caught:
        server.run_parallel(threads=2)
    assert str(caught.value) == (
        "run_parallel() needs a free-threaded Python that runs without the GIL, such as "
        "python3.14t: with the GIL, threads only take turns. Call run_forever() instead"
    )


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"threads": 0}, OverflowError, "threads must be from 1 to 1024, not 0"),
        ({"threads": 1025}, OverflowError, "threads must be from 1 to 1024, not 1025"),
        ({"threads": 2.0}, TypeError, "threads must be an int, not float"),
        ({"threads": True}, TypeError, "threads must be an int, not bool"),
        (
            {"threads": 2, "max_waiting": 0},
            OverflowError,
            "max_waiting must be from 1 to 1000000, not 0",
        ),
        (
            {"threads": 2, "max_waiting": 1_000_001},
            OverflowError,
            "max_waiting must be from 1 to 1000000, not 1000001",
        ),
        (
            {"threads": 2, "max_waiting": None},
            TypeError,
            "max_waiting must be an int, not NoneType",
        ),
    ],
)
def test_wrong_arguments(
    server: steamgs.GameServer, arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        server.run_parallel(**arguments)
    assert str(caught.value) == message


def test_on_asyncio(sim: Simulator) -> None:
    async def main() -> None:
        async with steamgs.asyncio.GameServer(
            480, library="simulator", steamclient=sim, query_port=0
        ) as server:
            with pytest.raises(steamgs.SteamError, match="in its own thread"):
                server.run_parallel(threads=2)

    asyncio.run(main())


def test_a_server_that_does_not_run(make_server: MakeServer) -> None:
    error = steamgs.NotRunningError if WITHOUT_GIL else RuntimeError
    with pytest.raises(error):
        make_server().run_parallel(threads=2)
