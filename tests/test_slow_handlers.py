"""Handlers that take too long are counted, and named in the log."""

from __future__ import annotations

import logging
import re
import time
from typing import Any

import pytest

import steamgs
from conftest import MakeServer
from scraping import Scrape, kick, log_on
from steamgs.simulator import Simulator

ALICE = 76561197960287930


@pytest.fixture
def server(make_server: MakeServer) -> steamgs.GameServer:
    return make_server()


def slow(event: object) -> None:
    time.sleep(0.05)


def test_slow_handlers_are_named(
    server: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    scrape = Scrape(server)
    server.start()
    log_on(server)
    server.client_kick.connect(slow)
    assert server.slow_handler_seconds is None
    server.slow_handler_seconds = 0.01
    assert server.slow_handler_seconds == 0.01
    with caplog.at_level(logging.WARNING, "steamgs"):
        kick(sim, ALICE, 2)
        server.run_callbacks()
    (record,) = (one for one in caplog.records if "took" in one.message)  # one a second
    assert re.fullmatch(r"<function slow at .*> took 0\.\d+ s for a ClientKick", record.message)
    assert record.__dict__["reason"] == "slow_handler"
    assert record.__dict__["seconds"] >= 0.05
    assert scrape()("slow_handlers_total") == 2
    server.slow_handler_seconds = None
    kick(sim, ALICE)
    server.run_callbacks()
    assert scrape()("slow_handlers_total") == 2


def test_watched_handlers_are_as_others(server: steamgs.GameServer, sim: Simulator) -> None:
    """Of a player, once, one that raises: errors name the handler that was connected."""
    server.slow_handler_seconds = 5.0
    errors: list[object] = []
    heard: list[str] = []

    def bad(event: steamgs.ClientKick) -> None:
        raise RuntimeError

    server.on_handler_error = lambda error, event, handler: errors.append(handler)
    server.client_kick.connect(bad)
    server.client_kick.once(lambda event: heard.append("once"))
    server.client_kick.of(ALICE).connect(lambda event: heard.append("player"))
    server.client_kick.of(ALICE).connect(lambda event: heard.append("again"))
    server.start()
    log_on(server)
    kick(sim, ALICE, 2)
    server.run_callbacks()
    assert heard == ["once", "player", "again", "player", "again"]
    assert errors == [bad, bad]
    assert server.client_kick.handlers == (bad,)
    server.client_kick.disconnect(bad)
    server.slow_handler_seconds = None
    kick(sim, ALICE)
    server.run_callbacks()
    assert heard[5:] == ["player", "again"]
    assert len(errors) == 2


@pytest.mark.parametrize("wrong", [0, -1.0, 3601, float("nan"), True, "1"])
def test_limits_that_are_none(server: steamgs.GameServer, wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="slow_handler_seconds must be"):
        server.slow_handler_seconds = wrong
