cdef class _Source:
    cdef readonly object server

    cdef _Handlers known(self)
    cdef _Handlers needed(self)
    cdef int emptied(self) except -1
    cdef int add(self, object handler, bint once) except -1
    cdef int join(self, object handler, bint once) except -1
    cdef bint remove(self, object handler) except -1
    cdef bint take(self, _OnceHandler once) except -1


@cython.final
cdef class Signal(_Source):
    cdef readonly str name
    cdef readonly type event_type
    cdef uint16_t number  # its kind of events
    cdef _Handlers all_handlers

    cdef int watch(self, object watcher) except -1


@cython.final
cdef class PlayerSignal(_Source):
    cdef readonly uint64_t steam_id
    cdef int number  # its kind of events, or ANY_KIND
