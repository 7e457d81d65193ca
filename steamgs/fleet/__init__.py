"""A server in a fleet of Agones, on Kubernetes. It needs ``pip install 'steamgs[fleet]'``."""

from __future__ import annotations

from steamgs.fleet.agones import Agones
from steamgs.fleet.description import Counter, Description, PlayerList
from steamgs.fleet.errors import FleetError, SidecarRefusedError, SidecarUnreachableError
from steamgs.fleet.ports import assigned_ports
from steamgs.fleet.sidecar import Sidecar

__all__ = [
    "Agones",
    "Counter",
    "Description",
    "FleetError",
    "PlayerList",
    "Sidecar",
    "SidecarRefusedError",
    "SidecarUnreachableError",
    "assigned_ports",
]
