"""``floods.py memory LIBRARY COUNT`` and ``floods.py sleeper LIBRARY COUNT``.

``memory`` measures resident memory after the first tenth of COUNT events, and after all of them.
``sleeper`` lets a pump collect mixed events while nobody delivers, and then delivers them: how much
resident memory they take, and how long it takes.
"""

from __future__ import annotations

import gc
import json
import struct
import sys
import time
from pathlib import Path
from typing import Any

BURST = 10_000


def resident_bytes() -> int:
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def memory(library: str, count: int) -> dict[str, float]:
    import steamgs
    from steamgs.simulator import Simulator

    sim = Simulator(clock="manual")
    verdict, kick = struct.pack("<QiQ", 1, 0, 2), struct.pack("<Qi", 1, 0)
    with steamgs.GameServer(480, library=library, steamclient=sim, query_port=0) as server:
        seen = 0

        def handler(event: Any) -> None:
            nonlocal seen
            seen += event.steam_id

        server.validate_auth_ticket_response.connect(handler)
        server.client_kick.connect(handler)
        early = 0
        for done in range(0, count, BURST):
            if done == count // 10:
                gc.collect()
                early = resident_bytes()
            sim.post(143, verdict, BURST // 2)
            sim.post(203, kick, BURST // 2)
            server.run_callbacks()
        gc.collect()
        assert seen == count
        return {"events": seen, "growth_bytes": resident_bytes() - early}


def sleeper(library: str, count: int) -> dict[str, float]:
    import steamgs
    from steamgs.simulator import Simulator

    sim = Simulator(clock="manual")
    formats = [
        (143, "<QiQ", (0, 0)),
        (201, "<QQ", (0,)),
        (203, "<Qi", (0,)),
        (208, "<QQ??", (0, 0, 0)),
    ]
    with steamgs.GameServer(480, library=library, steamclient=sim, query_port=0) as server:
        numbers: list[int] = []
        server.validate_auth_ticket_response.connect(lambda event: numbers.append(event.steam_id))
        server.client_approved.connect(lambda event: numbers.append(event.steam_id))
        server.client_kick.connect(lambda event: numbers.append(event.steam_id))
        server.client_group_status.connect(lambda event: numbers.append(event.steam_id))
        server.start_pump(0.001)
        before = resident_bytes()
        for number in range(count):  # one by one, so that the simulated Steam itself holds few
            kind, layout, rest = formats[number % len(formats)]
            sim.post(kind, struct.pack(layout, number, *rest))
        while server.counters().queue_high_water < count:
            time.sleep(0.01)
        waiting = resident_bytes()
        start = time.perf_counter()
        delivered = server.run_callbacks()
        seconds = time.perf_counter() - start
        return {
            "delivered": delivered,
            "in_order": numbers == list(range(count)),
            "high_water": server.counters().queue_high_water,
            "bytes_an_event": (waiting - before) / count,
            "seconds": seconds,
        }


if __name__ == "__main__":
    mode, library, count = sys.argv[1:]
    print(json.dumps((memory if mode == "memory" else sleeper)(library, int(count))))
