"""A simulated world, as the simulated steamclient names it."""

from __future__ import annotations

from steamgs.errors import SteamError
from steamgs.simulator.library import control

__all__ = ["WorldHandle"]


class WorldHandle:
    """The number by which a world is controlled, from its creation until it is closed.

    :param ticket_key: the key that signs tickets; None for the public default.
    """

    def __init__(self, seed: int, *, manual_clock: bool, ticket_key: bytes | None) -> None:
        self._number: int | None = control().create(seed, manual_clock)
        self.ticket_key = ticket_key
        control().set_ticket_key(self.number, ticket_key, len(ticket_key or b""))

    @property
    def number(self) -> int:
        """What the functions of :func:`control` take first.

        :raises SteamError: the world is closed.
        """
        if self._number is None:
            raise SteamError("the simulator is closed")
        return self._number

    @property
    def is_open(self) -> bool:
        """Whether there is still a world."""
        return self._number is not None

    def close(self) -> bool:
        """Free the world; False if a game server runs on it."""
        if self._number is not None and not control().destroy(self._number):
            return False
        self._number = None
        return True

    def __del__(self) -> None:
        if getattr(self, "_number", None) is not None:
            control().destroy(self._number)
