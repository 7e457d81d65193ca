"""A genuine Steamworks SDK in a folder: which one it is, and whether the table holds for it."""

from __future__ import annotations

import re
from pathlib import Path

import description
import flat_slots
import probe
from model import Model


def declared(include: Path) -> frozenset[str]:
    """Every word of the headers."""
    texts = (path.read_text("latin-1") for path in (include / "steam").glob("*.h"))
    return frozenset(re.findall(r"\w+", " ".join(texts)))


def identify(model: Model, words: frozenset[str]) -> tuple[str, ...]:
    """The SDKs, told apart as far as the table can, whose headers have these words."""
    interfaces = [one for one in model.interfaces.values() if one.versions]
    names = [
        *((one.name, one.lifetime) for enum in model.enums.values() for one in enum.values),
        *((one.name, one.lifetime) for face in interfaces for one in face.methods),
        *((one.name, one.lifetime) for one in model.typedefs.values()),
        *((one.name, one.lifetime) for one in model.constants.values()),
    ]
    versions = {one.string for face in interfaces for one in face.versions}
    has = words & (versions | {name for name, _ in names})

    def surprises(sdk: str) -> int:
        expected = {name for name, lifetime in names if lifetime.covers(sdk)}
        return len(has ^ (expected | {face.version_of(sdk).string for face in interfaces}))

    counts = {sdk: surprises(sdk) for sdk in model.sdks}
    return tuple(sdk for sdk, count in counts.items() if count == min(counts.values()))


def hold_against(model: Model, root: Path, sdk: str | None = None) -> probe.Report:
    """Hold all that the table says of an SDK against everything that lies in its root.

    :param sdk: which one it is; otherwise the words of its headers tell.
    """
    include = root / "public"
    if not (include / "steam" / "steam_api.h").is_file():
        raise SystemExit(f"{root} holds no public/steam/steam_api.h")
    report = probe.measure(model, sdk or identify(model, declared(include))[0], include)
    description.compare(report, model, include / "steam" / "steam_api.json")
    for library in flat_slots.libraries(root):
        flat_slots.compare(report, model, library)
    return report
