"""The extension's stub, assembled from the stubs beside its ``.pyx`` files.

Those are written by hand and have no docstrings, which are taken from the ``.pyx``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "steamgs"
EXTENSION = "steamgs._core"

_INCLUDE = re.compile(r'^include "(.*)\.pyx"$', re.MULTILINE)
_CLASS = re.compile(r"^(?:cdef )?class (\w+)")
_DEF = re.compile(r"^( *)def (\w+)\(")

Definition = ast.ClassDef | ast.FunctionDef


def assembled(generated: dict[str, str], package: Path = PACKAGE) -> str:
    """One stub of all; ``generated`` has those of files that are generated, by their names."""
    core = (package / "_core.pyx").read_text(encoding="utf-8")
    imports: set[str] = set()
    body: list[ast.stmt] = []
    for name in _INCLUDE.findall(core):
        stub, source = package / f"{name}.pyi", package / f"{name}.pyx"
        if name in generated:
            tree = ast.parse(generated[name])
        elif stub.exists():
            tree = ast.parse(stub.read_text(encoding="utf-8"))
            _document(tree, docstrings(source.read_text(encoding="utf-8")))
        else:
            continue
        for statement in tree.body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                imports |= set(_imports(statement))
            else:
                body.append(statement)
    start = core.index('"""')
    docstring = core[start : core.index('"""', start + 3) + 3]
    text = ast.unparse(ast.fix_missing_locations(ast.Module(body, [])))
    return "\n".join([docstring, "", *sorted(imports), "", text, ""])


def docstrings(source: str) -> dict[str, str]:
    """Those of a Cython file, by ``Class``, ``Class.method`` or ``function``."""
    found: dict[str, str] = {}
    lines = iter(source.splitlines())
    class_ = ""
    for line in lines:
        if match := _CLASS.match(line):
            class_ = name = match[1]
        elif match := _DEF.match(line):
            name = f"{class_}.{match[2]}" if match[1] else match[2]
            while not line.rstrip().endswith(":"):
                line = next(lines)  # noqa: PLW2901 - a signature of several lines
        else:
            continue
        text = _docstring(next(lines, ""), lines)
        if text is not None:
            found.setdefault(name, text)
    return found


def _docstring(line: str, lines: Iterator[str]) -> str | None:
    if not line.lstrip().startswith('"""'):
        return None
    text = line.lstrip().removeprefix('"""')
    while not text.rstrip().endswith('"""'):
        text += "\n" + next(lines)
    return text.rstrip().removesuffix('"""')


def _document(tree: ast.Module, texts: dict[str, str]) -> None:
    for statement in tree.body:
        if isinstance(statement, Definition):
            _put(statement, texts.pop(statement.name, None))
        if isinstance(statement, ast.ClassDef):
            for member in statement.body:
                if isinstance(member, ast.FunctionDef):
                    # Once: what sets a property has the same name.
                    _put(member, texts.pop(f"{statement.name}.{member.name}", None))


def _put(definition: Definition, text: str | None) -> None:
    if text is None or ast.get_docstring(definition) is not None:
        return
    docstring = ast.Expr(ast.Constant(text))
    empty = [one for one in definition.body if isinstance(one, ast.Expr) and _is_ellipsis(one)]
    definition.body = [docstring, *(one for one in definition.body if one not in empty)]


def _imports(statement: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """One line for each name, except for names from the extension itself."""
    if isinstance(statement, ast.ImportFrom) and statement.module == EXTENSION:
        return
    for alias in statement.names:
        yield ast.unparse(
            ast.Import([alias])
            if isinstance(statement, ast.Import)
            else ast.ImportFrom(statement.module, [alias], 0)
        )


def _is_ellipsis(statement: ast.Expr) -> bool:
    return isinstance(statement.value, ast.Constant) and statement.value.value is ...
