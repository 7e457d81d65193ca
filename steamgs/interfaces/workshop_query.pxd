@cython.final
cdef class QueryCore:
    cdef WorkshopCore workshop
    cdef uint64_t handle
    cdef uint64_t run  # of the server, to which the handle belongs

    cdef ServedUGC api(self, CriticalSection &section) except *
    cdef void let_go(self) noexcept
