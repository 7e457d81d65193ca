"""Findings on one page, for people or as JSON."""

from __future__ import annotations

import json
import os
import platform
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, TextIO

import steamgs
from steamgs.command_line import printable
from steamgs.findings import Finding, Status

if TYPE_CHECKING:
    from steamgs.doctor.trace import Step

__all__ = ["as_json", "as_text", "step_as_text", "versions", "wants_colour"]

_WORDS = {Status.OK: "OK", Status.WARNING: "warning", Status.FAULT: "FAULT"}
_COLOURS = {Status.OK: "32", Status.WARNING: "33", Status.FAULT: "1;31"}


def wants_colour(stream: TextIO) -> bool:
    """Whether to use colours: only on terminals, and not if NO_COLOR is set."""
    dumb = os.environ.get("TERM") == "dumb" or os.environ.get("NO_COLOR")
    return not dumb and stream.isatty()


def as_text(findings: Sequence[Finding], *, colour: bool = False, columns: int = 100) -> str:
    """Each finding and its fix on their own lines, which are wrapped, but never within a path."""
    lines = []
    width = max((len(finding.check) for finding in findings), default=0)
    for finding in findings:
        word = f"{_WORDS[finding.status]:<7}"
        if colour:
            word = f"\033[{_COLOURS[finding.status]}m{word}\033[0m"
        texts = [finding.message, f"-> {finding.fix}"] if finding.fix else [finding.message]
        wrapped = [line for text in texts for line in _wrapped(text, columns - width - 11)]
        lines.append(f"{word}  {finding.check:<{width}}  {wrapped[0]}")
        lines += [f"{'':<{width + 11}}{line}" for line in wrapped[1:]]
    lines.append(_summary(findings))
    return "\n".join(lines)


def _wrapped(text: str, columns: int) -> list[str]:
    width = max(columns, 40)
    text = printable(text)
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def step_as_text(step: Step) -> str:
    """One step of a trace on one line."""
    return printable(str(step))


def versions() -> str:
    """What a trace's reader needs to know of this machine, and nothing private."""
    return (
        f"steamgs {steamgs.__version__}, {platform.python_implementation()} "
        f"{platform.python_version()}, {platform.system()} {platform.machine()}"
    )


def _summary(findings: Sequence[Finding]) -> str:
    faults = sum(finding.status is Status.FAULT for finding in findings)
    warnings = sum(finding.status is Status.WARNING for finding in findings)
    counts = [_count(faults, "fault"), _count(warnings, "warning")]
    return ", ".join(counts) if faults + warnings else "nothing to fix"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_json(findings: Sequence[Finding], steps: Sequence[Step] | None = None) -> str:
    """One JSON object: ``healthy``, and ``findings`` with check, status, message and fix.

    If there are steps of a trace, they are under ``trace``.
    """
    healthy = all(finding.status is not Status.FAULT for finding in findings)
    shown: dict[str, object] = {
        "healthy": healthy,
        "findings": [asdict(finding) for finding in findings],
    }
    if steps is not None:
        shown["trace"] = [asdict(step) for step in steps]
    return json.dumps(shown, indent=2)
