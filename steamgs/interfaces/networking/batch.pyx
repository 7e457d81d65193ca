# What was received: batches, and single messages. Both own Steam's messages and release them once.
#
# Neither is known to the garbage collector: they hold no Python object, but a batch its messages, and
# those nothing. So a server that receives all day makes no work for it.

DEFAULT_BATCH = 256
cdef const char *EMPTY_MESSAGE = ""
cdef int LARGEST_BATCH = 65536

# The columns of a batch.
cdef enum:
    USER_DATA_COLUMN
    CONNECTIONS_COLUMN
    SIZES_COLUMN


@cython.final
@cython.no_gc
@cython.freelist(16)
@cython.auto_pickle(False)
cdef class Batch:
    """Messages that were received together, oldest first; of :meth:`PollGroup.receive`.

    Iterating gives ``(connection, data)`` with the data as bytes, and :meth:`with_identities` gives
    ``(identity, data)`` for messages of ``server.messages``. ``batch[index]`` is a :class:`Message`.
    :attr:`connections`, :attr:`user_data` and :attr:`sizes` are columns, for code that looks at many
    messages at once. A batch may be kept, also after the server was closed.
    """

    def __dealloc__(self):
        PyMem_Free(self.columns)

    cdef int own(self, int count, NetworkingSockets sockets) except -1:
        """What Steam has filled."""
        cdef Meter *meter = sockets.server.native.meter()
        if count < 0:
            raise NetworkingError("receive")
        self.kept.own(count)
        if meter != NULL:
            meter.traffic.received(self.kept.data(), self.kept.size())
        return 0

    cdef NetworkingMessage *at(self, Py_ssize_t index) noexcept:
        cdef NetworkingMessage *message = self.kept.at(index)
        return message if message != NULL else (<Message>self.given[index]).raw()

    def __len__(self):
        return <Py_ssize_t>self.kept.size()

    def __iter__(self):
        cdef _BatchIterator iterator = _BatchIterator.__new__(_BatchIterator)
        iterator.batch = self
        iterator.pair = (None, None)
        return iterator

    def __getitem__(self, index):
        """A message as an object of its own, which may be kept without the batch."""
        cdef Py_ssize_t size = <Py_ssize_t>self.kept.size()
        cdef Py_ssize_t position = PyNumber_AsSsize_t(index, IndexError)
        if position < 0:
            position += size
        if not 0 <= position < size:
            raise IndexError(f"the batch has {size} messages")
        return self.message(position)

    cdef object message(self, Py_ssize_t index):
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        if self.given is None:
            given = [None] * <Py_ssize_t>self.kept.size()
            if self.given is None:  # still: a collection may have asked for messages meanwhile
                self.given = given
        if self.given[index] is None:
            self.given[index] = new_message(self.kept.give(index), self.table)
        return self.given[index]

    def with_identities(self):
        """Pairs of an identity and data as bytes, for messages that come by no connection."""
        cdef Py_ssize_t index
        for index in range(<Py_ssize_t>self.kept.size()):
            yield self.with_identity(index)

    cdef object with_identity(self, Py_ssize_t index):
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        # Copies first: a server that closes meanwhile has its messages replaced.
        cdef NetworkingMessage *message = self.at(index)
        cdef IdentityStruct identity = message.m_identityPeer
        data = PyBytes_FromStringAndSize(<const char *>message.m_pData, message.m_cbSize)
        return identity_from_steam(&identity), data

    @property
    def connections(self):
        """The handle of each message's connection: a read-only ``memoryview`` of unsigned ints.

        It keeps the batch alive, as the other columns do.
        """
        return self.column(CONNECTIONS_COLUMN)

    @property
    def user_data(self):
        """The ``user_data`` of each message's connection when it came: 64-bit ints."""
        return self.column(USER_DATA_COLUMN)

    @property
    def sizes(self):
        """How many bytes each message has: ints."""
        return self.column(SIZES_COLUMN)

    cdef object column(self, int which):
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        if self.columns == NULL:
            self.gather()
        section.end()
        # An object for each: while a view is made, others may ask for another column.
        cdef _BatchColumn column = _BatchColumn.__new__(_BatchColumn)
        column.batch = self
        column.which = which
        return PyMemoryView_FromObject(column)

    cdef int gather(self) except -1:
        cdef size_t size = self.kept.size()
        cdef size_t index
        cdef int64_t *user_data = <int64_t *>PyMem_Malloc((size + 1) * 16)
        if user_data == NULL:
            raise MemoryError
        cdef uint32_t *connections = <uint32_t *>(user_data + size)
        cdef int32_t *sizes = <int32_t *>(connections + size)
        cdef NetworkingMessage *message
        if self.given is None:
            gather_messages(self.kept.data(), size, user_data, connections, sizes)
        else:
            for index in range(size):
                message = self.at(index)
                gather_messages(
                    &message, 1, user_data + index, connections + index, sizes + index
                )
        self.columns = user_data
        return 0

    def __getbuffer__(self, Py_buffer *buffer, int flags):
        raise BufferError("a batch has columns: connections, user_data and sizes")

    def __repr__(self):
        return f"<Batch of {self.kept.size()} messages>"


