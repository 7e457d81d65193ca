"""Inspects a wheel: its files, and what its libraries export and require.

usage: python wheels/inspect_wheel.py WHEEL...
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import lief

# Those for Windows have the C++ library in each of their three libraries, where zig links them.
MOST_BYTES = {"win_amd64": 5 * 2**19}
MOST_BYTES_ELSEWHERE = 2 * 2**20
# Nothing but the module's init, and the ABI that the simulator plays.
EXPORTS = {
    "_core": r"PyInit__core",
    "steamclient": r"CreateInterface|Steam_\w+|Breakpad_\w+|steamgs_sim_\w+",
    "libsteam_api_simulator": r"SteamAPI_\w+|SteamGameServer_\w+|SteamInternal_\w+"
    r"|SteamGameServer|g_pSteamClientGameServer",
}
NEEDED = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"}
NEEDED |= {"ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
# What Windows has, Python, and the compiler's library that comes with Python or is Windows' own.
NEEDED_ON_WINDOWS = (
    r"(?i)(kernel32|ws2_32|api-ms-win-crt-[\w-]+|python3\d+t?|(vcruntime|msvcp)140\w*)\.dll"
)
# Beside the libraries: typed, licensed, and with what native listeners compile against.
FILES = ["steamgs/py.typed", "steamgs/_core.pyi", "steamgs/__init__.pxd"]
FILES += ["steamgs/enums.py", "steamgs/events.py"]
FILES += ["steamgs/include/steamgs/native.h", "pytest_steamgs/__init__.py"]


def problems(wheel: Path) -> list[str]:
    """What is wrong with a wheel; empty if nothing is."""
    return list(_problems(wheel))


def _problems(wheel: Path) -> Iterator[str]:
    size = wheel.stat().st_size
    most = MOST_BYTES.get(wheel.stem.rpartition("-")[2], MOST_BYTES_ELSEWHERE)
    if size > most:
        yield f"{size} bytes are more than {most}"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        yield from (f"{name} is missing" for name in FILES if name not in names)
        for licence in ("LICENSE", "LICENSE-THIRD-PARTY.md"):
            if not any(name.endswith(f".dist-info/licenses/{licence}") for name in names):
                yield f"no {licence}"
        yield from _dependencies(_metadata(archive))
        suffixes = (".so", ".dylib", ".pyd", ".dll")
        libraries = {
            Path(name).name.split(".")[0].removesuffix("64"): name
            for name in names
            if name.endswith(suffixes)
        }
        yield from (f"no {name}" for name in EXPORTS if name not in libraries)
        for name, path in libraries.items():
            if name not in EXPORTS:
                yield f"{path} does not belong here"
            else:
                yield from _library_problems(path, archive.read(path), EXPORTS[name])


def _metadata(archive: zipfile.ZipFile) -> bytes:
    (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    return archive.read(name)


def _dependencies(metadata: bytes) -> Iterator[str]:
    for line in metadata.decode().splitlines():
        if line.startswith("Requires-Dist:") and "extra ==" not in line:
            yield f"a dependency at run time: {line}"


def _library_problems(path: str, content: bytes, pattern: str) -> Iterator[str]:
    yield from strangers(path, exports_of(content), pattern)
    binary = lief.parse(content)
    if isinstance(binary, lief.ELF.Binary):
        needed = {str(name) for name in binary.libraries}
        if needed - NEEDED:
            yield f"{path} asks for {', '.join(sorted(needed - NEEDED))}"
        if binary.has_section(".symtab") or binary.has_section(".debug_info"):
            yield f"{path} is not stripped"
    if isinstance(binary, lief.PE.Binary):
        asked = {str(imported.name) for imported in binary.imports}
        unknown = sorted(name for name in asked if not re.fullmatch(NEEDED_ON_WINDOWS, name))
        if unknown:
            yield f"{path} asks for {', '.join(unknown)}"


def exports_of(content: bytes) -> set[str]:
    """The names that a library exports, of whatever platform it is."""
    binary = lief.parse(content)
    if isinstance(binary, lief.PE.Binary):
        return {str(function.name) for function in binary.exported_functions}
    if isinstance(binary, lief.MachO.Binary):
        return {str(symbol.name).removeprefix("_") for symbol in binary.exported_symbols}
    assert isinstance(binary, lief.ELF.Binary), "not a shared library"
    return {str(symbol.name) for symbol in binary.exported_symbols}


def strangers(path: str, exported: set[str], pattern: str) -> Iterator[str]:
    """What a library exports and should not; or nothing at all."""
    too_many = sorted(name for name in exported if not re.fullmatch(pattern, name))
    if too_many:
        yield f"{path} exports {len(too_many)} too many: {', '.join(too_many[:8])}"
    if len(exported) == len(too_many):
        yield f"{path} exports nothing"


def main() -> int:
    found = 0
    for argument in sys.argv[1:]:
        for problem in problems(Path(argument)):
            print(f"{argument}: {problem}")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
