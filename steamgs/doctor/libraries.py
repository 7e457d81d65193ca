"""libsteam_api: found, loadable, of which SDK."""

from __future__ import annotations

from steamgs.doctor.binaries import content_of, missing_names
from steamgs.findings import Finding, fault, fine, warning
from steamgs.library import SIMULATOR, candidates, explain, try_to_load

__all__ = ["examine", "sdk_generation"]

_GET_ONE = (
    "take redistributable_bin/linux64/libsteam_api.so (steam_api64.dll, libsteam_api.dylib) from "
    "the Steamworks SDK, 1.56 or newer; put it beside your program, or name it with library= or "
    "STEAMGS_LIBRARY"
)
# What a library has since which SDK, the newest first; measured on Valve's libraries.
_GENERATIONS = (
    ("SteamUtils011", "1.64 or newer"),
    ("SteamClient023", "1.63"),
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
    if library == SIMULATOR:
        from steamgs.simulator import front_path  # noqa: PLC0415

        library = str(front_path())
    findings = []
    for path in candidates(library):
        status, detail = try_to_load(path)
        if status == "ok":
            return path, [fine("libsteam_api", f"{path} can be loaded"), _generation(path)]
        why = explain(path, status, detail)
        findings.append(fault("libsteam_api", f"{path}: {why}", ""))
    if len(findings) > 1:
        # None was named, and all were looked for: one fault, not several.
        places = "; ".join(finding.message for finding in findings)
        return None, [fault("libsteam_api", f"not found: {places}", _GET_ONE)]
    return None, [fault(one.check, one.message, _GET_ONE) for one in findings]


def _generation(path: str) -> Finding:
    content = content_of(path)
    if not content:
        return warning(
            "SDK", f"{path} is found by the system's loader, not by a path", "name it by its path"
        )
    if missing_names(content, ("SteamAPI_ISteamGameServer_SetProduct",)):
        return warning(
            "SDK", "this is not Valve's library: the simulator's, or another", "meant so for tests"
        )
    return fine("SDK", f"Valve's library of SDK {sdk_generation(content)}")


def sdk_generation(content: bytes) -> str:
    """Which SDK a libsteam_api came with, from what it has."""
    for name, generation in _GENERATIONS:
        if not missing_names(content, (name,)):
            return generation
    return "older than 1.56"
