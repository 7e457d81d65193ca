@cython.final
cdef class ResultCore(AskedHandle):
    cdef int32_t number  # Steam writes it when it makes the result

    cdef ResultCore kept(self, bint made)
    cdef ServedInventory api(self, CriticalSection &section) except *
