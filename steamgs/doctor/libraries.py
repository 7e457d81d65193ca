"""libsteam_api: where it is, whether it can be loaded, and which SDK it comes from."""

from __future__ import annotations

import os

from steamgs.doctor.binaries import content_of, has, lacking, this_machine
from steamgs.doctor.loading import load_alone
from steamgs.errors import SteamLibraryError
from steamgs.findings import Finding, fault, fine, warning
from steamgs.library import ENVIRONMENT_VARIABLE, SIMULATOR, candidates, named_by_environment

__all__ = ["INIT", "NEEDED", "examine", "generation", "sdk_generation"]

_GET_ONE = (
    "take redistributable_bin/linux64/libsteam_api.so (steam_api64.dll, libsteam_api.dylib) from "
    "the Steamworks SDK, 1.56 or newer; put it beside your program, or name it with library= or "
    "STEAMGS_LIBRARY (in this command, --library)"
)
INIT = ("SteamInternal_GameServer_Init_V2", "SteamInternal_GameServer_Init")
# What src/core/steam_library.cpp looks for; one of the two in INIT is enough.
NEEDED = (
    "SteamGameServer_Shutdown",
    "SteamGameServer_RunCallbacks",
    "SteamGameServer_GetHSteamUser",
    "SteamInternal_FindOrCreateGameServerInterface",
    "SteamAPI_RegisterCallback",
    "SteamAPI_UnregisterCallback",
    "SteamAPI_RegisterCallResult",
    "SteamAPI_UnregisterCallResult",
    "SteamAPI_ReleaseCurrentThreadMemory",
    *INIT,
    "SteamAPI_SteamGameServer_v015",
)
# What a library contains since which SDK, newest first; measured on Valve's libraries. We had none
# of SDK 1.64, so it lies between two lines.
_GENERATIONS = (
    ("SteamUtils011", "1.64 or newer"),
    ("SteamClient023", "1.63 to 1.64"),
    ("STEAMREMOTEPLAY_INTERFACE_VERSION003", "1.62"),
    ("STEAMTIMELINE_INTERFACE_V004", "1.61"),
    ("STEAMTIMELINE_INTERFACE_V001", "1.60"),
    ("SteamClient021", "1.59"),
    ("SteamInternal_GameServer_Init_V2", "1.58"),
    ("SteamUser023", "1.57"),
    ("SteamUser022", "1.56"),
)


def examine(library: str | None) -> tuple[str | None, list[Finding]]:
    """The path of the library that a server would load, if there is one, and the findings."""
    noted: list[Finding] = []
    try:
        named = library or named_by_environment()
    except SteamLibraryError as error:
        return None, [fault("libsteam_api", str(error), _GET_ONE)]
    if named == SIMULATOR:
        from steamgs.simulator import front_path  # noqa: PLC0415

        noted = [] if library else [_named_by_environment()]
        library = str(front_path())
    failures: list[tuple[str, str]] = []
    for path in candidates(library):
        status, detail = load_alone(path)
        if status == "ok":
            passed = [_passed_over(*failure) for failure in failures if os.path.exists(failure[0])]
            words = f"{detail}, {this_machine()}, can be loaded"
            return detail, [*noted, *passed, fine("libsteam_api", words), generation(detail)]
        failures.append((path, detail + _also_lacking(path, status)))
    places = "; ".join(f"{path}: {why}" for path, why in failures)
    # If no library was named, all places were tried: that is one fault, not several.
    words = f"not found: {places}" if len(failures) > 1 else places
    return None, [fault("libsteam_api", words, _GET_ONE)]


def _named_by_environment() -> Finding:
    words = f"{ENVIRONMENT_VARIABLE}={SIMULATOR}: a server starts on it only if its code allows it"
    fix = "unset it, or, for tests, use GameServer(..., allow_simulator=True)"
    return warning("libsteam_api", words, fix)


def _passed_over(path: str, why: str) -> Finding:
    return warning("libsteam_api", f"{path} is skipped: {why}", "replace or remove it")


def _also_lacking(path: str, status: str) -> str:
    """All missing names, as the loader stops at the first one."""
    if status not in ("missing_symbol", "too_old"):
        return ""
    content = content_of(path)
    names = lacking(content, NEEDED)
    if not lacking(content, INIT[:1]) or not lacking(content, INIT[1:]):
        names = [name for name in names if name not in INIT]
    return f" (all missing names: {', '.join(names)})" if len(names) > 1 else ""


def generation(path: str) -> Finding:
    """Which SDK the library at this path comes from."""
    content = content_of(path)
    if not content:
        words = f"the system's loader found {path}, but it is not known where"
        return warning("SDK", words, "name it by its path")
    # It is for players' programs: a library for servers alone has no use for it.
    if lacking(content, ("SteamAPI_RestartAppIfNecessary",)):
        return warning(
            "SDK",
            "this is not Valve's library, but the simulator's or another one",
            "if this is intended, for tests, do nothing",
        )
    return fine("SDK", f"Valve's library of SDK {sdk_generation(content)}")


def sdk_generation(content: bytes) -> str:
    """Which SDK a libsteam_api comes from, judging by its contents."""
    for name, generation in _GENERATIONS:
        if has(content, name):
            return generation
    return "older than 1.56"
