"""Finding libsteam_api, and saying in plain words why it could not be loaded."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator

from steamgs import _core, search
from steamgs.errors import SteamLibraryError
from steamgs.files import read_regular

__all__ = ["SIMULATOR", "candidates", "describe_binary", "load", "named_by_environment"]

SIMULATOR = "simulator"
"""The name of the embedded simulator, where a library's path is asked for."""

ENVIRONMENT_VARIABLE = "STEAMGS_LIBRARY"

_ELF_MACHINES = {3: "x86", 40: "ARM", 62: "x86-64", 183: "aarch64"}
_PE_MACHINES = {0x14C: "x86", 0x8664: "x86-64", 0xAA64: "aarch64"}
_MACH_MACHINES = {7: "x86", 0x01000007: "x86-64", 0x0100000C: "aarch64"}
_MACHINE_NAMES = {"amd64": "x86-64", "x86_64": "x86-64", "arm64": "aarch64"}
# What an ELF file's program header and one entry of its table measure, in bytes.
_ELF_HEADER_BYTES = 64
_ELF_ENTRY_BYTES = 56
# Where the loader looks without being told to, on systems whose loader is not asked by name.
_SYSTEM_FOLDERS = {
    "win32": (os.path.join(os.environ.get("SystemRoot", "C:\\Windows"), "System32"),),
    "darwin": ("/usr/local/lib", "/usr/lib"),
}


def named_by_environment() -> str | None:
    """The value of ``STEAMGS_LIBRARY``: an absolute path, ``"simulator"``, or None if it is unset.

    :raises SteamLibraryError: it is a relative path, which would mean another file in each
        directory in which a program is started.
    """
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if not named or named == SIMULATOR or os.path.isabs(named):
        return named or None
    raise SteamLibraryError(
        f"{ENVIRONMENT_VARIABLE} must be an absolute path, because a relative one depends on the "
        "directory in which the program is started",
        ((named, "is a relative path"),),
    )


def candidates(library: str | None) -> Iterator[str]:
    """The paths to try, best first: the argument, the environment, the places of the search.

    If a library is named, no other is tried, so that a typo does not load another library.
    """
    named = library or named_by_environment()
    if named:
        yield named
    else:
        yield from search.places()


def load(library: str | None) -> str:
    """Load the first candidate that can be loaded, and return its path.

    :raises SteamLibraryError: none can be loaded; every attempt is listed with the reason.
    """
    attempts: list[tuple[str, str]] = []
    for path in candidates(library):
        status, detail = try_to_load(path)
        if status == "ok":
            return detail or path
        attempts.append((path, explain(path, status, detail)))
    raise SteamLibraryError(
        "no usable Steam library; name Valve's libsteam_api (from the SDK's redistributable_bin) "
        f"with library= or {ENVIRONMENT_VARIABLE}, or use library={SIMULATOR!r} for tests",
        tuple(attempts),
    )


def try_to_load(path: str) -> tuple[str, str]:
    """Call ``_core.load_library``, but never with files that would block or kill the process.

    The loader maps as much of a file as its header promises, so a truncated file ends in SIGBUS,
    and reading a pipe or a device would block. A name without a folder is searched for as the
    system's loader does; with ``"ok"`` the path is returned, if it is known.
    """
    if not os.path.dirname(path):
        return _load_by_name(path)
    if _is_special(path):
        return "no_file", ""
    if words := cut_short(path):
        return "cut_short", words
    return _core.load_library(path)


def _load_by_name(name: str) -> tuple[str, str]:
    """Load what the system's loader finds, but never a file in the working directory.

    The loaders of Windows and macOS look there, and that of Linux does so if an entry of its
    variable is empty or relative. In these cases the loader's folders are searched here instead.
    """
    folders, with_relative = search.loader_folders()
    paths = [os.path.join(folder, name) for folder in folders]
    if sys.platform not in _SYSTEM_FOLDERS and not with_relative:
        if special := next(filter(_is_special, paths), None):
            return "no_file", special
        return _core.load_library(name)
    paths += [os.path.join(folder, name) for folder in _SYSTEM_FOLDERS.get(sys.platform, ())]
    for path in filter(os.path.isfile, paths):
        status, _ = try_to_load(path)
        if status == "ok":
            return "ok", path
    return "relative_path" if with_relative else "not_found", ""


def _is_special(path: str) -> bool:
    return os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path))


def cut_short(path: str) -> str | None:
    """How much of a truncated library there is; None for any other file."""
    promised = _promised_size(path)
    if promised is None or promised <= os.path.getsize(path):
        return None
    return f"{os.path.getsize(path)} bytes of at least {promised}"


def _promised_size(path: str) -> int | None:
    """How long an ELF file must be according to its program headers; None for other files."""
    try:
        with open(path, "rb") as file:
            head = file.read(_ELF_HEADER_BYTES)
            if head[:5] != b"\x7fELF\x02" or len(head) < _ELF_HEADER_BYTES:
                return None
            order = ">" if head[5] == 2 else "<"
            (offset,) = struct.unpack_from(order + "Q", head, 32)
            size, count = struct.unpack_from(order + "HH", head, 54)
            if size != _ELF_ENTRY_BYTES:
                return None  # the loader refuses it by itself
            end: int = offset + size * count
            if end > os.fstat(file.fileno()).st_size:
                return end
            file.seek(offset)
            table = file.read(size * count)
    except OSError:
        return None
    for entry in range(len(table) // size):
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
        return f"is not a shared library for this platform, or is truncated ({detail})"
    if status == "no_file":
        words = "is a pipe, a socket or a device, not a file"
        return f"{detail} {words}" if detail else words
    if status == "relative_path":
        return (
            f"was not looked up by the system's loader: {search.loader_path_variable()} has an "
            "empty or relative entry, and nothing may be loaded from the working directory"
        )
    if status == "not_found":
        return "is in none of the directories that the system's loader searches"
    if not os.path.dirname(path):
        here = f"; use ./{path} for the one in this directory" if os.path.isfile(path) else ""
        return detail + here
    if not os.path.exists(path):
        return "no such file"
    if os.path.isdir(path):
        return "is a directory; name the library inside it"
    found = describe_binary(path)
    here = f"{struct.calcsize('P') * 8}-bit {machine()}"
    if found is not None and found != here:
        return f"is a {found} library, and this Python is {here}; take the one for this machine"
    if os.path.isfile(path) and found is None:
        return f"is not a shared library for this platform, or is truncated ({detail})"
    return detail


def machine() -> str:
    """The processor of this process, named as in :func:`describe_binary`."""
    import platform  # noqa: PLC0415 - only asked for where something went wrong

    name = platform.machine().lower()
    if struct.calcsize("P") == 4:
        return "x86" if name in ("i686", "i386", "x86_64", "amd64", "x86") else "ARM"
    return _MACHINE_NAMES.get(name, name)


def describe_binary(path: str) -> str | None:
    """``"64-bit x86-64"`` and the like, from a library's header; None if it is not for this OS."""
    try:
        head = read_regular(path, 4096)
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
