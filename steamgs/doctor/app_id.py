"""The app id: whether Steam could find a different one from the server's."""

from __future__ import annotations

import os
import re
from pathlib import Path

from steamgs.app_id import FILE_NAME, MOST_BYTES, VARIABLES
from steamgs.files import read_regular
from steamgs.findings import Finding, fault, fine, warning

__all__ = ["examine"]

_MOST = 0xFFFFFFFF


def examine(app_id: int | None) -> list[Finding]:
    """Compare the file and the variables with ``app_id``, or with each other if it is None."""
    findings, said = [], {}
    if app_id is not None:
        said["the server"] = app_id
    for variable in VARIABLES:
        text = os.environ.get(variable)
        if text is None:
            continue
        number = _number(text)
        if number is not None:
            said[variable] = number
        else:
            fix = f"unset {variable}: GameServer sets it itself"
            findings.append(warning("app id", f"{variable}={text[:40]!r} is not an app id", fix))
    try:
        path = Path.cwd() / FILE_NAME
    except OSError as error:
        fix = "start the server in a directory that exists"
        return [*findings, fault("app id", f"there is no working directory: {error.strerror}", fix)]
    if os.path.lexists(path):
        number, finding = _file(path)
        findings += [finding] if finding else []
        if number is not None:
            said[str(path)] = number
    if len(set(said.values())) > 1:
        words = ", ".join(f"{place} says {number}" for place, number in said.items())
        fix = "make them agree; the app id passed to GameServer takes precedence"
        findings.append(warning("app id", words, fix))
    if not findings:
        findings.append(fine("app id", _summary(said)))
    return findings


def _number(text: str) -> int | None:
    """The app id that is written in these digits, or None; 0 is not an app id."""
    if not re.fullmatch(r"[0-9]{1,20}", text) or not 1 <= int(text) <= _MOST:
        return None
    return int(text)


def _file(path: Path) -> tuple[int | None, Finding | None]:
    fix = "write only the digits of the app id into it, or remove it: it is optional"
    try:
        content = read_regular(path, MOST_BYTES)
    except OSError as error:
        return None, fault("app id", f"{path} can't be read: {error.strerror}", fix)
    text = content.decode("utf-8-sig", "replace")
    digits = text.strip().strip("\0")
    number = _number(digits)
    if number is None:
        return None, fault(
            "app id", f"{path} contains {digits[:40]!r}, which is not an app id", fix
        )
    oddities = [
        words
        for words, there in {
            "a byte order mark": content.startswith(b"\xef\xbb\xbf"),
            "whitespace around the number": digits != text.rstrip("\r\n").removeprefix("\ufeff"),
            "leading zeros": digits != str(number),
        }.items()
        if there
    ]
    if oddities:
        message = f"{path} has {' and '.join(oddities)}, which not every program accepts"
        return number, warning("app id", message, fix)
    return number, None


def _summary(said: dict[str, int]) -> str:
    if not said:
        return "nothing contradicts the app id passed to GameServer"
    return ", ".join(f"{place} says {number}" for place, number in said.items())
