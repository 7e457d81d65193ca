"""Arguments of commands, whose errors repeat what was typed: but never a login token."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

__all__ = ["Parser"]

# A login token is 32 hexadecimal digits. One that was cut while it was copied is as secret.
_TOKEN = re.compile("[0-9A-Fa-f]{24,}")


class Parser(argparse.ArgumentParser):
    """As argparse's."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and exit with status 2."""
        super().error(_TOKEN.sub("(digits that may be a login token)", message))
