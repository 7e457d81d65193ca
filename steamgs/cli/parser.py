"""The parser of command lines. Its errors repeat what was typed, but never a login token."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

__all__ = ["Parser"]

# A login token is 32 hexadecimal digits. One that was truncated when copied is just as secret.
_TOKEN = re.compile("[0-9A-Fa-f]{24,}")


class Parser(argparse.ArgumentParser):
    """Like argparse's parser."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and exit with status 2."""
        super().error(_TOKEN.sub("(digits that may be a login token)", message))
