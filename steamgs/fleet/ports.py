"""Which ports the fleet has given to this server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from steamgs.fleet.checks import seconds_argument
from steamgs.fleet.errors import SidecarUnreachableError
from steamgs.fleet.sidecar import Sidecar, sidecar_url

__all__ = ["assigned_ports"]

_LOOK_SECONDS = 0.2


def assigned_ports(timeout: float = 30.0) -> Mapping[str, int]:
    """Ask Agones for the ports on which players reach this server, by their names in the manifest.

    Steam tells players the port that the server knows, so the server has to listen on the port that
    Agones has opened: ``portPolicy: Passthrough``. Call it before the server is made, in a thread
    in which no event loop runs.

    :param timeout: seconds to wait for the sidecar, and until it knows the ports.
    :returns: empty outside Agones.
    :raises FleetError: the sidecar does not answer, or knows no ports in time.
    """
    timeout = seconds_argument("timeout", timeout)
    url = sidecar_url()
    return {} if url is None else asyncio.run(_ask(url, timeout))


async def _ask(url: str, timeout: float) -> Mapping[str, int]:
    try:
        async with asyncio.timeout(timeout), Sidecar(url, timeout=timeout) as sidecar:
            while not (ports := (await sidecar.game_server()).ports):
                await asyncio.sleep(_LOOK_SECONDS)
            return ports
    except TimeoutError as error:
        raise SidecarUnreachableError("GET /gameserver", timeout, "it knows no ports") from error
