cdef class _EventBuffer(_Sink):
    cdef tuple sources
    cdef deque[PyObject *] events  # owned
    cdef Py_ssize_t limit_of_events  # -1 for none
    cdef Py_ssize_t longest_batch  # 0 for events one by one
    cdef uint64_t dropped
    cdef bint open

    cdef Event pop(self)
    cdef Event next_unread(self)
    cdef list batch(self)
    cdef int note_dropped(self) except -1
    cdef int attach(self) except -1
    cdef int end(self) except -1


cdef class _EventIterator:
    cdef _EventBuffer buffer


@cython.final
cdef class EventStream(_EventIterator):
    pass


@cython.final
cdef class EventBatches(_EventIterator):
    pass
