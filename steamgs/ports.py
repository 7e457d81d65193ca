"""The two UDP ports of a server: choosing free ones, and detecting ports that are in use."""

from __future__ import annotations

import os
import sys

from steamgs.enums import InitResult
from steamgs.errors import SteamInitError
from steamgs.simulated import SimulatedSteam

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from ipaddress import IPv4Address

__all__ = ["QUERY_PORT_SHARED", "game_port_for", "opened_by", "probe", "refused_by", "require"]

QUERY_PORT_SHARED = 0xFFFF
"""``query_port`` for servers whose own game socket carries Steam's query packets.

Steamworks: ``STEAMGAMESERVER_QUERY_PORT_SHARED``.
"""


def require(game_port: int, query_port: int, simulator: SimulatedSteam | None) -> None:
    """Raise a ValueError if a port is 0 and there is no simulator to choose one."""
    for name, port in (("game_port", game_port), ("query_port", query_port)):
        if port == 0 and simulator is None:
            raise ValueError(
                f"{name} must be from 1 to 65535, not 0: only a simulator can choose a free port"
            )


def probe(ip: IPv4Address, query_port: int) -> None:
    """Find out whether Steam will be able to open its query port, by opening it first.

    :raises SteamInitError: it can't be opened.
    """
    if query_port == QUERY_PORT_SHARED:
        return
    try:
        _bound(str(ip), query_port).close()
    except OSError as error:
        raise SteamInitError(
            InitResult.FAILED_GENERIC, _refusal(str(ip), query_port, str(error.strerror))
        ) from None


def game_port_for(game_port: int, query_port: int) -> tuple[int, socket.socket | None]:
    """The game port to tell Steam: the given one, or a free one if it is 0.

    A free port is kept open by the socket that is also returned, so that Steam does not choose the
    same port for its queries.

    :raises SteamInitError: the system has no free port.
    """
    if game_port != 0:
        return game_port, None
    try:
        holder = _free_port(query_port)
    except OSError as error:
        message = f"no free port was found for game_port 0: {error.strerror}"
        raise SteamInitError(InitResult.FAILED_GENERIC, message) from None
    return int(holder.getsockname()[1]), holder


def opened_by(simulator: SimulatedSteam | None, query_port: int) -> int:
    """The query port of a server that has started."""
    if simulator is None or query_port == QUERY_PORT_SHARED:
        return query_port
    # If the simulator has no socket (``query_host=None``), the number has no meaning.
    return simulator.query_socket()[0] or query_port


def refused_by(simulator: SimulatedSteam | None, query_port: int) -> str | None:
    """Why a simulator did not open the query port of a server that has not started."""
    error = 0 if simulator is None else simulator.query_socket()[1]
    if simulator is None or error == 0:
        return None
    return _refusal(simulator.query_host or "", query_port, _words(error))


def _bound(host: str, port: int) -> socket.socket:
    """A UDP socket that is bound only if Steam's own socket could be, whatever its options are.

    It is bound without SO_REUSEADDR, which would succeed beside another socket. On Windows that is
    not enough: only SO_EXCLUSIVEADDRUSE fails beside every kind of other socket. A UDP port is free
    again as soon as its socket is closed.
    """
    import socket  # noqa: PLC0415 - slow to import, and only starts need it

    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        if sys.platform == "win32":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        bound.bind((host, port))
    except BaseException:
        bound.close()
        raise
    return bound


def _free_port(unlike: int) -> socket.socket:
    while True:
        # On all addresses, as it is not known which address the game's socket will have.
        holder = _bound("0.0.0.0", 0)
        if holder.getsockname()[1] != unlike:
            return holder
        holder.close()


def _refusal(host: str, port: int, reason: str) -> str:
    return f"query_port {port} can't be opened at {host}: {reason}"


def _words(error: int) -> str:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - loaded with the simulator

        return ctypes.FormatError(error)
    return os.strerror(error)
