"""Where other extension modules find ``steamgs/native.h``."""

from __future__ import annotations

import os

__all__ = ["get_include"]


def get_include() -> str:
    """The directory of the headers for native listeners in C++ or Cython modules.

    ``#include <steamgs/native.h>`` or ``cimport steamgs`` provides ``steamgs::Listener``. Steam's
    dispatcher calls its function without Python. The directory also contains declarations of the
    Steamworks structs, under the names of Valve's headers (``steam/steam_gameserver.h``). To use
    those of a genuine SDK instead, put its directory first. ``examples/native_listener`` is a
    complete example.
    """
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "include")
