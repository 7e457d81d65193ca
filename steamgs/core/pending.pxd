@cython.final
cdef class _Pending:
    cdef uint64_t run  # of the server: places of an earlier run are gone
    cdef uint64_t taken
    cdef uint64_t limit
    cdef uint64_t limit_per_address
    cdef dict by_address  # how many of the places, for addresses that have any
    cdef uint64_t refused
    cdef double told  # when a refusal was logged

    cdef uint64_t take(self, _Players players, str address) except 0
    cdef int take_at(self, _Players players, str address) except -1
    cdef uint64_t taken_at(self, str address) except? 0
    cdef int refuse(self, str bound, uint64_t limit, str address) except -1
    cdef int give_back(self, str address) except -1
    cdef int forget(self) except -1
