"""``server.inventory``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from steamgs import _core
from steamgs.errors import InventoryError
from steamgs.inventory.definitions import ItemDefinition, ItemPrice
from steamgs.inventory.result import InventoryResult, flag, some
from steamgs.inventory.update import PropertyUpdate
from steamgs.inventory.verification import Limits, Verification

__all__ = ["Inventory"]

_NO_DEFINITIONS = "there are no definitions: call load_definitions() first"
_NO_PRICES = "there are no prices: call request_prices() first"


class Inventory(_core.InventoryCore):
    """``server.inventory``: what players own, as they prove it, and what the game has defined.

    The object exists as long as the server object, and its methods work while the server is running
    (otherwise they raise a NotRunningError). A steamclient without ISteamInventory makes them raise
    an UnsupportedError. They may be called from any thread.
    """

    # What players prove.

    def verify(
        self,
        proof: bytes,
        steam_id: int,
        *,
        max_age: float | None = None,
        allow_expired: bool = False,
        properties: bool = False,
        timeout: float | None = None,
    ) -> Verification:
        """Ask Steam what a player owns: await it, or use its ``result()``.

        The player's client makes the proof, by ``SerializeResult``, and sends it over the game's
        own connection. Steamworks: ``DeserializeResult``, ``CheckResultSteamID`` and others.

        :param proof: what the client has sent: 1 byte to 1 MiB.
        :param steam_id: the player, as ``begin_auth_session`` has proved who they are.
        :param max_age: the most seconds that it may be old, by Steam's clock; None for no limit
            but Steam's own, of an hour.
        :param allow_expired: whether to take it although Steam says that it may be out of date:
            it is older than an hour, or some of its items were traded or consumed since.
        :param properties: whether to read the items' properties as well.
        :param timeout: seconds after which it fails with a TimeoutError; None for no limit.
        :raises InventoryError: Steam takes no proofs now. See :meth:`Verification.result` for what
            it ends with.
        :raises NotRunningError: the server is not running.
        """
        limits = Limits(
            steam_id,
            None if max_age is None else _seconds("max_age", max_age),
            flag("allow_expired", allow_expired),
            flag("properties", properties),
        )
        self._check_steam_id(steam_id)
        seconds = _core.checked_timeout(timeout)
        result = self.deserialize(proof)
        try:
            return Verification(result, limits, self._server_time, seconds)
        except BaseException:
            result.release()
            raise

    def deserialize(self, proof: bytes) -> InventoryResult:
        """Give Steam a proof, step by step: :meth:`verify` does all of it, and checks the owner.

        Steamworks: ``DeserializeResult``.

        :param proof: 1 byte to 1 MiB.
        :raises InventoryError: Steam takes no proofs now.
        :raises NotRunningError: the server is not running.
        """
        return some(self._deserialize(proof), "deserialize", "Steam takes no proofs now")

    def inspect(self, token: str) -> InventoryResult:
        """Look at an item that somebody shows by a token, as links in chats have it.

        Steamworks: ``InspectItem``.

        :param token: 1 to 4,095 bytes of UTF-8.
        :raises InventoryError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        return some(self._inspect(token), "inspect", "Steam refused the token")

    # What the server itself owns. Valve's documentation says that Steam refuses all of it to game
    # servers; it is here as nobody loses by trying.

    def all_items(self) -> InventoryResult:
        """All items of this account. Steamworks: ``GetAllItems``.

        :raises InventoryError: Steam refused, as its documentation says it does to game servers.
        :raises NotRunningError: the server is not running.
        """
        return some(self._all_items(), "all_items")

    def items_by_id(self, item_ids: Iterable[int]) -> InventoryResult:
        """Some items of this account. Steamworks: ``GetItemsByID``.

        :param item_ids: 1 to 1000 of them.
        :raises InventoryError: as of :meth:`all_items`.
        :raises NotRunningError: the server is not running.
        """
        return some(self._items_by_id(_listed("item_ids", item_ids)), "items_by_id")

    def generate(self, items: Mapping[int, int]) -> InventoryResult:
        """Make items, while a game is developed. Steamworks: ``GenerateItems``.

        :param items: quantities by definitions, 1 to 1000 of them.
        :raises InventoryError: as of :meth:`all_items`.
        :raises NotRunningError: the server is not running.
        """
        return some(self._generate(*_quantities("items", items)), "generate")

    def grant_promo_items(self) -> InventoryResult:
        """Take all promotional items that are due. Steamworks: ``GrantPromoItems``.

        :raises InventoryError: as of :meth:`all_items`.
        :raises NotRunningError: the server is not running.
        """
        return some(self._grant_promo_items(), "grant_promo_items")

    def add_promo_item(self, definition: int) -> InventoryResult:
        """Take a promotional item, if it is due. Steamworks: ``AddPromoItem``.

        :param definition: which one, 1 to 999,999,999.
        :raises InventoryError: as of :meth:`all_items`.
        :raises NotRunningError: the server is not running.
        """
        return some(self._add_promo_item(definition), "add_promo_item")

    def add_promo_items(self, definitions: Iterable[int]) -> InventoryResult:
        """Take promotional items, as far as they are due. Steamworks: ``AddPromoItems``.

        :param definitions: which ones, 1 to 1000 of them.
        :raises InventoryError: as of :meth:`all_items`.
        :raises NotRunningError: the server is not running.
        """
        return some(self._add_promo_items(_listed("definitions", definitions)), "add_promo_items")

    def consume(self, item_id: int, quantity: int = 1) -> InventoryResult:
        """Use an item up, for ever. Steamworks: ``ConsumeItem``.

        :param item_id: 0 to 2**64-2.
        :param quantity: how much of it, 1 to 2**32-1.
        :raises InventoryError: as of :meth:`all_items`.
        :raises NotRunningError: the server is not running.
        """
        return some(self._consume(item_id, quantity), "consume")

    def exchange(self, new: Mapping[int, int], given: Mapping[int, int]) -> InventoryResult:
        """Turn items into another one, by a recipe of the game's. Steamworks: ``ExchangeItems``.

        :param new: quantities by definitions; Steam takes only one, of quantity 1.
        :param given: quantities by the ids of items, 1 to 1000 of them.
        :raises InventoryError: as of :meth:`all_items`.
        :raises NotRunningError: the server is not running.
        """
        made, made_quantities = _quantities("new", new)
        items, item_quantities = _quantities("given", given)
        return some(self._exchange(made, made_quantities, items, item_quantities), "exchange")

    def transfer(self, item_id: int, quantity: int, to: int | None = None) -> InventoryResult:
        """Move a part of a stack to another one. Steamworks: ``TransferItemQuantity``.

        :param item_id: the stack that it is taken from, 0 to 2**64-2.
        :param quantity: how much of it, 1 to 2**32-1.
        :param to: the stack that it goes to; None for a new one.
        :raises InventoryError: as of :meth:`all_items`.
        :raises NotRunningError: the server is not running.
        """
        return some(self._transfer(item_id, quantity, to), "transfer")

    def drop(self, drop_list: int) -> InventoryResult:
        """Take an item for the time played, if one is due. Steamworks: ``TriggerItemDrop``.

        :param drop_list: the definition of a playtime generator, 1 to 999,999,999.
        :raises InventoryError: as of :meth:`all_items`.
        :raises NotRunningError: the server is not running.
        """
        return some(self._drop(drop_list), "drop")

    def start_update(self) -> PropertyUpdate:
        """Change properties of items: ``with inventory.start_update() as update:``.

        Steamworks: ``StartUpdateProperties``.

        :raises InventoryError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        core = self._start_update()
        if core is None:
            raise InventoryError("start_update")
        return PropertyUpdate(self, core)

    # What the game has defined.

    def load_definitions(
        self, *, timeout: float | None = None
    ) -> _core.Call[_core.ItemDefinitionsUpdated]:
        """Load the definitions of the game's items, or look for newer ones.

        The call ends with the next ``definitions_updated``, which is also emitted whenever they
        change later. Where they are known and have not changed, Steam need not send one: give a
        timeout. Steamworks: ``LoadItemDefinitions``.

        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises InventoryError: Steam refused.
        :raises NotRunningError: the server is not running; from the call: it was closed.
        """
        call = self._load_definitions(timeout)
        if call is None:
            raise InventoryError("load_definitions")
        return call

    def definition_ids(self) -> tuple[int, ...]:
        """The numbers of all definitions. Steamworks: ``GetItemDefinitionIDs``.

        :raises InventoryError: none are loaded, or the game has none.
        :raises NotRunningError: the server is not running.
        """
        found = self._definition_ids()
        if found is None:
            raise InventoryError("definition_ids", why=_NO_DEFINITIONS)
        return tuple(found)

    def definition(self, definition: int) -> ItemDefinition:
        """A definition with all its properties. Steamworks: ``GetItemDefinitionProperty``.

        :param definition: its number, 1 to 999,999,999.
        :raises InventoryError: there is none of that number, or none are loaded.
        :raises NotRunningError: the server is not running.
        """
        names = self._definition_property(definition, None)
        if names is None:
            raise InventoryError("definition", why=f"Steam knows none of number {definition}")
        found = {
            name: value
            for name in names.split(",")
            if name and (value := self._definition_property(definition, name)) is not None
        }
        return ItemDefinition(definition, found)

    def request_promo_items(
        self, steam_id: int, *, timeout: float | None = None
    ) -> _core.Call[_core.PromoItemsReceived]:
        """Ask which promotional items a player may be given; then read :meth:`promo_items`.

        The signal ``promo_items_received`` is emitted as well. Steamworks:
        ``RequestEligiblePromoItemDefinitionsIDs``.

        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises CallFailedError: Steam refused the call; from the call: the answer was lost.
        :raises NotRunningError: the server is not running; from the call: it was closed.
        """
        return self._request_promo_items(steam_id, timeout)

    def promo_items(self, steam_id: int) -> tuple[int, ...]:
        """The definitions that a player may be given. Steamworks:
        ``GetEligiblePromoItemDefinitionIDs``.

        :raises InventoryError: :meth:`request_promo_items` was not answered before.
        :raises NotRunningError: the server is not running.
        """
        found = self._promo_items(steam_id)
        if found is None:
            raise InventoryError("promo_items", why="call request_promo_items() first")
        return tuple(found)

    # Prices.

    def request_prices(self, *, timeout: float | None = None) -> _core.Call[_core.PricesReceived]:
        """Ask for the prices of all items that are sold; then read :meth:`prices`.

        The answer says in which currency they are. The signal ``prices_received`` is emitted as
        well. Steamworks: ``RequestPrices``.

        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises CallFailedError: Steam refused the call; from the call: the answer was lost.
        :raises NotRunningError: the server is not running; from the call: it was closed.
        """
        return self._request_prices(timeout)

    def prices(self) -> tuple[ItemPrice, ...]:
        """All prices; none before :meth:`request_prices`. Steamworks: ``GetItemsWithPrices``.

        :raises InventoryError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        found = self._prices()
        if found is None:
            raise InventoryError("prices", why=_NO_PRICES)
        return tuple(ItemPrice(*one) for one in found)

    def price(self, definition: int) -> ItemPrice | None:
        """The price of an item; None if it is not sold, or not known. Steamworks: ``GetItemPrice``.

        :param definition: its definition, 1 to 999,999,999.
        :raises NotRunningError: the server is not running.
        """
        found = self._price(definition)
        return None if found is None else ItemPrice(definition, *found)


# No player has a use for more at once.
_MOST = 1000


def _listed(name: str, values: Iterable[int]) -> list[int]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise TypeError(f"{name} must be an iterable of ints, not {type(values).__name__}")
    return _counted(name, list(values))


def _quantities(name: str, values: Mapping[int, int]) -> tuple[list[int], list[int]]:
    if not isinstance(values, Mapping):
        raise TypeError(f"{name} must be a mapping of ints to ints, not {type(values).__name__}")
    return _counted(name, list(values)), list(values.values())


def _counted(name: str, values: list[int]) -> list[int]:
    if not 1 <= len(values) <= _MOST:
        raise ValueError(f"{name} must be 1 to {_MOST}, not {len(values)}")
    return values


def _seconds(name: str, value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number of seconds or None, not {type(value).__name__}")
    if not value >= 0:
        raise ValueError(f"{name} must be at least 0 seconds, not {value}")
    return float(min(value, sys.float_info.max))  # an int may be larger: as good as no limit
