"""The form of the login token of a game server account."""

from __future__ import annotations

import re

from steamgs.findings import Finding, fault, fine

__all__ = ["examine"]


def examine(token: str) -> Finding:
    """Whether the text has the form of a token; it is never shown."""
    fix = "copy the login token, 32 hexadecimal digits, from Steam's page of game server accounts"
    if re.fullmatch(r"[0-9A-Fa-f]{32}", token):
        return fine(
            "token", "32 hexadecimal digits, as expected; only Steam knows whether it is valid"
        )
    bare = token.strip("\ufeff\"' \t\r\n\0")
    if re.fullmatch(r"[0-9A-Fa-f]{32}", bare):
        fix = "pass only the 32 digits"
        return fault(
            "token", "is surrounded by whitespace, a line break, quotes or a byte order mark", fix
        )
    if not bare:
        return fault("token", "is empty", fix)
    if re.fullmatch(r"[0-9]{17}", bare):
        return fault("token", "is a Steam id, not a login token", fix)
    if re.fullmatch(r"[0-9A-Fa-f]+", bare):
        return fault("token", f"has {len(bare)} digits, not 32", fix)
    return fault("token", "contains characters that are not hexadecimal digits", fix)
