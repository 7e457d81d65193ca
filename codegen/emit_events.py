"""The events and signals for Cython, made of ``events.*.in``, and ``steamgs/events.py``."""

from __future__ import annotations

from pathlib import Path

import events
from model import Model

FOLDER = Path("steamgs") / "core"
TEMPLATES = Path(__file__).resolve().parent.parent / FOLDER


def files(model: Model) -> dict[str, str]:
    from Cython import Tempita  # type: ignore[attr-defined, unused-ignore]

    rows = events.rows(model)
    made = {"steamgs/events.py": names(rows)}
    for name in ("events.pxd", "events.pyx"):
        template = Tempita.Template((TEMPLATES / f"{name}.in").read_text(encoding="utf-8"))
        text = template.substitute(
            callbacks=rows,
            enums=events.enums(model, rows, later=False),
            interfaces=events.interfaces(model),
        )
        made[(FOLDER / name).as_posix()] = str(text)
    return made


def names(rows: tuple[events.EventRow, ...]) -> str:
    """A module that has all event classes."""
    found = sorted(row.event for row in rows)
    lines = ['"""The classes of events: what Steam says, one for each of its callbacks."""', ""]
    lines += ["# Made by codegen/emit_events.py from abi/*.toml.", ""]
    lines += ["from steamgs._core import (", *(f"    {name}," for name in found), ")", ""]
    lines += ["__all__ = [", *(f'    "{name}",' for name in found), "]", ""]
    return "\n".join(lines)
