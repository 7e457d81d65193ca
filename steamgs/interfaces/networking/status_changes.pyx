# Steam's word that a connection has come, or is in another state now.

cdef int connection_changed(NetworkingSockets sockets, Event change) except -1:
    cdef CriticalSection section
    section.begin(<PyObject *>sockets.server)
    cdef ConnectionStatusChanged event = <ConnectionStatusChanged>change
    cdef int state = read_enum(event.data.m_info_m_eState)
    cdef PyObject *found = sockets.table.get().find(event.data.m_hConn)
    cdef Connection connection
    connection = <Connection>found if found != NULL else connection_that_came(sockets, event, state)
    if connection is None:
        return 0
    return connection.entered(state)


cdef Connection connection_that_came(NetworkingSockets sockets, Event change, int state):
    """A connection that is not known; None if it was closed before this event was read."""
    cdef ConnectionStatusChanged event = <ConnectionStatusChanged>change
    cdef ConnectionInfoStruct info
    cdef uint32_t handle = event.data.m_hConn
    if sockets.steam == NULL:
        return None  # whoever connects is no business of this program's
    cdef Connection connection = unopened_connection(sockets)
    if sockets.steam == NULL:
        return None  # closed in a collection
    if not sockets.steam.GetConnectionInfo(handle, &info) or read_enum(info.m_eState) == STATE_NONE:
        return None
    cdef Listener listener = sockets.listeners.get(event.data.m_info_m_hListenSocket)
    opened_connection(connection, handle, listener, "connection")
    if listener is not None and state == STATE_CONNECTING:
        listener.arrived(connection)
    return connection if connection.is_open else None


@cython.final
@cython.auto_pickle(False)
cdef class _ConnectionWatch:
    """Called with each change of a connection, before all handlers."""

    def __call__(self, event):
        connection_changed(self.sockets, event)
