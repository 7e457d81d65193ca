"""The documents' rows."""

from __future__ import annotations

import events
from events import EventRow
from model import Model


def parts(model: Model) -> dict[str, dict[str, str]]:
    callbacks = events.rows(model)
    return {
        "docs/reference/events.md": {"events": event_reference(callbacks)},
        "docs/reference/signals.md": {
            "overview": signal_rows(callbacks),
            "signals": signal_reference(callbacks),
        },
    }


def signal_rows(callbacks: tuple[EventRow, ...]) -> str:
    lines = ["| signal | event | Steam callback | fields |", "|---|---|---|---|"]
    for row in callbacks:
        fields = ", ".join(f"`{name}`" for name in row.names) or "none"
        lines.append(f"| `{row.path}` | `{row.event}` | `{row.struct}` ({row.id}) | {fields} |")
    return "\n".join(lines)


def event_reference(callbacks: tuple[EventRow, ...]) -> str:
    """The line from which mkdocstrings makes the documentation of a class."""
    names = sorted(row.event for row in callbacks)
    return "\n".join(["", *(f"::: steamgs._core.{name}\n" for name in names)])


def signal_reference(callbacks: tuple[EventRow, ...]) -> str:
    return "\n".join(signal_entry(row) for row in sorted(callbacks, key=lambda row: row.path))


def signal_entry(row: EventRow) -> str:
    lines = ["", f"## {row.path}", "", row.doc, ""]
    if row.trigger:
        lines += ["Answers " + ", ".join(f"`{name}()`" for name in row.trigger) + ".", ""]
    lines += [f"Event: `steamgs.{row.event}`. Steamworks: `{row.struct}` ({row.id}).", ""]
    if row.fields:
        lines += ["| field | type | |", "|---|---|---|"]
        lines += [f"| `{one.name}` | `{one.annotation}` | {one.doc} |" for one in row.fields]
    else:
        lines.append("No fields.")
    return "\n".join(lines)
