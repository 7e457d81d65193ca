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


cdef object send_one(Connection connection, object data, int flags, uint16_t lane):
    """The message's number."""
    cdef CriticalSection section
    cdef Sockets *steam = connection.opened(section)
    cdef Py_buffer view
    cdef int64_t number = 0
    cdef int result
    cdef Py_ssize_t size
    if type(data) is bytes and lane == 0 and PyBytes_GET_SIZE(data) <= LARGEST_MESSAGE:
        size = PyBytes_GET_SIZE(data)
        result = send_to_connection(
            steam, connection.handle, PyBytes_AS_STRING(data), <uint32_t>size, flags, &number
        )
    else:
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        try:
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
    try:
        bulk.send(&one, 1, number)
    finally:
        del bulk
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
            PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
            self.views.push_back(view)
            outgoing.data = view.buf
            size = view.len
        outgoing.connection = one.handle
        outgoing.size = <uint32_t>size
        if not one.is_open or size > LARGEST_MESSAGE:
            # Steam takes none for the connection 0; whoever sends is told why.
            outgoing.connection = 0
            outgoing.size = 0
            if self.errors is None:
                self.errors = {}
            self.errors[self.all.size()] = (
                MessageTooBigError("send", Result.LIMIT_EXCEEDED) if one.is_open
                else ClosedHandleError(f"connection {one.handle}")
            )
        self.all.push_back(outgoing)
        return 0

    cdef void let_go(self) noexcept:
        cdef size_t index
        for index in range(self.views.size()):
            PyBuffer_Release(&self.views[index])
        self.views.clear()

    def __dealloc__(self):
        self.let_go()


cdef list sent_results(str action, vector[int64_t] &results, dict errors):
    """The number of each message, or the error."""
    cdef size_t index
    cdef list told = []
    for index in range(results.size()):
        if results[index] >= 0:
            told.append(results[index])
        elif errors is not None and index in errors:
            told.append(errors[index])
        else:
            told.append(send_error(action, <int>-results[index]))
    return told


cdef list send_messages_of(NetworkingSockets sockets, object messages, int flags, uint16_t lane):
    cdef CriticalSection section
    cdef Sockets *steam = sockets.api(section)
    cdef _Outbox outbox = _Outbox.__new__(_Outbox)
    cdef vector[int64_t] results
    cdef Meter *meter = sockets.server.native.meter()
    # What is iterated over may change under our hands; a list of our own keeps data and connections.
    cdef list taken = list(messages)
    for pair in taken:
        if type(pair) is not tuple or len(<tuple>pair) != 2:
            raise TypeError("messages must be pairs (connection, data)")
        outbox.add(sockets, (<tuple>pair)[0], (<tuple>pair)[1])
    if outbox.all.empty():
        return []
    steam = sockets.api(section)  # reading a buffer may have run code that closed the server
    results.resize(outbox.all.size())
    cdef BulkSend *bulk = new BulkSend(steam, sockets.newer, sockets.utils, flags, lane)
    try:
        bulk.send(outbox.all.data(), outbox.all.size(), results.data())
        if meter != NULL:
            count_sent(meter.traffic, results, outbox.all)
    finally:
        del bulk
        outbox.let_go()
    return sent_results("send_many", results, outbox.errors)


cdef list broadcast_to(NetworkingSockets sockets, object connections, object data, int flags, uint16_t lane):
    cdef CriticalSection section
    cdef vector[uint32_t] handles
    cdef vector[int64_t] results
    cdef Connection connection
    cdef Py_buffer view
    cdef dict errors = None
    cdef Meter *meter = sockets.server.native.meter()
    for one in connections:
        connection = connection_argument(sockets, one)
        if not connection.is_open:
            errors = errors or {}
            errors[handles.size()] = ClosedHandleError(f"connection {connection.handle}")
        handles.push_back(connection.handle if connection.is_open else 0)
    PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
    cdef BulkSend *bulk = NULL
    try:
        if view.len > LARGEST_MESSAGE:
            raise MessageTooBigError("broadcast", Result.LIMIT_EXCEEDED)
        if not handles.empty():
            results.resize(handles.size())
            bulk = new BulkSend(sockets.api(section), sockets.newer, sockets.utils, flags, lane)
            bulk.broadcast(handles.data(), handles.size(), view.buf, <uint32_t>view.len, results.data())
            if meter != NULL:
                count_sent_of_size(meter.traffic, results, <uint32_t>view.len)
    finally:
        del bulk
        PyBuffer_Release(&view)
    return sent_results("broadcast", results, errors)
