"""``docs/coming-from/names.md``: what other bindings call each method and callback.

Their names are in ``names.toml``, written by hand: a row for each, whether steamgs has it or not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from model import Callback, Interface, Method, Model

# In the order of the rows there.
BINDINGS = ("GodotSteam Server", "Facepunch.Steamworks", "steamworks-rs")
# It has Steamworks' own names: the table says in which class, and what that class lacks.
STEAMWORKS_NET = "Steamworks.NET"
LEFT_OUT = "left out"
NAMES = Path(__file__).resolve().parent / "names.toml"


def parts(model: Model) -> dict[str, dict[str, str]]:
    names = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    return {"docs/coming-from/names.md": {"names": "\n".join(_interfaces(model, names))}}


def methods(face: Interface) -> dict[str, Method]:
    """The methods by their flat names; of versions of one, the last, or the bound one."""
    last = {one.flat: one for one in face.methods}
    return last | {one.flat: one for one in face.methods if one.bound is not None}


def callbacks(model: Model, face: Interface) -> dict[str, Callback]:
    return {one.name: one for one in model.callbacks.values() if one.interface == face.name}


def _interfaces(model: Model, names: dict[str, Any]) -> Iterator[str]:
    for face in model.interfaces.values():
        ours = {flat: _method(face, one) for flat, one in methods(face).items()}
        theirs = {name: _signal(face, one) for name, one in callbacks(model, face).items()}
        yield from ("", f"## {face.name}", "", _steamworks_net(face, names))
        if face.name in names["in_no_binding"]:
            yield from ("", f"{LEFT_OUT.capitalize()}, and in none of the other three.")
            continue
        yield from _table("method", face, ours, names)
        if theirs:
            yield from _table("callback", face, theirs, names)


def _table(
    kind: str, face: Interface, rows: dict[str, str], names: dict[str, Any]
) -> Iterator[str]:
    yield from ("", f"| {kind} | steamgs | {' | '.join(BINDINGS)} |", "|---|---|---|---|---|")
    for name, ours in rows.items():
        try:
            others = names[face.name][name]
        except KeyError:
            raise ValueError(f"{NAMES.name} has no row for {face.name}::{name}") from None
        yield f"| {' | '.join([f'`{name}`', ours, *map(_cell, others)])} |"


def _method(face: Interface, method: Method) -> str:
    return _ours(face, method.bound)


def _signal(face: Interface, callback: Callback) -> str:
    return _ours(face, callback.event.signal if callback.event else None)


def _ours(face: Interface, name: str | None) -> str:
    if name is None:
        return LEFT_OUT
    home = f"{face.attribute}." if face.attribute and "." not in name else ""
    return f"`{home}{name}`"


def _steamworks_net(face: Interface, names: dict[str, Any]) -> str:
    try:
        said = names[STEAMWORKS_NET][face.name]
    except KeyError:
        return f"{STEAMWORKS_NET}: none."
    text = f"{STEAMWORKS_NET}: `{said['class']}`"
    if lacks := said.get("lacks"):
        text += f", without {_list(lacks)}"
    overloads = {one.name: None for flat, one in methods(face).items() if one.name != flat}
    if overloads:
        text += f"; overloads are called {_list(overloads)}"
    return f"{text}."


def _list(names: Iterable[str]) -> str:
    *others, last = (f"`{name}`" for name in names)
    return f"{', '.join(others)} and {last}" if others else last


def _cell(text: str) -> str:
    """Names as code, and words as words."""
    return (
        ", ".join(name if " " in name else f"`{name}`" for name in text.split(", ") if name)
        or "none"
    )
