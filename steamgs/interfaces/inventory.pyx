# ISteamInventory, as steamgs/inventory needs it, which makes of it what programs see.

cdef enum:
    # Numbers from a billion on are Steam's own.
    MOST_DEFINITIONS = 999_999_999
    # Steam names no limit; no player owns as much, and no proof is as large.
    MOST_ITEMS = 100_000
    PROOF_LIMIT = 1 << 20
    PROPERTY_NAME_LIMIT = 256
    PROPERTY_LIMIT = 65536
    TOKEN_LIMIT = 4096

cdef struct InventoryQuestion:
    const Interfaces *interfaces
    uint64_t steam_id


@cython.no_gc_clear  # `server` is never None: a dead pair is taken apart by the server
cdef class InventoryCore(InventorySignals):
    """What ``server.inventory`` asks Steam. Results are None where Steam refuses."""

    def __cinit__(self, GameServerCore server not None):
        self.server = server
        self.take_signals(server.all_signals)

    def __init__(self, server):
        pass

    def _server_time(self) -> int:
        return self.server.steam_utils.server_time

    def _check_steam_id(self, steam_id: int) -> None:
        """Raise for what is none."""
        steam_id_argument("steam_id", steam_id)

    # Results.

    def _deserialize(self, proof: bytes) -> ResultCore | None:
        """``DeserializeResult``."""
        cdef bytes data = bytes_argument("proof", proof, PROOF_LIMIT)
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, self)
        return result.kept(
            self.api(section).DeserializeResult(
                &result.number, PyBytes_AS_STRING(data), <uint32_t>len(data), False
            )
        )

    def _all_items(self) -> ResultCore | None:
        """``GetAllItems``."""
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, self)
        return result.kept(self.api(section).GetAllItems(&result.number))

    def _items_by_id(self, item_ids: list[int]) -> ResultCore | None:
        """``GetItemsByID``."""
        cdef vector[uint64_t] items = instances_argument(item_ids)
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, self)
        return result.kept(
            self.api(section).GetItemsByID(&result.number, items.data(), <uint32_t>items.size())
        )

    def _generate(self, definitions: list[int], quantities: list[int]) -> ResultCore | None:
        """``GenerateItems``."""
        cdef vector[int32_t] made = definitions_argument(definitions)
        cdef vector[uint32_t] counts = quantities_argument(quantities)
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, self)
        return result.kept(
            self.api(section).GenerateItems(
                &result.number, made.data(), counts.data(), <uint32_t>made.size()
            )
        )

    def _grant_promo_items(self) -> ResultCore | None:
        """``GrantPromoItems``."""
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, self)
        return result.kept(self.api(section).GrantPromoItems(&result.number))

    def _add_promo_item(self, definition: int) -> ResultCore | None:
        """``AddPromoItem``."""
        cdef int32_t number = definition_argument(definition)
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, self)
        return result.kept(self.api(section).AddPromoItem(&result.number, number))

    def _add_promo_items(self, definitions: list[int]) -> ResultCore | None:
        """``AddPromoItems``."""
        cdef vector[int32_t] numbers = definitions_argument(definitions)
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, self)
        return result.kept(
            self.api(section).AddPromoItems(
                &result.number, numbers.data(), <uint32_t>numbers.size()
            )
        )

    def _consume(self, item_id: int, quantity: int) -> ResultCore | None:
        """``ConsumeItem``."""
        cdef uint64_t item = instance_argument("item_id", item_id)
        cdef uint32_t count = quantity_argument(quantity)
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, self)
        return result.kept(self.api(section).ConsumeItem(&result.number, item, count))

    def _exchange(
        self, made: list[int], made_quantities: list[int], given: list[int],
        given_quantities: list[int],
    ) -> ResultCore | None:
        """``ExchangeItems``."""
        cdef vector[int32_t] new = definitions_argument(made)
        cdef vector[uint32_t] new_counts = quantities_argument(made_quantities)
        cdef vector[uint64_t] old = instances_argument(given)
        cdef vector[uint32_t] old_counts = quantities_argument(given_quantities)
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, self)
        return result.kept(
            self.api(section).ExchangeItems(
                &result.number, new.data(), new_counts.data(), <uint32_t>new.size(),
                old.data(), old_counts.data(), <uint32_t>old.size(),
            )
        )

    def _transfer(self, item_id: int, quantity: int, to: int | None) -> ResultCore | None:
        """``TransferItemQuantity``."""
        cdef uint64_t source = instance_argument("item_id", item_id)
        cdef uint32_t count = quantity_argument(quantity)
        cdef uint64_t target = UINT64_MAX if to is None else instance_argument("to", to)
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, self)
        return result.kept(
            self.api(section).TransferItemQuantity(&result.number, source, count, target)
        )

    def _drop(self, drop_list: int) -> ResultCore | None:
        """``TriggerItemDrop``."""
        cdef int32_t number = definition_argument(drop_list, "drop_list")
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, self)
        return result.kept(self.api(section).TriggerItemDrop(&result.number, number))

    def _inspect(self, token: str) -> ResultCore | None:
        """``InspectItem``."""
        cdef bytes text = text_argument("token", token, TOKEN_LIMIT, False)
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, self)
        return result.kept(self.api(section).InspectItem(&result.number, <const char *>text))

    def _start_update(self) -> UpdateCore | None:
        """``StartUpdateProperties``."""
        cdef CriticalSection section
        cdef UpdateCore update = UpdateCore.__new__(UpdateCore, self)
        cdef uint64_t handle = self.api(section).StartUpdateProperties()
        if handle == UINT64_MAX:
            return None
        update.hold(handle, forget_update)
        return update

    # Definitions.

    def _load_definitions(self, timeout: float | None) -> Call[ItemDefinitionsUpdated] | None:
        """``LoadItemDefinitions``."""
        cdef CriticalSection section
        cdef bint begun = False
        self.api(section)
        section.end()
        cdef Call call = self.server.definition_updates.ask("load_definitions", None, timeout)
        try:
            begun = self.api(section).LoadItemDefinitions()
        finally:
            section.end()
            if not begun:
                self.server.questions.take_back(call)
        return call if begun else None

    def _definition_ids(self) -> list[int] | None:
        """``GetItemDefinitionIDs``; None if there are none."""
        cdef CriticalSection section
        cdef vector[int32_t] numbers
        cdef uint32_t count = 0
        cdef ServedInventory steam = self.api(section)
        # Without a list Steam says true, however many there are.
        if not steam.GetItemDefinitionIDs(NULL, &count) or count == 0:
            return None
        numbers.resize(count)
        if not steam.GetItemDefinitionIDs(numbers.data(), &count):
            return None
        return list_of_definitions(numbers, count)

    def _definition_property(self, definition: int, name: str | None) -> str | None:
        """``GetItemDefinitionProperty``; the names of all, with commas between, if that is None."""
        cdef int32_t number = definition_argument(definition)
        cdef bytes key = None if name is None else text_argument("name", name)
        cdef CriticalSection section
        return property_of(self.api(section), number, OF_DEFINITION, key)

    def _request_promo_items(
        self, steam_id: int, timeout: float | None
    ) -> Call[PromoItemsReceived]:
        """``RequestEligiblePromoItemDefinitionsIDs``."""
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef InventoryQuestion question
        cdef CriticalSection section
        self.api(section)
        section.end()
        question.interfaces = &self.server.native.interfaces()
        question.steam_id = player.ConvertToUint64()
        return self.server.ask(
            "request_promo_items", timeout, kPromoItemsReceived, kInventoryInterface,
            question.steam_id, ask_for_promo_items, &question,
        )

    def _promo_items(self, steam_id: int) -> list[int] | None:
        """``GetEligiblePromoItemDefinitionIDs``."""
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef CriticalSection section
        cdef vector[int32_t] numbers
        cdef uint32_t count = MOST_ITEMS
        numbers.resize(count)
        if not self.api(section).GetEligiblePromoItemDefinitionIDs(player, numbers.data(), &count):
            return None
        return list_of_definitions(numbers, count)

    # Prices.

    def _request_prices(self, timeout: float | None) -> Call[PricesReceived]:
        """``RequestPrices``."""
        cdef InventoryQuestion question
        cdef CriticalSection section
        self.api(section)
        section.end()
        question.interfaces = &self.server.native.interfaces()
        return self.server.ask(
            "request_prices", timeout, kPricesReceived, kInventoryInterface, 0, ask_for_prices,
            &question,
        )

    def _prices(self) -> list[tuple[int, int, int]] | None:
        """``GetItemsWithPrices``: definitions, prices, and prices without a discount."""
        cdef CriticalSection section
        cdef vector[int32_t] numbers
        cdef vector[uint64_t] now
        cdef vector[uint64_t] base
        cdef ServedInventory steam = self.api(section)
        cdef uint32_t count = min(steam.GetNumItemsWithPrices(), <uint32_t>MOST_ITEMS)
        cdef uint32_t number
        if count == 0:
            return []
        numbers.resize(count)
        now.resize(count)
        base.resize(count)
        if not steam.GetItemsWithPrices(numbers.data(), now.data(), base.data(), count):
            return None
        return [(numbers[number], now[number], base[number]) for number in range(count)]

    def _price(self, definition: int) -> tuple[int, int] | None:
        """``GetItemPrice``."""
        cdef int32_t number = definition_argument(definition)
        cdef uint64_t now = 0
        cdef uint64_t base = 0
        cdef CriticalSection section
        if not self.api(section).GetItemPrice(number, &now, &base):
            return None
        return now, base

    @cython.final
    cdef ServedInventory api(self, CriticalSection &section) except *:
        optional_interface(self.server, kInventoryInterface, section)
        return ServedInventory(self.server.native.interfaces())


