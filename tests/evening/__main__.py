"""``python -P -m evening``: an evening of a server with ten thousand players."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable

from evening.driver import Options
from evening.run import run
from fronts import library_of

REAL_TIME_STEP = 0.1


def loop_of(name: str) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if name == "asyncio":
        return None
    import uvloop

    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def options_of(parsed: argparse.Namespace) -> Options:
    library = library_of(parsed.library) if parsed.library == "valve" else parsed.library
    if parsed.minutes is None:
        return Options(
            players=parsed.players, hours=parsed.hours, seed=parsed.seed, library=library
        )
    return Options(
        players=parsed.players,
        hours=parsed.minutes / 60,
        step=REAL_TIME_STEP,
        seed=parsed.seed,
        library=library,
        outage_every=120.0,
        longest_outage=20.0,
        kick_everyone_every=240.0,
        arrivals=500,
        paced=True,
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -P -m evening", description=__doc__)
    parser.add_argument("--players", type=int, default=10_000)
    parser.add_argument("--hours", type=float, default=8.0, help="simulated, with updates at 1 Hz")
    parser.add_argument(
        "--minutes", type=float, help="instead of --hours: in real time, with updates at 10 Hz"
    )
    parser.add_argument("--loops", nargs="+", choices=["asyncio", "uvloop"], default=["asyncio"])
    parser.add_argument("--library", default="simulator", help="a path, 'simulator' or 'valve'")
    parser.add_argument("--seed", type=int, default=1)
    parsed = parser.parse_args(arguments)
    for name in parsed.loops:
        result = run(options_of(parsed), loop_of(name))
        load = [round(average, 2) for average in os.getloadavg()]
        print(json.dumps({"loop": name, **result, "load_average": load}, indent=1), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
