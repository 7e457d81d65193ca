# Sending: one message, many, or one to many.

# How a message is sent, in bits.
cdef enum:
    SEND_NO_NAGLE = 1
    SEND_NO_DELAY = 4
    SEND_RELIABLE = 8

cdef Py_ssize_t LARGEST_MESSAGE = 524288


cdef int send_flags(object reliable, object no_nagle, object no_delay) except -1:
    cdef int flags = 0
    if flag_argument("reliable", reliable):
        flags |= SEND_RELIABLE
    if flag_argument("no_nagle", no_nagle):
        flags |= SEND_NO_NAGLE
    if flag_argument("no_delay", no_delay):
        if flags & SEND_RELIABLE:
            raise ValueError("no_delay is for unreliable messages")
        flags |= SEND_NO_DELAY
    return flags


cdef uint16_t lane_argument(object lane) except? 0:
    return <uint16_t>integer_argument("lane", lane, 0, MOST_LANES - 1)


cdef int buffer_argument(str name, object value, Py_buffer *view) except -1:
    """Python's own error would not say which argument it is about."""
    if not PyObject_CheckBuffer(value):
        raise TypeError(f"{name} must be a bytes-like object, not {type(value).__name__}")
    PyObject_GetBuffer(value, view, PyBUF_SIMPLE)
    return 0


cdef list list_argument(str name, object several):
    """A list of our own: what is iterated over may change under our hands."""
    if not hasattr(several, "__iter__") and not PySequence_Check(several):
        raise TypeError(f"{name} must be an iterable, not {type(several).__name__}")
    return list(several)


cdef object send_one(Connection connection, object data, int flags, uint16_t lane):
    """The message's number."""
    cdef CriticalSection section
    cdef Sockets *steam
    cdef Py_buffer view
    cdef int64_t number = 0
    cdef int result
    cdef Py_ssize_t size
    if type(data) is bytes and lane == 0 and PyBytes_GET_SIZE(data) <= LARGEST_MESSAGE:
        size = PyBytes_GET_SIZE(data)
        result = send_to_connection(
            connection.opened(section), connection.handle, PyBytes_AS_STRING(data), <uint32_t>size,
            flags, &number,
        )
    else:
        # Closed connections are told of first; but the buffer may run code that closes this one.
        connection.opened(section)
        buffer_argument("data", data, &view)
        try:
            steam = connection.opened(section)
            size = view.len
            if size > LARGEST_MESSAGE:
                raise MessageTooBigError("send", Result.LIMIT_EXCEEDED)
            if lane == 0:
                result = send_to_connection(
                    steam, connection.handle, view.buf, <uint32_t>size, flags, &number
                )
            else:
                result = send_on_lane(connection.sockets, connection.handle, &view, flags, lane, &number)
        finally:
            PyBuffer_Release(&view)
    note_sent(connection.sockets.server, result == RESULT_OK, size)
    if result != RESULT_OK:
        raise send_error("send", result)
    return number


cdef inline void note_sent(GameServerCore server, bint taken, Py_ssize_t size) noexcept:
    """For metrics, where somebody wants them."""
    cdef Meter *meter = server.native.meter()
    if meter != NULL:
        meter.traffic.sent(taken, <uint64_t>size)


cdef int send_on_lane(
    NetworkingSockets sockets, uint32_t handle, Py_buffer *view, int flags, uint16_t lane, int64_t *number
) except -1:
    """Only SendMessages knows lanes."""
    cdef Outgoing one
    one.connection = handle
    one.data = view.buf
    one.size = <uint32_t>view.len
    cdef BulkSend *bulk = new BulkSend(sockets.steam, sockets.newer, sockets.utils, flags, lane)
    cdef BulkOutcome outcome = bulk.send(&one, 1, number)
    del bulk
    if outcome == OUTCOME_NO_MEMORY:
        raise MemoryError
    return RESULT_OK if number[0] >= 0 else <int>-number[0]


@cython.final
@cython.auto_pickle(False)
cdef class _Outbox:
    """What is about to be sent, and why some of it will not be."""

    cdef vector[Outgoing] all
    cdef vector[Py_buffer] views
    cdef dict errors  # by index; None for none

    cdef int add(self, NetworkingSockets sockets, object connection, object data) except -1:
        cdef Connection one = connection_argument(sockets, connection)
        cdef Outgoing outgoing
        cdef Py_buffer view
        cdef Py_ssize_t size
        if type(data) is bytes:
            outgoing.data = PyBytes_AS_STRING(data)
            size = PyBytes_GET_SIZE(data)
        else:
            buffer_argument("data", data, &view)
            self.views.push_back(view)
            outgoing.data = view.buf
            size = view.len
        outgoing.connection = one.handle
        outgoing.size = <uint32_t>size
        self.all.push_back(outgoing)
        if not one.is_open:
            self.leave_out(self.all.size() - 1, ClosedHandleError(f"connection {one.handle}"))
        elif size > LARGEST_MESSAGE:
            self.leave_out(
                self.all.size() - 1, MessageTooBigError("send", Result.LIMIT_EXCEEDED)
            )
        return 0

    cdef int leave_out(self, size_t index, object error) except -1:
        """Steam takes none for the connection 0; whoever sends is told why."""
        self.all[index].connection = 0
        self.all[index].size = 0
        if self.errors is None:
            self.errors = {}
        self.errors[index] = error
        return 0

    cdef bint drop_closed(self, list messages) except -1:
        """Leave out what is for connections that were closed meanwhile; False if there was nothing."""
        cdef size_t index
        cdef Connection one
        cdef bint found = False
        for index in range(self.all.size()):
            one = <Connection>(<tuple>messages[index])[0]
            if self.all[index].connection != 0 and not one.is_open:
                self.leave_out(index, ClosedHandleError(f"connection {one.handle}"))
                found = True
        return found

    cdef void let_go(self) noexcept:
        cdef size_t index
        for index in range(self.views.size()):
            PyBuffer_Release(&self.views[index])
        self.views.clear()

    def __dealloc__(self):
        self.let_go()


