"""``steamgs doctor``: checks what a host needs before its server goes live.

It reads files, the environment and the system's limits, and binds the two UDP ports for a moment.
Unless asked for a logon, it does not start Steam. The only library that it loads is libsteam_api.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from steamgs.doctor import app_id, host, libraries, steamclient, token
from steamgs.enums import ServerMode
from steamgs.findings import Finding

__all__ = ["Options", "examine"]


@dataclass(frozen=True, slots=True)
class Options:
    """What to look for; the defaults are :class:`steamgs.GameServer`'s."""

    library: str | None = None
    app_id: int | None = None
    ip: str = "0.0.0.0"
    game_port: int = 27015
    query_port: int = 27016
    mode: ServerMode = ServerMode.AUTHENTICATION_AND_SECURE
    version: str = "1.0.0.0"
    token: str | None = field(default=None, repr=False)


def examine(options: Options) -> list[Finding]:
    """Check everything, and return the findings in the order in which to fix them."""
    library, findings = libraries.examine(options.library)
    findings += steamclient.examine(library)
    findings += app_id.examine(options.app_id)
    findings += host.examine(options.ip, options.game_port, options.query_port)
    if options.token is not None:
        findings.append(token.examine(options.token))
    return findings
