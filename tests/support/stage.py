"""What the cases of ``stress.py`` act upon."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import steamgs
from payloads import payload
from steamgs.simulator import Simulator

__all__ = ["ALICE", "GRACE_SECONDS", "KICK", "LOOPS", "Stage", "listeners_with_the_gil"]

if sys.platform == "win32":
    LOOPS = [asyncio.new_event_loop]
else:
    import uvloop

    LOOPS = [asyncio.new_event_loop, uvloop.new_event_loop]

KICK = 203
ALICE = 76561197960287930
GRACE_SECONDS = 120.0


class Stage:
    """What a case acts upon."""

    def __init__(self, library: str, seconds: float, seed: int) -> None:
        self.library = library
        self.random = random.Random(seed)
        self.seconds = seconds
        self.deadline: float | None = None
        self.rounds = 0
        self.sim = Simulator(seed, query_host=None)

    def server(self) -> steamgs.GameServer:
        return steamgs.GameServer(480, library=self.library, steamclient=self.sim)

    def online(self) -> steamgs.GameServer:
        server = self.server().start()
        server.log_on_anonymous()
        server.run_callbacks()
        assert server.logged_on
        return server

    def more(self) -> bool:
        if self.deadline is None:
            self.deadline = time.monotonic() + self.seconds
        elif time.monotonic() >= self.deadline:
            return False
        self.rounds += 1
        return True

    def kick(self, count: int = 1) -> None:
        self.sim.post(KICK, payload("client_kick", ALICE, 0), count=count)

    def later(self) -> None:
        time.sleep(self.random.random() * 0.002)


@contextlib.contextmanager
def listeners_with_the_gil() -> Iterator[Any]:
    from native_builds import build
    from test_native_listeners import BUILD

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(Path(__file__).parent.parent / "native" / "kicks.pyx", folder)
        (folder / "setup.py").write_text(BUILD)
        yield build(folder, "kicks").Kicks
