"""Changes of what a game has attached to items."""

from __future__ import annotations

from steamgs._core import InventoryCore, UpdateCore
from steamgs.errors import InventoryError
from steamgs.inventory.result import InventoryResult, some
from steamgs.released import Released

__all__ = ["PropertyUpdate"]


class PropertyUpdate(Released):
    """Changes of items' properties, which are sent together: a context manager.

    Leaving it without :meth:`submit` changes nothing. It belongs to this run of the server.
    """

    _core: UpdateCore

    def __init__(self, inventory: InventoryCore, core: UpdateCore) -> None:
        self._inventory = inventory
        self._core = core

    @property
    def closed(self) -> bool:
        """Whether it was submitted, or released."""
        return self._core.closed()

    def set(self, item_id: int, name: str, value: str | bool | int | float) -> None:
        """Set a property of an item. Steamworks: ``SetProperty``, by the type of the value.

        :param item_id: 0 to 2**64-2.
        :param name: ASCII letters, digits and underscores, at most 255.
        :param value: a text of at most 65,535 bytes of UTF-8, a bool, an integer of 64 bits with
            its sign, or a finite number of 32 bits.
        :raises InventoryError: Steam refused.
        :raises ClosedHandleError: it was submitted or released.
        """
        if not self._core.set(item_id, name, value):
            raise InventoryError("update, set", why=f"Steam refused {name!r} of item {item_id}")

    def remove(self, item_id: int, name: str) -> None:
        """Remove a property of an item. Steamworks: ``RemoveProperty``.

        :raises InventoryError: Steam refused.
        :raises ClosedHandleError: it was submitted or released.
        """
        if not self._core.remove(item_id, name):
            raise InventoryError("update, remove", why=f"Steam refused {name!r} of item {item_id}")

    def submit(self) -> InventoryResult:
        """Send the changes; the result has the items. Steamworks: ``SubmitUpdateProperties``.

        :raises InventoryError: Steam refused.
        :raises ClosedHandleError: it was submitted or released before.
        """
        return some(self._core.submit(self._inventory), "update, submit")
