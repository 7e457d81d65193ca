"""Finds out which slot each flat function of a libsteam_api calls, from its machine code.

``SteamAPI_ISteamUGC_DownloadItem`` does little more than jump through the table of its first
argument, so the code of a library tells the slots of the interfaces that it was built with. Only
x86-64 is read: ELF (Linux) and PE (Windows).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from model import Interface, Method, Model
from probe import Report

# Long enough for the longest that calls a slot, short enough to see that it is small.
_LONGEST = 64
_PREFIX = b"SteamAPI_"
_FLAT = _PREFIX + b"ISteam"
_NOT_EXPORTED = "no such function"

# Operands: two registers, or a register and a place on the stack.
_OPERANDS = rb"""(?: [\xc0-\xff]
    | [\x04\x0c\x14\x1c\x24\x2c\x34\x3c] \x24
    | [\x44\x4c\x54\x5c\x64\x6c\x74\x7c] \x24 .
    | [\x84\x8c\x94\x9c\xa4\xac\xb4\xbc] \x24 .{4} )"""
# The instructions around the jump: saving registers, widening arguments, passing them on.
_ASIDE = (
    rb"""(?: [\x40\x41]? [\x50-\x57]                                 # push
    | \x48 \x83 \xec .                                               # sub rsp
    | [\x66\xf3]? [\x40-\x4f]? (?: [\x31\x33\x88-\x8b\x8d]           # xor, mov, lea
        | \x0f [\x10\x11\x28\x29\xb6\xb7] )"""  # movups, movss, movaps, movzx
    + _OPERANDS
    + rb"""
    | \x41? \x0f \x10 [\x00-\x03\x06\x07] )*?"""  # movups register, [argument]
)
# The object comes in the first argument, or in the second if the first says where a result goes.
# Its table is loaded, and then the slot is, to be jumped to at once or later.
_CODE = re.compile(
    _ASIDE
    + rb"(?: \x48 \x8b [\x01\x02\x06\x07] | \x4c \x8b [\x11\x12] )"
    + _ASIDE
    + rb"(?: [\x48\x49]? \xff [\x10\x20\x22\x50\x60\x62\x90\xa0\xa2]"
    + rb"  | [\x48\x4c] \x8b [\x00\x10\x40\x50\x80\x90] )"
    + rb"(?P<offset>.{4})",
    re.VERBOSE | re.DOTALL,
)
_ONE_BYTE, _FOUR_BYTES = 1, 2  # what the byte before the offset says of its length


def slot_of(code: bytes) -> int | None:
    """The slot that a flat function calls; None if its code is not of the kind that is read."""
    match = _CODE.match(code)
    if match is None:
        return None
    length = match[0][-5] >> 6
    if length == _FOUR_BYTES:
        (offset,) = struct.unpack("<i", match["offset"])
    else:
        offset = match["offset"][0] if length == _ONE_BYTE else 0
    return int(offset) // 8 if offset % 8 == 0 else None


def flat_slots(content: bytes) -> dict[str, int | None]:
    """Slots by name, as in ``ISteamUGC_DownloadItem``; None where the code could not be read."""
    functions = _elf_functions(content) if content[:4] == b"\x7fELF" else _pe_functions(content)
    return {
        name.removeprefix(_PREFIX).decode("ascii"): slot_of(content[start : start + _LONGEST])
        for name, start in functions
    }


def _elf_functions(content: bytes) -> Iterator[tuple[bytes, int]]:
    """Exported names of an ELF library, and where in the file their code is."""
    (table,) = struct.unpack_from("<Q", content, 40)
    size, count = struct.unpack_from("<HH", content, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", content, table + size * n) for n in range(count)]
    for _, kind, _, _, start, length, link, _, _, _ in sections:
        if kind == 11:  # dynamic symbols
            strings = sections[link][4]
            for name, _, _, home, value, _ in struct.iter_unpack(
                "<IBBHQQ", content[start : start + length]
            ):
                text = _text_at(content, strings + name)
                if home != 0 and text.startswith(_FLAT):
                    # The section that contains its code tells the position in the file.
                    yield text, value - sections[home][3] + sections[home][4]


def _pe_functions(content: bytes) -> Iterator[tuple[bytes, int]]:
    """Exported names of a 64-bit Windows library, and where in the file their code is."""
    (header,) = struct.unpack_from("<I", content, 0x3C)
    count, options = (struct.unpack_from("<H", content, header + at)[0] for at in (6, 20))
    sections = [
        struct.unpack_from("<8sIIII", content, header + 24 + options + 40 * n) for n in range(count)
    ]

    def place(address: int) -> int:
        return next(
            int(raw) + address - int(start)
            for _, _, start, length, raw in sections
            if start <= address < start + length
        )

    (exports,) = struct.unpack_from("<I", content, header + 24 + 112)
    names, functions, texts, numbers = struct.unpack_from("<IIII", content, place(exports) + 24)
    for index in range(names):
        (text,) = struct.unpack_from("<I", content, place(texts) + 4 * index)
        (number,) = struct.unpack_from("<H", content, place(numbers) + 2 * index)
        (code,) = struct.unpack_from("<I", content, place(functions) + 4 * number)
        if (name := _text_at(content, place(text))).startswith(_FLAT):
            yield name, place(code)


def _text_at(content: bytes, begin: int) -> bytes:
    return content[begin : content.index(b"\0", begin)]


def libraries(root: Path) -> list[Path]:
    """The libraries of an SDK that can be read."""
    folder = root / "redistributable_bin"
    names = ("linux64/libsteam_api.so", "win64/steam_api64.dll")
    return [folder / name for name in names if (folder / name).is_file()]


def compare(report: Report, model: Model, library: Path) -> None:
    """Check a library's slots and flat functions against the table."""
    content = library.read_bytes()
    found = flat_slots(content)
    is_windows = content[:2] == b"MZ"
    kind = f"slots in {library.name}"
    for interface in model.interfaces.values():
        methods = interface.methods_of(report.sdk)
        ordered = interface.microsoft_order(methods) if is_windows else methods
        for slot, method in enumerate(ordered):
            _compare_slot(report, kind, interface, method, slot, found)
    surplus = found.keys() - {
        f"{interface.name}_{method.flat}"
        for interface in model.interfaces.values()
        for method in interface.methods_of(report.sdk)
    }
    for name in sorted(surplus):
        class_, _, method_name = name.partition("_")
        if class_ in model.interfaces and method_name not in model.interfaces[class_].inline:
            report.differences.append(f"{kind}: {name} is not in the table")


