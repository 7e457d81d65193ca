"""The names that an ELF library exports, read without loading it."""

from __future__ import annotations

import struct

__all__ = ["exported_names"]

_DYNAMIC_SYMBOLS = 11
_SECTION = "IIQQQQIIQQ"
_SYMBOL = "IBBHQQ"


def exported_names(content: bytes) -> frozenset[bytes] | None:
    """The names that a 64-bit library exports; None if its tables can't be read.

    They are found by the table of sections, which the loader ignores but every linker writes.
    """
    if content[:5] != b"\x7fELF\x02":
        return None
    order = ">" if content[5:6] == b"\x02" else "<"
    try:
        return _exported(content, order)
    except struct.error:
        return None


def _exported(content: bytes, order: str) -> frozenset[bytes] | None:
    (table,) = struct.unpack_from(order + "Q", content, 40)
    size, count = struct.unpack_from(order + "HH", content, 58)
    if table == 0 or size != struct.calcsize(order + _SECTION) or table > len(content):
        return None
    for number in range(count):
        section = struct.unpack_from(order + _SECTION, content, table + size * number)
        _, kind, _, _, start, length, link, _, _, _ = section
        if kind == _DYNAMIC_SYMBOLS:
            if link >= count or start + length > len(content):
                return None
            strings = struct.unpack_from(order + _SECTION, content, table + size * link)
            names = content[strings[4] : strings[4] + strings[5]]
            return _defined(content[start : start + length], names, order)
    return None


def _defined(symbols: bytes, names: bytes, order: str) -> frozenset[bytes]:
    found = set()
    entry = struct.Struct(order + _SYMBOL)
    whole = symbols[: len(symbols) // entry.size * entry.size]
    for name, information, _, section, _, _ in entry.iter_unpack(whole):
        # Section 0 is for what the library itself looks for; binding 0 is for its own use.
        if section != 0 and information >> 4 != 0:
            # Bounded: a damaged table could name the rest of the file again and again.
            found.add(names[name : name + 256].partition(b"\0")[0])
    return frozenset(found)
