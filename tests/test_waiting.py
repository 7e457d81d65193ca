"""Waits that look at something else meanwhile, or share one limit."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

import steamgs
from steamgs import Result
from steamgs.waiting import Deadline

INSTALLED = steamgs.InstalledItem(7, Path("7"), 10, 0, False)


class EndsJustAfterALook:
    """A call that another thread ends when the moment of this one is over."""

    def __init__(self) -> None:
        self.ended = False

    def done(self) -> bool:
        return self.ended

    def exception(self, timeout: float | None) -> Exception | None:
        self.ended = True
        raise TimeoutError

    def result(self, timeout: float | None) -> steamgs.DownloadItemResult:
        return steamgs.DownloadItemResult(480, 7, Result.OK)


def test_a_download_that_ends_just_after_a_look_has_not_timed_out() -> None:
    call: Any = EndsJustAfterALook()
    download = steamgs.Download(7, call, lambda item_id: None, lambda item_id: INSTALLED)
    seen: list[steamgs.DownloadProgress] = []
    assert download.result(on_progress=seen.append) == INSTALLED
    assert seen == [(0, 0)]


def test_what_is_left_of_a_limit() -> None:
    unlimited = Deadline(None)
    assert (unlimited.left(), unlimited.moment(0.25)) == (None, 0.25)
    over = Deadline(-1)
    assert (over.left(), over.moment(0.25)) == (0.0, 0.0)
    ahead = Deadline(10**400)
    assert ahead.moment(0.25) == 0.25
    assert 1e30 < (ahead.left() or 0) < math.inf
    with pytest.raises(ValueError, match="timeout must be a number of seconds or None, not nan"):
        Deadline(math.nan)
