cdef class Lifecycle(UserStats):
    cdef object lifecycle_lock  # of whoever starts or closes; re-entrant, as closing runs callbacks
    cdef bint started

    cdef int begin_or_undo(self) except -1
    cdef int begin(self) except -1
    cdef int finish(self) except -1
    @cython.final
    cdef int stop_steam(self) except -1
    cdef int abandon(self) except -1


@cython.final
cdef class _Interruptions:
    cdef object first

    cdef int outlast(self, step) except -1
    cdef int raise_first(self) except -1
