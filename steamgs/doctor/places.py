"""Where libsteam_api looks for steamclient, and where SteamCMD leaves one."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["NAME", "SDK_FOLDER", "home_folder", "left_at", "searched_by_name"]

NAME = {"win32": "steamclient64.dll", "darwin": "steamclient.dylib"}.get(
    sys.platform, "steamclient.so"
)
# How Valve calls 64-bit Linux, and the folder of its steamclient below ``.steam``.
_ARM = platform.machine() in ("aarch64", "arm64")
_LINUX, SDK_FOLDER = ("linuxarm64", "sdkarm64") if _ARM else ("linux64", "sdk64")
# In the home of the user who ran SteamCMD: its own, Steam's, that of the "Steamworks SDK Redist".
_LEFT_AT = {
    "win32": (
        "steamcmd",
        "SteamCMD",
        "steamcmd/steamapps/common/Steamworks SDK Redist",
        "C:/steamcmd",
        "C:/steamcmd/steamapps/common/Steamworks SDK Redist",
        "C:/Program Files (x86)/Steam",
    ),
    "darwin": (
        "Steam",
        "steamcmd",
        "Library/Application Support/Steam",
        "Library/Application Support/Steam/Steam.AppBundle/Steam/Contents/MacOS",
    ),
}
_LEFT_AT_ON_LINUX = (
    f"Steam/{_LINUX}",
    f".local/share/Steam/{_LINUX}",
    f".local/share/Steam/steamcmd/{_LINUX}",
    f".steam/steamcmd/{_LINUX}",
    f"steamcmd/{_LINUX}",
    f"Steam/steamapps/common/Steamworks SDK Redist/{_LINUX}",
    f".local/share/Steam/steamapps/common/Steamworks SDK Redist/{_LINUX}",
)
_LOADERS = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")
# If the loader does not say where it searches.
_SYSTEM_FOLDERS = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")


def searched_by_name() -> Iterator[Path]:
    """Where the system's loader looks, in its order; it skips files that it can't load."""
    if sys.platform == "win32":
        yield from _registered()
        folders = [os.path.dirname(sys.executable), os.environ.get("SystemRoot", "") + "/System32"]
        folders += [".", *os.environ.get("PATH", "").split(os.pathsep)]
        yield from (Path(folder) / NAME for folder in folders if folder)
        return
    if sys.platform == "darwin":
        folders = os.environ.get("DYLD_LIBRARY_PATH", "").split(os.pathsep)
        folders += [".", "/usr/local/lib", "/usr/lib"]
        yield from (Path(folder) / NAME for folder in folders if folder)
        return
    if path := os.environ.get("LD_LIBRARY_PATH"):
        # An empty entry is the working directory.
        yield from (Path(folder or ".") / NAME for folder in re.split("[:;]", path))
    yield from _cached()
    yield from (Path(folder) / NAME for folder in _system_folders())


def _registered() -> Iterator[Path]:
    """On Windows: that of the Steam client that runs, which says so in the registry."""
    if sys.platform != "win32":
        return
    import winreg  # noqa: PLC0415 - there is one on Windows only

    try:
        where = r"Software\Valve\Steam\ActiveProcess"
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, where) as key:
            value = winreg.QueryValueEx(key, "SteamClientDll64")[0]
    except OSError:
        return
    # Anybody can have written anything there; an empty path would be the working directory.
    if isinstance(value, str) and value:
        yield Path(value)


def home_folder() -> Path:
    """Where Valve's library looks last, on Linux. The folder may be a link."""
    folder = f"steamcmd/{_LINUX}" if os.environ.get("SteamSteamCmdMode") else SDK_FOLDER
    # With HOME unset, Valve's library looks below a folder of this name.
    return Path(os.environ.get("HOME", "(null)")) / ".steam" / folder


def left_at() -> Iterator[Path]:
    """Where SteamCMD usually puts one."""
    home = Path(os.environ.get("USERPROFILE" if sys.platform == "win32" else "HOME", ""))
    yield from (home / folder / NAME for folder in _LEFT_AT.get(sys.platform, _LEFT_AT_ON_LINUX))
    if command := shutil.which("steamcmd"):
        folder = Path(os.path.realpath(command)).parent
        yield (folder / _LINUX if sys.platform == "linux" else folder) / NAME


def _cached() -> Iterator[Path]:
    """The files of this name in the loader's cache."""
    listed = _output("/sbin/ldconfig", "-p")
    for match in re.finditer(rf"^\s*{re.escape(NAME)} .*=> (.+)$", listed, re.MULTILINE):
        yield Path(match[1])


def _system_folders() -> list[str]:
    """The folders that are compiled into the loader, which differ between distributions."""
    loader = next(filter(os.path.exists, _LOADERS), None)
    said = _output(loader, "--help") if loader else ""
    found = re.findall(r"^\s*(/.*) \(system search path\)$", said, re.MULTILINE)
    return found or list(_SYSTEM_FOLDERS)


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "surrogateescape")
