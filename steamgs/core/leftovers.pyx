# What a poll() or poll_columns() whose handlers raised has left to the next one.

cdef list take_unpolled(GameServerCore server, list events):
    """What is left, or these events."""
    cdef CriticalSection section
    section.begin(<PyObject *>server)
    if server.unpolled is not None:
        events, server.unpolled = server.unpolled, None
    return events


cdef int leave_unpolled(GameServerCore server, list events) except -1:
    cdef CriticalSection section
    section.begin(<PyObject *>server)
    if server.steam != NULL:  # or they are of a server that a handler has closed
        if server.unpolled is None:
            server.unpolled = events
        else:
            server.unpolled.extend(events)
    return 0


cdef _Gathering take_ungathered(GameServerCore server, _Gathering gathering):
    cdef CriticalSection section
    section.begin(<PyObject *>server)
    if server.ungathered is not None:
        gathering, server.ungathered = server.ungathered, None
    return gathering


cdef int leave_ungathered(GameServerCore server, _Gathering gathering) except -1:
    cdef CriticalSection section
    section.begin(<PyObject *>server)
    if server.steam != NULL:  # or they are of a server that a handler has closed
        server.ungathered = gathering
    return 0


cdef int forget_leftovers(GameServerCore server) except -1:
    cdef CriticalSection section
    section.begin(<PyObject *>server)
    server.unpolled = None
    server.ungathered = None
    server.statistics.changed = set()
    return 0
