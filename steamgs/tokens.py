"""Login tokens: the file that one is in, and texts in which none may be shown."""

from __future__ import annotations

import re

__all__ = ["MOST_BYTES", "read_token_file", "token_in", "without_tokens"]

MOST_BYTES = 4096
# A login token is 32 hexadecimal digits. One that was truncated when copied is just as secret.
_TOKEN = re.compile("[0-9A-Fa-f]{24,}")


def without_tokens(text: str) -> str:
    """The text, with words in the place of whatever may be a login token."""
    return _TOKEN.sub("(digits that may be a login token)", text)


def read_token_file(path: str) -> str:
    """What is in a file, without the end of the line, which is the file's.

    :raises OSError: it can't be read.
    """
    with open(path, "rb") as stream:
        return token_in(stream.read(MOST_BYTES))


def token_in(content: bytes) -> str:
    """The token in what was read."""
    return content.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
