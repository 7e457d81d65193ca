"""What is written in a shared library, read without loading it."""

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
    """A file's bytes; none of them if it can't be read, or isn't a regular file.

    Of a file larger than any library, only the beginning.
    """
    try:
        return read_regular(path, _MOST_BYTES)
    except OSError:
        return b""


def has(content: bytes, name: str) -> bool:
    """Whether a name stands in the library by itself, be it a symbol's or a version's."""
    return re.search(rb"[\0_]" + re.escape(name.encode()) + rb"\0", content) is not None


def lacking(content: bytes, names: tuple[str, ...]) -> list[str]:
    """Which of the names the library does not export.

    Where its table can't be read, as on Windows and macOS, a name anywhere in it will do.
    """
    exported = exported_names(content)
    if exported is None:
        return [name for name in names if not has(content, name)]
    return [name for name in names if name.encode() not in exported]


def this_machine() -> str:
    """What a library must be made for."""
    return f"64-bit {machine()}"


def architecture_problem(path: str | Path) -> str | None:
    """What the library was made for, if that is not this process."""
    found = describe_binary(str(path)) if os.path.isfile(path) else None
    if found is None:
        return "is not a shared library for this platform, or is truncated"
    here = this_machine()
    return None if found == here else f"is a {found} library, and this Python is {here}"
