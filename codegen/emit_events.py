"""The events and signals, for Cython: made of ``events.pxd.in`` and ``events.pyx.in``."""

from __future__ import annotations

from pathlib import Path

from callbacks import interfaces_of, read_table
from model import Model

FOLDER = Path("steamgs") / "core"
TEMPLATES = Path(__file__).resolve().parent.parent / FOLDER


def files(model: Model) -> dict[str, str]:
    from Cython import Tempita  # type: ignore[attr-defined, unused-ignore]

    callbacks = read_table()
    made = {}
    for name in ("events.pxd", "events.pyx"):
        template = Tempita.Template((TEMPLATES / f"{name}.in").read_text(encoding="utf-8"))
        made[(FOLDER / name).as_posix()] = str(
            template.substitute(callbacks=callbacks, interfaces=interfaces_of(callbacks))
        )
    return made
