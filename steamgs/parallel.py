"""Delivery on several threads at once, where the interpreter has no GIL."""

from __future__ import annotations

import sys
import threading
import time

from steamgs._core import Team

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from steamgs._core import PumpMethods

__all__ = ["MOST_THREADS", "MOST_WAITING", "run"]

MOST_THREADS = 1024
MOST_WAITING = 1_000_000


def run(
    server: PumpMethods,
    asked_to_stop: Callable[[], bool],
    interval: float,
    threads: int,
    max_waiting: int,
    stop: threading.Event | Callable[[], bool] | None,
) -> None:
    """See :meth:`steamgs.GameServer.run_parallel`."""
    if _gil_enabled():
        raise RuntimeError(
            "run_parallel() needs a free-threaded Python that runs without the GIL, such as "
            "python3.14t: with the GIL, threads only take turns. Call run_forever() instead"
        )
    stopped = stop.is_set if isinstance(stop, threading.Event) else stop
    pause = stop.wait if isinstance(stop, threading.Event) else time.sleep
    team = Team(server, max_waiting)

    def goes_on() -> bool:
        if not server.running or asked_to_stop() or team.errors:
            return False
        return stopped is None or not stopped()

    workers: list[threading.Thread] = []
    try:
        for number in range(threads):
            worker = threading.Thread(target=team.work, name=f"steamgs-{number + 1}", daemon=True)
            worker.start()
            workers.append(worker)
        team.deliver()
        while goes_on():
            if server.pump_interval is None:
                pause(interval)
            else:
                server.wait_for_events(interval)
            team.deliver()
        team.finish()
    except BaseException as interruption:
        team.finish()
        if team.errors:
            interruption.__context__ = BaseExceptionGroup("handlers raised before", team.errors)
        raise
    finally:
        team.close()
        for worker in workers:
            worker.join()
        team.end()
    if team.errors:
        raise ExceptionGroup("handlers of Steam events raised exceptions", team.errors)


def _gil_enabled() -> bool:
    enabled: Callable[[], bool] = getattr(sys, "_is_gil_enabled", lambda: True)
    return enabled()
