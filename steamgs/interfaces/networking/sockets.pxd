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
    cdef uint64_t held_back  # as Inbox::held_back(): of inboxes that are gone, and of readers
    cdef PollGroup routed  # the connections whose messages each go to a task of their own
    cdef uint64_t stranded  # messages that were in use when the server closed, and are not released

    @cython.final
    cdef Sockets *api(self, CriticalSection &section) except NULL
    @cython.final
    cdef int drop(self, Connection connection) except -1


@cython.final
cdef class _ConnectionWatch:
    cdef NetworkingSockets sockets
