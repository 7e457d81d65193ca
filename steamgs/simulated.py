"""What a game server asks of a simulator.

The simulator is built on it, so that servers on real Steam never import the simulator.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

__all__ = ["SimulatedSteam"]


class SimulatedSteam(ABC):
    """A simulated Steam that can be put below a libsteam_api."""

    @abstractmethod
    def arm(self) -> None:
        """Serve the game server that starts next; :class:`steamgs.GameServer` calls it.

        :raises SteamError: another simulator is in use in this process.
        """

    @abstractmethod
    def disarm(self) -> None:
        """Serve no game server any more. May be called at any time."""

    @abstractmethod
    def query_socket(self) -> tuple[int, int]:
        """The port of the server's query socket, or 0; and the reason why there is none, or 0.

        The reason is the system's error number, from the last start of a server.
        """

    @property
    @abstractmethod
    def query_host(self) -> str | None:
        """The address at which servers can be queried; None if they can't be."""
