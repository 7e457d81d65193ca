"""Holds the tables of this folder against genuine Steamworks SDKs, and says what differs.

``python abi/measure.py SDK...`` takes the roots of SDKs (the folders that hold ``public/steam``),
and needs g++ or clang++. Ends with 1 if anything differs.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "codegen"))

import description
import flat_slots
import probe
from model import Interface, Model
from validate import checked_model


def declared(include: Path) -> frozenset[str]:
    """Every word of the headers."""
    texts = (path.read_text("latin-1") for path in (include / "steam").glob("*.h"))
    return frozenset(re.findall(r"\w+", " ".join(texts)))


def identify(model: Model, words: frozenset[str]) -> tuple[str, ...]:
    """The SDKs that the table can't tell from one whose headers have these words."""

    names = [
        *((one.name, one.lifetime) for enum in model.enums.values() for one in enum.values),
        *((one.name, one.lifetime) for face in model.interfaces.values() for one in face.methods),
        *((one.name, one.lifetime) for one in model.typedefs.values()),
        *((one.name, one.lifetime) for one in model.constants.values()),
    ]

    def surprises(sdk: str) -> int:
        expected = {name for name, lifetime in names if lifetime.covers(sdk)}
        known = {name for name, _ in names}
        versions = {one.string for face in model.interfaces.values() for one in face.versions}
        asked = {face.version_of(sdk).string for face in _versioned(model)}
        return len(expected ^ (known & words)) + len(asked ^ (versions & words))

    counts = {sdk: surprises(sdk) for sdk in model.sdks}
    return tuple(sdk for sdk, count in counts.items() if count == min(counts.values()))


def _versioned(model: Model) -> list[Interface]:
    return [one for one in model.interfaces.values() if one.versions]


def hold_against(model: Model, root: Path, sdk: str | None = None) -> probe.Report:
    """Hold all that the table says of an SDK against everything that lies in its root."""
    include = root / "public"
    if not (include / "steam" / "steam_api.h").is_file():
        raise SystemExit(f"{root} holds no public/steam/steam_api.h")
    report = probe.measure(model, sdk or identify(model, declared(include))[0], include)
    description.compare(report, model, include / "steam" / "steam_api.json")
    for library in flat_slots.libraries(root):
        flat_slots.compare(report, model, library)
    return report


def main(arguments: list[str] | None = None) -> int:
    """Hold the table against each root, and print the counts and the differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roots", nargs="+", type=Path, metavar="SDK")
    parser.add_argument("--sdk", help="which version they are; otherwise their words tell")
    options = parser.parse_args(arguments)
    model, different = checked_model(), False
    for root in options.roots:
        report = hold_against(model, root, options.sdk)
        same = identify(model, declared(root / "public"))
        print(f"{root}: SDK {' or '.join(same)}, held against the table of {report.sdk}")
        for kind, count in report.verified.items():
            print(f"  {count:5} {kind}")
        print(f"  {sum(report.verified.values()):5} facts verified")
        for line in report.differences:
            print(f"  differs: {line}")
        different = different or bool(report.differences)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
