"""Checks of arguments, with errors that name them."""

from __future__ import annotations

import math

__all__ = ["app_id", "integer", "seconds", "steam_id"]


def integer(name: str, value: int, low: int, high: int) -> int:
    """An int within bounds."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    if not low <= value <= high:
        raise OverflowError(f"{name} must be from {low} to {high}, not {value}")
    return int(value)


def steam_id(name: str, value: int) -> int:
    """A Steam id: 1 to 2**64-1."""
    return integer(name, value, 1, (1 << 64) - 1)


def app_id(name: str, value: int) -> int:
    """A Steam app id: 1 to 2**32-1."""
    return integer(name, value, 1, (1 << 32) - 1)


def seconds(name: str, value: float, *, low: float = 0.0) -> float:
    """A finite number of seconds, not below ``low``."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number of seconds, not {type(value).__name__}")
    if not math.isfinite(value) or value < low:
        raise ValueError(f"{name} must be a finite number, at least {low}, not {value}")
    return float(value)
