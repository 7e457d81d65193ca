"""Finding libsteam_api, and saying in plain words why it could not be loaded."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from steamgs import _core
from steamgs.errors import SteamLibraryError

__all__ = ["SIMULATOR", "candidates", "describe_binary", "load"]

SIMULATOR = "simulator"
"""The name of the embedded simulator, where a library's path is asked for."""

ENVIRONMENT_VARIABLE = "STEAMGS_LIBRARY"

_FILE_NAMES = {"win32": ("steam_api64.dll",), "darwin": ("libsteam_api.dylib",)}
_DEFAULT_NAMES = ("libsteam_api.so",)
_ELF_MACHINES = {3: "x86", 40: "ARM", 62: "x86-64", 183: "aarch64"}
_PE_MACHINES = {0x14C: "x86", 0x8664: "x86-64", 0xAA64: "aarch64"}
_MACH_MACHINES = {7: "x86", 0x01000007: "x86-64", 0x0100000C: "aarch64"}
_MACHINE_NAMES = {"amd64": "x86-64", "x86_64": "x86-64", "arm64": "aarch64"}


def file_names() -> tuple[str, ...]:
    """What the library is called on this platform."""
    return _FILE_NAMES.get(sys.platform, _DEFAULT_NAMES)


def candidates(library: str | None) -> Iterator[str]:
    """Where to look, best first: the argument, the environment, the program, the loader's path.

    One that is named is the only one tried: a typing error must not start another library.
    """
    named = library or os.environ.get(ENVIRONMENT_VARIABLE)
    if named:
        yield named
        return
    program = Path(sys.argv[0]).resolve().parent if sys.argv and sys.argv[0] else Path.cwd()
    for folder in dict.fromkeys((program, Path(sys.executable).resolve().parent)):
        yield from (str(folder / name) for name in file_names())
    yield from file_names()


def load(library: str | None) -> str:
    """Load the first candidate that can be, and return its path.

    :raises SteamLibraryError: none can be; every attempt is listed with the reason.
    """
    attempts: list[tuple[str, str]] = []
    for path in candidates(library):
        status, detail = try_to_load(path)
        if status == "ok":
            return path
        attempts.append((path, explain(path, status, detail)))
    raise SteamLibraryError(
        "no usable Steam library; name Valve's libsteam_api (from the SDK's redistributable_bin) "
        f"with library= or {ENVIRONMENT_VARIABLE}, or use library={SIMULATOR!r} for tests",
        tuple(attempts),
    )


def try_to_load(path: str) -> tuple[str, str]:
    """What ``_core.load_library`` says, but for files that would kill the process.

    The loader maps a file by what its header promises; one that is cut short ends in SIGBUS.
    A pipe or a device would be waited for. A bare name is none of a file here: the loader searches.
    """
    if not os.path.dirname(path):
        return _core.load_library(path)
    if os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):
        return "no_file", ""
    if words := cut_short(path):
        return "cut_short", words
    return _core.load_library(path)


def cut_short(path: str) -> str | None:
    """How much is there of a library that lacks its end; None of any other file."""
    promised = _promised_size(path)
    if promised is None or promised <= os.path.getsize(path):
        return None
    return f"{os.path.getsize(path)} bytes of at least {promised}"


def _promised_size(path: str) -> int | None:
    """How long an ELF file must be by its own program headers; None if it is none."""
    try:
        with open(path, "rb") as file:
            head = file.read(64)
            if head[:5] != b"\x7fELF\x02" or len(head) < 64:
                return None
            order = ">" if head[5] == 2 else "<"
            (offset,) = struct.unpack_from(order + "Q", head, 32)
            size, count = struct.unpack_from(order + "HH", head, 54)
            end: int = offset + size * count
            if end > os.fstat(file.fileno()).st_size:
                return end
            file.seek(offset)
            table = file.read(size * count)
    except OSError:
        return None
    for entry in range(len(table) // size if size >= 56 else 0):
        start, _, _, length = struct.unpack_from(order + "4Q", table, entry * size + 8)
        end = max(end, start + length)
    return end


def explain(path: str, status: str, detail: str) -> str:
    """Why a library could not be used, and what to do about it."""
    if status == "missing_symbol":
        return f"not a Steam library: it has no {detail}"
    if status == "too_old":
        return f"too old: it has no {detail}; take the library of Steamworks SDK 1.56 or newer"
    if status == "cut_short":
        return f"is not a shared library of this platform, or cut short ({detail})"
    if status == "no_file":
        return "is a pipe, a socket or a device, not a file"
    if not os.path.dirname(path):
        here = f"; ./{path} names the one in this folder" if os.path.isfile(path) else ""
        return detail + here
    if not os.path.exists(path):
        return "no such file"
    if os.path.isdir(path):
        return "is a folder; name the library inside it"
    found = describe_binary(path)
    here = f"{struct.calcsize('P') * 8}-bit {machine()}"
    if found is not None and found != here:
        return f"is a {found} library, and this Python is {here}; take the one for this machine"
    if os.path.isfile(path) and found is None:
        return f"is not a shared library of this platform, or cut short ({detail})"
    return detail


def machine() -> str:
    """This process' processor, named as in :func:`describe_binary`."""
    import platform  # noqa: PLC0415 - only asked for where something went wrong

    name = platform.machine().lower()
    if struct.calcsize("P") == 4:
        return "x86" if name in ("i686", "i386", "x86_64", "amd64", "x86") else "ARM"
    return _MACHINE_NAMES.get(name, name)


def describe_binary(path: str) -> str | None:
    """``"64-bit x86-64"`` and the like, from a library's header; None if it is none of this OS."""
    try:
        with open(path, "rb") as file:
            head = file.read(4096)
    except OSError:
        return None
    try:
        if sys.platform == "win32":
            return _describe_pe(head)
        return _describe_mach(head) if sys.platform == "darwin" else _describe_elf(head)
    except struct.error:
        return None


def _describe_elf(head: bytes) -> str | None:
    if head[:4] != b"\x7fELF" or len(head) < 20:
        return None
    bits = {1: 32, 2: 64}.get(head[4])
    order = ">" if head[5] == 2 else "<"
    (number,) = struct.unpack_from(order + "H", head, 18)
    return f"{bits}-bit {_ELF_MACHINES.get(number, f'machine {number}')}" if bits else None


def _describe_pe(head: bytes) -> str | None:
    if head[:2] != b"MZ":
        return None
    (offset,) = struct.unpack_from("<I", head, 0x3C)
    if head[offset : offset + 4] != b"PE\0\0":
        return None
    (number,) = struct.unpack_from("<H", head, offset + 4)
    bits = 32 if number == 0x14C else 64
    return f"{bits}-bit {_PE_MACHINES.get(number, f'machine {number}')}"


def _describe_mach(head: bytes) -> str | None:
    (magic,) = struct.unpack_from(">I", head)
    if magic == 0xCAFEBABE:
        # A universal file: the loader picks the part that fits, if there is one.
        (count,) = struct.unpack_from(">I", head, 4)
        parts = [struct.unpack_from(">I", head, 8 + 20 * part)[0] for part in range(min(count, 8))]
        names = [_MACH_MACHINES.get(number, "") for number in parts]
        chosen = machine() if machine() in names else "/".join(names)
        return f"64-bit {chosen}"
    if magic not in (0xCFFAEDFE, 0xCEFAEDFE):
        return None
    (number,) = struct.unpack_from("<I", head, 4)
    return f"{64 if magic == 0xCFFAEDFE else 32}-bit {_MACH_MACHINES.get(number, 'other')}"
