"""Compiles and links the C++ for the platforms that wheels are made for elsewhere: ``make cross``.

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

from inspect_wheel import EXPORTS, exports_of, strangers

ROOT = Path(__file__).resolve().parent.parent
TARGETS = ("x86_64-windows-gnu", "x86_64-macos", "aarch64-macos", "aarch64-linux-gnu.2.17")
OPTIONS = [
    "-std=c++17",
    "-O1",
    "-fvisibility=hidden",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Iinclude",
    "-Isrc",
    "-Ibuild/generated/include",
]
OPTIONS += ["-Isimulator/steamclient", "-Isimulator/steam_api", "-c"]


def compile_one(target: str, source: Path, folder: Path) -> Path:
    front = source.is_relative_to(ROOT / "simulator" / "steam_api")
    macro = "STEAM_API_EXPORTS" if front else "STEAM_API_NODLL"
    made = folder / f"{source.parent.name}_{source.stem}.o"
    zig = [sys.executable, "-m", "ziglang", "c++", "-target", target]
    command = [*zig, *OPTIONS, f"-D{macro}", str(source), "-o", str(made)]
    subprocess.run(command, check=True, cwd=ROOT)
    return made


def link(target: str, objects: list[Path], made: Path) -> None:
    zig = [sys.executable, "-m", "ziglang", "c++", "-target", target, "-shared"]
    options = ["-lws2_32"] if "windows" in target else []
    if "linux" in target:
        folder = "steam_api" if made.stem.startswith("lib") else "steamclient"
        options += [f"-Wl,--version-script=simulator/{folder}/exports.map"]
    subprocess.run([*zig, *map(str, objects), "-o", str(made), *options], check=True, cwd=ROOT)


def check(target: str, folder: Path) -> list[str]:
    """What is wrong with the libraries for one target."""
    core, front = sorted(ROOT.glob("src/*/*.cpp")), sorted(ROOT.glob("simulator/steam_api/*.cpp"))
    client = sorted(ROOT.glob("simulator/steamclient/**/*.cpp"))
    with ThreadPoolExecutor(2) as pool:
        sources = [*core, *front, *client]
        made = list(pool.map(lambda source: compile_one(target, source, folder), sources))
    objects = dict(zip(sources, made, strict=True))
    suffix = ".dll" if "windows" in target else ".dylib" if "macos" in target else ".so"
    loaders = [source for source in core if source.stem.startswith("dynamic_library")]
    queue = [source for source in core if source.stem == "event_queue"]
    problems: list[str] = []
    for name, parts in {
        "steamclient": [*client, *queue],
        "libsteam_api_simulator": [*front, *loaders],
    }.items():
        library = folder / (name + suffix)
        link(target, [objects[part] for part in parts], library)
        # The C++ runtime that zig links in on macOS; Apple's is a library of the system.
        runtime = r"_Z[nd].*|__dso_handle|_mh_dylib_header" if "macos" in target else "(?!)"
        exported = {
            export
            for export in exports_of(library.read_bytes())
            if not re.fullmatch(runtime, export)
        }
        problems += strangers(library.name, exported, EXPORTS[name])
        print(f"{target}: {library.name} exports {len(exported)}")
    print(f"{target}: {len(sources)} sources, the table of facts among them")
    return problems


def main() -> int:
    found = []
    for target in sys.argv[1:] or TARGETS:
        with tempfile.TemporaryDirectory() as folder:
            found += check(target, Path(folder).resolve())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
