"""A server's signals by their names, be they the server's own or those of an interface."""

from __future__ import annotations

from typing import Any

import steamgs

__all__ = ["signal_named"]


def signal_named(server: steamgs.GameServer, name: str) -> steamgs.Signal[Any]:
    (found,) = (signal for signal in server.signals if signal.name == name)
    return found
