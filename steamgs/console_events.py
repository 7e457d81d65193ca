"""What a console of Windows tells its programs besides Ctrl-C and Ctrl-Break: that it closes.

Its window may be closed, or the system or the container shut down. Python itself takes that for
Ctrl-Break, but lets Windows end the process before anything could be done about it.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CLOSE", "LOGOFF", "SHUTDOWN", "closing_console", "hear"]

# As Windows numbers them: the window, some user's session, the system.
CLOSE, LOGOFF, SHUTDOWN = 2, 5, 6
# Windows ends the process five seconds after it has told, unless somebody has set it otherwise.
_GRACE_SECONDS = 2.0
_FOR_GOOD = 3600.0


def hear(
    event: int, ask: Callable[[], object], sleep: Callable[[float], object] = time.sleep
) -> bool:
    """Ask the program to end, and after two seconds once more; whether the event was of this kind.

    Windows calls it in a thread of its own, and ends the process when it returns. So it does not
    return: the process ends when its main thread does, or when Windows has no more patience.
    """
    if event == LOGOFF:
        return True  # only services are told, and a user who leaves is none of their business
    if event not in (CLOSE, SHUTDOWN):
        return False
    ask()
    sleep(_GRACE_SECONDS)
    ask()
    sleep(_FOR_GOOD)
    return True


@contextmanager
def closing_console(ask: Callable[[], object]) -> Iterator[None]:
    """Within the block, call ``ask()`` when the console closes, in a thread of Windows' own.

    Other systems have signals for it, so there is nothing to do there.
    """
    if sys.platform != "win32":
        yield
        return
    import ctypes  # noqa: PLC0415 - loaded with Steam's library

    closes = False

    def ask_and_note() -> None:
        nonlocal closes
        closes = True
        ask()

    handler = ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_uint)(
        lambda event: hear(event, ask_and_note)
    )
    kernel = ctypes.windll.kernel32
    # The one that was set last is asked first, so before Python's.
    kernel.SetConsoleCtrlHandler(handler, True)
    try:
        yield
    finally:
        # Nobody can change the handlers until one that was called returns (so it is in wine at
        # least), which this one does not: the program would hang here until Windows ends it.
        if not closes:
            kernel.SetConsoleCtrlHandler(handler, False)