def _compare_slot(
    report: Report,
    kind: str,
    interface: Interface,
    method: Method,
    slot: int,
    found: Mapping[str, int | None],
) -> None:
    name = f"{interface.name}_{method.flat}"
    expected = _NOT_EXPORTED if method.private else slot
    if (says := found.get(name, _NOT_EXPORTED)) == expected:
        report.verified["private methods" if method.private else kind] += 1
    else:
        report.differences.append(f"{kind}: {name}: {expected}, but the code says {says}")


def sdk_of(model: Model, library: Path) -> str:
    """The SDK that a library is of: by its flat functions and the versions it asks for."""
    content = library.read_bytes()
    found = flat_slots(content).keys()
    interfaces = [one for one in model.interfaces.values() if one.versions]
    known = {f"{face.name}_{one.flat}" for face in interfaces for one in face.methods}
    versions = {one.string for face in interfaces for one in face.versions}
    has = (found & known) | {one for one in versions if one.encode() in content}

    def surprises(sdk: str) -> int:
        exported = {
            f"{face.name}_{one.flat}"
            for face in interfaces
            for one in face.methods_of(sdk)
            if not one.private
        }
        return len(has ^ (exported | {face.version_of(sdk).string for face in interfaces}))

    return min(model.sdks, key=surprises)
