"""A genuine Steamworks SDK in a folder: which one it is, and whether the table matches it."""

from __future__ import annotations

from pathlib import Path

import description
import flat_slots
import probe
from identify import declared, identify
from model import Model


def hold_against(model: Model, root: Path, sdk: str | None = None) -> probe.Report:
    """Check everything that the table says about an SDK against the files in its root.

    :param sdk: which one it is; by default it is recognised by words in its headers.
    """
    include = root / "public"
    if not (include / "steam" / "steam_api.h").is_file():
        raise SystemExit(f"{root} holds no public/steam/steam_api.h")
    report = probe.measure(model, sdk or identify(model, declared(include))[0], include)
    description.compare(report, model, include / "steam" / "steam_api.json")
    for library in flat_slots.libraries(root):
        flat_slots.compare(report, model, library)
    return report
