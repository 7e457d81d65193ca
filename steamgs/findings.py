"""Findings of ``steamgs doctor`` about a host, and of ``check_listing()`` about a server."""

from __future__ import annotations

import enum
from dataclasses import dataclass

__all__ = ["Finding", "Status", "fault", "fine", "warning"]


class Status(enum.StrEnum):
    """How severe a finding is."""

    OK = "ok"
    WARNING = "warning"
    """It may be intended, or matter only to some."""
    FAULT = "fault"
    """It will not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    check: str
    """What was checked, in a word or two."""
    status: Status
    message: str
    """What was found, in a sentence."""
    fix: str = ""
    """How to fix it; empty if there is nothing to fix."""

    def __str__(self) -> str:
        text = f"{self.check}: {self.message}"
        return f"{text}; {self.fix}" if self.fix else text


def fine(check: str, message: str) -> Finding:
    """A finding with nothing to do."""
    return Finding(check, Status.OK, message)


def warning(check: str, message: str, fix: str) -> Finding:
    """A finding that may be intended, or matter only to some."""
    return Finding(check, Status.WARNING, message, fix)


def fault(check: str, message: str, fix: str) -> Finding:
    """A finding that has to be fixed."""
    return Finding(check, Status.FAULT, message, fix)
