"""Reading shared libraries without loading them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from steamgs.doctor.elf import exported_names
from steamgs.files import read_regular
from steamgs.library import describe_binary, machine

__all__ = ["architecture_problem", "content_of", "has", "lacking", "this_machine"]

_MOST_BYTES = 128 << 20


def content_of(path: str | Path) -> bytes:
    """A file's bytes; empty if it can't be read, or is not a regular file.

    If the file is larger than any library, only its beginning is returned.
    """
    try:
        return read_regular(path, _MOST_BYTES)
    except OSError:
        return b""


def has(content: bytes, name: str) -> bool:
    """Whether the library contains a name as a whole, either a symbol's or a version's."""
    return re.search(rb"[\0_]" + re.escape(name.encode()) + rb"\0", content) is not None


def lacking(content: bytes, names: tuple[str, ...]) -> list[str]:
    """Which of the names the library does not export.

    If its table of symbols can't be read, as on Windows and macOS, a name anywhere in it counts.
    """
    exported = exported_names(content)
    if exported is None:
        return [name for name in names if not has(content, name)]
    return [name for name in names if name.encode() not in exported]


def this_machine() -> str:
    """The architecture that a library must have been built for."""
    return f"64-bit {machine()}"


def architecture_problem(path: str | Path) -> str | None:
    """What is wrong with the library's architecture, or None if it fits this process."""
    found = describe_binary(str(path)) if os.path.isfile(path) else None
    if found is None:
        return "is not a shared library for this platform, or is truncated"
    here = this_machine()
    return None if found == here else f"is a {found} library, and this Python is {here}"
