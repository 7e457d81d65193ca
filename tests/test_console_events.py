"""A console of Windows that closes stops a server as a signal does."""

from __future__ import annotations

import signal
import time

import pytest

from steamgs import console_events
from steamgs import stop_signals as stop_signals_module
from steamgs.stop_signals import stop_signals


@pytest.mark.parametrize("event", [console_events.CLOSE, console_events.SHUTDOWN])
def test_a_console_that_closes_asks_twice(event: int) -> None:
    done: list[object] = []
    assert console_events.hear(event, lambda: done.append("asked"), done.append)
    asked, grace, again, for_good = done
    assert (asked, again) == ("asked", "asked")
    assert grace == 2.0
    assert for_good == 3600.0


@pytest.mark.parametrize(("event", "ours"), [(0, False), (1, False), (console_events.LOGOFF, True)])
def test_a_console_that_goes_on(event: int, ours: bool) -> None:
    assert console_events.hear(event, pytest.fail, lambda _: pytest.fail("slept")) is ours


def test_a_console_that_closes_asks_as_a_signal_does() -> None:
    heard: list[int] = []
    with stop_signals(heard.append):
        stop_signals_module._console_closes()
        end = time.monotonic() + 10
        while not heard and time.monotonic() < end:
            time.sleep(0.01)
    assert heard == [getattr(signal, "SIGBREAK", signal.SIGTERM)]
