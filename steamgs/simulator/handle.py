"""A simulated world, as the simulated steamclient names it."""

from __future__ import annotations

import ctypes

from steamgs.errors import SteamError
from steamgs.simulator.library import control
from steamgs.simulator.links import Links
from steamgs.simulator.vocabulary import commands, fields_as_toml

__all__ = ["WorldHandle"]

_LONGEST_ERROR = 1024
# What steamgs_sim_do returns.
_DONE, _NOT_THERE = 0, 2


class WorldHandle:
    """The number by which a world is controlled, from its creation until it is closed.

    :param ticket_key: the key that signs tickets; None for the public default.
    """

    def __init__(self, seed: int, *, manual_clock: bool, ticket_key: bytes | None) -> None:
        self._library = control()  # which must not be gone before this is
        self._number: int | None = self._library.create(seed, manual_clock)
        self.ticket_key = ticket_key
        self.links = Links()
        control().set_ticket_key(self.number, ticket_key, len(ticket_key or b""))

    @property
    def number(self) -> int:
        """The first argument of the functions of :func:`control`.

        :raises SteamError: the world is closed.
        """
        if self._number is None:
            raise SteamError("the simulator is closed")
        return self._number

    @property
    def is_open(self) -> bool:
        """Whether the world still exists."""
        return self._number is not None

    def do(self, command: str, fields: dict[str, object]) -> None:
        """Carry out a command; see :meth:`steamgs.simulator.Simulator.do`, also for the errors."""
        declared = commands().get(command)
        if declared is None:
            known = ", ".join(commands())
            raise ValueError(f"command must be one of {known}, not {command!r}")
        lines = fields_as_toml(declared, fields)
        error = ctypes.create_string_buffer(_LONGEST_ERROR)
        outcome = control().do(
            self.number, command.encode(), lines, len(lines), error, _LONGEST_ERROR
        )
        if outcome != _DONE:
            message = error.value.decode("utf-8", "replace")
            raise KeyError(message) if outcome == _NOT_THERE else ValueError(message)
        self.links.note(command, fields)

    def close(self) -> bool:
        """Free the world; returns False if a game server is running on it."""
        if self._number is not None and not control().destroy(self._number):
            return False
        self._number = None
        return True

    def __del__(self) -> None:
        if getattr(self, "_number", None) is not None:
            self._library.destroy(self._number)
