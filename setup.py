"""Builds the extension, and the two shared libraries of the simulator.

All else is in pyproject.toml. ``STEAMWORKS_SDK_PATH`` names a genuine Steamworks SDK to compile
against; without it the bundled declarations in ``include/steam`` serve. ``STEAMGS_WERROR=1`` makes
the C++ compiler's warnings errors.
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

import generate  # noqa: E402
import tables  # noqa: E402
from emit_assertions import number  # noqa: E402
from identify import declared, identify  # noqa: E402

WINDOWS = sys.platform == "win32"
MACOS = sys.platform == "darwin"
LIBRARY_SUFFIX = ".dll" if WINDOWS else ".dylib" if MACOS else ".so"
STEAMCLIENT = "steamclient64" if WINDOWS else "steamclient"
INCLUDE = ["include", "src", "build/generated/include"]


class SharedLibrary(Extension):
    """A shared library that is loaded by name, not imported: a part of the simulator."""


class BuildExt(build_ext):
    """Knows that a :class:`SharedLibrary` is no Python module."""

    def run(self) -> None:
        generate.build()
        super().run()

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


class BuildPy(build_py):
    """Brings modules and headers that are generated into the package."""

    def run(self) -> None:
        super().run()
        for target, source in self.generated().items():
            self.mkpath(os.path.dirname(target))
            self.copy_file(source, target)

    def generated(self) -> dict[str, str]:
        folder = Path("build/generated")
        inside = {path: path.relative_to(folder) for path in folder.glob("steamgs/*.py*")}
        for header in folder.glob("include/steam/*.h"):
            inside[header] = Path("steamgs") / header.relative_to(folder)
        return {os.path.join(self.build_lib, name): str(path) for path, name in inside.items()}

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        return [*super().get_outputs(include_bytecode), *self.generated()]


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
    arguments = ["-std=c++17", "-O2", "-fvisibility=hidden", "-pthread", "-Wall", "-Wextra"]
    arguments += ["-g"] if os.environ.get("STEAMGS_DEBUG") else ["-g0"]
    return arguments + (["-Werror"] if os.environ.get("STEAMGS_WERROR") else [])


def link_arguments(exports: str, soname: str | None = None) -> list[str]:
    arguments = os.environ.get("STEAMGS_LDFLAGS", "").split()
    if WINDOWS:
        return arguments
    arguments += ["-pthread"]
    if not MACOS:
        arguments += [f"-Wl,--version-script={exports}"]
    if soname and MACOS:
        arguments += [f"-Wl,-install_name,@rpath/{soname}"]
    elif soname:
        arguments += [f"-Wl,-soname,{soname}"]
    return arguments


def sources(pattern: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(pattern))


def extensions() -> list[Extension]:
    sdk_include, sdk_macros = sdk_headers()
    headers = [
        path
        for folder in ("include", "src", "build/generated")
        for path in sources(f"{folder}/**/*.*")
    ]
    core = Extension(
        "steamgs._core",
        ["steamgs/_core.pyx", *sources("src/*/*.cpp")],
        include_dirs=[*sdk_include, *INCLUDE],
        define_macros=sdk_macros,
        depends=[*headers, *sources("steamgs/**/*.p?[dx]")],
        extra_compile_args=compile_arguments(),
        extra_link_args=link_arguments("src/core/exports.map"),
        language="c++",
    )
    # The simulator is our own on both sides of its ABI: it needs no SDK.
    steamclient = SharedLibrary(
        f"steamgs.simulator.{STEAMCLIENT}",
        [*sources("simulator/steamclient/**/*.cpp"), "src/common/event_queue.cpp"],
        include_dirs=[*INCLUDE, "simulator/steamclient"],
        define_macros=[("STEAM_API_NODLL", None)],
        depends=[*headers, *sources("simulator/steamclient/**/*.h")],
        extra_compile_args=compile_arguments(),
        extra_link_args=link_arguments(
            "simulator/steamclient/exports.map", STEAMCLIENT + LIBRARY_SUFFIX
        ),
        libraries=["ws2_32"] if WINDOWS else [] if MACOS else ["dl"],
        language="c++",
    )
    front = SharedLibrary(
        "steamgs.simulator.libsteam_api_simulator",
        [*sources("simulator/steam_api/*.cpp"), *sources("src/common/dynamic_library_*.cpp")],
        include_dirs=[*INCLUDE, "simulator/steam_api"],
        define_macros=[("STEAM_API_EXPORTS", None)],
        depends=[*headers, *sources("simulator/steam_api/*.h")],
        extra_compile_args=compile_arguments(),
        extra_link_args=link_arguments(
            "simulator/steam_api/exports.map", "libsteam_api_simulator" + LIBRARY_SUFFIX
        ),
        libraries=[] if WINDOWS or MACOS else ["dl"],
        language="c++",
    )
    return [core, steamclient, front]


def cythonized(modules: list[Extension]) -> list[Extension]:
    from Cython.Build import cythonize

    native = [module for module in modules if isinstance(module, SharedLibrary)]
    cython = [module for module in modules if not isinstance(module, SharedLibrary)]
    return [
        *cythonize(cython, build_dir="build/cython", include_path=["build/generated/steamgs"]),
        *native,
    ]


generate.build()
setup(
    ext_modules=cythonized(extensions()),
    cmdclass={"build_ext": BuildExt, "build_py": BuildPy},
    # Beside Cython's one large file, the simulator is compiled.
    options={"build_ext": {"parallel": 2}},
)
