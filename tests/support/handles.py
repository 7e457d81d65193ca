"""How many handles of Steam's tests open and close, to see that none is left."""

from __future__ import annotations

import os

__all__ = ["MANY"]

# ``make handles`` takes more of them, where memory is watched.
MANY = int(os.environ.get("STEAMGS_MANY_HANDLES", "2000"))
