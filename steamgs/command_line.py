"""How commands end: always with an exit status and at most one line, never with a traceback."""

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

__all__ = ["COULD_NOT", "FAILED", "complain", "printable", "run", "say"]

FAILED = 1
"""The exit status of a command whose answer is no."""

COULD_NOT = 2
"""The exit status of a command that could not be carried out; also argparse's."""

# What a shell says of a program that a signal has ended: this much, and the signal's number.
_BY_SIGNAL = 128
_SIGPIPE = 13


class _Ended(SystemExit):
    """A signal ends the program. It is a SystemExit, which event loops do not catch."""

    def __init__(self, number: int) -> None:
        self.status = _BY_SIGNAL + number
        super().__init__(self.status)


def run(name: str, command: Callable[[], int]) -> int:
    """Run a command to its end, and return its exit status: 128 + n if signal n ended it.

    SIGTERM and SIGHUP unwind it as Ctrl-C does, so that it can clean up. If the reader of its
    output goes away (``| head``), that is not an error, and no message is printed.
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
    """Print, with escapes for characters that the terminal's encoding lacks, as in some paths."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))


def printable(text: str) -> str:
    """Text from elsewhere, such as a path or a server's name, which must not control a terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def complain(name: str, text: str) -> None:
    """Print one line on stderr, if there is one."""
    # Without stderr, print() would write to stdout instead.
    if sys.stderr is not None:
        print(f"{name}: {text}", file=sys.stderr)


def _flushed(command: Callable[[], int]) -> int:
    """Run the command, and flush its output, which may fail, before returning."""
    try:
        return command()
    finally:
        sys.stdout.flush()


def _is_broken_pipe(error: OSError) -> bool:
    # Windows says that the argument is invalid.
    windows = sys.platform == "win32" and error.errno == errno.EINVAL and error.filename is None
    return isinstance(error, BrokenPipeError) or windows


def _drop_output() -> None:
    """Let the interpreter's last flush succeed, as it could not report a failure properly."""
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
            # A signal that is ignored stays ignored, for nohup.
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, _unwind)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _unwind(number: int, _frame: FrameType | None) -> None:
    # Only once: a second signal must not interrupt the cleanup.
    signal.signal(number, signal.SIG_IGN)
    raise _Ended(number)
