"""The operating system's ways to ask a process to stop, and no more of each system than that.

POSIX has SIGTERM and SIGINT. On Windows a console's Ctrl-C is SIGINT and its Ctrl-Break is
SIGBREAK; service wrappers send one of them. That the console closes counts as SIGBREAK too. A
service of its own has no signals, and does not run in the main thread, so it does without this: its
control handler calls ``server.request_stop()``, which is safe in any thread.
"""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import contextmanager

from steamgs.console_events import closing_console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["caught_signals", "die_of", "interrupt_main_thread", "stop_signals"]

_NAMES = ("SIGTERM", "SIGINT", "SIGBREAK")


@contextmanager
def stop_signals(on_signal: Callable[[int], object]) -> Iterator[None]:
    """Have the signals call ``on_signal(number)`` in the main thread, until the block is left.

    :raises RuntimeError: this is not the main thread, where alone Python handles signals.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("signals are handled in the main thread only: call this there")
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        for number in numbers:
            signal.signal(number, lambda caught, _: on_signal(caught))
        with closing_console(_console_closes):
            yield
    finally:
        for number, handler in before.items():
            # None is a handler that was not set by Python, and that Python can't set again.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


@contextmanager
def caught_signals() -> Iterator[Callable[[], int | None]]:
    """Tells which one has come since it was asked last, if only another thread has noticed it.

    The main thread may block in a lock that the signal does not end: where another thread has
    caught it, or just before the main thread began to wait.
    """
    numbers = {getattr(signal, name) for name in _NAMES if hasattr(signal, name)}
    ours, theirs = socket.socketpair()

    def first() -> int | None:
        try:
            return next((number for number in ours.recv(4096) if number in numbers), None)
        except BlockingIOError:
            return None

    with ours, theirs:
        ours.setblocking(False)
        theirs.setblocking(False)
        before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        try:
            yield first
        finally:
            signal.set_wakeup_fd(before)


def interrupt_main_thread() -> None:
    """Have the main thread handle a SIGTERM, even if it sleeps. From any thread."""
    if hasattr(signal, "pthread_kill"):
        main = threading.main_thread().ident
        assert main is not None
        signal.pthread_kill(main, signal.SIGTERM)
    else:
        _interrupt_main(signal.SIGTERM)


def _console_closes() -> None:
    _interrupt_main(getattr(signal, "SIGBREAK", signal.SIGTERM))


def _interrupt_main(number: int) -> None:
    """Windows' way, where nobody else can send a process its signals."""
    import _thread  # noqa: PLC0415

    _thread.interrupt_main(signal.Signals(number))


def die_of(number: int) -> None:
    """End the process at once, as if it had never handled this signal."""
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)
