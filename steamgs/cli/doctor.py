"""``steamgs doctor``: what this machine needs before a server goes live."""

from __future__ import annotations

import argparse
import errno
import shutil
import sys
from ipaddress import AddressValueError, IPv4Address

from steamgs.cli.arguments import library
from steamgs.command_line import say
from steamgs.findings import Status

__all__ = ["add_arguments", "run"]

_MOST_TOKEN_BYTES = 4096


def add_arguments(doctor: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    doctor.add_argument(
        "--library", type=library, metavar="PATH", help="the libsteam_api to examine"
    )
    doctor.add_argument("--app-id", type=_app_id, metavar="N", help="the server's app id")
    doctor.add_argument(
        "--ip", type=_ipv4, default="0.0.0.0", help="the server's address (default: all)"
    )
    doctor.add_argument(
        "--game-port", type=_port, default=27015, metavar="N", help="(default: 27015)"
    )
    doctor.add_argument(
        "--query-port", type=_port, default=27016, metavar="N", help="(default: 27016)"
    )
    doctor.add_argument(
        "--token-file",
        metavar="FILE",
        help="a file with the login token, or - for standard input; the token is never shown",
    )
    doctor.add_argument(
        "--logon",
        type=_wait,
        nargs="?",
        const=30.0,
        metavar="SECONDS",
        help="also start Steam and log on, with the token or anonymously, and show all that Steam "
        "says; wait so long for it (default: 30)",
    )
    doctor.add_argument(
        "--trace",
        metavar="FILE",
        help="with --logon: write what Steam said to a file that may be shown to anybody",
    )
    doctor.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Examine and report; returns the exit status, 1 if there is a fault."""
    from steamgs import doctor  # noqa: PLC0415 - start-up of other commands
    from steamgs.doctor import report  # noqa: PLC0415

    if options.logon is None and options.trace is not None:
        options.parser.error("--trace needs --logon")
    if options.logon is not None and options.app_id is None:
        options.parser.error("--logon needs --app-id")
    try:
        token = _token(options.token_file)
    except (OSError, ValueError) as error:
        # The message does not repeat the argument, which may be the token itself.
        reason = error.strerror if isinstance(error, OSError) else "this can't be a path"
        print(
            f"steamgs: --token-file: {reason}; it expects a file, not the token itself",
            file=sys.stderr,
        )
        return 2
    wanted = doctor.Options(
        library=options.library,
        app_id=options.app_id,
        ip=options.ip,
        game_port=options.game_port,
        query_port=options.query_port,
        token=token,
    )
    findings = doctor.examine(wanted)
    steps = None
    if options.logon is not None:
        from steamgs.doctor import logon  # noqa: PLC0415

        attempt = logon.attempt(wanted, seconds=options.logon)
        findings += attempt.findings
        steps = attempt.steps
        if options.trace is not None:
            with open(options.trace, "w", encoding="utf-8") as file:
                file.write(report.trace_as_text(attempt))
    if options.json:
        print(report.as_json(findings, steps))
    else:
        columns = min(shutil.get_terminal_size((100, 24)).columns, 120)
        colour = report.wants_colour(sys.stdout)
        say(report.as_text(findings, steps, colour=colour, columns=columns))
    return 1 if any(finding.status is Status.FAULT for finding in findings) else 0


def _token(file: str | None) -> str | None:
    if file is None:
        return None
    if file == "-":
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        content = sys.stdin.buffer.read(_MOST_TOKEN_BYTES)
    else:
        with open(file, "rb") as stream:
            content = stream.read(_MOST_TOKEN_BYTES)
    # The end of the line is the file's, not the token's.
    return content.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")


def _wait(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1.0 <= seconds <= 3600.0:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to 3600, not {text!r}")
    return seconds


def _app_id(text: str) -> int:
    return _number(text, 1, 0xFFFFFFFF)


def _port(text: str) -> int:
    return _number(text, 1, 0xFFFF)


def _number(text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"must be a number from {low} to {high}, not {text!r}")
    return int(text)


def _ipv4(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        raise argparse.ArgumentTypeError(f"must be an IPv4 address, not {text!r}") from None
