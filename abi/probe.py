"""Holds the table of facts against the headers of a Steamworks SDK.

Each fact becomes one line of C++: a ``static_assert``, or for slots a check at run time, as a
pointer to a virtual function is no constant expression. The compiler's complaints about a line are
then complaints about a fact.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from facts import HELPERS, INCLUDES, Fact, layout_facts, other_facts, pointer
from kinds import PACKINGS
from model import Model

_FACTS = "facts"  # what the compiler calls the lines that hold facts
_PRELUDE = """
#define STEAM_API_NODLL
#define protected public
#define private public
#include <steam/steamclientpublic.h>
"""
# The headers choose the packing in steamclientpublic.h; all structs come after it.
_REPACK = """
#undef VALVE_CALLBACK_PACK_SMALL
#ifndef VALVE_CALLBACK_PACK_LARGE
#define VALVE_CALLBACK_PACK_LARGE
#endif
"""
_HELPERS = f"""
{"".join(f"#include <{name}>{chr(10)}" for name in (*INCLUDES, "cstdio", "cstring"))}
{HELPERS}
template <class Class> struct After : Class {{ virtual void after(); }};

// In the Itanium C++ ABI a pointer to a virtual function is 1 + 8 times its slot, or on ARM, where
// the mark that it is virtual stands elsewhere, 8 times its slot.
template <class Pointer> long long slot_of(Pointer pointer) {{
    long long value;
    std::memcpy(&value, &pointer, sizeof(value));
    return value / 8;
}}
"""


@dataclass
class Report:
    """What came of holding the table against one SDK."""

    sdk: str
    verified: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def find_compiler() -> str:
    """A compiler of the Itanium ABI, by which slots are measured."""
    for name in (os.environ.get("CXX"), "g++", "c++", "clang++"):
        if name and (path := shutil.which(name)):
            return path
    raise SystemExit("no C++ compiler: install g++ or clang++, or name one with CXX")


@cache
def _all_errors(compiler: str) -> tuple[str, ...]:
    """What makes a compiler name every line that is wrong: clang gives up after 20 of itself."""
    said = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True)
    return ("-ferror-limit=0",) if "clang" in said.stdout else ()


def measure(model: Model, sdk: str, *include: Path) -> Report:
    """Hold everything the table says of one SDK against its headers, in both packings."""
    report = Report(sdk)
    for packing in PACKINGS:
        facts = [
            Fact(f"{fact.kind}, packed to {packing}", fact.name, fact.code)
            for fact in layout_facts(model, sdk, packing)
        ]
        _verify(report, model, include, packing, facts)
    wrong = _verify(report, model, include, PACKINGS[0], list(other_facts(model, sdk)))
    _verify_slots(report, model, sdk, include, wrong)
    return report


def _headers(model: Model) -> str:
    names = {one.header for one in model.interfaces.values()}
    names |= {one.header for one in (*model.structs.values(), *model.callbacks.values())}
    # First what defines the macros that the others use.
    ordered = ["steam_api.h", "steam_gameserver.h", *sorted(names)]
    return "".join(f"#include <steam/{name}>\n" for name in ordered)


def _compile(
    model: Model,
    include: Sequence[Path],
    packing: int,
    lines: Sequence[str],
    folder: str,
    *more: str,
) -> subprocess.CompletedProcess[str]:
    repack = _REPACK if packing == PACKINGS[1] else ""
    source = [_PRELUDE, repack, _headers(model), _HELPERS, f'#line 1 "{_FACTS}"\n', *lines]
    path = Path(folder) / "probe.cpp"
    path.write_text("".join(source), encoding="utf-8")
    # Members that are private, and offsets in classes that are not plain data, are meant here.
    quiet = ("-w", "-Wno-invalid-offsetof")
    compiler = find_compiler()
    flags = ("-std=c++17", *quiet, *_all_errors(compiler))
    command = [compiler, *flags, *(f"-I{one}" for one in include), str(path), *more]
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def _verify(
    report: Report, model: Model, include: Sequence[Path], packing: int, facts: Sequence[Fact]
) -> frozenset[str]:
    """Compile facts; returns the names of those that the compiler refuses."""
    lines = [f'static_assert({fact.code}, "differs");\n' for fact in facts]
    with tempfile.TemporaryDirectory() as folder:
        done = _compile(model, include, packing, lines, folder, "-c", "-o", f"{folder}/facts.o")
    complaints: dict[int, str] = {}
    for match in re.finditer(rf"^{_FACTS}:(\d+):\d+: error: (.*)", done.stderr, re.MULTILINE):
        complaints.setdefault(int(match[1]), match[2])
    if done.returncode != 0 and not complaints:
        raise SystemExit(f"the probe does not compile:\n{done.stderr[:2000]}")
    for number, fact in enumerate(facts, start=1):
        if number in complaints:
            said = f"{fact.kind}: {fact.name}: {fact.code}: {complaints[number]}"
            report.differences.append(said)
        else:
            report.verified[fact.kind] += 1
    return frozenset(facts[number - 1].name for number in complaints)


def _slot_checks(model: Model, sdk: str, wrong: frozenset[str]) -> Iterator[tuple[str, str, int]]:
    """Name, expression and number of each slot, and how many slots a class has."""
    for interface in model.interfaces.values():
        methods = interface.methods_of(sdk)
        for slot, method in enumerate(methods):
            name = f"{interface.name}::{method.flat}"
            if method.returns is not None and name not in wrong:
                yield name, f"slot_of({pointer(interface, method)})", slot
        after = f"After<{interface.name}>"
        yield f"number of slots of {interface.name}", f"slot_of(&{after}::after)", len(methods)


def _verify_slots(
    report: Report, model: Model, sdk: str, include: Sequence[Path], wrong: frozenset[str]
) -> None:
    checks = list(_slot_checks(model, sdk, wrong))
    prints = [f'std::printf("%lld\\n", {expression});\n' for _, expression, _ in checks]
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "probe"
        lines = ["int main() {\n", *prints, "}\n"]
        done = _compile(model, include, PACKINGS[0], lines, folder, "-o", str(program))
        if done.returncode != 0:
            raise SystemExit(f"the probe of slots does not compile:\n{done.stderr[:2000]}")
        output = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout
    for (name, _, slot), found in zip(checks, map(int, output.split()), strict=True):
        if found == slot:
            report.verified["slots"] += 1
        else:
            report.differences.append(f"slots: {name}: {slot}, but the headers have {found}")
