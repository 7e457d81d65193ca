"""What a server's metrics say, and events for it to count."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import prometheus_client
from prometheus_client.parser import text_string_to_metric_families

import steamgs
from payloads import payload
from steamgs.metrics import Collector
from steamgs.simulator import Simulator

Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


class Scrape:
    """What Prometheus would get, by name and labels."""

    def __init__(self, server: steamgs.GameServer, **options: Any) -> None:
        self.registry = prometheus_client.CollectorRegistry()
        self.registry.register(Collector(server, **options))

    def text(self) -> str:
        return prometheus_client.generate_latest(self.registry).decode()

    def __call__(self) -> Callable[..., float]:
        values: Values = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(self.text())
            for sample in family.samples
        }

        def value(name: str, **labels: str) -> float:
            return values.get((f"steamgs_{name}", frozenset(labels.items())), 0.0)

        return value


def run_until(server: steamgs.GameServer, done: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end
        server.run_callbacks()


def kick(sim: Simulator, player: int, count: int = 1) -> None:
    sim.post(203, payload("client_kick", player, steamgs.DenyReason.GENERIC), count)


def log_on(server: steamgs.GameServer) -> None:
    server.log_on_anonymous()
    run_until(server, lambda: server.logged_on)