@cython.final
@cython.internal
@cython.no_gc
@cython.auto_pickle(False)
cdef class _BatchColumn:

    def __getbuffer__(self, Py_buffer *buffer, int flags):
        if flags & PyBUF_WRITABLE == PyBUF_WRITABLE:
            raise BufferError("columns are read-only")
        cdef Py_ssize_t size = <Py_ssize_t>self.batch.kept.size()
        cdef char *start = <char *>self.batch.columns
        self.length = size
        if self.which == USER_DATA_COLUMN:
            buffer.format, buffer.itemsize = b"q", 8
        elif self.which == CONNECTIONS_COLUMN:
            buffer.format, buffer.itemsize = b"I", 4
            start += size * 8
        else:
            buffer.format, buffer.itemsize = b"i", 4
            start += size * 12
        buffer.buf = start
        buffer.obj = self
        buffer.len = size * buffer.itemsize
        buffer.readonly = True
        buffer.ndim = 1
        buffer.shape = &self.length
        buffer.strides = &buffer.itemsize
        buffer.suboffsets = NULL
        buffer.internal = NULL


@cython.final
@cython.auto_pickle(False)
cdef class _BatchIterator:
    """Pairs of a connection and data."""

    def __iter__(self):
        return self

    def __next__(self):
        # Of the iterator, then of the batch: two iterators may read the same one.
        cdef CriticalSection turn
        cdef CriticalSection section
        turn.begin(<PyObject *>self)
        section.begin(<PyObject *>self.batch)  # waiting for it gives the turn away
        if self.position >= <Py_ssize_t>self.batch.kept.size():
            raise StopIteration
        cdef NetworkingMessage *message = self.batch.at(self.position)
        cdef uint32_t handle = message.m_conn
        self.position += 1
        data = PyBytes_FromStringAndSize(<const char *>message.m_pData, message.m_cbSize)
        section.end()
        known = connection_of(self.batch.table, handle)
        # As zip() does: one tuple serves again and again, if nobody has kept it.
        cdef PyObject *pair = <PyObject *>self.pair
        if not has_only_reference(pair):
            self.pair = (known, data)
            return self.pair
        cdef PyObject *first = PyTuple_GET_ITEM(pair, 0)
        cdef PyObject *second = PyTuple_GET_ITEM(pair, 1)
        Py_INCREF(<PyObject *>known)
        Py_INCREF(<PyObject *>data)
        PyTuple_SET_ITEM(pair, 0, <PyObject *>known)
        PyTuple_SET_ITEM(pair, 1, <PyObject *>data)
        result = self.pair
        Py_DECREF(first)
        Py_DECREF(second)
        return result


