"""Holds the layout that our headers state for Windows against Microsoft's own.

Valve's libraries for Windows are made by Microsoft's compiler. Our headers tell it the functions as
the table of facts has them, and they spell out its layout for all other compilers for Windows, such
as zig's. That compiler is a clang, which knows Microsoft's layout too: it lays every interface out
both ways here, and the slots must be the same.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import ziglang

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "codegen"))

import emit_abi  # noqa: E402
import generate  # noqa: E402
from cpp import version_class  # noqa: E402
from model import Method, Model  # noqa: E402
from targets import INCLUDE, STANDARD  # noqa: E402
from validate import checked_model  # noqa: E402

MICROSOFTS = ("x86_64-pc-windows-msvc", "-fms-extensions", "-fms-compatibility-version=19.40")
OURS = ("x86_64-pc-windows-gnu",)
# What our headers include of the standard library, whose real headers one of the two has not.
STANDARD_HEADERS = {"cstddef": "stddef.h", "cstdint": "stdint.h"}

Slots = dict[str, list[str]]  # the functions of each class, in order


def layouts(folder: Path, triple: str, *options: str) -> Slots:
    """What clang says of every class of which it lays out a table of virtual functions."""
    builtin = Path(ziglang.__file__).parent / "lib" / "include"
    include = [f"-I{ROOT / one}" for one in INCLUDE]
    command = [sys.executable, "-m", "ziglang", "clang", "-cc1", "-triple", triple, *options]
    command += [STANDARD, "-xc++", "-ffreestanding", "-isystem", str(folder), "-isystem"]
    command += [str(builtin), *include, "-fdump-vtable-layouts", "-emit-llvm", "-o"]
    command += [str(folder / "made"), str(folder / "all.cpp")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    slots: Slots = {}
    current: list[str] = []
    for line in said.splitlines():
        if title := re.match(r"VF?[Tt]able for (?:'.+' in )*'(.+)' \(", line):
            current = slots.setdefault(title[1], [])
        elif entry := re.match(r" *\d+ \| (.*\)) \[pure\]$", line):
            current.append(entry[1])
        elif line.startswith(("VTable indices", "VFTable indices", "Thunks")):
            current = []
    return slots


def source(model: Model) -> Iterator[str]:
    """Takes a function's address in each class, for which the compiler must lay the class out."""
    yield from (f"#include <{header}>" for header in headers(model))
    yield "auto probe = &CCallbackBase::GetCallbackSizeBytes;"
    for number, (class_, method) in enumerate(classes(model)):
        yield f"auto probe_{number} = &{class_}::{method};"


def headers(model: Model) -> list[str]:
    found = {face.header for face in model.interfaces.values()}
    return ["steam/steam_gameserver.h", *(f"steamgs/abi/{one}" for one in sorted(found))]


def classes(model: Model) -> Iterator[tuple[str, str]]:
    """Every class of an interface, and a method that it has once, whoever compiles it."""
    for face in model.interfaces.values():
        bundled = face.methods_of(model.headers[-1])
        yield face.name, plain(model, bundled)
        if not face.versions:
            yield f"steamgs::abi::{face.name}", plain(model, face.methods_of(model.sdks[-1]))
        for version in face.versions:
            name = version_class(face, version.string)
            yield f"steamgs::abi::{name}", plain(model, face.slots(version))
            if appended := face.appended(version):
                name = emit_abi.class_with(face, version, appended)
                yield f"steamgs::abi::{name}", plain(model, appended)


def plain(model: Model, methods: tuple[Method, ...]) -> str:
    names = [one.name for one in methods]
    return next(
        one.name
        for one in methods
        if one.returns is not None and names.count(one.name) == 1 and not model.returns_class(one)
    )


def as_declared(model: Model, function: str) -> str:
    """A function that passes its result as Microsoft's compiler does, without that.

    One that returns a class and does not do so is none that Microsoft's would call.
    """
    if said := re.fullmatch(r"(\w+) \*(.+)_returned\(\1 \*(?:, )?(.*)\)", function):
        return f"{said[1]} {said[2]}({said[3]})"
    returns = re.match(r"(\w+) \w", function)
    is_class = returns is not None and (returns[1] in model.structs or returns[1] == "CSteamID")
    return f"{function}: by value" if is_class else function


def problems() -> list[str]:
    """Where the two layouts differ."""
    model = checked_model()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for header, of in STANDARD_HEADERS.items():
            (folder / header).write_text(f"#include <{of}>\n", "utf-8")
        (folder / "all.cpp").write_text("\n".join([*source(model), ""]), "utf-8")
        microsofts = layouts(folder, *MICROSOFTS)
        ours = layouts(folder, *OURS)
    stated = {
        class_: [as_declared(model, one) for one in functions] for class_, functions in ours.items()
    }
    missing = {class_ for class_, _ in classes(model)} - stated.keys()
    found = [f"{class_}: no layout was printed" for class_ in sorted(missing)]
    for class_, functions in stated.items():
        if functions != microsofts.get(class_):
            found.append(f"{class_}: not as Microsoft's compiler has it: {functions}")
    count = sum(map(len, stated.values()))
    print(f"Windows: {len(stated)} classes, {count} slots, compared with Microsoft's layout")
    return found


if __name__ == "__main__":
    generate.build()
    differences = problems()
    print("\n".join(differences))
    sys.exit(bool(differences))
