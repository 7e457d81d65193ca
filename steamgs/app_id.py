"""Telling Steam which app this is.

Steam finds the app id in the environment (``SteamAppId``, ``SteamGameId``) or in a file
``steam_appid.txt`` in the working directory. steamgs sets the former while a server runs.
"""

from __future__ import annotations

import os
import sys

from steamgs.files import read_regular

__all__ = ["AppIdEnvironment", "conflicting_file"]

FILE_NAME = "steam_appid.txt"
# Longer than any number with whitespace around it.
MOST_BYTES = 4096
MOST_DIGITS = 10
VARIABLES = ("SteamAppId", "SteamGameId")


def conflicting_file(app_id: int, folder: str | os.PathLike[str] | None = None) -> str | None:
    """What is wrong with the ``steam_appid.txt`` of a folder (the working directory), or None."""
    path = os.path.join(folder or os.getcwd(), FILE_NAME)
    try:
        content = read_regular(path, MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"{path} can't be read: {error.strerror}"
    text = content.decode("utf-8-sig", "replace").strip().strip("\0")
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        return f"{path} contains {text[:40]!r}, which is not an app id"
    if int(text) != app_id:
        return f"{path} says app id {int(text)}, but the server was created for {app_id}"
    return None


def _put(name: str, value: str | None) -> None:
    """Set a variable, or remove it, for everything in this process."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
    if sys.platform == "win32":
        # Windows knows it now, and the runtime that Python uses. Libraries that use the older
        # runtime see a copy of the environment.
        import ctypes  # noqa: PLC0415 - nobody else needs it

        ctypes.cdll.msvcrt["_wputenv"](f"{name}={value or ''}")


class AppIdEnvironment:
    """Puts the app id into the environment, and restores what was there before."""

    def __init__(self, app_id: int) -> None:
        self._value = str(app_id)
        self._before: dict[str, str | None] = {}

    def set(self) -> None:
        """Set the variables, remembering what they were."""
        self._before = {name: os.environ.get(name) for name in VARIABLES}
        for name in VARIABLES:
            _put(name, self._value)

    def restore(self) -> None:
        """Restore what :meth:`set` found, unless others have changed it. Harmless without ``set``.

        If it is interrupted, the next call does the rest.
        """
        while self._before:
            name, value = next(iter(self._before.items()))
            if os.environ.get(name) == self._value:
                _put(name, value)
            del self._before[name]
