"""Holds the layout that our headers state for Windows against Microsoft's own.

Valve's libraries for Windows are made by Microsoft's compiler. Our headers tell it the functions as
the table of facts has them, and they spell out its layout for all other compilers for Windows, such
as zig's. That compiler is a clang, which knows Microsoft's layout too: it lays every interface out
both ways here, and the slots must be the same. It also compiles what holds the headers against the
table of facts, with the sizes and offsets of all structs, as Microsoft's compiler would.
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
FACTS = "src/core/steam_facts.cpp"
# What is used of the standard library, whose real headers one of the two has not.
STANDARD_HEADERS = {
    "cstddef": "#include <stddef.h>",
    "cstdint": "#include <stdint.h>",
    "type_traits": """
namespace std {
template <class A, class B> struct is_same { static constexpr bool value = __is_same(A, B); };
}""",
    "utility": "namespace std { template <class T> T&& declval(); }",
    "string_view": """
namespace std {
struct string_view {
    const char* text;
    constexpr string_view(const char* text) : text(text) {}
    constexpr bool operator==(string_view other) const {
        return __builtin_strcmp(text, other.text) == 0;
    }
};
}""",
}

Slots = dict[str, list[str]]  # the functions of each class, in order


def clang(folder: Path, triple: str, *options: str) -> list[str]:
    """How to compile for a target with nothing but these few headers of the standard library."""
    builtin = Path(ziglang.__file__).parent / "lib" / "include"
    include = [f"-I{ROOT / one}" for one in INCLUDE]
    command = [sys.executable, "-m", "ziglang", "clang", "-cc1", "-triple", triple, *options]
    command += [STANDARD, "-xc++", "-ffreestanding", "-isystem", str(folder), "-isystem"]
    return [*command, str(builtin), *include]


def layouts(folder: Path, triple: str, *options: str) -> Slots:
    """What clang says of every class of which it lays out a table of virtual functions."""
    command = [*clang(folder, triple, *options), "-fdump-vtable-layouts", "-emit-llvm", "-o"]
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


def contradicted(folder: Path) -> list[str]:
    """What Microsoft's compiler would say of the table of facts, which is in ``FACTS``."""
    command = [*clang(folder, *MICROSOFTS), str(ROOT / FACTS)]
    seen = subprocess.run([*command, "-E"], check=True, capture_output=True, text=True).stdout
    count = len(re.findall(r"(?m)^static_assert\(", seen))
    said = subprocess.run(
        [*command, "-fsyntax-only", "-ferror-limit", "0"],
        check=False,
        capture_output=True,
        text=True,
    )
    print(f"Windows: {count} facts, compiled as Microsoft's compiler would")
    errors = [line for line in said.stderr.splitlines() if "error: " in line]
    if said.returncode != 0 and not errors:
        errors = [f"{FACTS}: {said.stderr}"]
    return errors if count else [f"{FACTS}: it states no facts"]


def problems() -> list[str]:
    """Where the two layouts differ."""
    model = checked_model()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for header, text in STANDARD_HEADERS.items():
            (folder / header).write_text(f"#pragma once\n{text}\n", "utf-8")
        (folder / "all.cpp").write_text("\n".join([*source(model), ""]), "utf-8")
        microsofts = layouts(folder, *MICROSOFTS)
        ours = layouts(folder, *OURS)
        found = contradicted(folder)
    stated = {
        class_: [as_declared(model, one) for one in functions] for class_, functions in ours.items()
    }
    missing = {class_ for class_, _ in classes(model)} - stated.keys()
    found += [f"{class_}: no layout was printed" for class_ in sorted(missing)]
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
