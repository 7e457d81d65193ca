# A result of ISteamInventory, as steamgs/inventory needs it.

cdef extern from "common/steam.h" nogil:
    int k_EResultPending


@cython.final
@cython.no_gc_clear  # `server` is never None
@cython.auto_pickle(False)
cdef class ResultCore(AskedHandle):
    """Items as Steam has told them, or will. Steam forgets them once, at the latest with this."""

    def __cinit__(self, InventoryCore inventory not None):
        self.server = inventory.server
        self.what = "the inventory result"

    def __init__(self, inventory):
        pass

    cdef ResultCore kept(self, bint made):
        """This, if Steam has made it, in the section in which it was asked; else None."""
        if not made:
            return None
        self.hold(<uint64_t>self.number, give_back_result)
        return self

    @property
    def steam_number(self) -> int:
        """As events have it."""
        return self.number

    def closed(self) -> bool:
        """Whether Steam does not know it any more."""
        return self.held.give_back == NULL

    def ready(self, timeout: float | None) -> Call[InventoryResultReady]:
        """A call that ends with ``SteamInventoryResultReady_t``, or at once."""
        cdef CriticalSection section
        cdef int status = k_EResultPending
        self.api(section)
        section.end()
        cdef Call call = self.expect(
            self.server.inventory_results.ask("ready", self.number, timeout)
        )
        try:
            # After that, as another thread may have heard of it before.
            status = self.api(section).GetResultStatus(self.number)
        except BaseException:
            self.server.questions.take_back(call)
            raise
        finally:
            section.end()
        if status != k_EResultPending:
            interruption = self.server.questions.end_all(
                [call], CALL_ANSWERED, InventoryResultReady(self.number, status)
            )
            if interruption is not None:
                raise interruption
        return call

    def status(self) -> int:
        """``GetResultStatus``."""
        cdef CriticalSection section
        return self.api(section).GetResultStatus(self.number)

    def timestamp(self) -> int:
        """``GetResultTimestamp``."""
        cdef CriticalSection section
        return self.api(section).GetResultTimestamp(self.number)

    def belongs_to(self, steam_id: int) -> bool:
        """``CheckResultSteamID``."""
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef CriticalSection section
        return self.api(section).CheckResultSteamID(self.number, player)

    def items(self) -> list[tuple[int, int, int, int]] | None:
        """``GetResultItems``: ids, definitions, quantities and flags. None if Steam says false."""
        cdef CriticalSection section
        cdef vector[SteamItemDetails_t] items
        cdef uint32_t count = 0
        cdef uint32_t place
        cdef ServedInventory steam = self.api(section)
        if not steam.GetResultItems(self.number, NULL, &count):
            return None
        if count == 0:
            return []
        items.resize(min(count, <uint32_t>MOST_ITEMS))
        count = <uint32_t>items.size()
        if not steam.GetResultItems(self.number, items.data(), &count):
            return None
        return [
            (
                items[place].m_itemId, items[place].m_iDefinition, items[place].m_unQuantity,
                items[place].m_unFlags,
            )
            for place in range(min(count, <uint32_t>items.size()))
        ]

    def item_property(self, index: int, name: str | None) -> str | None:
        """``GetResultItemProperty``; the names of all, with commas between, if that is None."""
        cdef uint32_t place = <uint32_t>integer_argument("index", index, 0, UINT32_MAX)
        cdef bytes key = None if name is None else text_argument("name", name)
        cdef CriticalSection section
        return property_of(self.api(section), self.number, place, key)

    def serialize(self) -> bytes | None:
        """``SerializeResult``."""
        cdef CriticalSection section
        cdef uint32_t size = 0
        cdef vector[char] data  # no Python object, whose making may start a collection
        cdef ServedInventory steam = self.api(section)
        if not steam.SerializeResult(self.number, NULL, &size) or not 0 < size <= PROOF_LIMIT:
            return None
        data.resize(size)
        if not steam.SerializeResult(self.number, data.data(), &size):
            return None
        return PyBytes_FromStringAndSize(data.data(), min(size, <uint32_t>data.size()))

    cdef ServedInventory api(self, CriticalSection &section) except *:
        optional_interface(self.server, kInventoryInterface, section)
        self.require(self.what)
        return ServedInventory(self.server.native.interfaces())


cdef void give_back_result(const Interfaces &interfaces, uint64_t number) noexcept:
    ServedInventory(interfaces).DestroyResult(<int32_t>number)
