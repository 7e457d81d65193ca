"""Findings in a word."""

from __future__ import annotations

from steamgs.findings import Finding, Status

__all__ = ["fault", "fine", "warning"]


def fine(check: str, message: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Status.OK, message)


def warning(check: str, message: str, mend: str) -> Finding:
    """It may be meant so, or matter later."""
    return Finding(check, Status.WARNING, message, mend)


def fault(check: str, message: str, mend: str) -> Finding:
    """The server will not work so."""
    return Finding(check, Status.FAULT, message, mend)
