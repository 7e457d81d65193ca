"""The login token of a game server account, by its looks."""

from __future__ import annotations

import re

from steamgs.findings import Finding, fault, fine

__all__ = ["examine"]


def examine(token: str) -> Finding:
    """Whether it can be a token at all; it is never shown."""
    mend = "copy the login token, 32 hexadecimal digits, from Steam's page of game server accounts"
    if re.fullmatch(r"[0-9A-Fa-f]{32}", token):
        return fine("token", "32 hexadecimal digits, as it must be; only Steam knows the rest")
    bare = token.strip("\ufeff\"' \t\r\n\0")
    if re.fullmatch(r"[0-9A-Fa-f]{32}", bare):
        mend = "pass the 32 digits alone"
        return fault(
            "token", "has blanks, a line's end, quotes or a byte order mark around it", mend
        )
    if not bare:
        return fault("token", "is empty", mend)
    if re.fullmatch(r"[0-9]{17}", bare):
        return fault("token", "is a Steam id, not a login token", mend)
    if re.fullmatch(r"[0-9A-Fa-f]+", bare):
        return fault("token", f"has {len(bare)} digits, not 32", mend)
    return fault("token", "has characters that are no hexadecimal digits", mend)
