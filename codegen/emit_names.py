"""``docs/coming-from/names.md``: what other bindings call each method that is bound.

Their names are in ``names.toml``, written by hand: a row for each bound method.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from model import Interface, Method, Model

# In the order of the rows there.
BINDINGS = ("GodotSteam Server", "Facepunch.Steamworks", "steamworks-rs")
NAMES = Path(__file__).resolve().parent / "names.toml"


def parts(model: Model) -> dict[str, dict[str, str]]:
    names = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    return {"docs/coming-from/names.md": {"names": "\n".join(_interfaces(model, names))}}


def bound(face: Interface) -> dict[str, Method]:
    """The methods that are bound, by their flat names; of versions of one, the last."""
    return {one.flat: one for one in face.methods if one.bound is not None}


def _interfaces(model: Model, names: dict[str, dict[str, list[str]]]) -> Iterator[str]:
    for face in model.interfaces.values():
        methods = bound(face)
        if not methods:
            continue
        yield from ("", f"## {face.name}", "")
        yield f"| Steamworks | steamgs | {' | '.join(BINDINGS)} |"
        yield "|---|---|---|---|---|"
        for flat, method in methods.items():
            try:
                others = names[face.name][flat]
            except KeyError:
                raise ValueError(f"{NAMES.name} has no row for {face.name}::{flat}") from None
            home = (
                f"{face.attribute}." if face.attribute and "." not in (method.bound or "") else ""
            )
            cells = [f"`{flat}`", f"`{home}{method.bound}`", *map(_cell, others)]
            yield f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """Names as code, and words as words."""
    return (
        ", ".join(name if " " in name else f"`{name}`" for name in text.split(", ") if name)
        or "none"
    )