cdef SteamAPICall_t ask_for_promo_items(void *steam, const void *arguments) noexcept nogil:
    cdef const InventoryQuestion *question = <const InventoryQuestion *>arguments
    return ServedInventory(question.interfaces[0]).RequestEligiblePromoItemDefinitionsIDs(
        CSteamID(<uint64>question.steam_id)
    )


cdef SteamAPICall_t ask_for_prices(void *steam, const void *arguments) noexcept nogil:
    cdef const InventoryQuestion *question = <const InventoryQuestion *>arguments
    return ServedInventory(question.interfaces[0]).RequestPrices()


# Texts of results and of definitions.

cdef enum:
    OF_DEFINITION = -1


cdef bint ask_for_property(
    ServedInventory steam, int32_t number, int64_t index, const char *name, char *text, uint32_t *size
) noexcept:
    if index == OF_DEFINITION:
        return steam.GetItemDefinitionProperty(number, name, text, size)
    return steam.GetResultItemProperty(number, <uint32_t>index, name, text, size)


cdef str property_of(ServedInventory steam, int32_t number, int64_t index, bytes key):
    """A property of a definition, or of an item of a result; None if there is none.

    Without a key, the names of all, with commas between.
    """
    cdef const char *name = NULL
    cdef uint32_t size = 0
    cdef vector[char] text  # no Python object, whose making may start a collection
    if key is not None:
        name = key
    if not ask_for_property(steam, number, index, name, NULL, &size):
        return None
    text.resize(<size_t>size + 1)
    size = <uint32_t>text.size()
    if not ask_for_property(steam, number, index, name, text.data(), &size):
        return None
    return text_from_steam(text.data(), text.size())


