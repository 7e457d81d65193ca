"""What is written in a shared library, read without loading it."""

from __future__ import annotations

import re
from pathlib import Path

from steamgs.library import describe_binary, machine

__all__ = ["architecture_problem", "content_of", "missing_names"]


def content_of(path: str | Path) -> bytes:
    """A file's bytes; none of them if it can't be read."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def missing_names(content: bytes, names: tuple[str, ...]) -> list[str]:
    """Which of the names stand in none of the library's tables of symbols.

    Looked for as bytes: so it is the same on Linux, Windows and macOS, and for damaged files.
    """
    return [
        name
        for name in names
        if not re.search(rb"[\0_]" + re.escape(name.encode()) + rb"\0", content)
    ]


def architecture_problem(path: str | Path) -> str | None:
    """What the library was made for, if that is not this process."""
    found = describe_binary(str(path))
    if found is None:
        return "is no shared library of this platform, or cut short"
    here = f"64-bit {machine()}"
    return None if found == here else f"is a {found} library, and this Python is {here}"
