"""What the game's developers have defined: kinds of items, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["ItemDefinition", "ItemPrice"]


class ItemPrice(NamedTuple):
    """What an item costs, in the currency of ``prices_received``, as Steam gives it: in cents."""

    definition: int
    current: int
    base: int
    """Without a discount."""


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A kind of items."""

    definition: int
    """Its number, which items bear."""
    properties: Mapping[str, str]
    """All that Steam tells of it, as texts."""

    @property
    def name(self) -> str:
        """How players see it; empty if it has no name."""
        return self.properties.get("name", "")

    @property
    def description(self) -> str:
        """What players read about it; empty if there is nothing."""
        return self.properties.get("description", "")

    @property
    def kind(self) -> str:
        """Its ``type``, such as ``"item"``, ``"bundle"``, ``"generator"``."""
        return self.properties.get("type", "")

    @property
    def tradable(self) -> bool:
        """Whether players may trade such items."""
        return self._flag("tradable")

    @property
    def marketable(self) -> bool:
        """Whether players may sell them on Steam's market."""
        return self._flag("marketable")

    def _flag(self, name: str) -> bool:
        return self.properties.get(name, "").lower() in ("true", "1")
