cdef class _Source


@cython.final
cdef class _OnceHandler:
    cdef object handler
    cdef _Source source


@cython.final
cdef class _Handlers:
    cdef dict entries  # by handler: a mark, or the _OnceHandler to call in its place
    cdef object watcher  # the server's own, called first, or None
    cdef tuple called  # what a delivery calls, unless `stale`
    cdef bint stale
    cdef uint64_t changes
    cdef _SlowWatch slow_watch
    cdef EventKind *kind  # which shows them to the dispatch loop; NULL for those of one player

    cdef bint add(self, object handler, object entry) except -1
    cdef bint remove(self, object handler) except -1
    cdef bint take(self, _OnceHandler once) except -1
    cdef bint has(self, object handler) except -1
    cdef bint empty(self) noexcept
    cdef tuple public(self)
    cdef int add_sinks(self, dict sinks) except -1
    cdef tuple current(self)
    cdef int show(self) except -1
    cdef int watch_slow(self, _SlowWatch watch) except -1
    cdef bint changed(self) noexcept
