# What is connected to signals as handlers are, and serves tasks.
cdef class _Sink(_Awaiter):
    cdef GameServerCore server

    cdef int take(self, Event event) except -1
    cdef int closed(self) except -1
    cdef int abandon(self) except -1
    cdef Py_ssize_t unread(self) noexcept
    cdef int detach(self) except -1


@cython.final
cdef class _Wait(_Sink):
    cdef _Source source
    cdef object predicate
    cdef object timeout
    cdef object event
    cdef object error

    cdef bint has_ended(self) noexcept
    cdef bint end(self, event, error) noexcept
    cdef int fail(self, error) except -1
    cdef object listen(self)
