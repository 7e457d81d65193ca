@cython.final
cdef class _OnceHandler:
    cdef object handler
    cdef Signal signal


@cython.final
cdef class Signal:
    cdef readonly str name
    cdef readonly type event_type
    cdef readonly object server
    cdef tuple connected
    cdef Py_ssize_t watchers  # how many of the first are the server's own
    cdef PyObject **shown_at  # the server's view of `connected`

    cdef void show_handlers_at(self, PyObject **place)
    cdef int watch(self, object watcher) except -1
    cdef bint replace(self, tuple before, tuple after)
    cdef int add(self, object handler, object entry) except -1
    cdef bint remove(self, object handler) except -1
    cdef Py_ssize_t find(self, tuple entries, object handler) except -2
