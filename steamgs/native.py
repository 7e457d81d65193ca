"""For other extension modules: where ``steamgs/native.h`` is."""

from __future__ import annotations

from pathlib import Path

__all__ = ["get_include"]


def get_include() -> str:
    """The folder of headers with which C++ or Cython modules listen to Steam's callbacks natively.

    ``#include <steamgs/native.h>`` or ``cimport steamgs`` give ``steamgs::Listener``, whose
    function Steam's dispatcher calls without Python. The folder declares the Steamworks structs
    too, under the names of Valve's headers (``steam/steam_gameserver.h``); those of a genuine SDK
    serve as well, if they come first. ``examples/native_listener`` is a module to copy.
    """
    return str(Path(__file__).resolve().parent / "include")
