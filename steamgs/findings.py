"""What was found: about a host by ``steamgs doctor``, about a listing by ``check_listing()``."""

from __future__ import annotations

import enum
from dataclasses import dataclass

__all__ = ["Finding", "Status", "fault", "fine", "warning"]


class Status(enum.StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    """It may be meant so, or matter to some."""
    FAULT = "fault"
    """It will not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    check: str
    """What was looked at, in a word or two."""
    status: Status
    message: str
    """What was found, in a sentence."""
    fix: str = ""
    """What to do about it; empty where there is nothing to do."""

    def __str__(self) -> str:
        text = f"{self.check}: {self.message}"
        return f"{text}; {self.fix}" if self.fix else text


def fine(check: str, message: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Status.OK, message)


def warning(check: str, message: str, fix: str) -> Finding:
    """It may be meant so, or matter to some."""
    return Finding(check, Status.WARNING, message, fix)


def fault(check: str, message: str, fix: str) -> Finding:
    """It will not work."""
    return Finding(check, Status.FAULT, message, fix)
