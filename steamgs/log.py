"""steamgs' loggers, which are made when there is something to say.

Loading ``logging`` takes longer than loading steamgs.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from logging import Logger

__all__ = ["logger"]


def logger(name: str = "steamgs") -> Logger:
    """Give the logger ``steamgs``, or one below it."""
    from logging import NullHandler, getLogger  # noqa: PLC0415

    ours = getLogger("steamgs")
    if not ours.handlers:
        # A library keeps silent unless its user asks for its log.
        ours.addHandler(NullHandler())
    return getLogger(name)