# Arguments.

cdef int32_t definition_argument(object value, str name="definition") except? 0:
    return <int32_t>integer_argument(name, value, 1, MOST_DEFINITIONS)


cdef uint64_t instance_argument(str name, object value) except? 0:
    return integer_argument(name, value, 0, UINT64_MAX - 1)


cdef uint32_t quantity_argument(object value) except? 0:
    return <uint32_t>integer_argument("quantity", value, 1, UINT32_MAX)


cdef vector[int32_t] definitions_argument(list values) except *:
    cdef vector[int32_t] found
    for value in values:
        found.push_back(definition_argument(value))
    return found


cdef vector[uint64_t] instances_argument(list values) except *:
    cdef vector[uint64_t] found
    for value in values:
        found.push_back(instance_argument("item_id", value))
    return found


cdef vector[uint32_t] quantities_argument(list values) except *:
    cdef vector[uint32_t] found
    for value in values:
        found.push_back(quantity_argument(value))
    return found


cdef bytes property_name_argument(object value):
    cdef bytes name = text_argument("name", value, PROPERTY_NAME_LIMIT, False)
    # As Steam has them. A comma would be taken for two.
    if not name.replace(b"_", b"a").isalnum():
        raise ValueError(f"name must be ASCII letters, digits and underscores, not {value!r}")
    return name


cdef list list_of_definitions(const vector[int32_t] &numbers, uint32_t count):
    cdef uint32_t number
    return [numbers[number] for number in range(min(count, <uint32_t>numbers.size()))]
