cdef class NetworkingSockets(NetworkingSocketsSignals):
    cdef GameServerCore server
    cdef Sockets *steam  # NULL unless the server runs, and the interface was used
    cdef bint newer  # version 013 or later
    cdef NetworkingUtilsApi *utils
    cdef shared_ptr[ConnectionTable] table  # which owns a reference to each open connection
    cdef dict listeners  # by handle
    cdef dict groups
    cdef list ports
    cdef _KeyedCalls fake_ips
    cdef dict inboxes  # by their tokens
    cdef uint64_t last_token
    cdef PollGroup routed  # the connections whose messages each go to a task of their own
    cdef uint64_t stranded  # messages that were in use when the server closed, and are not released

    @cython.final
    cdef Sockets *api(self, CriticalSection &section) except NULL
    @cython.final
    cdef int drop(self, Connection connection) except -1
    @cython.final
    cdef int changed(self, Event change) except -1
    @cython.final
    cdef Connection come(self, Event change, int state)
    @cython.final
    cdef void close(self) noexcept
    @cython.final
    cdef void strand(self) noexcept
    @cython.final
    cdef int forget(self) except -1
    @cython.final
    cdef int messages_came(self, uint64_t token) except -1
    @cython.final
    cdef int route_to_reader(self, Connection connection) except -1
    @cython.final
    cdef int hold_back(self, Connection connection) except -1
    @cython.final
    cdef int read_routed(self) except -1


@cython.final
cdef class _ConnectionWatch:
    cdef NetworkingSockets sockets
