"""The parser of command lines. Its errors repeat what was typed, but never a login token."""

from __future__ import annotations

import argparse
from typing import NoReturn

from steamgs.tokens import without_tokens

__all__ = ["Parser"]


class Parser(argparse.ArgumentParser):
    """Like argparse's parser."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and exit with status 2."""
        super().error(without_tokens(message))
