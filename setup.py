"""Builds the extension, and the two shared libraries of the simulator.

What they are made of is in ``codegen/targets.py``, all else in pyproject.toml. A build writes only
below ``build/``.

``STEAMWORKS_SDK_PATH`` names a genuine Steamworks SDK to compile against; without it the bundled
headers serve. ``STEAMGS_WERROR=1`` makes the C++ compiler's warnings errors. ``STEAMGS_DEBUG=1``
keeps symbols and adds what a debugger needs.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "codegen"))
sys.dont_write_bytecode = True  # nothing is written beside the generator's sources

import generate  # noqa: E402
import tables  # noqa: E402
import targets  # noqa: E402
from emit_assertions import number  # noqa: E402
from identify import declared, identify  # noqa: E402
from targets import CORE, STEAM_API, STEAMCLIENT, Target  # noqa: E402

WINDOWS = sys.platform == "win32"
MACOS = sys.platform == "darwin"
LIBRARY_SUFFIX = ".dll" if WINDOWS else ".dylib" if MACOS else ".so"
DEBUG = bool(os.environ.get("STEAMGS_DEBUG"))
# An editable installation keeps its libraries here, to compile again only what changed.
EDITABLE = "build/editable"
# Files of the package that are made elsewhere: what a user is shown, the package needs too.
COPIED = {"steamgs/demo/arena.py": "examples/arena.py"}


def made_elsewhere() -> dict[str, str]:
    """Path in the package -> source, of files that do not stand in the package's own folder."""
    generated = ROOT / targets.GENERATED
    found = dict(COPIED)
    for folder, below in ((generated, "steamgs/**/*.py*"), (generated / "include", "steam/*.h")):
        for path in folder.glob(below):
            if path.suffix in {".py", ".pyi", ".h"}:
                name = path.relative_to(folder).as_posix()
                inside = name if folder == generated else f"steamgs/include/{name}"
                found[inside] = path.relative_to(ROOT).as_posix()
    return found


class BuildPy(build_py):
    """Brings files that are made elsewhere into the package."""

    def run(self) -> None:
        generate.build()
        if not self.editable_mode:
            self.remove_leftovers()
        super().run()
        if not self.editable_mode:  # which links to the sources instead
            for target, source in self.brought().items():
                self.mkpath(os.path.dirname(target))
                self.copy_file(source, target)

    def remove_leftovers(self) -> None:
        """Remove what an earlier build put here: a wheel is packed from the whole folder."""
        command = self.get_finalized_command("build_ext")
        built = [os.path.relpath(path, command.build_lib) for path in command.get_outputs()]
        kept = {os.path.normpath(os.path.join(self.build_lib, name)) for name in built}
        kept |= {os.path.normpath(path) for path in self.get_outputs(include_bytecode=False)}
        for path in Path(self.build_lib).rglob("*"):
            if path.is_file() and str(path) not in kept:
                path.unlink()

    def brought(self) -> dict[str, str]:
        return {os.path.join(self.build_lib, name): of for name, of in made_elsewhere().items()}

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        outputs: list[str] = super().get_outputs(include_bytecode)
        return sorted({*outputs, *self.brought()})

    def get_output_mapping(self) -> dict[str, str]:
        return {**super().get_output_mapping(), **self.brought()}


class SharedLibrary(Extension):
    """A shared library that is loaded by name, not imported: a part of the simulator."""


class BuildExt(build_ext):
    """Knows that a :class:`SharedLibrary` is no Python module, and never builds in place."""

    def finalize_options(self) -> None:
        super().finalize_options()
        if self.editable_mode:
            self.inplace = False
            self.build_temp = os.path.join(EDITABLE, "temp")

    def run(self) -> None:
        generate.build()
        wanted = self.build_lib
        self.build_lib = EDITABLE if self.editable_mode else wanted
        super().run()
        self.build_lib = wanted

    def get_output_mapping(self) -> dict[str, str]:
        names = [self.get_ext_filename(self.get_ext_fullname(one.name)) for one in self.extensions]
        if not self.editable_mode:
            return {}
        return {os.path.join(self.build_lib, name): os.path.join(EDITABLE, name) for name in names}

    def get_outputs(self) -> list[str]:
        return list(self.get_output_mapping() if self.editable_mode else super().get_outputs())

    def get_ext_filename(self, fullname: str) -> str:
        extension = getattr(self, "ext_map", {}).get(fullname)
        if isinstance(extension, SharedLibrary):
            return os.path.join(*fullname.split(".")) + LIBRARY_SUFFIX
        return str(super().get_ext_filename(fullname))

    def get_export_symbols(self, ext: Extension) -> list[str]:
        if isinstance(ext, SharedLibrary):
            return []
        return list(super().get_export_symbols(ext))

    def get_libraries(self, ext: Extension) -> list[str]:
        if isinstance(ext, SharedLibrary):
            return list(ext.libraries)
        return list(super().get_libraries(ext))


