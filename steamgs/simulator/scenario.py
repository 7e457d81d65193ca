"""Scenario files: a simulated Steam for programs without Python."""

from __future__ import annotations

import ctypes

from steamgs.simulator.library import control

__all__ = ["check_scenario"]

_LONGEST_ERROR = 1024


def check_scenario(text: str | bytes) -> str | None:
    """Check a scenario file's content.

    If ``STEAMGS_SIMULATOR`` is the path of such a file, and a program finds the simulated
    steamclient, it gets a Steam as described in the file. Mistakes are reported in the same words.
    docs/simulator.md lists what a scenario may contain.

    :param text: the content. Pass ``bytes`` as read from the file to find mistakes that a decoder
        would hide, such as wrong line ends and broken UTF-8.
    :returns: the first mistake, with its line; None if there is none.
    :raises TypeError: ``text`` is neither a str nor bytes.
    """
    if not isinstance(text, (str, bytes)):
        raise TypeError(f"text must be a str or bytes, not {type(text).__name__}")
    encoded = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    error = ctypes.create_string_buffer(_LONGEST_ERROR)
    if control().check_scenario(encoded, len(encoded), error, _LONGEST_ERROR):
        return None
    return error.value.decode("utf-8", "replace")
