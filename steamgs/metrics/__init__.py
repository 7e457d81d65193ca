"""Metrics of a server, for Prometheus and OpenTelemetry.

::

    import prometheus_client
    import steamgs.metrics

    prometheus_client.REGISTRY.register(steamgs.metrics.Collector(server))
    prometheus_client.start_http_server(9464, "127.0.0.1")

:class:`Collector` needs ``pip install 'steamgs[metrics]'``; :func:`observe` needs a meter of
OpenTelemetry. Both give what :data:`steamgs.metrics.table.TABLE` lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["Collector", "observe"]

if TYPE_CHECKING:
    from steamgs.metrics.opentelemetry import observe
    from steamgs.metrics.prometheus import Collector
else:
    # Each needs a package that the other does not.
    _HOMES = {"Collector": "steamgs.metrics.prometheus", "observe": "steamgs.metrics.opentelemetry"}

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(_HOMES[name]), name)
