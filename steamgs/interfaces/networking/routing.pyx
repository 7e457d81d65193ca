# The way of received messages to the tasks that read: whole batches, or one connection's.

cdef int messages_came(NetworkingSockets sockets, uint64_t token) except -1:
    """A tick has received messages, for this inbox."""
    cdef CriticalSection section
    section.begin(<PyObject *>sockets.server)
    cdef _Inbox inbox = sockets.inboxes.get(token)
    if inbox is None:
        return 0  # closed meanwhile
    if sockets.routed is not None and sockets.routed.inbox is inbox:
        return read_routed(sockets)
    return inbox.wake()


cdef int route_to_reader(NetworkingSockets sockets, Connection connection) except -1:
    """Have ticks receive for this connection."""
    cdef CriticalSection section
    cdef PollGroup group
    if sockets.routed is None:
        group = new_poll_group(sockets)
        group.inbox = new_inbox(sockets, group.handle)
        if sockets.routed is None:
            sockets.routed = group
        else:
            group.close()  # others came first, while this thread had let them
    group = sockets.routed
    if group is None:
        raise ClosedHandleError(f"connection {connection.handle}")
    connection.opened(section)
    return group.put(group.opened(section), connection)


cdef int hold_back(NetworkingSockets sockets, Connection connection) except -1:
    """Leave its messages with Steam."""
    if connection.is_open and sockets.steam != NULL:
        sockets.steam.SetConnectionPollGroup(connection.handle, 0)
    return 0


cdef int read_routed(NetworkingSockets sockets) except -1:
    """Give what has come to the connections' tasks."""
    cdef Batch batch
    cdef _Reader reader
    cdef Py_ssize_t index
    cdef PyObject *found
    while sockets.routed is not None:
        batch = sockets.routed.inbox.next_batch()
        if batch is None:
            break
        for index in range(len(batch)):
            found = sockets.table.get().find(batch.at(index).m_conn)
            if found != NULL and (<Connection>found).reader is not None:
                reader = (<Connection>found).reader  # held: to make the message may close the connection
                reader.put(batch.message(index))
    return 0


cdef tuple waiting_messages_of(NetworkingSockets sockets):
    """What waits for tasks, as messages and as bytes; how often the rest was left with Steam."""
    cdef CriticalSection section
    cdef ConnectionTable *table = sockets.table.get()
    cdef size_t place
    cdef size_t messages = 0, bytes = 0
    cdef uint64_t held_back
    cdef _Inbox inbox
    cdef _Reader reader
    section.begin(<PyObject *>sockets.server)
    held_back = sockets.held_back
    for inbox in sockets.inboxes.values():
        messages += inbox.native.get().waiting_messages()
        bytes += inbox.native.get().waiting_bytes()
        held_back += inbox.native.get().held_back()
    for place in range(table.places()):
        if table.handle_at(place) != 0:
            reader = (<Connection>table.at(place)).reader
            if reader is not None:
                messages += <size_t>len(reader.messages)
                bytes += reader.bytes
    return (messages, bytes, held_back)
