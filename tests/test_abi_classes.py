"""The classes of ``steamgs::abi``: one for each version of an interface, with Steam's slots."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import cpp
import emit_abi
import emit_headers
import tables
from conftest import ROOT
from model import Interface, Method, Version
from scope import Scope

MODEL = tables.load()
SCOPE = Scope(MODEL)
SDK = os.environ.get("STEAMWORKS_SDK_PATH")
pytestmark = pytest.mark.usefixtures("compiler")
VERSIONS = [(face, version) for face in MODEL.interfaces.values() for version in face.versions]
# In the Itanium C++ ABI, which every compiler but Microsoft's has; see abi/probe.py.
SLOT_OF = """
#include <cstdio>
#include <cstring>
template <class Pointer> long long slot_of(Pointer pointer) {
    long long value;
    std::memcpy(&value, &pointer, sizeof(value));
    return value / 8;
}
namespace steamgs::abi {
void run() {
"""
END = "}\n}\nint main() { steamgs::abi::run(); }\n"


def expected(face: Interface, version: Version) -> Iterator[tuple[str, int, Method]]:
    """The class, the slot and the method of each slot."""
    name = cpp.version_class(face, version.string)
    for slot, method in enumerate((*face.slots(version), *face.appended(version))):
        since = method.lifetime.since.replace(".", "_")
        appended = method in face.appended(version)
        yield f"{name}Since{since}" if appended else name, slot, method


def pointer(version: Version, class_: str, method: Method) -> str:
    types = [SCOPE.spelled(type_, version.since) for type_ in method.types]
    returns = SCOPE.spelled(method.returns or "", version.since)
    signature = f"{returns} ({class_}::*)({', '.join(types)})"
    return f"static_cast<{signature}>(&{class_}::{method.name})"


def compiled(compiler: str, folder: Path, lines: list[str]) -> Path:
    headers = sorted(Path(name).name for name in emit_abi.files(MODEL))
    # Genuine headers, where there are any, come before ours, and ours of the interfaces' classes
    # are compiled with warnings: -I comes before all of -isystem.
    ours, bundled = folder / "ours", folder / "bundled"
    for root, files in ((ours, emit_abi.files(MODEL)), (bundled, emit_headers.files(MODEL))):
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    source, program = folder / "program.cpp", folder / "program"
    includes = [f"#include <steamgs/abi/{name}>\n" for name in headers]
    source.write_text("".join([*includes, SLOT_OF, *lines, END]), "utf-8")
    system = [*([f"{SDK}/public"] if SDK else []), ROOT / "include", bundled / "include"]
    options = ["-std=c++17", "-Wall", "-Wextra", "-Werror", f"-I{ours / 'include'}"]
    options += [f"-isystem{one}" for one in system]
    subprocess.run([compiler, *options, str(source), "-o", str(program)], check=True, timeout=300)
    return program


def test_every_method_of_every_version_has_its_slot(compiler: str, tmp_path: Path) -> None:
    rows = [
        (pointer(version, class_, method), slot)
        for face, version in VERSIONS
        for class_, slot, method in expected(face, version)
        if method.returns is not None
    ]
    lines = [f'std::printf("%lld\\n", slot_of({text}));\n' for text, _ in rows]
    output = subprocess.check_output([str(compiled(compiler, tmp_path, lines))], text=True)
    found = [(text, int(slot)) for (text, _), slot in zip(rows, output.split(), strict=True)]
    assert found == rows
    assert len(rows) > 600


def test_structs_that_changed_have_a_name_for_each_shape(compiler: str, tmp_path: Path) -> None:
    lines = [
        "static_assert(sizeof(ItemInstalled017_t) == 12);\n",
        "static_assert(sizeof(ItemInstalled020_t) == 28);\n",
        "static_assert(sizeof(SteamUGCDetails017_t) + 8 == sizeof(SteamUGCDetails020_t));\n",
        "static_assert(ItemInstalled020_t::k_iCallback == 3405);\n",
    ]
    compiled(compiler, tmp_path, lines)


def test_what_was_appended_names_the_function_that_proves_it(compiler: str, tmp_path: Path) -> None:
    lines = [
        "std::puts(ISteamUtils010Since1_59::kProof);\n",
        "for (int i = 0; i < kISteamUtils.count; i++)\n",
        "    std::puts(kISteamUtils.versions[i].string);\n",
    ]
    output = subprocess.check_output([str(compiled(compiler, tmp_path, lines))], text=True)
    assert output.split() == [
        "SteamAPI_ISteamUtils_DismissGamepadTextInput",
        "SteamUtils011",
        "SteamUtils010",
    ]
