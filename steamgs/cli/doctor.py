"""``steamgs doctor``: what this machine needs before a server goes live."""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import sys
from ipaddress import AddressValueError, IPv4Address

from steamgs.cli.arguments import library
from steamgs.command_line import say
from steamgs.findings import Finding, Status
from steamgs.tokens import MOST_BYTES, read_token_file, token_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from steamgs.doctor import Options
    from steamgs.doctor.logon import Attempt
    from steamgs.doctor.trace import Step

__all__ = ["add_arguments", "run"]


def add_arguments(doctor: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    doctor.add_argument(
        "--config",
        metavar="FILE",
        help="the server's configuration (default: what STEAMGS_CONFIG names, if it does)",
    )
    doctor.add_argument(
        "--library", type=library, metavar="PATH", help="the libsteam_api to examine"
    )
    doctor.add_argument("--app-id", type=_app_id, metavar="N", help="the server's app id")
    doctor.add_argument("--ip", type=_ipv4, help="the server's address (default: all)")
    doctor.add_argument("--game-port", type=_port, metavar="N", help="(default: 27015)")
    doctor.add_argument("--query-port", type=_port, metavar="N", help="(default: 27016)")
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
    from steamgs.doctor import report  # noqa: PLC0415 - start-up of other commands

    if options.logon is None and options.trace is not None:
        options.parser.error("--trace needs --logon")
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
    findings, wanted = _examine(options, token)
    steps = None
    if options.logon is not None and wanted is not None:
        if wanted.app_id is None:
            options.parser.error("--logon needs --app-id, or an app_id in the configuration")
        attempt = _log_on(options, wanted)
        findings += attempt.findings
        steps = attempt.steps
    if options.json:
        print(report.as_json(findings, steps))
    else:
        columns = min(shutil.get_terminal_size((100, 24)).columns, 120)
        colour = report.wants_colour(sys.stdout)
        say(report.as_text(findings, colour=colour, columns=columns))
    return 1 if any(finding.status is Status.FAULT for finding in findings) else 0


def _log_on(options: argparse.Namespace, wanted: Options) -> Attempt:
    """Log on, and show each step at once: Steam may hang, or end this process."""
    from steamgs.doctor import logon, report  # noqa: PLC0415

    # Opened before Steam is asked: what it says is not to be lost for a file.
    with open(options.trace or os.devnull, "w", encoding="utf-8") as file:
        writers = [_Writer(file, lambda line: print(line, file=file))]
        if not options.json:
            writers.append(_Writer(sys.stdout, say))

        def show(step: Step) -> None:
            for writer in writers:
                writer.write(report.step_as_text(step))

        writers[0].write(f"{report.versions()}\n")
        attempt = logon.attempt(wanted, seconds=options.logon, on_step=show)
        writers[0].write(f"\n{report.as_text(attempt.findings)}")
        if not options.json:
            writers[1].write("")
    for writer in writers:
        if writer.error is not None:
            raise writer.error
    return attempt


class _Writer:
    """Writes each line at once, until that fails, which must not disturb the calls to Steam."""

    def __init__(self, stream: TextIO, write: Callable[[str], object]) -> None:
        self.error: OSError | None = None
        self._stream = stream
        self._write = write

    def write(self, line: str) -> None:
        """Write a line, unless one has failed."""
        if self.error is not None:
            return
        try:
            self._write(line)
            self._stream.flush()
        except OSError as error:
            self.error = error


def _examine(
    options: argparse.Namespace, token: str | None
) -> tuple[list[Finding], Options | None]:
    """Examine the host for the server that is configured, as the server itself will find it.

    The second result is what to log on with; None if that is not known.
    """
    from steamgs import doctor  # noqa: PLC0415
    from steamgs.config import Config  # noqa: PLC0415
    from steamgs.doctor import configuration  # noqa: PLC0415
    from steamgs.errors import ConfigError  # noqa: PLC0415

    try:
        config = Config.load(
            options.config,
            app_id=options.app_id,
            ip=options.ip,
            game_port=options.game_port,
            query_port=options.query_port,
            library=options.library,
        )
    except ConfigError as error:
        return configuration.problems_in(error), None
    findings = [*configuration.examine(config)]
    problems = []
    try:
        token = config.read_token() if token is None else token
    except ConfigError as error:
        problems = configuration.problems_in(error)
    wanted = doctor.Options(
        library=config.library,
        app_id=config.app_id,
        ip=config.ip,
        game_port=config.game_port,
        query_port=config.query_port,
        mode=config.mode,
        version=config.version,
        token=token,
    )
    # Whose token can't be read is not to log on without it.
    return [*findings, *problems, *doctor.examine(wanted)], None if problems else wanted


def _token(file: str | None) -> str | None:
    if file is None:
        return None
    if file != "-":
        return read_token_file(file)
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return token_in(sys.stdin.buffer.read(MOST_BYTES))


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