@cython.final
@cython.no_gc
@cython.freelist(64)
@cython.auto_pickle(False)
cdef class Message:
    """A message that was received. ``bytes(message)`` and :attr:`data` copy what it holds; a
    ``memoryview`` of it does not.

    It may be kept, also after the server was closed. Steam's memory is released with it.
    """

    cdef NetworkingMessage *raw(self) noexcept:
        return self.kept.at(0)

    @property
    def data(self):
        """What was sent, as bytes."""
        cdef NetworkingMessage *message = self.raw()
        return PyBytes_FromStringAndSize(<const char *>message.m_pData, message.m_cbSize)

    @property
    def connection(self):
        """The connection that it came from; a closed one stands for one that is gone."""
        return connection_of(self.table, self.raw().m_conn)

    @property
    def identity(self):
        """Who has sent it."""
        cdef IdentityStruct identity = self.raw().m_identityPeer  # a copy, as of with_identity()
        return identity_from_steam(&identity)

    @property
    def user_data(self):
        """The ``user_data`` of its connection when it came."""
        return self.raw().m_nConnUserData

    @property
    def number(self):
        """Its number: each side counts the messages that it sends to a connection, from 1."""
        return self.raw().m_nMessageNumber

    @property
    def lane(self):
        """The lane that it was sent on."""
        return self.raw().m_idxLane

    @property
    def channel(self):
        """The channel, of a message of ``server.messages``; 0 for others."""
        return self.raw().m_nChannel

    @property
    def flags(self):
        """How it was sent: ``k_nSteamNetworkingSend_...``, of which 8 is reliable."""
        return self.raw().m_nFlags

    @property
    def reliable(self):
        """Whether it was sent reliably."""
        return bool(self.raw().m_nFlags & SEND_RELIABLE)

    @property
    def received(self):
        """When it came: microseconds of Steam's clock, ``networking_utils.local_timestamp()``."""
        return self.raw().m_usecTimeReceived

    def __len__(self):
        return self.raw().m_cbSize

    def __bytes__(self):
        return self.data

    def __getbuffer__(self, Py_buffer *buffer, int flags):
        if flags & PyBUF_WRITABLE == PyBUF_WRITABLE:
            raise BufferError("messages are read-only")
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        cdef NetworkingMessage *message = self.raw()
        self.length = message.m_cbSize
        buffer.buf = message.m_pData
        if buffer.buf == NULL:
            buffer.buf = <void *>EMPTY_MESSAGE
        buffer.obj = self
        buffer.len = self.length
        buffer.itemsize = 1
        buffer.readonly = True
        buffer.ndim = 1
        buffer.format = b"B"
        buffer.shape = &self.length
        buffer.strides = &buffer.itemsize
        buffer.suboffsets = NULL
        buffer.internal = NULL
        self.exports += 1
        self.kept.pin(True)

    def __releasebuffer__(self, Py_buffer *buffer):
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        self.exports -= 1
        if self.exports == 0:
            self.kept.pin(False)

    def __repr__(self):
        cdef NetworkingMessage *message = self.raw()
        return (
            f"<Message {message.m_nMessageNumber} of {message.m_cbSize} bytes, "
            f"connection {message.m_conn}>"
        )


cdef Batch new_batch(NetworkingSockets sockets, object most):
    """Room for so many messages."""
    cdef int room = <int>integer_argument("max", most, 1, LARGEST_BATCH)
    cdef Batch batch = Batch.__new__(Batch)
    if not batch.kept.reserve(room):
        raise MemoryError
    batch.room = room
    batch.table = sockets.table
    return batch


cdef object connection_of(shared_ptr[ConnectionTable] &table, uint32_t handle):
    """A message's connection; a closed one stands for one that is gone."""
    cdef PyObject *held = table.get().find_and_keep(handle, keep_object)
    if held == NULL:
        return closed_connection(handle)
    connection = <object>held
    Py_DECREF(held)
    return connection


cdef Message new_message(NetworkingMessage *raw, const shared_ptr[ConnectionTable] &table):
    cdef Message message = Message.__new__(Message)
    message.kept.own_one(raw)
    message.table = table
    return message


refuse_creation(Batch, "receive() makes batches")
refuse_creation(Message, "receive() makes messages")
refuse_creation(_BatchIterator)
