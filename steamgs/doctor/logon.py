"""``steamgs doctor --logon``: start Steam, log on, ask one question, log off, and note it all.

The server is not advertised, so nobody finds it, and no player is let in.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from steamgs.doctor import Options, libraries
from steamgs.doctor.trace import Step, Trace
from steamgs.enums import Result, ServerMode
from steamgs.errors import LogOnError, LogOnTimeoutError, SteamError
from steamgs.findings import Finding, fault, fine, warning
from steamgs.server import GameServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from steamgs import Event
    from steamgs.simulator import Simulator

__all__ = ["Attempt", "attempt"]

_LOG_OFF_SECONDS = 5.0
_QUESTION_SECONDS = 10.0

_REACH = "let this machine reach Steam: UDP and TCP to ports 27015 to 27050, and TCP to 443"
_ASK_US = "look the reason up in Valve's documents, under EResult, or ask us with this trace"
_NEW_TOKEN = "make a new token for this app id on Steam's page of game server accounts"
_TOO_OFTEN = "wait an hour: there were too many logons from this address"
_IN_USE = "use one token for each server: this one is in use elsewhere"
# What a host does about the reasons that Steam gives most often.
_FIXES = {
    Result.NO_CONNECTION: _REACH,
    Result.TIMEOUT: _REACH,
    Result.SERVICE_UNAVAILABLE: "wait: Steam is down for maintenance, as it is on most Tuesdays",
    Result.TRY_ANOTHER_CM: "wait: Steam's own servers are busy",
    Result.RATE_LIMIT_EXCEEDED: _TOO_OFTEN,
    Result.ACCOUNT_LOGIN_DENIED_THROTTLE: _TOO_OFTEN,
    Result.INVALID_PASSWORD: _NEW_TOKEN,
    Result.ACCOUNT_NOT_FOUND: _NEW_TOKEN,
    Result.EXPIRED: _NEW_TOKEN,
    Result.GSLT_EXPIRED: _NEW_TOKEN,
    Result.REVOKED: _NEW_TOKEN,
    Result.ACCOUNT_DISABLED: _NEW_TOKEN,
    Result.GSLT_DENIED: "Steam has banned the token: see Steam's page of game server accounts",
    Result.GS_OWNER_DENIED: "Steam has banned the token's owner from hosting servers of this game",
    Result.LOGGED_IN_ELSEWHERE: _IN_USE,
    Result.ALREADY_LOGGED_IN_ELSEWHERE: _IN_USE,
    Result.LOGON_SESSION_REPLACED: _IN_USE,
    Result.IP_BANNED: "Steam has banned this machine's address",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it."""

    findings: list[Finding]
    steps: list[Step]


def attempt(
    options: Options,
    *,
    seconds: float = 30.0,
    steamclient: Simulator | None = None,
    on_step: Callable[[Step], object] | None = None,
) -> Attempt:
    """Start a server as ``options`` say, log on, and note all calls and callbacks in order.

    :param seconds: how long Steam may take for the logon.
    :param steamclient: a simulator to run above.
    :param on_step: is given each step when it happens, a call before it is made; it must not raise.
    :raises ValueError: ``options`` have no app id.
    """
    if options.app_id is None:
        raise ValueError("a server can't log on without an app id")
    trace = Trace(
        {
            options.token or "": "<the token>",
            "" if options.ip == "0.0.0.0" else options.ip: "<the address>",
            os.path.expanduser("~").rstrip("/"): "~",
        },
        on_step,
    )
    server = GameServer(
        options.app_id,
        ip=options.ip,
        game_port=options.game_port,
        query_port=options.query_port,
        mode=options.mode,
        version=options.version,
        library=options.library,
        steamclient=steamclient,
        allow_simulator=True,  # it is one of the findings
    )
    for signal in server.signals:
        signal.connect(partial(_note, trace, signal.name))
    return Attempt(_findings(server, options.token, trace, seconds), trace.steps)


def _note(trace: Trace, name: str, event: Event) -> None:
    trace.event(name, event.as_dict())


def _findings(server: GameServer, token: str | None, trace: Trace, seconds: float) -> list[Finding]:
    try:
        trace.call(server.start)
    except SteamError as error:
        _say_library(server, trace)
        fix = "these are Steam's words, or the system's; the findings above may say what is missing"
        return [fault("start", trace.redact(str(error)), fix)]
    try:
        _say_library(server, trace)
        findings = [fine("start", "Steam has started a server"), *_not_genuine(server)]
        findings.append(_log_on(server, token, trace, seconds))
        if server.logged_on:
            findings += [_secure(server, trace), _answers(server, trace)]
            trace.call(server.log_off)
            _tick_until_logged_off(server)
        trace.call(server.close)
    finally:
        server.close()
    return findings


def _say_library(server: GameServer, trace: Trace) -> None:
    if server.library is not None:
        trace.says("libsteam_api", libraries.generation(server.library).message)


def _not_genuine(server: GameServer) -> list[Finding]:
    if not server.simulated:
        return []
    words = "this is the simulator, where everybody may log on: it says nothing about Steam"
    return [warning("start", words, "for a real check, use Valve's steamclient")]


def _log_on(server: GameServer, token: str | None, trace: Trace, seconds: float) -> Finding:
    # Steam takes these only before the logon.
    trace.call(server.set_product, "steamgs-doctor")
    trace.call(server.set_game_description, "steamgs doctor")
    trace.call(server.set_dedicated_server, True)
    start = time.monotonic()
    try:
        if token is None:
            trace.call(server.log_on_anonymous, timeout=seconds).result()
        else:
            trace.call(server.log_on, token, timeout=seconds).result()
    except LogOnTimeoutError as error:
        fix = _FIXES.get(error.result, _REACH)
        return fault("logon", f"not finished after {seconds:g} s: {error}", fix)
    except LogOnError as error:
        return fault("logon", str(error), _FIXES.get(error.result, _ASK_US))
    except ValueError as error:  # Steam was not asked: this can't be a token
        return fault("logon", trace.redact(str(error)), _NEW_TOKEN)
    kind = "anonymously" if token is None else "with the token"
    return fine("logon", f"logged on {kind} after {time.monotonic() - start:.1f} s")


def _secure(server: GameServer, trace: Trace) -> Finding:
    for name in ("steam_id", "public_ip", "secure"):
        trace.returned(name, getattr(server, name))
    if server.secure:
        return fine("VAC", "Steam has declared the server VAC secure")
    if server.mode != ServerMode.AUTHENTICATION_AND_SECURE:
        return fine("VAC", f"with mode {server.mode.name.lower()}, the server does without VAC")
    fix = "if your game uses VAC, check its settings on Steam, and that the app id is right"
    return warning("VAC", "Steam has not declared the server VAC secure", fix)


def _answers(server: GameServer, trace: Trace) -> Finding:
    """Whether answers to questions come, which take another way than plain callbacks."""
    try:
        trace.call(server.get_server_reputation, timeout=_QUESTION_SECONDS).result()
    except (SteamError, TimeoutError) as error:
        words = f"Steam did not say what it thinks of this server: {error}"
        return warning("answers", words, "if other calls are not answered either, tell us")
    return fine("answers", "Steam answers what it is asked")


def _tick_until_logged_off(server: GameServer) -> None:
    deadline = time.monotonic() + _LOG_OFF_SECONDS
    while server.logged_on and time.monotonic() < deadline:
        server.run_callbacks()
        time.sleep(0.01)
    server.run_callbacks()
