"""Many players: ``players.py storm LIBRARY COUNT COLLECTOR``, ``players.py steady LIBRARY COUNT``.

``storm``: all players come through ``steamgs.asyncio``'s ``authenticate()`` at once, stay until the
last one is in, and leave. COLLECTOR is the setting of Python's garbage collector: ``default``, or
``tuned`` as docs/performance.md advises.

``steady``: all players play, and ten times a second each one's name and score is sent to Steam.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time

FIRST = 76561197960287930
UPDATES_A_SECOND = 10
SECONDS = 3.0


async def storm(library: str, count: int, collector: str) -> dict[str, float]:
    import steamgs.asyncio
    from steamgs.simulator import Simulator, make_ticket

    sim = Simulator()
    tickets = [(FIRST + n, make_ticket(FIRST + n, 480)) for n in range(count)]
    if collector == "tuned":
        gc.freeze()
        gc.set_threshold(100_000, 50, 1000)
    async with steamgs.asyncio.GameServer(
        480, library=library, steamclient=sim, query_port=0
    ) as server:
        await server.log_on_anonymous()
        inside = 0
        everybody = asyncio.Event()

        async def play(steam_id: int, ticket: bytes) -> None:
            nonlocal inside
            async with server.authenticate(steam_id, ticket, timeout=120):
                inside += 1
                if inside == count:
                    everybody.set()
                await everybody.wait()

        cpu, start = time.process_time(), time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for steam_id, ticket in tickets:
                group.create_task(play(steam_id, ticket))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - start
        left = len(server.sessions) + len(sim.server.sessions)
    return {
        "cpu_us": cpu / count * 1e6,
        "wall_us": wall / count * 1e6,
        "lost": count - inside,
        "left": left,
    }


def steady(library: str, count: int) -> dict[str, float]:
    """CPU of a server at rest with players, of updating them at once, and one by one."""
    import steamgs
    from steamgs.simulator import Simulator, make_ticket

    sim = Simulator()
    results = {}
    with steamgs.GameServer(480, library=library, steamclient=sim, query_port=0) as server:
        server.log_on_anonymous()
        for number in range(count):
            server.begin_auth_session(make_ticket(FIRST + number, 480), FIRST + number)
        while len(server.sessions) < count:
            server.run_callbacks()

        def at_once(scores: list[tuple[int, str, int]]) -> None:
            server.update_users(scores)

        def one_by_one(scores: list[tuple[int, str, int]]) -> None:
            for entry in scores:
                server.update_user_data(*entry)

        for name, update in (("bulk", at_once), ("single", one_by_one)):
            spent, turns = 0.0, 0
            end = time.perf_counter() + SECONDS
            due = time.perf_counter()
            while due < end:
                scores = [(FIRST + n, f"player {n}", turns) for n in range(count)]
                cpu = time.process_time()
                update(scores)
                server.run_callbacks()
                spent += time.process_time() - cpu
                turns += 1
                due += 1 / UPDATES_A_SECOND
                time.sleep(max(0.0, due - time.perf_counter()))
            results[f"{name}_ns"] = spent / (turns * count) * 1e9
            results[f"{name}_cpu_share"] = spent / SECONDS
    return results


if __name__ == "__main__":
    mode, library, count, *rest = sys.argv[1:]
    if mode == "storm":
        print(json.dumps(asyncio.run(storm(library, int(count), *rest))))
    else:
        print(json.dumps(steady(library, int(count))))
