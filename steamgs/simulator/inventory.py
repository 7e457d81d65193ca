"""Items that players of the simulated Steam own, and what the game has defined."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from types import MappingProxyType

from steamgs.enums import Result
from steamgs.simulated import SimulatedSteam

__all__ = ["InventoryCommands", "pairs"]

_NONE: Mapping[str, str] = MappingProxyType({})


def pairs(properties: Mapping[str, str]) -> list[str]:
    """Properties as commands take them."""
    return [f"{name}={value}" for name, value in properties.items()]


class InventoryCommands(SimulatedSteam):
    """The commands of a :class:`~steamgs.simulator.Simulator` that concern items of players.

    Users get them by :meth:`User.give_item <steamgs.simulator.User.give_item>`.
    """

    @abstractmethod
    def do(self, command: str, /, **fields: object) -> None:
        """Carry out a command."""

    def define_item(
        self,
        definition: int,
        properties: Mapping[str, str] = _NONE,
        *,
        price: int = 0,
        base_price: int = 0,
    ) -> None:
        """Define a kind of items, or change one, which a server that has loaded them is told.

        :param definition: its number, 1 to 999,999,999.
        :param properties: what the developers say of it. ``promo``, ``exchange``
            (``"101x2,102;103x5"``) and ``bundle`` (of a ``type`` ``playtimegenerator``) mean to the
            simulator what they mean to Steam, for servers with items of their own.
        :param price: in cents; not sold if 0.
        :param base_price: without a discount; as ``price`` if 0.
        """
        self.do(
            "define_item",
            definition=definition,
            properties=pairs(properties),
            price=price,
            base_price=base_price,
        )

    def set_currency(self, currency: str) -> None:
        """Set the currency of prices: three letters, ``USD`` at first."""
        self.do("set_currency", currency=currency)

    def fail_next_inventory(
        self, result: Result = Result.SERVICE_UNAVAILABLE, times: int = 1
    ) -> None:
        """Let the next results of the inventory fail.

        :param result: what Steam says why.
        """
        self.do("fail_next_inventory", result=result, times=times)
