"""For other extension modules: where ``steamgs/native.h`` is."""

from __future__ import annotations

import os

__all__ = ["get_include"]


def get_include() -> str:
    """The directory of the headers for native listeners in C++ or Cython modules.

    ``#include <steamgs/native.h>`` or ``cimport steamgs`` give ``steamgs::Listener``, whose
    function Steam's dispatcher calls without Python. The headers declare the Steamworks structs
    too, under the names of Valve's headers (``steam/steam_gameserver.h``); those of a genuine SDK
    serve as well, if they come first. ``examples/native_listener`` is a module to copy.
    """
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "include")
