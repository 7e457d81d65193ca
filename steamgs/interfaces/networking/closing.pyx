# What becomes of connections, listeners and all else when the server ends.

cdef void close_sockets(NetworkingSockets sockets) noexcept:
    """Before Steam shuts down: close all that is open, and take all messages out of its hands.

    No Python code runs in here.
    """
    cdef Sockets *steam = sockets.steam
    sockets.steam = NULL
    sockets.utils = NULL
    if steam != NULL:
        close_all_sockets(sockets, steam)
    sockets.stranded += take_over_all_messages()


cdef void close_all_sockets(NetworkingSockets sockets, Sockets *steam) noexcept:
    cdef ConnectionTable *table = sockets.table.get()
    cdef size_t place
    cdef PyObject *entry
    for place in range(table.places()):
        if table.handle_at(place) != 0:
            entry = table.at(place)
            (<Connection>entry).is_open = False
            (<Connection>entry).last_state = STATE_NONE
            steam.CloseConnection(table.handle_at(place), 1000, SERVER_CLOSED_TEXT, False)
    for listener in sockets.listeners.values():
        (<Listener>listener).is_open = False
        steam.CloseListenSocket((<Listener>listener).handle)
    for group in sockets.groups.values():
        (<PollGroup>group).is_open = False
        steam.DestroyPollGroup((<PollGroup>group).handle)
    for port in sockets.ports:
        (<FakeUDPPort>port).steam.DestroyFakeUDPPort()
        (<FakeUDPPort>port).steam = NULL
    for inbox in sockets.inboxes.values():
        (<_Inbox>inbox).let_go()


cdef void strand_sockets(NetworkingSockets sockets) noexcept:
    """In a forked child: all of it is the parent's."""
    cdef ConnectionTable *table = sockets.table.get()
    cdef size_t place
    sockets.steam = NULL
    sockets.utils = NULL
    for place in range(table.places()):
        if table.handle_at(place) != 0:
            (<Connection>table.at(place)).is_open = False
            (<Connection>table.at(place)).last_state = STATE_NONE
    for listener in sockets.listeners.values():
        (<Listener>listener).is_open = False
    for group in sockets.groups.values():
        (<PollGroup>group).is_open = False
    for port in sockets.ports:
        (<FakeUDPPort>port).steam = NULL
    strand_all_messages()


cdef int forget_sockets(NetworkingSockets sockets) except -1:
    """Let go of what was closed with the server, and tell the tasks that wait for it."""
    cdef CriticalSection section
    cdef PyObject *owned
    cdef Listener listener
    cdef _Inbox inbox
    section.begin(<PyObject *>sockets.server)
    while True:
        owned = sockets.table.get().take_any()
        if owned == NULL:
            break
        connection = <Connection>owned
        Py_DECREF(owned)
        connection.tell_tasks()
    for listener in PyDict_Values(sockets.listeners):
        listener.waiting.clear()
        listener.fresh.clear()
        if listener.arrivals is not None:
            listener.arrivals.end()
    for inbox in PyDict_Values(sockets.inboxes):
        sockets.held_back += inbox.native.get().held_back()
        inbox.end()
    sockets.inboxes = {}
    sockets.routed = None
    sockets.listeners = {}
    sockets.groups = {}
    sockets.ports = []
    return 0
