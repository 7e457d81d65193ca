"""steamclient, in all places where Valve's libsteam_api looks for it."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

from steamgs.doctor.binaries import architecture_problem, content_of, has, lacking
from steamgs.doctor.places import NAME, SDK_FOLDER, home_folder, left_at, searched_by_name
from steamgs.findings import Finding, fault, fine, warning
from steamgs.library import cut_short

__all__ = ["examine"]

_NEEDED = (
    "CreateInterface",
    "Steam_BGetCallback",
    "Steam_FreeLastCallback",
    "Steam_GetAPICallResult",
)
_INSTALL = "install it with SteamCMD (steamcmd +login anonymous +app_update 1007 +quit) "
_PLACE = {
    "win32": "and add the folder of its DLLs to PATH",
    "darwin": "and add its folder to DYLD_LIBRARY_PATH",
}
_PLACE_ON_LINUX = f"and link it to $HOME/.steam/{SDK_FOLDER}/steamclient.so"


def examine(library: str | None) -> list[Finding]:
    """Check each place; the first file that can be loaded is the one that Steam uses."""
    if library and Path(library).name.startswith("libsteam_api_simulator"):
        return [fine("steamclient", "the simulator has its own steamclient")]
    findings: list[Finding] = []
    looked = list(dict.fromkeys(searched_by_name()))
    for path in looked:
        if not os.path.lexists(path):
            continue
        problem = _dangling(path) or architecture_problem(path)
        if problem is None:
            return [*findings, _judge(path, library)]
        words = f"{path} {problem}, so it is skipped"
        findings.append(warning("steamclient", words, "remove it from where the loader looks"))
    if sys.platform == "linux":
        return [*findings, _in_home(looked, library)]
    return [*findings, _nowhere(looked)]


def _in_home(looked: list[Path], library: str | None) -> Finding:
    """The last place, in which Valve's library resolves links first."""
    folder = home_folder()
    path = Path(os.path.realpath(folder)) / NAME
    if os.path.isfile(path):
        return _judge(path, library)
    for link in (folder, path):
        if problem := _dangling(link):
            return fault("steamclient", f"{link} {problem}", _fix(path))
    return _nowhere([*looked, path])


def _nowhere(looked: list[Path]) -> Finding:
    where = ", ".join(map(str, dict.fromkeys(looked)))
    message = f"there is no {NAME} where libsteam_api looks: {where}"
    only_32 = Path(os.environ.get("HOME", "(null)")) / ".steam" / "sdk32" / NAME
    if sys.platform == "linux" and os.path.isfile(only_32):
        message += f"; {only_32} is for 32-bit servers"
    return fault("steamclient", message, _fix(None))


def _dangling(path: Path) -> str | None:
    if os.path.islink(path) and not os.path.exists(path):
        return f"links to {os.readlink(path)}, which does not exist"
    return None


def _judge(path: Path, library: str | None) -> Finding:
    if problem := architecture_problem(path):
        return fault("steamclient", f"{path} {problem}", _fix(path))
    if cut_short(str(path)):
        words = f"{path} is truncated, and loading it kills the process"
        return fault("steamclient", words, _fix(path))
    content = content_of(path)
    if not lacking(content, ("SteamGameServer_Shutdown",)):
        return fault(
            "steamclient", f"{path} is a libsteam_api, under the name of steamclient", _fix(path)
        )
    if missing := lacking(content, _NEEDED):
        words = f"{path} is not a steamclient: it does not export {', '.join(missing)}"
        return fault("steamclient", words, _fix(path))
    asked = _asked_version(library)
    if asked and not has(content, asked):
        message = f"{path} is too old for the library: it has no {asked}"
        return fault("steamclient", message, "update it with SteamCMD: +app_update 1007 validate")
    if not lacking(content, ("steamgs_sim_create",)):
        message = f"{path} is the simulator's, which authenticates nobody"
        return warning("steamclient", message, "for real players, link Valve's steamclient there")
    return fine("steamclient", f"{path}" + (f", which has {asked}" if asked else ""))


def _asked_version(library: str | None) -> str | None:
    """The newest SteamClient interface that the library mentions."""
    found = re.findall(rb"SteamClient0\d\d(?=\0)", content_of(library)) if library else []
    return max(found).decode() if found else None


def _fix(wrong: Path | None) -> str:
    """How to fix it: an exact command if there is a file to use, other than ``wrong``."""
    for there in left_at():
        if there == wrong or not os.path.isfile(there):
            continue
        if architecture_problem(there) or cut_short(str(there)):
            continue
        if not lacking(content_of(there), _NEEDED):
            return _use(there)
    return _INSTALL + _PLACE.get(sys.platform, _PLACE_ON_LINUX)


def _use(there: Path) -> str:
    """How to have Steam find this file."""
    if sys.platform == "win32":
        return f"add {there.parent} to PATH: Steam's other DLLs are there too"
    if sys.platform == "darwin":
        return f"add {there.parent} to DYLD_LIBRARY_PATH"
    folder = home_folder()
    if os.path.islink(folder):
        # The link may lead to SteamCMD's own folder, in which nothing must be replaced.
        return f"ln -sfn {shlex.quote(str(there.parent))} {shlex.quote(str(folder))}"
    link = shlex.quote(str(folder / NAME))
    return f"mkdir -p {shlex.quote(str(folder))} && ln -sf {shlex.quote(str(there))} {link}"
