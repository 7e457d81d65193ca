"""Which module of steamgs knows which: no circles, and nobody takes what another keeps private."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import steamgs
from conftest import ROOT

PACKAGE = ROOT / "steamgs"
# The extension is one module of many files, which are no Python.
CYTHON = re.compile(r"^ *from (steamgs[\w.]*) import \(?([^#\n]*)|^ *import (steamgs[\w.]*)", re.M)

# The extension uses them when it runs; they name its types, in annotations only.
FOR_ANNOTATIONS = [
    (module, "steamgs._core")
    for module in ("steamgs.admission", "steamgs.errors.base", "steamgs.sessions")
]
# What the extension offers to the view of its table of sessions, and nobody else should call.
HOOKS = {("steamgs.sessions", "_session_kind"), ("steamgs.sessions", "_session_kinds")}
GROUPS = [kind for kind in steamgs.GameServer.__bases__ if kind.__module__ == "steamgs._core"]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in PACKAGE.glob("**/*.py")}


def imports_of(path: Path) -> Iterator[tuple[str, str]]:
    """``(module, name)`` for each name that it imports, in functions and for type checkers too."""
    yield from imports_in(ast.parse(path.read_text(encoding="utf-8")))


def imports_in(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def imports_of_extension() -> Iterator[tuple[str, str]]:
    for path in PACKAGE.glob("**/*.pyx"):
        for module, names, plain in CYTHON.findall(path.read_text(encoding="utf-8")):
            yield from ((module or plain, name.strip()) for name in names.split(","))


def all_imports() -> Iterator[tuple[str, str, str]]:
    for importer, path in MODULES.items():
        yield from ((importer, module, name) for module, name in imports_of(path))
    yield from (("steamgs._core", module, name) for module, name in imports_of_extension())


def graph() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {name: set() for name in [*MODULES, "steamgs._core"]}
    for importer, module, name in all_imports():
        # `from steamgs import ports` takes a module, `from steamgs.ports import probe` a name.
        target = f"{module}.{name}" if f"{module}.{name}" in found else module
        if target in found and target != importer:
            found[importer].add(target)
    return found


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """What is left when modules that know nobody are taken away, again and again."""
    left = {name: set(known) for name, known in edges.items()}
    while True:
        done = {name for name, known in left.items() if not known & left.keys() - {name}}
        if not done:
            break
        left = {name: known - done for name, known in left.items() if name not in done}
    return [[name, *sorted(known & left.keys())] for name, known in sorted(left.items())]


def imports_when_run(path: Path) -> set[str]:
    """The modules that are imported not for type checkers alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    return {name for name, _ in imports_in(tree)}


def test_no_circles() -> None:
    edges = graph()
    for importer, module in FOR_ANNOTATIONS:
        assert module not in imports_when_run(MODULES[importer])
        edges[importer].remove(module)
    assert circles(edges) == []


def test_nobody_imports_what_is_private() -> None:
    names = {
        f"{importer}: {module}.{name}"
        for importer, module, name in all_imports()
        if module.startswith("steamgs") and name.startswith("_") and name != "_core"
    }
    assert names == set()


def private_attributes(path: Path) -> Iterator[str]:
    """Those that are asked of other objects, and that the module itself does not define."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    asked: set[str] = set()
    own = {"_exit"}  # of os, and public
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            own.add(node.name)
        elif isinstance(node, ast.Attribute) and re.fullmatch(r"_[a-z]\w*[a-z]", node.attr):
            of = ast.unparse(node.value)
            (own if of in ("self", "cls", "super()") else asked).add(node.attr)
    yield from asked - own


def test_nobody_reaches_into_another() -> None:
    reached = {
        (module, name) for module, path in MODULES.items() for name in private_attributes(path)
    }
    assert reached == HOOKS


@pytest.mark.parametrize("group", GROUPS)
def test_groups_of_methods_add_nothing_to_a_server(group: type) -> None:
    """Python could not combine them otherwise, or one would not see what another has set."""
    core = steamgs._core.GameServerCore
    assert group.__bases__ == (core,)
    assert group.__basicsize__ == core.__basicsize__
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("**/*.pyx"))
    (body,) = re.findall(rf"^cdef class {group.__name__}\(.*\n((?:    .*\n|\n)+)", source, re.M)
    # A C method of a group would be missing in the table of a server that begins with another.
    assert re.findall(r"^    cdef .*", body, re.M) == []


def test_importing_loads_nothing_that_only_some_need() -> None:
    """Each of these takes longer to load than most of steamgs; who needs one loads it."""
    slow = [
        "asyncio",
        "concurrent",
        "dataclasses",
        "inspect",
        "ipaddress",
        "logging",
        "pathlib",
        "re",
        "socket",
        "typing",
    ]
    code = f"import sys, steamgs; print(*sys.modules.keys() & {set(slow)})"
    loaded = subprocess.check_output([sys.executable, "-I", "-S", "-c", code_with_path(code)])
    assert loaded.split() == []


def code_with_path(code: str) -> str:
    """Without ``site``, as what stands in its ``.pth`` files loads what it likes."""
    return f"import sys; sys.path[:] = {sys.path!r}; {code}"
