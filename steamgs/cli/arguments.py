"""Checks of arguments that several commands take."""

from __future__ import annotations

import argparse

__all__ = ["interval", "library"]


def library(text: str) -> str:
    """A library's path: not an empty string, which comes from a shell variable that is not set."""
    if not text:
        raise argparse.ArgumentTypeError("must be a path, not an empty string")
    return text


def interval(text: str) -> float:
    """Seconds between two looks, or for which to wait: 0.1 to an hour."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 3600.0:
        raise argparse.ArgumentTypeError(f"must be a number from 0.1 to 3600, not {text!r}")
    return value
