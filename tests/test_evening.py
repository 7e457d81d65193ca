"""A short form of the evening; the long form is ``make evening``."""

from __future__ import annotations

import asyncio
import sys

import pytest

from conftest import LOOPS
from evening.__main__ import loop_of
from evening.driver import Options
from evening.run import run
from fronts import library_of

if sys.platform == "linux":

    @pytest.mark.parametrize("loop", LOOPS)
    def test_an_evening_of_some_players(front: str, loop: str) -> None:
        options = Options(
            players=200,
            hours=0.3,
            stay=120.0,
            incidents=0.5,
            outage_every=200.0,
            longest_outage=60.0,
            kick_everyone_every=300.0,
            log_off_every=300.0,
            seed=2,
            library=library_of(front),
        )
        counts = run(options, loop_of(loop))["counts"]
        for what in ("admitted", "revoked", "refused", "cancelled", "ended by the host"):
            assert counts[what] > 0
        for what in ("outages", "log off", "kick everyone", "stats stores", "say again"):
            assert counts[what] > 0

    def test_ticks_in_real_time_have_a_lateness() -> None:
        options = Options(players=50, hours=3 / 3600, step=0.1, paced=True)
        result = run(options, asyncio.new_event_loop)
        assert list(result["lateness_ms"]) == ["50", "90", "99", "99.9", "max"]