cdef list sent_results(str action, BulkOutcome outcome, vector[int64_t] &results, dict errors):
    """The number of each message, or the error."""
    cdef size_t index
    cdef object number
    cdef list told = []
    if outcome == OUTCOME_ALL_TAKEN:
        # Made in its size: nothing runs in between that could find it half filled.
        told = PyList_New(<Py_ssize_t>results.size())
        for index in range(results.size()):
            number = results[index]
            Py_INCREF(<PyObject *>number)
            PyList_SET_ITEM(<PyObject *>told, <Py_ssize_t>index, <PyObject *>number)
        return told
    for index in range(results.size()):
        if results[index] >= 0:
            told.append(results[index])
        elif errors is not None and index in errors:
            told.append(errors[index])
        else:
            told.append(send_error(action, <int>-results[index]))
    return told


cdef int require_memory(str action, BulkOutcome outcome) except -1:
    if outcome == OUTCOME_NO_MEMORY:
        raise MemoryError
    if outcome == OUTCOME_STEAM_HAS_NO_MEMORY:
        raise send_error(action, RESULT_FAIL)
    return 0


cdef list send_messages_of(NetworkingSockets sockets, object messages, int flags, uint16_t lane):
    cdef CriticalSection section
    cdef Sockets *steam
    cdef _Outbox outbox = _Outbox.__new__(_Outbox)
    cdef vector[int64_t] results
    cdef Meter *meter
    cdef BulkSend *bulk
    cdef BulkOutcome outcome
    sockets.api(section)
    cdef list taken = list_argument("messages", messages)  # it keeps data and connections
    for pair in taken:
        if type(pair) is not tuple or len(<tuple>pair) != 2:
            raise TypeError("messages must be pairs (connection, data)")
        outbox.add(sockets, (<tuple>pair)[0], (<tuple>pair)[1])
    if outbox.all.empty():
        return []
    results.resize(outbox.all.size())
    # Reading a buffer and making an error may have run code that closed some.
    if not outbox.views.empty() or outbox.errors is not None:
        while outbox.drop_closed(taken):
            pass
    # Reading a buffer may have run code that closed the server.
    steam = sockets.api(section)
    meter = sockets.server.native.meter()
    bulk = new BulkSend(steam, sockets.newer, sockets.utils, flags, lane)
    outcome = bulk.send(outbox.all.data(), outbox.all.size(), results.data())
    del bulk
    if meter != NULL and outcome != OUTCOME_NO_MEMORY:
        count_sent(meter.traffic, results, outbox.all)
    outbox.let_go()
    require_memory("send_many", outcome)
    return sent_results("send_many", outcome, results, outbox.errors)


cdef list broadcast_to(NetworkingSockets sockets, object connections, object data, int flags, uint16_t lane):
    cdef CriticalSection section
    cdef vector[uint32_t] handles
    cdef vector[int64_t] results
    cdef Py_buffer view
    cdef dict errors = None
    cdef Sockets *steam
    cdef Meter *meter
    cdef BulkSend *bulk
    cdef BulkOutcome outcome
    # Both may run code that closes connections, so these are looked at afterwards.
    cdef list taken = list_argument("connections", connections)
    buffer_argument("data", data, &view)
    try:
        handles.reserve(len(taken))
        section.begin(<PyObject *>sockets.server)  # nobody closes one between these looks at it
        for one in taken:
            if type(one) is not Connection or (<Connection>one).sockets is not sockets:
                connection_argument(sockets, one)  # a call for each would be a third of this loop
            if (<Connection>one).is_open:
                handles.push_back((<Connection>one).handle)
                continue
            errors = {} if errors is None else errors
            errors[handles.size()] = ClosedHandleError(f"connection {(<Connection>one).handle}")
            handles.push_back(0)
        if view.len > LARGEST_MESSAGE:
            raise MessageTooBigError("broadcast", Result.LIMIT_EXCEEDED)
        if handles.empty():
            return []
        results.resize(handles.size())
        steam = sockets.api(section)
        meter = sockets.server.native.meter()
        bulk = new BulkSend(steam, sockets.newer, sockets.utils, flags, lane)
        outcome = bulk.broadcast(
            handles.data(), handles.size(), view.buf, <uint32_t>view.len, results.data()
        )
        del bulk
        if meter != NULL and outcome != OUTCOME_NO_MEMORY:
            count_sent_of_size(meter.traffic, results, <uint32_t>view.len)
    finally:
        PyBuffer_Release(&view)
    require_memory("broadcast", outcome)
    return sent_results("broadcast", outcome, results, errors)
