"""Items that players own, on a game server: proofs of them, their definitions and their prices.

It is loaded when a server's :attr:`~steamgs.GameServer.inventory` is first used.
"""

from steamgs.inventory.definitions import ItemDefinition, ItemPrice
from steamgs.inventory.inventory import Inventory
from steamgs.inventory.result import InventoryItem, InventoryResult
from steamgs.inventory.update import PropertyUpdate
from steamgs.inventory.verification import Verification, VerifiedItems

__all__ = [
    "Inventory",
    "InventoryItem",
    "InventoryResult",
    "ItemDefinition",
    "ItemPrice",
    "PropertyUpdate",
    "Verification",
    "VerifiedItems",
]
