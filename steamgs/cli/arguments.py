"""Checks of what several commands take."""

from __future__ import annotations

import argparse

__all__ = ["library"]


def library(text: str) -> str:
    """A library's path: not empty, as a variable that is not set would make it."""
    if not text:
        raise argparse.ArgumentTypeError("must be a path, not an empty string")
    return text
