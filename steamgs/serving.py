"""A server as a program of its own: from its start to its exit status."""

from __future__ import annotations

import threading

from steamgs.errors import NotRunningError
from steamgs.log import logger
from steamgs.service import MainInterrupted, Service
from steamgs.stop_signals import caught_signals, interrupt_main_thread, stop_signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable
    from typing import Any, TypeVar

    from steamgs.server import GameServer

    _Server = TypeVar("_Server", bound=GameServer)

__all__ = ["serve"]


def serve(
    main: Callable[[_Server], object],
    server: _Server,
    *,
    grace: float = 30.0,
    loop_factory: Callable[[], AbstractEventLoop] | None = None,
) -> int:
    """Run a server as a program: start it, run ``main(server)``, and drain it when asked to stop.

    ::

        async def main(server: steamgs.asyncio.GameServer) -> None:
            await server.log_on_anonymous()
            server.set_advertise_server_active(True)
            ...  # the game

        if __name__ == "__main__":
            sys.exit(steamgs.serve(main, steamgs.asyncio.GameServer(480)))

    It stops for SIGTERM, Ctrl-C and Ctrl-Break, if Steam wants the server restarted, if
    :meth:`~steamgs.GameServer.request_stop` is called, and if ``main`` ends. With asyncio, ``main``
    goes on while the server is drained, and is cancelled afterwards. Otherwise it has to return
    when ``server.stop_requested`` says so; it may call :meth:`~steamgs.GameServer.drain` itself,
    and if it has not done so, that is done for it. A second signal ends the grace, and a third one
    ends the process. If ``main`` ends by itself, there is no grace. In the end the server is
    closed.

    Under systemd, with ``Type=notify``, it sends READY when the server has first logged on,
    STOPPING when it is to stop, and feeds the watchdog as long as
    :meth:`~steamgs.GameServer.health` is fine.

    Call it in the main thread, which alone handles signals.

    :param main: the game. A coroutine function for a :class:`steamgs.asyncio.GameServer`, a plain
        function for a :class:`steamgs.GameServer`.
    :param server: the server, which must not have been started.
    :param grace: seconds that players have to leave, from the moment when it is asked to stop.
    :param loop_factory: makes the event loop, such as ``uvloop.new_event_loop``; asyncio only.
    :returns: the exit status: 0; 75 if Steam wants a restart; 128 and the signal's number if a
        second signal has cut the grace short.
    :raises TypeError: ``main`` is not of the kind that the server needs.
    :raises RuntimeError: this is not the main thread.
    :raises ValueError: ``grace`` is less than 0.

    What ``main``, or the start, raises is raised when the server is closed.
    """
    from inspect import iscoroutinefunction  # noqa: PLC0415 - slow to import

    service = Service(server, grace)
    asynchronous = iscoroutinefunction(getattr(type(server), "aclose", None))
    if asynchronous != (iscoroutinefunction(main) or _calls_coroutine(main)):
        kind = "a coroutine function" if asynchronous else "no coroutine function"
        raise TypeError(f"main must be {kind} for a {type(server).__module__}.GameServer")
    with stop_signals(service.on_signal):
        if asynchronous:
            from steamgs.asyncio.serving import run_in_loop  # noqa: PLC0415 - only if it is wanted

            run_in_loop(service, main, loop_factory)
        else:
            _run(service, main)
    return service.status()


def _calls_coroutine(main: object) -> bool:
    from inspect import iscoroutinefunction  # noqa: PLC0415

    return iscoroutinefunction(getattr(main, "__call__", None))  # noqa: B004 - not whether


def _run(service: Service, main: Callable[[Any], object]) -> None:
    server = service.server
    with server, caught_signals() as caught:
        service.has_started()
        over = threading.Event()
        arguments = (service, over, caught)
        watch = threading.Thread(target=_watch, args=arguments, name="watch", daemon=True)
        watch.start()
        try:
            try:
                _call_main(service, main)
            finally:
                service.has_ended()
                _drain(service)
        finally:
            over.set()
            watch.join()


def _call_main(service: Service, main: Callable[[Any], object]) -> None:
    try:
        service.main_may_be_interrupted = True
        try:
            main(service.server)
        finally:
            service.main_may_be_interrupted = False
    except MainInterrupted:
        logger().error("main did not return in time, and was interrupted")


def _drain(service: Service) -> None:
    try:
        if service.server.running and service.server.draining is None:
            service.server.drain(grace=service.seconds_left if service.stopping else 0)
    except NotRunningError:
        logger().warning("the server was closed before it had been drained")
    service.has_drained()


def _watch(service: Service, over: threading.Event, caught: Callable[[], int | None]) -> None:
    while not over.wait(service.look_seconds):
        if (number := caught()) is not None:
            service.has_caught_signal(number)
        service.look()
        if service.blocks():
            interrupt_main_thread()
