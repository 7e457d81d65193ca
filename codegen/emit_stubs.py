"""The extension's type stub: that of the events, and the ``.pyi`` files beside the ``.pyx``."""

from __future__ import annotations

from collections.abc import Iterator

import events
from events import EventRow, InterfaceRow
from model import Model
from stubs import assembled


def files(model: Model) -> dict[str, str]:
    return {"steamgs/_core.pyi": assembled({"core/events": stub(model)})}


def stub(model: Model) -> str:
    """The stub of the events and signals."""
    rows = events.rows(model)
    lines = [
        f"from steamgs.{module} import {name}"
        for module, later in (("enums", False), ("later_enums", True))
        for name in events.enums(model, rows, later=later)
    ]
    lines += ["from typing import final", "from typing_extensions import disjoint_base"]
    for row in rows:
        lines += _event(row)
    lines += ["EVENT_TYPES: tuple[type[Event], ...]"]
    for interface in events.interfaces(model):
        lines += _signals(interface)
    return "\n".join([*lines, ""])


def _event(row: EventRow) -> Iterator[str]:
    yield "@final"
    yield f"class {row.event}(Event):"
    yield f'    """{row.docstring}\n    """'
    yield f"    __match_args__ = {row.names}"
    arguments = "".join(f", {field.name}: {field.argument}" for field in row.fields)
    yield f"    def __init__(self{arguments}) -> None: ..."
    for field in row.fields:
        yield from _property(field.name, field.annotation, field.doc)


def _signals(interface: InterfaceRow) -> Iterator[str]:
    yield "@disjoint_base"
    yield f"class {interface.signals}:"
    yield f'    """{interface.doc}"""'
    for row in interface.callbacks:
        yield from _property(row.signal, f"Signal[{row.event}]", row.doc)


def _property(name: str, type_: str, doc: str) -> Iterator[str]:
    yield "    @property"
    yield f"    def {name}(self) -> {type_}:"
    yield f'        """{doc}"""'
