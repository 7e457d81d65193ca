# Changes of items' properties, as steamgs/inventory needs them.

@cython.final
@cython.no_gc_clear  # `server` is never None
@cython.auto_pickle(False)
cdef class UpdateCore(OwnedHandle):
    """Changes that are sent to Steam together. Steam has no way to take back what was begun."""

    def __cinit__(self, InventoryCore inventory not None):
        self.server = inventory.server

    def __init__(self, inventory):
        pass

    def closed(self) -> bool:
        """Whether it was submitted or closed."""
        return self.held.give_back == NULL

    def set(self, item_id: int, name: str, value: str | bool | int | float) -> bool:
        """``SetProperty``; False if Steam refuses."""
        cdef uint64_t item = instance_argument("item_id", item_id)
        cdef bytes key = property_name_argument(name)
        cdef const char *c_key = key
        cdef CriticalSection section
        cdef bytes text
        cdef int64_t whole
        cdef float real
        if isinstance(value, str):
            text = text_argument("value", value, PROPERTY_LIMIT)
            return self.api(section).SetPropertyString(self.held.number, item, c_key, <const char *>text)
        if isinstance(value, bool):
            return self.api(section).SetPropertyBool(self.held.number, item, c_key, value is True)
        if isinstance(value, int):
            whole = signed_64_argument("value", value)
            return self.api(section).SetPropertyInt64(self.held.number, item, c_key, whole)
        if isinstance(value, float):
            real = <float>number_argument("value", value)
            return self.api(section).SetPropertyFloat(self.held.number, item, c_key, real)
        raise TypeError(f"value must be a str, bool, int or float, not {type(value).__name__}")

    def remove(self, item_id: int, name: str) -> bool:
        """``RemoveProperty``; False if Steam refuses."""
        cdef uint64_t item = instance_argument("item_id", item_id)
        cdef bytes key = property_name_argument(name)
        cdef CriticalSection section
        return self.api(section).RemoveProperty(self.held.number, item, <const char *>key)

    def submit(self, inventory: InventoryCore) -> ResultCore | None:
        """``SubmitUpdateProperties``, which ends the update; None if Steam refuses."""
        cdef CriticalSection section
        cdef ResultCore result = ResultCore.__new__(ResultCore, inventory)
        result.kept(self.api(section).SubmitUpdateProperties(self.held.number, &result.number))
        section.end()
        self.let_go()
        return None if result.closed() else result

    cdef ServedInventory api(self, CriticalSection &section) except *:
        optional_interface(self.server, kInventoryInterface, section)
        self.require("the update of properties")
        return ServedInventory(self.server.native.interfaces())


cdef void forget_update(const Interfaces &interfaces, uint64_t number) noexcept:
    """Steam takes none back; one that is not submitted changes nothing."""
