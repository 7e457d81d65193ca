"""Whether this is Windows as wine plays it, which does a few things otherwise."""

from __future__ import annotations

import ctypes
import sys

IN_WINE = sys.platform == "win32" and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")
