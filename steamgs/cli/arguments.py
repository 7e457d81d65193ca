"""Checks of arguments that several commands take."""

from __future__ import annotations

import argparse

__all__ = ["library"]


def library(text: str) -> str:
    """A library's path: not an empty string, which comes from a shell variable that is not set."""
    if not text:
        raise argparse.ArgumentTypeError("must be a path, not an empty string")
    return text
