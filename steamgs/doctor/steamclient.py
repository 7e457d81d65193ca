"""steamclient: wherever Valve's libsteam_api will look for it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from steamgs.doctor.binaries import architecture_problem, content_of, missing_names
from steamgs.findings import Finding, fault, fine, warning

__all__ = ["examine", "places"]

_NAME = {"win32": "steamclient64.dll", "darwin": "steamclient.dylib"}.get(
    sys.platform, "steamclient.so"
)
_NEEDED = (
    "CreateInterface",
    "Steam_BGetCallback",
    "Steam_FreeLastCallback",
    "Steam_GetAPICallResult",
)
# Where SteamCMD and the "Steamworks SDK Redist" leave it, below the home of who ran them.
_LEFT_AT = (
    "Steam/linux64",
    ".local/share/Steam/linux64",
    ".local/share/Steam/steamcmd/linux64",
    ".steam/steamcmd/linux64",
    "steamcmd/linux64",
    "Steam/steamapps/common/Steamworks SDK Redist/linux64",
    ".local/share/Steam/steamapps/common/Steamworks SDK Redist/linux64",
)
_INSTALL = (
    "install it with SteamCMD (steamcmd +login anonymous +app_update 1007 +quit) "
    "and link it to $HOME/.steam/sdk64/steamclient.so"
)


def places() -> Iterator[Path]:
    """Every path at which libsteam_api will look, in its order."""
    if sys.platform != "linux":
        variable = "PATH" if sys.platform == "win32" else "DYLD_LIBRARY_PATH"
        folders = [".", *os.environ.get(variable, "").split(os.pathsep)]
        yield from (Path(folder) / _NAME for folder in folders if folder)
        return
    for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":"):
        if folder:
            yield Path(folder) / _NAME
    yield from _cached()
    yield from (Path(folder) / _NAME for folder in ("/lib64", "/usr/lib64", "/lib", "/usr/lib"))
    home = os.environ.get("HOME", "(null)")
    folder = ".steam/steamcmd/linux64" if os.environ.get("SteamSteamCmdMode") else ".steam/sdk64"
    yield Path(os.path.realpath(Path(home) / folder)) / _NAME


def _cached() -> Iterator[Path]:
    """What the loader's cache knows under this name."""
    try:
        command = ["/sbin/ldconfig", "-p"]
        listed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return
    for match in re.finditer(rf"^\s*{re.escape(_NAME)} .*=> (.+)$", listed.stdout, re.MULTILINE):
        yield Path(match[1])


def examine(library: str | None) -> list[Finding]:
    """Look at each place; the first file that is there is the one that counts."""
    if library and Path(library).name.startswith("libsteam_api_simulator"):
        return [fine("steamclient", "the simulator brings its own")]
    looked = list(dict.fromkeys(places()))
    for path in looked:
        if path.is_file():
            return [_judge(path, library)]
        if path.is_symlink():
            target = os.readlink(path)
            return [fault("steamclient", f"{path} links to {target}, which is not there", _mend())]
    where = ", ".join(map(str, looked))
    message = f"no {_NAME} where libsteam_api will look: {where}"
    only_32 = Path(os.environ.get("HOME", "(null)")) / ".steam" / "sdk32" / _NAME
    if only_32.is_file():
        message += f"; {only_32} is for 32-bit servers"
    return [fault("steamclient", message, _mend())]


def _judge(path: Path, library: str | None) -> Finding:
    if problem := architecture_problem(path):
        return fault("steamclient", f"{path} {problem}", _mend())
    content = content_of(path)
    if not missing_names(content, ("SteamGameServer_Shutdown",)):
        return fault("steamclient", f"{path} is a libsteam_api under this name", _mend())
    missing = missing_names(content, _NEEDED)
    if missing:
        return fault("steamclient", f"{path} is no steamclient: it has no {missing[0]}", _mend())
    if not missing_names(content, ("steamgs_sim_create",)):
        message = f"{path} is the simulator's: it authenticates nobody"
        return warning("steamclient", message, "for players, link Valve's there")
    asked = _asked_version(library)
    if asked and asked.encode() not in content:
        message = f"{path} is too old for the library: it has no {asked}"
        return fault("steamclient", message, "update it with SteamCMD: +app_update 1007 validate")
    return fine("steamclient", f"{path}")


def _asked_version(library: str | None) -> str | None:
    """The newest SteamClient interface that the library speaks of."""
    found = re.findall(rb"SteamClient0\d\d\b", content_of(library)) if library else []
    return max(found).decode() if found else None


def _mend() -> str:
    home = Path(os.environ.get("HOME", ""))
    for folder in _LEFT_AT:
        there = home / folder / _NAME
        if there.is_file() and architecture_problem(there) is None:
            return f'mkdir -p ~/.steam/sdk64 && ln -sf "{there}" ~/.steam/sdk64/{_NAME}'
    return _INSTALL
