cdef class InventoryCore(InventorySignals):
    cdef GameServerCore server

    @cython.final
    cdef ServedInventory api(self, CriticalSection &section) except *
