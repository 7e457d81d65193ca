"""Scenario files: a simulated Steam for programs without Python."""

from __future__ import annotations

import ctypes

from steamgs.simulator.library import control

__all__ = ["check_scenario"]

_LONGEST_ERROR = 1024


def check_scenario(text: str) -> str | None:
    """What is wrong with a scenario file's text, with its line; None if it is good.

    A program that finds the simulated steamclient, and has ``STEAMGS_SIMULATOR`` set to the path of
    such a file, is served by a Steam as the file says. docs/testing.md shows what it may contain.
    """
    encoded = text.encode("utf-8", "surrogatepass")
    error = ctypes.create_string_buffer(_LONGEST_ERROR)
    if control().check_scenario(encoded, len(encoded), error, _LONGEST_ERROR):
        return None
    return error.value.decode("utf-8", "replace")
