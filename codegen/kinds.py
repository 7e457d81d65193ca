"""The kinds of fields in Steamworks structs: how large each is, and how it is aligned.

Steam packs the structs of callbacks to 4 bytes on Linux and macOS and to 8 on Windows. ``packing``
is always that number; it matters to a kind only if a struct is nested in it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PACKINGS = (4, 8)
POINTER_SIZE = 8  # Steam's game servers are 64-bit everywhere


@dataclass(frozen=True)
class Layout:
    """The offsets of fields, and the size and alignment of the whole; all in bytes."""

    offsets: tuple[int, ...]
    size: int
    alignment: int


class Kind(ABC):
    """What a field holds."""

    @abstractmethod
    def size(self, packing: int) -> int:
        """Bytes that a field of this kind takes."""

    def alignment(self, packing: int) -> int:
        """What its offset is a multiple of, where the enclosing struct allows as much."""
        return self.size(packing)


@dataclass(frozen=True)
class Integer(Kind):
    """A whole number: u8 to u64 and i8 to i64."""

    bits: int
    signed: bool

    def size(self, packing: int) -> int:
        return self.bits // 8


@dataclass(frozen=True)
class Float(Kind):
    """A floating-point number: f32 or f64."""

    bits: int

    def size(self, packing: int) -> int:
        return self.bits // 8


@dataclass(frozen=True)
class Bool(Kind):
    """A C++ bool."""

    def size(self, packing: int) -> int:
        return 1


@dataclass(frozen=True)
class EnumKind(Kind):
    """A member of an enum; every enum of Steamworks is as large as an int."""

    enum: str

    def size(self, packing: int) -> int:
        return 4


@dataclass(frozen=True)
class SteamId(Kind):
    """A Steam id: Valve's class CSteamID, which is packed to single bytes, or a plain uint64."""

    is_class: bool = True

    def size(self, packing: int) -> int:
        return 8

    def alignment(self, packing: int) -> int:
        return 1 if self.is_class else 8


@dataclass(frozen=True)
class Handle(Kind):
    """A number that names something of Steam's; ``invalid`` is the constant for none."""

    name: str
    number: Integer
    invalid: str

    def size(self, packing: int) -> int:
        return self.number.size(packing)


@dataclass(frozen=True)
class Pointer(Kind):
    """An address, of data or of a function."""

    target: str

    def size(self, packing: int) -> int:
        return POINTER_SIZE


@dataclass(frozen=True)
class Text(Kind):
    """An array of char that holds a string and its NUL."""

    length: int

    def size(self, packing: int) -> int:
        return self.length

    def alignment(self, packing: int) -> int:
        return 1


@dataclass(frozen=True)
class Array(Kind):
    """An array of another kind."""

    element: Kind
    length: int

    def size(self, packing: int) -> int:
        return self.element.size(packing) * self.length

    def alignment(self, packing: int) -> int:
        return self.element.alignment(packing)


@dataclass(frozen=True)
class Nested(Kind):
    """A struct within a struct, as one SDK has it; ``layouts`` holds one layout a packing."""

    struct: str
    layouts: Mapping[int, Layout]

    def size(self, packing: int) -> int:
        return self.layouts[packing].size

    def alignment(self, packing: int) -> int:
        return self.layouts[packing].alignment


@dataclass(frozen=True)
class Union(Kind):
    """Several kinds at the same offset."""

    members: tuple[Kind, ...]
    limit: int | None = None

    def size(self, packing: int) -> int:
        largest = max(member.size(packing) for member in self.members)
        return rounded_up(largest, self.alignment(packing))

    def alignment(self, packing: int) -> int:
        strictest = max(member.alignment(packing) for member in self.members)
        return min(strictest, self.limit or strictest)


def rounded_up(number: int, multiple: int) -> int:
    """The least multiple that is not below the number."""
    return -(-number // multiple) * multiple


def lay_out(kinds: Sequence[Kind], packing: int, limit: int | None) -> Layout:
    """Lay fields out as a C++ compiler does.

    :param packing: how callbacks are packed on the platform, 4 or 8.
    :param limit: what ``#pragma pack`` limits alignment to; None where none is in force.
    """
    offsets: list[int] = []
    end, alignment = 0, 1
    for kind in kinds:
        natural = kind.alignment(packing)
        own = min(natural, limit or natural)
        offsets.append(rounded_up(end, own))
        end = offsets[-1] + kind.size(packing)
        alignment = max(alignment, own)
    # An empty C++ struct takes one byte, so that each has an address of its own.
    return Layout(tuple(offsets), max(1, rounded_up(end, alignment)), alignment)
