"""Measures the Steamworks ABI as a directory of headers declares it.

``python measure.py --include DIR [--pack 8]`` compiles a probe against ``DIR/steam/*.h`` (the
bundled ``include``, or an SDK's ``public``) and prints, as JSON, whatever ``facts.json`` names:
sizes, offsets, ids, values of enums, limits and slots of virtual functions.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
Facts = dict[str, Any]


def read_facts() -> Facts:
    facts: Facts = json.loads((HERE / "facts.json").read_text(encoding="utf-8"))
    return facts


def find_compiler() -> str:
    for name in (os.environ.get("CXX"), "g++", "c++", "clang++"):
        if name and (path := shutil.which(name)):
            return path
    raise SystemExit("no C++ compiler: install g++ or clang++, or name one with CXX")


def declared_in(include: Path) -> set[str]:
    """Every word of the headers: older SDKs lack the newest values of enums."""
    texts = (path.read_text("latin-1") for path in (include / "steam").glob("*.h"))
    return set(re.findall(r"\w+", " ".join(texts)))


def probe_source(facts: Facts, pack: int, declared: set[str]) -> str:
    """A program that prints one fact a line: path, tab, value."""
    lines: list[str] = []

    def number(path: str, expression: str) -> None:
        lines.append(f'std::printf("{path}\\t%lld\\n", static_cast<long long>({expression}));')

    for name, struct in facts["structs"].items():
        if "id" in struct:
            number(f"structs/{name}/id", f"{name}::k_iCallback")
        number(f"structs/{name}/pack{pack}/size", f"sizeof({name})")
        for field in struct[f"pack{pack}"]["fields"]:
            path = f"structs/{name}/pack{pack}/fields/{field}"
            number(f"{path}/0", f"offsetof({name}, {field})")
            number(f"{path}/1", f"sizeof((({name}*)nullptr)->{field})")
    for enum, values in facts["enums"].items():
        for value in declared.intersection(values):
            number(f"enums/{enum}/{value}", value)
    for name in declared.intersection(facts["constants"]):
        number(f"constants/{name}", name)
    for name in declared.intersection(facts["sizes"]):
        number(f"sizes/{name}", f"sizeof({name})")
    for name in facts["versions"]:
        lines.append(f'std::printf("versions/{name}\\t\\"%s\\"\\n", {name});')
    for interface, methods in facts["slots"].items():
        for method in methods:
            if method.split()[0] not in declared:
                continue
            name, _, signature = method.partition(" ")
            cast = f"static_cast<{signature}>(&{interface}::{name})" if signature else ""
            pointer = cast or f"&{interface}::{name}"
            number(f"slots/{interface}/{method}", f"slot_of({pointer})")
    body = "\n    ".join(lines)
    return f"""
#define STEAM_API_NODLL
#define protected public
#define private public
#include <steam/steamclientpublic.h>
{_REPACK if pack == 8 else ""}
#include <steam/steam_gameserver.h>
#include <steam/isteamuser.h>
#include <steam/matchmakingtypes.h>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <type_traits>

static_assert(std::is_trivially_copyable<CSteamID>::value, "CSteamID is passed in a register");

// In the Itanium C++ ABI a pointer to a virtual function is 1 + 8 times its slot, or on ARM, where
// the mark that it is virtual stands elsewhere, 8 times its slot.
template <class Method>
long long slot_of(Method method) {{
    long long value;
    std::memcpy(&value, &method, sizeof(value));
    return value / 8;
}}

int main() {{
    {body}
}}
"""


# The headers choose the packing in steamclientpublic.h; all structs come after it.
_REPACK = """
#undef VALVE_CALLBACK_PACK_SMALL
#ifndef VALVE_CALLBACK_PACK_LARGE
#define VALVE_CALLBACK_PACK_LARGE
#endif
"""


def measure(include: Path, pack: int, facts: Facts, flags: tuple[str, ...] = ()) -> Facts:
    """The facts as these headers have them."""
    bundled = "STEAMGS_BUNDLED_HEADERS" in (include / "steam" / "steamtypes.h").read_text("latin-1")
    large = ("-DSTEAMGS_PACK_LARGE",) if bundled and pack == 8 else ()
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder) / "probe.cpp", Path(folder) / "probe"
        source.write_text(probe_source(facts, pack, declared_in(include)), encoding="utf-8")
        # Offsets in classes that are not plain data, and members that are private, are meant here.
        quiet = ("-Wno-invalid-offsetof",)
        command = [find_compiler(), "-std=c++17", *flags, *quiet, *large, f"-I{include}"]
        subprocess.run([*command, str(source), "-o", str(program)], check=True)
        output = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout
    result: Facts = {}
    for line in output.splitlines():
        path, value = line.split("\t")
        *parents, leaf = path.split("/")
        node = result
        for parent in parents:
            node = node.setdefault(parent, {})
        node[leaf] = json.loads(value)
    return _with_lists(result)


def _with_lists(facts: Facts) -> Facts:
    """Fields are [offset, size] pairs."""
    for struct in facts["structs"].values():
        for pack in ("pack4", "pack8"):
            if pack in struct:
                fields = struct[pack].get("fields", {})
                struct[pack]["fields"] = {name: [f["0"], f["1"]] for name, f in fields.items()}
    return facts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--include", type=Path, required=True)
    parser.add_argument("--pack", type=int, choices=(4, 8), default=4)
    options = parser.parse_args()
    print(json.dumps(measure(options.include, options.pack, read_facts()), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
