"""Recognises an SDK by words in its headers, as they do not contain their version."""

from __future__ import annotations

import re
from pathlib import Path

from model import Model


def declared(include: Path) -> frozenset[str]:
    """Every word of the headers."""
    texts = (path.read_text("latin-1") for path in (include / "steam").glob("*.h"))
    return frozenset(re.findall(r"\w+", " ".join(texts)))


def identify(model: Model, words: frozenset[str]) -> tuple[str, ...]:
    """The SDKs whose headers have these words, as far as the table distinguishes them."""
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
