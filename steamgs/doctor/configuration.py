"""The settings that the server finds, and where: see :class:`steamgs.Config`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches

from steamgs.config import Config, variables
from steamgs.errors import ConfigError
from steamgs.findings import Finding, fault, fine, warning

__all__ = ["examine", "problems_in"]

# They belong to steamgs, but are no settings.
_OTHERS = ("STEAMGS_SIMULATOR",)


def examine(config: Config) -> Iterator[Finding]:
    """Where settings come from, and variables that look like one but are none."""
    outside = {
        name: where for name, where in config.sources.items() if not where.startswith("argument ")
    }
    if outside:
        words = ", ".join(f"{name} from {where}" for name, where in outside.items())
        yield fine("configuration", words)
    if config.game_port == 0 or config.query_port == 0:
        fix = "set game_port and query_port to the ports that players are to use"
        yield fault("configuration", "port 0: only a simulator can choose a free port", fix)
    known = (*variables(), *_OTHERS)
    for name in sorted(os.environ):
        if name.startswith("STEAMGS_") and name not in known:
            close = get_close_matches(name, known, 1, 0.8)
            if close:
                words = f"{name} is set, but is not a setting of steamgs"
                yield warning("configuration", words, f"did you mean {close[0]}?")


def problems_in(error: ConfigError) -> list[Finding]:
    """What keeps the configuration from being used."""
    fix = "correct it: the server would not start"
    return [fault("configuration", f"{where}: {what}", fix) for where, what in error.problems]
