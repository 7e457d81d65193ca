"""What arguments of the fleet's classes have to be, found out when these are made."""

from __future__ import annotations

__all__ = ["seconds_argument"]

_LONGEST_SECONDS = 1e9


def seconds_argument(name: str, value: float) -> float:
    """Seconds, if it is that.

    :raises TypeError: it is no number.
    :raises ValueError: it is 0, or less, or without an end.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number of seconds, not {type(value).__name__}")
    if not 0 < value <= _LONGEST_SECONDS:
        limit = f"more than 0 seconds, and at most {_LONGEST_SECONDS:g}"
        raise ValueError(f"{name} must be {limit}, not {value!r}")
    return float(value)
