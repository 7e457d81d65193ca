"""A page that a command draws again and again, over what it has drawn before."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from unicodedata import category, east_asian_width

from steamgs.command_line import say

__all__ = ["can_draw", "cut", "draw", "size"]

_CLEAR = "\033[H\033[J"
# Of a console's mode on Windows: it understands what other terminals do.
_VIRTUAL_TERMINAL = 4


def can_draw() -> bool:
    """Whether standard output is a terminal on which one can draw."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        return sys.platform != "win32" or _windows_can_draw()
    return False


def size() -> tuple[int, int]:
    """How many columns there are, and how many lines; the last one is left to the cursor."""
    columns, lines = shutil.get_terminal_size((80, 24))
    return max(columns, 1), max(lines - 1, 1)


def draw(lines: Sequence[str]) -> None:
    """Draw these lines; if the terminal has no room for all of them, the last line says so."""
    columns, room = size()
    shown = list(lines)
    if len(shown) > room:
        left_out = len(shown) - (room - 1)
        shown[room - 1 :] = [f"... and {left_out} lines more, for which the window is too small"]
    say(_CLEAR + "\n".join(cut(line, columns) for line in shown))
    sys.stdout.flush()


def cut(text: str, columns: int) -> str:
    """As much of a text as fits, with a sign where something is missing."""
    if sum(map(_columns, text)) <= columns:
        return text
    used = 0
    for index, sign in enumerate(text):
        used += _columns(sign)
        if used > columns - 1:
            return text[:index] + "…"
    return text


def _columns(sign: str) -> int:
    """How many columns of a terminal a character takes."""
    if category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(sign) in "WF" else 1


def _windows_can_draw() -> bool:
    if sys.platform != "win32":
        return False
    import ctypes  # noqa: PLC0415 - only there
    import msvcrt  # noqa: PLC0415

    console = msvcrt.get_osfhandle(sys.stdout.fileno())
    mode = ctypes.c_ulong()
    kernel = ctypes.windll.kernel32
    if not kernel.GetConsoleMode(console, ctypes.byref(mode)):
        return False
    return bool(kernel.SetConsoleMode(console, mode.value | _VIRTUAL_TERMINAL))
