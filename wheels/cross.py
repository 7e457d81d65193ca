"""Compiles and links the C++ code for platforms whose wheels are built elsewhere: ``make cross``.

For each target zig compiles all C++ but Cython's (which needs that platform's Python), and links
the simulator's two libraries, whose exports are then read. One of the sources holds the headers
against the table of facts, as the target's compiler lays structs out. What is made for Windows runs
under wine, if there is one: the conformance suite, on the simulator's libraries.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import microsoft_layout
import under_wine
from inspect_wheel import EXPORTS, exports_of, strangers

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "codegen"))

import generate  # noqa: E402
from targets import CORE, PROGRAM, STEAM_API, STEAMCLIENT, Target  # noqa: E402

TRIPLES = ("x86_64-windows-gnu", "x86_64-macos", "aarch64-macos", "aarch64-linux-gnu.2.17")
PLATFORMS = {"windows": "win32", "macos": "darwin", "linux": "linux"}
SUFFIXES = {"win32": ".dll", "darwin": ".dylib", "linux": ".so"}
OPTIONS = ["-fvisibility=hidden", "-Wall", "-Wextra", "-Werror"]
LIBRARIES = {"steamclient": STEAMCLIENT, "libsteam_api_simulator": STEAM_API}
WINDOWS = next(triple for triple in TRIPLES if "windows" in triple)


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


def file_name(library: str, platform: str) -> str:
    """What it must be called for libsteam_api to find it."""
    bits = "64" if library == "steamclient" and platform == "win32" else ""
    return library + bits + SUFFIXES[platform]


def conformance(folder: Path) -> Path:
    """The suite in C++ of what a libsteam_api does, for Windows."""
    made = folder / "conformance.exe"
    source = str(ROOT / "tests" / "native" / "conformance.cpp")
    zig(WINDOWS, *PROGRAM.options(), "-O1", source, "-o", str(made))
    return made


def failures(folder: Path) -> list[str]:
    """Cases of that suite that fail under wine, on the simulator's libraries in this folder."""
    if not under_wine.has_wine():
        print(f"{WINDOWS}: there is no wine, so the conformance suite was not run")
        return []
    suite = conformance(folder)
    libraries = [under_wine.windows_path(folder / file_name(name, "win32")) for name in LIBRARIES]

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["wine", str(suite), *arguments],
            cwd=folder,
            env=under_wine.environment(folder / "prefix"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    listed = run("--list")
    cases = listed.stdout.split()
    if listed.returncode != 0 or not cases:
        return [f"the conformance suite does not start under wine: {listed.stderr}"]
    with ThreadPoolExecutor(2) as pool:
        ended = pool.map(lambda case: run(*libraries, case), cases)
        failed = [
            f"{WINDOWS}: {case} ended with {done.returncode}: {done.stderr}"
            for case, done in zip(cases, ended, strict=True)
            if done.returncode != 0
        ]
    under_wine.end(folder / "prefix")
    passed = len(cases) - len(failed)
    print(f"{WINDOWS}: {passed} of {len(cases)} cases of the conformance suite pass under wine")
    return failed


def check(triple: str, folder: Path) -> list[str]:
    """What is wrong with the libraries for one target."""
    platform = next(name for word, name in PLATFORMS.items() if word in triple)
    compile_all(triple, CORE, folder / "core")
    problems = microsoft_layout.problems() if platform == "win32" else []
    for name, target in LIBRARIES.items():
        library = folder / file_name(name, platform)
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
    return problems + (failures(folder) if triple == WINDOWS else [])


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
