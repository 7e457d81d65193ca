"""A set from which a random element is picked in constant time."""

from __future__ import annotations

import random
from typing import Generic, TypeVar

__all__ = ["Crowd"]

T = TypeVar("T")


class Crowd(Generic[T]):
    """Those who are there."""

    def __init__(self, chosen: random.Random) -> None:
        self._chosen = chosen
        self._all: list[T] = []
        self._places: dict[T, int] = {}

    def __len__(self) -> int:
        return len(self._all)

    def add(self, one: T) -> None:
        self._places[one] = len(self._all)
        self._all.append(one)

    def discard(self, one: T) -> None:
        place = self._places.pop(one, None)
        if place is not None:
            last = self._all.pop()
            if last is not one:
                self._all[place] = last
                self._places[last] = place

    def pick(self) -> T:
        return self._all[int(self._chosen.random() * len(self._all))]

    def random(self) -> float:
        return self._chosen.random()
