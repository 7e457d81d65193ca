"""Generates everything that follows from the table of facts, ``abi/*.toml``.

``build`` writes the files that only a build needs to ``build/generated/``; they are never
committed. ``check`` compares, and ``write`` updates, the parts of committed files between
``<generated NAME>`` marks.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import emit_abi
import emit_assertions
import emit_callback_table
import emit_columns
import emit_coverage
import emit_docs
import emit_enums
import emit_events
import emit_externs
import emit_flat
import emit_forwarding
import emit_headers
import emit_interfaces
import emit_names
import emit_served
import emit_shapes
import emit_slots
import emit_stubs
from model import Model
from validate import checked_model

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "build" / "generated"

# Each makes some files of a build: path below build/generated -> text.
FILES = (
    emit_abi.files,
    emit_assertions.files,
    emit_callback_table.files,
    emit_columns.files,
    emit_enums.files,
    emit_events.files,
    emit_externs.files,
    emit_flat.files,
    emit_forwarding.files,
    emit_headers.files,
    emit_interfaces.files,
    emit_served.files,
    emit_slots.files,
    emit_shapes.files,
    emit_stubs.files,
)
# Each makes some parts of committed files: path -> name in the marks -> text.
PARTS = (emit_docs.parts, emit_coverage.parts, emit_names.parts)


def files(model: Model) -> dict[str, str]:
    """All files that a build needs, by their paths below ``build/generated/``."""
    made: dict[str, str] = {}
    for emit in FILES:
        more = emit(model)
        if twice := made.keys() & more.keys():
            raise ValueError(f"{emit.__module__} makes again {', '.join(sorted(twice))}")
        made |= more
    return made


def build(folder: Path = GENERATED) -> None:
    """Write the files that a build needs, except those that would not change."""
    made = {folder / name: text for name, text in files(checked_model()).items()}
    for path, text in made.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    # What is not made any more would still be compiled, or packed into a wheel.
    for path in folder.rglob("*"):
        if path.is_file() and path not in made:
            path.unlink()


def renewed(path: Path, parts: dict[str, str]) -> str:
    """A committed file with its generated parts updated."""
    text = path.read_text(encoding="utf-8")
    for mark, body in parts.items():
        pattern = re.compile(
            rf"(^[^\n]*<generated {mark}>[^\n]*\n).*?(^[^\n]*</generated>)",
            re.DOTALL | re.MULTILINE,
        )
        found = pattern.search(text)
        if found is None:
            raise SystemExit(f"{path.name} has no <generated {mark}> marks")
        text = text[: found.end(1)] + body + "\n" + text[found.start(2) :]
    return text


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=("build", "write", "check"))
    verb = parser.parse_args(arguments).verb
    if verb == "build":
        build()
        return 0
    model, stale = checked_model(), []
    for emit in PARTS:
        for name, parts in emit(model).items():
            path = ROOT / name
            text = renewed(path, parts)
            if text != path.read_text(encoding="utf-8"):
                stale.append(name)
                if verb == "write":
                    path.write_text(text, encoding="utf-8")
    if stale and verb == "check":
        print("out of date, run `make generate`:", ", ".join(stale), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
