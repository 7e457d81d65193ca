"""Programs that run ``steamgs.serve``, and what they say."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fronts import library_of

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX'")
SECONDS = 60

PRELUDE = """
import asyncio, os, signal, sys, threading, time
import steamgs, steamgs.asyncio
from steamgs.simulator import Simulator
steam = Simulator(seed=1)
options = dict(library=sys.argv[1], steamclient=steam, query_port=0, ip="127.0.0.1")
def say(*words):
    # In one go: print() writes word by word, and another thread may say something in between.
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())
"""


@contextmanager
def program(
    front: str, code: str, creationflags: int = 0, /, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run it, until the block is left."""
    command = [sys.executable, "-P", "-c", PRELUDE + textwrap.dedent(code), library_of(front)]
    with subprocess.Popen(
        command,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | environment,
        creationflags=creationflags,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def heard(process: subprocess.Popen[str], wanted: str) -> list[str]:
    """Lines up to one that is, or begins with, ``wanted``."""
    lines = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if lines[-1].startswith(wanted):
            return lines
    raise AssertionError(f"{wanted!r} did not come, but {lines}")


def rest(process: subprocess.Popen[str]) -> list[str]:
    lines = process.communicate(timeout=SECONDS)[0].splitlines()
    return [line for line in lines if "it authenticates nobody" not in line]


PLAIN = """
def main(server):
    server.log_on_anonymous().result(10)
    alice = steam.add_user(76561197960287930)
    server.begin_auth_session(alice.auth_session_ticket(), alice.steam_id)
    server.on_drain = lambda drain: say("told", *drain.players)
    say("playing")
    {loop}

server = steamgs.GameServer(480, **options)
status = steamgs.serve(main, server, grace={grace})
say("over", server.running, len(steam.server.sessions))
sys.exit(status)
"""
LOOP = "server.run_forever()"


ASYNC = """
async def main(server):
    await server.log_on_anonymous()
    alice = steam.add_user(76561197960287930)
    server.begin_auth_session(alice.auth_session_ticket(), alice.steam_id)
    async def tell(drain):
        say("told", *drain.players)
    server.on_drain = tell
    say("playing")
    await asyncio.Event().wait()

server = steamgs.asyncio.GameServer(480, **options)
status = steamgs.serve(main, server, grace={grace})
say("over", server.running, len(steam.server.sessions))
sys.exit(status)
"""
