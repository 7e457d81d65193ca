"""Compiles and links the C++ code for platforms whose wheels are built elsewhere: ``make cross``.

For each target zig compiles all C++ but Cython's (which needs that platform's Python), and links
the simulator's two libraries, whose exports are then read. One of the sources holds the headers
against the table of facts, as the target's compiler lays structs out. Nothing can be run here.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import microsoft_layout
from inspect_wheel import EXPORTS, exports_of, strangers

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "codegen"))

import generate  # noqa: E402
from targets import CORE, STEAM_API, STEAMCLIENT, Target  # noqa: E402

TRIPLES = ("x86_64-windows-gnu", "x86_64-macos", "aarch64-macos", "aarch64-linux-gnu.2.17")
PLATFORMS = {"windows": "win32", "macos": "darwin", "linux": "linux"}
SUFFIXES = {"win32": ".dll", "darwin": ".dylib", "linux": ".so"}
OPTIONS = ["-fvisibility=hidden", "-Wall", "-Wextra", "-Werror"]
LIBRARIES = {"steamclient": STEAMCLIENT, "libsteam_api_simulator": STEAM_API}


def zig(triple: str, *arguments: str) -> None:
    command = [sys.executable, "-m", "ziglang", "c++", "-target", triple]
    subprocess.run([*command, *arguments], check=True, cwd=ROOT)


def compile_all(triple: str, target: Target, folder: Path, *options: str) -> list[str]:
    """The paths of the objects."""
    folder.mkdir()

    def compile_one(source: str) -> str:
        made = str(folder / source.replace("/", "_")) + ".o"
        zig(triple, *target.options(), *OPTIONS, *options, "-c", source, "-o", made)
        return made

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(compile_one, target.sources))


def link(triple: str, target: Target, objects: list[str], made: Path, platform: str) -> None:
    libraries = [f"-l{name}" for name in target.libraries.get(platform, [])]
    options = [*target.link_options(platform), *libraries]
    zig(triple, "-shared", *objects, "-o", str(made), *options)


def check(triple: str, folder: Path) -> list[str]:
    """What is wrong with the libraries for one target."""
    platform = next(name for word, name in PLATFORMS.items() if word in triple)
    compile_all(triple, CORE, folder / "core")
    problems = microsoft_layout.problems() if platform == "win32" else []
    for name, target in LIBRARIES.items():
        library = folder / (name + SUFFIXES[platform])
        objects = compile_all(triple, target, folder / name)
        link(triple, target, objects, library, platform)
        # The C++ runtime that zig links in on macOS; Apple's is a library of the system.
        runtime = r"_Z[nd].*|__dso_handle|_mh_dylib_header" if platform == "darwin" else "(?!)"
        exported = {
            export
            for export in exports_of(library.read_bytes())
            if not re.fullmatch(runtime, export)
        }
        problems += strangers(library.name, exported, EXPORTS[name])
        print(f"{triple}: {library.name}: {len(objects)} sources, {len(exported)} exports")
    print(f"{triple}: {len(CORE.sources)} sources of the core, the table of facts among them")
    return problems


def main() -> int:
    generate.build()
    found = []
    for triple in sys.argv[1:] or TRIPLES:
        with tempfile.TemporaryDirectory() as folder:
            found += check(triple, Path(folder).resolve())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
