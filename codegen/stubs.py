"""Type stubs of what the extension's files define for Python, taken from those files themselves.

They are Cython, so they can't be parsed as Python; but what a stub needs (classes, public methods
with annotations, docstrings) stands in them in one plain form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "steamgs"
FILES = (
    "core/library",
    "core/dispatch",
    "core/pump",
    "core/lifecycle",
    "interfaces/gameserver/logon",
    "interfaces/gameserver/browser",
    "interfaces/gameserver/sessions",
    "interfaces/gameserver/community",
    "interfaces/stats",
)

_CLASS = re.compile(r"cdef class (\w+)\((\w+)\):")
_DECORATOR = re.compile(r"( *)@(property|\w+\.setter)")
_MEMBER = re.compile(r"    cdef [^(]+$")
_DEF = re.compile(r"( *)def (?!__(?!enter|exit))(\w+\(.*?\)) -> (.*):$")
_DEF_BEGINS = re.compile(r" *def (?!__(?!enter|exit))\w+\($")


def stubs() -> str:
    lines: list[str] = []
    for name in FILES:
        source = (PACKAGE / f"{name}.pyx").read_text(encoding="utf-8").splitlines()
        lines += _stub_lines(iter(source), _classes_with_members(PACKAGE / f"{name}.pxd"))
    return "\n".join(lines)


def _classes_with_members(path: Path) -> set[str]:
    """Those that can't be combined with another such class, by their declarations."""
    found, current = set(), ""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if match := _CLASS.match(line):
            current = match[1]
        elif _MEMBER.match(line):
            found.add(current)
    return found


def _stub_lines(source: Iterator[str], disjoint: set[str]) -> Iterator[str]:
    for line in source:
        if _DEF_BEGINS.match(line):
            arguments = next(source).strip()
            line += arguments + next(source).strip()  # noqa: PLW2901 - one line was three
        if match := _CLASS.match(line):
            if match[1] in disjoint:
                yield "@disjoint_base"
            yield f"class {match[1]}({match[2]}):"
            yield from _docstring(source)
        elif _DECORATOR.match(line):
            yield line
        elif match := _DEF.match(line):
            yield line
            body = list(_docstring(source))
            yield from body or [f"{match[1]}    ..."]


def _docstring(source: Iterator[str]) -> Iterator[str]:
    line = next(source)
    if not line.lstrip().startswith('"""'):
        return
    yield line
    while not (line.rstrip().endswith('"""') and line.strip() != '"""') and line.strip() != '"""':
        line = next(source)
        yield line
        if line.rstrip().endswith('"""'):
            return
