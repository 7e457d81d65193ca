"""Checks of arguments, with errors that name them."""

from __future__ import annotations

import math

__all__ = ["app_id", "integer", "name", "number", "seconds", "steam_id"]


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


def name(argument: str, value: str) -> bytes:
    """A name of something, as Steam takes it."""
    if not isinstance(value, str):
        raise TypeError(f"{argument} must be a str, not {type(value).__name__}")
    encoded = value.encode()
    if not 1 <= len(encoded) < 128 or b"\0" in encoded:
        raise ValueError(f"{argument} must be 1 to 127 bytes without NUL, not {value!r}")
    return encoded


def number(name: str, value: float) -> float:
    """Any number but NaN."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, not {type(value).__name__}")
    if math.isnan(value):
        raise ValueError(f"{name} must be a number, not {value}")
    return float(value)


def seconds(name: str, value: float, *, low: float = 0.0) -> float:
    """A finite number of seconds, not below ``low``."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number of seconds, not {type(value).__name__}")
    if not math.isfinite(value) or value < low:
        raise ValueError(f"{name} must be a finite number, at least {low}, not {value}")
    return float(value)
