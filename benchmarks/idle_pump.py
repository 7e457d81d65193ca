"""``idle_pump.py LIBRARY HZ SECONDS [receiving]``: a pump, while Steam has nothing to say.

With ``receiving`` it also looks for messages of 100 connections, of which none comes. GIL
acquisitions and Python frames are counted by counters.c, which the driver preloads into this
process. Without it both are left out, and GIL acquisitions also if they can't be counted.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import sys
import time
from typing import Any

CONNECTIONS = 100


class Counters:
    """What counters.c counts, where it is preloaded."""

    def __init__(self) -> None:
        self.library = ctypes.PyDLL(None)
        self.frames = hasattr(self.library, "steamgs_frames")
        self.gil = self.frames and bool(self.library.steamgs_counts_gil())
        if self.frames:
            self.library.steamgs_count_frames()
        self.looks = 0

    def __call__(self) -> dict[str, float]:
        found: dict[str, float] = {}
        self.looks += 1  # each of which is a frame
        if self.gil:
            found["gil_acquisitions"] = self.library.steamgs_gil_acquisitions()
        if self.frames:
            found["python_frames"] = self.library.steamgs_frames() - self.looks
        return found


def idle(server: Any, counted: Counters, seconds: float) -> dict[str, float]:
    """What passes while this thread sleeps."""
    ticks, cpu, before = server.counters().ticks, time.process_time(), counted()
    time.sleep(seconds)
    after = counted()
    results = {name: after[name] - before[name] for name in after}
    results["cpu_seconds"] = time.process_time() - cpu
    results["ticks"] = server.counters().ticks - ticks
    return results


def main(library: str, hertz: float, seconds: float) -> dict[str, float]:
    import steamgs
    from steamgs.simulator import Simulator

    sim = Simulator(clock="manual")
    with steamgs.GameServer(480, library=library, steamclient=sim, query_port=0) as server:
        woken: list[None] = []
        server.start_pump(1 / hertz, on_events=lambda: woken.append(None))
        time.sleep(0.05)
        counted = Counters()
        results = idle(server, counted, seconds)
        # That they do count: an event does take the GIL, and runs the function.
        before = counted()
        sim.post(203, b"\0" * 12)
        while not woken:
            time.sleep(0.001)
        after = counted()
        assert all(after[name] > before[name] for name in after)
    return results


async def receiving(library: str, hertz: float, seconds: float) -> dict[str, float]:
    import steamgs.asyncio
    from steamgs.simulator import Simulator

    async with steamgs.asyncio.GameServer(
        480,
        library=library,
        steamclient=Simulator(clock="manual"),
        query_port=0,
        tick_interval=1 / hertz,
    ) as server:
        await server.log_on_anonymous()
        group = server.sockets.create_poll_group()
        pairs = [server.sockets.socket_pair() for _ in range(CONNECTIONS)]
        for _, theirs in pairs:
            group.add(theirs)
        batches = aiter(group)
        waiting = asyncio.ensure_future(anext(batches))
        await asyncio.sleep(0.05)
        counted = Counters()
        results = idle(server, counted, seconds)
        # That they do count: a message resumes the task, which the pump wakes without the GIL.
        before = counted()
        pairs[0][0].send(b"hello")
        assert len(await waiting) == 1
        after = counted()
        assert after.get("python_frames", 1) > before.get("python_frames", 0)
    return results


if __name__ == "__main__":
    library, hertz, seconds, *what = sys.argv[1:]
    if what:
        figures = asyncio.run(receiving(library, float(hertz), float(seconds)))
    else:
        figures = main(library, float(hertz), float(seconds))
    print(json.dumps(figures))
