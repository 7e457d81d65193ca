"""What is compiled: the sources of each target, its include folders, macros and link options.

``setup.py`` builds from this description. ``wheels/cross.py``, the fuzzers (``make fuzz`` and
``tests/test_fuzz.py``), the conformance suite and the benchmarks compile the same sources, or
programs against the same headers, in ways of their own.

``python codegen/targets.py NAME`` prints a target's compiler options and sources for a shell.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Made by the build, and not committed.
GENERATED = "build/generated"
# The public header, the private ones of the core, and what is generated.
INCLUDE = ("include", "src", f"{GENERATED}/include")
STANDARD = "-std=c++17"

CLIENT = "simulator/steamclient"
FRONT = "simulator/steam_api"
QUEUE = "src/common/event_queue.cpp"
LOADER = "src/common/dynamic_library_*.cpp"


@dataclass(frozen=True)
class Target:
    """Sources that are compiled together; all paths are relative to the root of the repository."""

    patterns: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    macros: tuple[str, ...] = ()
    # A linker's version script that names what the library exports.
    exports: str = ""
    # What to link with, by ``sys.platform``.
    libraries: dict[str, list[str]] = field(default_factory=dict)
    # How folders of headers are given; -isystem for programs to whom they are a library's, and that
    # may name a genuine SDK before them: -I would come before all of -isystem.
    folder_option: str = "-I"

    @property
    def sources(self) -> list[str]:
        return matching(*self.patterns)

    @property
    def include(self) -> list[str]:
        return [*INCLUDE, *self.private]

    @property
    def paths(self) -> list[str]:
        """The sources by their absolute paths."""
        return [str(ROOT / source) for source in self.sources]

    def options(self) -> list[str]:
        """The options for GCC, clang and zig, in whatever working directory they run."""
        include = [f"{self.folder_option}{ROOT / folder}" for folder in self.include]
        return [STANDARD, *include, *(f"-D{macro}" for macro in self.macros)]

    def link_options(self, platform: str) -> list[str]:
        """The options of the linker on a platform, as ``sys.platform`` calls it."""
        script = [f"-Wl,--version-script={ROOT / self.exports}"]
        return script if self.exports and platform == "linux" else []


TARGETS = {
    "core": Target(("src/**/*.cpp",), exports="src/core/exports.map"),
    # The simulator is our own on both sides of its ABI: it needs no SDK.
    "steamclient": Target(
        (f"{CLIENT}/**/*.cpp", QUEUE, LOADER),
        private=(CLIENT,),
        macros=("STEAM_API_NODLL",),
        exports=f"{CLIENT}/exports.map",
        libraries={"win32": ["ws2_32"], "linux": ["dl"]},
    ),
    "front": Target(
        (f"{FRONT}/**/*.cpp", LOADER),
        private=(FRONT,),
        macros=("STEAM_API_EXPORTS",),
        exports=f"{FRONT}/exports.map",
        libraries={"linux": ["dl"]},
    ),
    # What the fuzz targets of tests/fuzz run into.
    "fuzzed": Target(
        (f"{CLIENT}/**/*.cpp", f"{FRONT}/callback_registry.cpp", QUEUE, LOADER),
        private=(CLIENT,),
        macros=("STEAM_API_NODLL",),
    ),
    # The scenario's parser, without the simulator around it.
    "toml": Target(
        tuple(f"{CLIENT}/**/{name}.cpp" for name in ("toml", "toml_number", "utf8")),
        private=(CLIENT,),
    ),
    # A program of one file that loads libsteam_api itself, and links with nothing of ours.
    "program": Target(folder_option="-isystem"),
}
CORE, STEAMCLIENT, STEAM_API = TARGETS["core"], TARGETS["steamclient"], TARGETS["front"]
FUZZED, TOML, PROGRAM = TARGETS["fuzzed"], TARGETS["toml"], TARGETS["program"]


def matching(*patterns: str) -> list[str]:
    """The files that match any pattern, each once, sorted; a pattern without any is an error."""
    found: set[str] = set()
    for pattern in patterns:
        files = {path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern)}
        if not files:
            raise SystemExit(f"no file matches {pattern}, which codegen/targets.py names")
        found |= files
    return sorted(found)


def headers() -> list[str]:
    """All headers, and all that is generated: when one changes, everything is compiled again."""
    folders = ("include", "src", "simulator", GENERATED)
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.*")]
    return [path.relative_to(ROOT).as_posix() for path in sorted(files) if path.suffix != ".cpp"]


def main(names: Sequence[str]) -> int:
    import generate

    generate.build()
    for name in names:
        target = TARGETS[name]
        print(*target.options(), *target.paths)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
