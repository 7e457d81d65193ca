@cython.final
cdef class _SlowWatch:
    cdef readonly double limit
    cdef GameServerCore server


@cython.final
cdef class _WatchedHandler:
    cdef object handler  # what is to be called, which may be an _OnceHandler
    cdef _SlowWatch watch
    cdef double told

    cdef int finished(self, object event, double seconds) except -1