def sdk_headers() -> tuple[list[str], list[tuple[str, str]]]:
    """Include directories ahead of our own, and macros, for a genuine SDK if one is named."""
    named = os.environ.get("STEAMWORKS_SDK_PATH")
    if not named:
        return [], []
    public = Path(named) / "public"
    if not (public / "steam" / "steam_gameserver.h").is_file():
        raise SystemExit(
            f"STEAMWORKS_SDK_PATH={named}: there is no public/steam/steam_gameserver.h below it; "
            "name the folder that the Steamworks SDK was unpacked to"
        )
    version = sdk_version(Path(named))
    # The table is held against what the headers declare, whatever a Readme says.
    measured = identify(tables.load(), declared(public))[0]
    return [str(public)], [
        ("STEAMGS_SDK_VERSION", f'"{version}"'),
        ("STEAMGS_SDK_NUMBER", str(number(measured))),
    ]


def sdk_version(sdk: Path) -> str:
    """The newest version that the SDK's Readme speaks of; the headers themselves don't tell."""
    readme = sdk / "Readme.txt"
    text = readme.read_text(encoding="latin-1") if readme.is_file() else ""
    match = re.search(r"^v1\.(\d+)(\w*)\s", text, re.MULTILINE)
    if not match:
        return "unknown"
    # SteamGameServer015 came with 1.56, whose Readme was not brought up to date.
    return "1.56" if int(match[1]) < 56 else f"1.{match[1]}{match[2]}"


def compile_arguments() -> list[str]:
    if WINDOWS:
        return ["/std:c++17", "/O2", "/EHsc", "/W3"]
    arguments = [targets.STANDARD, "-O2", "-fvisibility=hidden", "-pthread", "-Wall", "-Wextra"]
    arguments += ["-g"] if DEBUG else ["-g0"]
    return arguments + (["-Werror"] if os.environ.get("STEAMGS_WERROR") else [])


def link_arguments(target: Target, soname: str = "") -> list[str]:
    arguments = os.environ.get("STEAMGS_LDFLAGS", "").split()
    if WINDOWS:
        return arguments
    arguments += ["-pthread", *target.link_options(sys.platform)]
    if not DEBUG:
        arguments += ["-Wl,-x"] if MACOS else ["-Wl,-s"]  # the dynamic symbols stay
    if soname:
        arguments += [f"-Wl,{'-install_name,@rpath/' if MACOS else '-soname,'}{soname}"]
    return arguments


def options(target: Target, soname: str = "") -> dict[str, object]:
    """What all extensions have in common."""
    return {
        "include_dirs": target.include,
        "define_macros": [(name, None) for name in target.macros],
        "depends": targets.headers(),
        "extra_compile_args": compile_arguments(),
        "extra_link_args": link_arguments(target, soname),
        "libraries": target.libraries.get(sys.platform, []),
        "language": "c++",
    }


def core() -> Extension:
    sdk_include, sdk_macros = sdk_headers()
    extension = Extension("steamgs._core", ["steamgs/_core.pyx", *CORE.sources], **options(CORE))
    extension.include_dirs = [*sdk_include, *targets.INCLUDE]
    extension.define_macros += sdk_macros
    extension.depends += targets.matching("steamgs/**/*.p?[dx]")
    return extension


def simulator_library(name: str, target: Target) -> SharedLibrary:
    return SharedLibrary(
        f"steamgs.simulator.{name}", target.sources, **options(target, name + LIBRARY_SUFFIX)
    )


def extensions() -> list[Extension]:
    from Cython.Build import cythonize

    generate.build()
    return [
        *cythonize(
            [core()], build_dir="build/cython", include_path=[f"{targets.GENERATED}/steamgs"]
        ),
        simulator_library("steamclient64" if WINDOWS else "steamclient", STEAMCLIENT),
        simulator_library("libsteam_api_simulator", STEAM_API),
    ]


(ROOT / "build").mkdir(exist_ok=True)
setup(
    ext_modules=extensions(),
    cmdclass={"build_ext": BuildExt, "build_py": BuildPy},
    options={
        # Beside Cython's one large file, the simulator is compiled.
        "build_ext": {"parallel": 2},
        "egg_info": {"egg_base": "build"},
        # Lenient ones import from the source folder, which has nothing in it that was built.
        "editable_wheel": {"mode": "strict"},
    },
)
