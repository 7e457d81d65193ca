"""The base class of Steam's enumerations, which are in :mod:`steamgs.enums`."""

from __future__ import annotations

from enum import IntEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import ClassVar, Self


class SteamEnum(IntEnum):
    """An ``IntEnum`` that accepts unknown values: they become members named ``UNKNOWN_<value>``."""

    __descriptions__: ClassVar[Mapping[int, str]] = {}

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = int(value)
        # One object per value: `is` and pickling work as for the members that have a name.
        known = cls._value2member_map_.setdefault(int(value), member)
        assert isinstance(known, cls)
        return known

    def __reduce_ex__(self, _protocol: object) -> tuple[type[Self], tuple[int]]:
        # By value: the enum module of some Pythons looks up the name, which unknown members lack.
        return type(self), (int(self),)

    def __str__(self) -> str:
        return self._name_

    def __format__(self, spec: str) -> str:
        return int.__format__(self, spec) if spec else self._name_

    @property
    def known(self) -> bool:
        """Whether the SDK names this value; ``False`` for ``UNKNOWN_<value>``."""
        return self._name_ in type(self)._member_map_

    @property
    def description(self) -> str:
        """One sentence for a person: what happened, and often what to do about it."""
        text = type(self).__descriptions__.get(int(self))
        return text or self._name_.replace("_", " ").capitalize() + "."


class ToldEnum(SteamEnum):
    """An enum that is passed to Steam and never reported by it: other values raise ValueError."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return None
