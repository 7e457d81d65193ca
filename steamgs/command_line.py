"""How commands end: whatever happens, with an exit status and one line at most, not a traceback."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from steamgs.errors import SteamError

__all__ = ["COULD_NOT", "FAILED", "complain", "run", "say"]

FAILED = 1
"""The exit status of a command whose answer is no."""

COULD_NOT = 2
"""The exit status of a command that could not be carried out; also argparse's."""

# What a shell says of a program that a signal has ended: this much, and the signal's number.
_BY_SIGNAL = 128
_SIGPIPE = 13


class _Ended(SystemExit):
    """A signal ends the program. Event loops let such an exception out, as few others."""

    def __init__(self, number: int) -> None:
        self.status = _BY_SIGNAL + number
        super().__init__(self.status)


def run(name: str, command: Callable[[], int]) -> int:
    """Run a command to its end, and return its exit status: 128 + n where signal n ended it.

    SIGTERM and SIGHUP unwind it as Ctrl-C does, so that nothing it has begun is left behind. A
    reader who has gone away (``| head``) is nobody's mistake, and gets no message.
    """
    if sys.stdout is None:
        complain(name, "standard output is closed")
        return COULD_NOT
    try:
        with _signals_unwind():
            return _flushed(command)
    except _Ended as end:
        return end.status
    except KeyboardInterrupt:
        return _BY_SIGNAL + signal.SIGINT
    except SteamError as error:
        complain(name, str(error))
        return FAILED
    except OSError as error:
        _drop_output()
        if _is_broken_pipe(error):
            return _BY_SIGNAL + _SIGPIPE
        place = f"{os.fsdecode(error.filename)}: " if error.filename is not None else ""
        complain(name, f"{place}{error.strerror or error}")
        return COULD_NOT


def say(text: str) -> None:
    """Print, with escapes for what the terminal's encoding lacks: paths may hold anything."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))


def complain(name: str, text: str) -> None:
    """One line for people, if there is anywhere to write it."""
    # print() would write to the output instead where there is no stderr.
    if sys.stderr is not None:
        print(f"{name}: {text}", file=sys.stderr)


def _flushed(command: Callable[[], int]) -> int:
    """Run the command; what it has printed is out, or has failed, before it ends."""
    try:
        return command()
    finally:
        sys.stdout.flush()


def _is_broken_pipe(error: OSError) -> bool:
    # Windows says that the argument is invalid.
    windows = sys.platform == "win32" and error.errno == errno.EINVAL and error.filename is None
    return isinstance(error, BrokenPipeError) or windows


def _drop_output() -> None:
    """Let the interpreter's own last flush succeed: it has no way to report a failure nicely."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextmanager
def _signals_unwind() -> Iterator[None]:
    """Within the block, the signals that end a program raise an exception in the main thread."""
    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
            number = getattr(signal, name, None)
            # One that is ignored stays so: nohup means it.
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, _unwind)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _unwind(number: int, _frame: FrameType | None) -> None:
    # Once: a second one must not interrupt the cleaning up.
    signal.signal(number, signal.SIG_IGN)
    raise _Ended(number)
