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
    doctor.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Examine and report; returns the exit status, 1 if there is a fault."""
    from steamgs import doctor  # noqa: PLC0415 - start-up of other commands
    from steamgs.doctor import report  # noqa: PLC0415

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
    findings = doctor.examine(
        doctor.Options(
            library=options.library,
            app_id=options.app_id,
            ip=options.ip,
            game_port=options.game_port,
            query_port=options.query_port,
            token=token,
        )
    )
    if options.json:
        print(report.as_json(findings))
    else:
        columns = min(shutil.get_terminal_size((100, 24)).columns, 120)
        colour = report.wants_colour(sys.stdout)
        say(report.as_text(findings, colour=colour, columns=columns))
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
