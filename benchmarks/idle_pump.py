"""``idle_pump.py LIBRARY HZ SECONDS``: what a pump costs while Steam has nothing to report.

GIL acquisitions and Python frames are counted by counters.c, which the driver preloads into this
process. Without it both are left out, and GIL acquisitions also if they can't be counted.
"""

from __future__ import annotations

import ctypes
import json
import sys
import time


def main(library: str, hertz: float, seconds: float) -> dict[str, float]:
    import steamgs
    from steamgs.simulator import Simulator

    sim = Simulator(clock="manual")
    counters = ctypes.PyDLL(None)
    counted = hasattr(counters, "steamgs_frames")
    counts_gil = counted and counters.steamgs_counts_gil()
    results: dict[str, float] = {}
    with steamgs.GameServer(480, library=library, steamclient=sim, query_port=0) as server:
        woken: list[None] = []
        server.start_pump(1 / hertz, on_events=lambda: woken.append(None))
        time.sleep(0.05)
        if counted:
            counters.steamgs_count_frames()
        ticks, cpu = server.counters().ticks, time.process_time()
        if counted:
            gil, frames = counters.steamgs_gil_acquisitions(), counters.steamgs_frames()
        time.sleep(seconds)
        if counted:
            if counts_gil:
                results["gil_acquisitions"] = counters.steamgs_gil_acquisitions() - gil
            results["python_frames"] = counters.steamgs_frames() - frames
        results["cpu_seconds"] = time.process_time() - cpu
        results["ticks"] = server.counters().ticks - ticks
        if counted:
            # That they do count: an event does take the GIL, and runs the function.
            before = counters.steamgs_gil_acquisitions(), counters.steamgs_frames()
            sim.post(203, b"\0" * 12)
            while not woken:
                time.sleep(0.001)
            assert not counts_gil or counters.steamgs_gil_acquisitions() > before[0]
            assert counters.steamgs_frames() > before[1]
    return results


if __name__ == "__main__":
    library, hertz, seconds = sys.argv[1:]
    print(json.dumps(main(library, float(hertz), float(seconds))))
