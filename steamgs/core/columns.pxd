cdef class _EventArrays:
    cdef uint16_t number
    cdef const ColumnKind *kind
    cdef ColumnRows rows
    cdef bint shown

    cdef int make_room(self) except -1
    cdef int resize(self, size_t capacity) except -1
    cdef _EventArrays copied(self)
    cdef tuple columns(self)


cdef class _Array:
    cdef _EventArrays owner
    cdef const char *format
    cdef char *items
    cdef Py_ssize_t count
    cdef Py_ssize_t size  # of an item

    cdef void show(self, _EventArrays owner, size_t number) noexcept


cdef class TextColumn(_Array):
    pass


cdef class _Gathering:
    cdef list arrays  # by kind; None for those that have not come
    cdef uint64_t events

    cdef _EventArrays arrays_of(self, uint16_t kind)
    cdef int add(self, const Record *record) except -1
    cdef Py_ssize_t add_unheard(self, GameServerCore server) except -1
    cdef dict columns(self)
