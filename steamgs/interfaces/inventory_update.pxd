@cython.final
cdef class UpdateCore(OwnedHandle):
    cdef ServedInventory api(self, CriticalSection &section) except *
