"""Reading files that are found by a well-known name.

Anybody who can write to the folder decides what such a file is. Reading a pipe may block, a device
may never end, and a file may be larger than memory.
"""

from __future__ import annotations

import errno
import os
import stat

__all__ = ["read_regular"]

# Windows has no such flag, and no pipes among its files.
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0)


def read_regular(path: str | os.PathLike[str], most: int) -> bytes:
    """The first ``most`` bytes of a regular file.

    :raises OSError: it can't be read, or is a pipe, a socket, a device or a folder.
    """
    # Looked at twice: opening a device may already do something, and a name may change its meaning.
    _require_regular(os.stat(path), path)
    with open(path, "rb", opener=_open_without_waiting) as file:
        status = os.fstat(file.fileno())
        _require_regular(status, path)
        return file.read(min(most, status.st_size))


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | _WITHOUT_WAITING)


def _require_regular(status: os.stat_result, path: str | os.PathLike[str]) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", os.fspath(path))
