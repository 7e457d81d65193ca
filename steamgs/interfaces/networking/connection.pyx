# One connection.

# What a close tells where the program says nothing: ConnectionEnd.APP_GENERIC.
APP_REASON = 1000
# And where its block has raised: ConnectionEnd.APP_EXCEPTION_GENERIC.
cdef int EXCEPTION_REASON = 2000
# When a connection is writable, unless told otherwise, and how often to look.
WRITABLE_BYTES = 65536
cdef double WRITABLE_SECONDS = 0.01
cdef int LAST_REASON = 2999
# Bytes of UTF-8, NUL included.
cdef size_t CLOSE_TEXT_LIMIT = 128
cdef size_t CONNECTION_NAME_LIMIT = 128
cdef int MOST_LANES = 255


@cython.final
@cython.no_gc_clear  # `sockets` is never None
@cython.auto_pickle(False)
cdef class Connection:
    """A connection to somebody, who came to a :class:`Listener` or was connected to from here.

    It is open until :meth:`close`, even if the other side has closed it: what has come before can
    still be received. When the server closes, all its connections are closed. All methods but
    :meth:`close` raise a ClosedHandleError after that.

    :ivar handle: Steam's number of it.
    :ivar listener: where it came in; None if it was made here.
    """

    cdef Sockets *opened(self, CriticalSection &section) except NULL:
        if self.is_open:
            section.begin(<PyObject *>self.sockets.server)
        if not self.is_open:
            raise ClosedHandleError(f"connection {self.handle}")
        return self.sockets.api(section)

    @property
    def closed(self):
        """Whether it was closed here."""
        return not self.is_open

    @property
    def state(self):
        """The state, as of the events that were delivered; ``NONE`` after :meth:`close`."""
        return later_member("ConnectionState", self.last_state)

    @property
    def group(self):
        """The poll group that it is in, or None; None too if a task iterates over the connection."""
        return None if self.reader is not None else self.group_of

    def accept(self):
        """Let it in: from now on both sides may send. Steamworks: ``AcceptConnection``.

        Its messages come to its listener's :meth:`Listener.receive`.

        :raises ClosedHandleError: it was closed.
        :raises NetworkingError: Steam refused; the other side may be gone, or it is accepted already.
        """
        cdef CriticalSection section
        cdef Sockets *steam = self.opened(section)
        cdef int result = steam.AcceptConnection(self.handle)
        if result != RESULT_OK:
            raise NetworkingError("accept", Result(result))
        self.accepted = True
        if self.listener is not None:
            if self.group_of is None and steam.SetConnectionPollGroup(
                self.handle, self.listener.group.handle
            ):
                self.group_of = self.listener.group
            self.listener.forget(self)

    def close(self, reason=APP_REASON, text="", *, linger=False):
        """Close it, or refuse to accept it; nothing if it is closed already.

        Also close connections that the other side has closed: only then does Steam forget them.
        Steamworks: ``CloseConnection``.

        :param reason: what the other side is told: 1000 to 1999 for ordinary reasons, 2000 to 2999
            for others (``ConnectionEnd``).
        :param text: the same for people, at most 127 bytes of UTF-8.
        :param linger: first send what waits to be sent reliably. Messages that were received and not
            taken are dropped in any case.
        :raises ValueError: ``text`` is longer. Nothing is closed then.
        :raises OverflowError: ``reason`` is out of range; likewise.
        """
        cdef CriticalSection section
        cdef bytes encoded = close_text_argument(text)
        cdef int number = close_reason_argument(reason)
        cdef bint wait = flag_argument("linger", linger)
        if not self.is_open:
            return
        cdef Sockets *steam = self.sockets.api(section)
        if self.is_open:
            self.shut(steam, number, encoded, wait)

    def reject(self, reason=APP_REASON, text=""):
        """As :meth:`close`, for a connection that was not accepted."""
        self.close(reason, text)

    def send(self, data, *, reliable=True, lane=0, no_nagle=False, no_delay=False):
        """Send a message; its number, which counts those to this connection.

        :param data: bytes, or anything with the buffer protocol, of 524,288 bytes at most.
        :param reliable: whether it is sent until it arrives, and in order. Others may be lost, come
            twice, or overtake each other.
        :param lane: which of the lanes of :meth:`configure_lanes`.
        :param no_nagle: don't wait a moment for more messages that would fit in the same packet.
        :param no_delay: drop it, with a SendError, if it can't be sent at once; for unreliable ones.
        :raises SendLimitError: too much waits to be sent to this connection.
        :raises NotConnectedError: it has ended. What is sent while it is being made waits.
        :raises MessageTooBigError: ``data`` is larger.
        :raises SendError: Steam refused it: ``FAIL`` where it has no memory.
        :raises MemoryError: steamgs has none, for a lane but the first.
        :raises ClosedHandleError: it was closed.
        :raises TypeError: ``data`` has no buffer.
        """
        return send_one(self, data, send_flags(reliable, no_nagle, no_delay), lane_argument(lane))

    def receive(self, max=DEFAULT_BATCH):
        """Take messages of this connection alone, oldest first; an empty batch if none has come.

        For a connection that is in a poll group, take them from the group instead. Steamworks:
        ``ReceiveMessagesOnConnection``.

        :param max: how many at most, 1 to 65536.
        :raises ClosedHandleError: it was closed.
        :raises RuntimeError: an asyncio task has iterated over the connection.
        """
        cdef CriticalSection section
        self.opened(section)
        if self.reader is not None:
            raise RuntimeError("an asyncio task reads the messages of this connection")
        return self.take(max)

    cdef Batch take(self, object most):
        cdef CriticalSection section
        cdef Batch batch = new_batch(self.sockets, most)
        cdef Sockets *steam = self.opened(section)
        batch.own(
            steam.ReceiveMessagesOnConnection(self.handle, batch.kept.data(), batch.room), self.sockets
        )
        return batch

    def flush(self):
        """Send now what waits for more to share a packet with (Nagle).

        Steamworks: ``FlushMessagesOnConnection``.

        :raises NotConnectedError: it is not connected.
        :raises ClosedHandleError: it was closed.
        """
        cdef CriticalSection section
        cdef int result = self.opened(section).FlushMessagesOnConnection(self.handle)
        if result != RESULT_OK and result != RESULT_IGNORED:
            raise send_error("flush", result)

    @property
    def user_data(self):
        """A number of the program's own, -2**63 to 2**63-1; -1 as long as none was set.

        Each message of the connection bears it. Steamworks: ``GetConnectionUserData``.

        :raises ClosedHandleError: it was closed.
        """
        cdef CriticalSection section
        return self.opened(section).GetConnectionUserData(self.handle)

    @user_data.setter
    def user_data(self, value):
        cdef CriticalSection section
        cdef int64_t number = signed_64_argument("user_data", value)
        if not self.opened(section).SetConnectionUserData(self.handle, number):
            raise NetworkingError("user_data")

    @property
    def name(self):
        """A name for logs, at most 127 bytes of UTF-8. Steamworks: ``GetConnectionName``.

        :raises ClosedHandleError: it was closed.
        """
        cdef CriticalSection section
        cdef char[128] text
        text[0] = 0
        if not self.opened(section).GetConnectionName(self.handle, text, sizeof(text)):
            raise NetworkingError("name")
        return text_from_steam(text, sizeof(text))

    @name.setter
    def name(self, value):
        cdef CriticalSection section
        cdef bytes text = text_argument("name", value, CONNECTION_NAME_LIMIT)
        self.opened(section).SetConnectionName(self.handle, <const char *>text)

    def info(self):
        """Who is on the other side, where, and how the connection is. Steamworks: ``GetConnectionInfo``.

        :raises ClosedHandleError: it was closed.
        """
        cdef CriticalSection section
        cdef ConnectionInfoStruct info
        if not self.opened(section).GetConnectionInfo(self.handle, &info):
            raise NetworkingError("info")
        return connection_info(&info)

    @property
    def identity(self):
        """Who is on the other side.

        :raises ClosedHandleError: it was closed.
        """
        cdef CriticalSection section
        cdef ConnectionInfoStruct info
        if not self.opened(section).GetConnectionInfo(self.handle, &info):
            raise NetworkingError("identity")
        return identity_from_steam(&info.m_identityRemote)

    @property
    def address(self):
        """Where the other side is; None if that is not known, or hidden by Steam's relays.

        :raises ClosedHandleError: it was closed.
        """
        return self.info().address

    def status(self, lanes=0):
        """How it does: ping, quality, rates, and what waits to be sent.

        Steamworks: ``GetConnectionRealTimeStatus``.

        :param lanes: of how many lanes to tell what waits, from the first; 0 to 255.
        :raises ClosedHandleError: it was closed.
        :raises NetworkingError: Steam does not tell; there may be fewer lanes.
        """
        cdef CriticalSection section
        cdef int count = <int>integer_argument("lanes", lanes, 0, MOST_LANES)
        cdef ConnectionStatusStruct status
        cdef vector[LaneStatusStruct] rows
        rows.resize(count)
        cdef int result = self.opened(section).GetConnectionRealTimeStatus(
            self.handle, &status, count, rows.data()
        )
        if result != RESULT_OK:
            raise NetworkingError("status", Result(result))
        return connection_status(&status, rows)

    def detailed_status(self):
        """A text of many lines about the connection, for people.

        Steamworks: ``GetDetailedConnectionStatus``.

        :raises ClosedHandleError: it was closed.
        """
        cdef CriticalSection section
        cdef Sockets *steam = self.opened(section)
        cdef int size = 4096
        cdef int needed
        cdef bytes text
        while True:
            text = PyBytes_FromStringAndSize(NULL, size)
            needed = steam.GetDetailedConnectionStatus(self.handle, PyBytes_AS_STRING(text), size)
            if needed < 0:
                raise NetworkingError("detailed_status")
            if needed <= size:
                return text_from_steam(PyBytes_AS_STRING(text), size)
            size = needed

    def configure_lanes(self, priorities, weights=None):
        """Divide it into lanes: messages of one lane are in order, and don't wait for the others.

        Steamworks: ``ConfigureConnectionLanes``.

        :param priorities: one number for each lane; lower ones are sent first.
        :param weights: how lanes of the same priority share what can be sent, 1 to 65535 each; None
            for equal shares.
        :raises ClosedHandleError: it was closed.
        :raises NetworkingError: Steam refused: fewer lanes than before, or too many.
        """
        cdef CriticalSection section
        cdef vector[int] order
        cdef vector[uint16_t] shares
        for value in priorities:
            order.push_back(<int>signed_argument("priorities", value))
        if not 1 <= <int>order.size() <= MOST_LANES:
            raise ValueError(f"priorities must be 1 to {MOST_LANES} numbers, not {order.size()}")
        for value in (1,) * order.size() if weights is None else weights:
            shares.push_back(<uint16_t>integer_argument("weights", value, 1, UINT16_MAX))
        if shares.size() != order.size():
            raise ValueError(f"weights must be {order.size()} numbers, not {shares.size()}")
        cdef int result = self.opened(section).ConfigureConnectionLanes(
            self.handle, <int>order.size(), order.data(), shares.data()
        )
        if result != RESULT_OK:
            raise NetworkingError("configure_lanes", Result(result))

    def remote_fake_ip(self):
        """The FakeIP of the other side. Steamworks: ``GetRemoteFakeIPForConnection``.

        :raises ClosedHandleError: it was closed.
        :raises NetworkingError: it has none.
        """
        cdef CriticalSection section
        cdef AddressStruct address
        cdef int result = self.opened(section).GetRemoteFakeIPForConnection(self.handle, &address)
        if result != RESULT_OK:
            raise NetworkingError("remote_fake_ip", Result(result))
        return address_from_steam(&address)

    def connected(self):
        """Wait until it is connected, in an asyncio task.

        :raises NotConnectedError: it was refused, or failed; the error says why.
        :raises ClosedHandleError: it was closed here.
        """
        cdef CriticalSection section
        cdef _StateChange change = _StateChange.__new__(_StateChange)
        self.opened(section)
        change.server = self.sockets.server
        change.connection = self
        change.is_open = True
        return change

    def ended(self):
        """Wait until it has ended, in an asyncio task; the state that it has ended in.

        ``NONE`` if it was closed here; otherwise it is still to be closed here.
        """
        cdef CriticalSection section
        cdef _Ending ending = _Ending.__new__(_Ending)
        if self.sockets is None:
            raise ClosedHandleError(f"connection {self.handle}")
        section.begin(<PyObject *>self.sockets.server)
        ending.server = self.sockets.server
        ending.connection = self
        ending.is_open = True
        return ending

    async def writable(self, limit=WRITABLE_BYTES):
        """Wait until no more than ``limit`` bytes wait to be sent, in an asyncio task.

        Steam does not tell, so it is asked a hundred times a second while more than that waits.

        :param limit: bytes that wait to be sent for the first time, reliable and unreliable ones.
        :raises ValueError: ``limit`` is below 0.
        :raises NotConnectedError: the connection has ended.
        :raises ClosedHandleError: it was closed here.
        """
        from asyncio import sleep
        cdef int64_t most = signed_64_argument("limit", limit)
        if most < 0:
            raise ValueError(f"limit must be 0 or more, not {most}")
        while self.pending() > most:
            await sleep(WRITABLE_SECONDS)

    cdef int64_t pending(self) except -1:
        cdef CriticalSection section
        cdef ConnectionStatusStruct status
        cdef int result = self.opened(section).GetConnectionRealTimeStatus(self.handle, &status, 0, NULL)
        if result != RESULT_OK:
            raise NetworkingError("status", Result(result))
        # Nothing waits where all is over, which the events may not have told yet.
        if read_enum(status.m_eState) in (STATE_CLOSED_BY_PEER, STATE_PROBLEM):
            raise NotConnectedError("writable", Result.NO_CONNECTION)
        return <int64_t>status.m_cbPendingReliable + status.m_cbPendingUnreliable

    async def __aenter__(self):
        """Accept it, if it came to a listener and waits, and wait until it is connected.

        If that fails, or the task is cancelled meanwhile, it is closed.
        """
        try:
            if self.listener is not None and self in self.listener.waiting:
                self.accept()
            await self.connected()
        except BaseException:
            self.close(EXCEPTION_REASON)
            raise
        return self

    async def __aexit__(self, kind, error, traceback):
        """Close it; what waits to be sent reliably is sent before, unless the block has raised."""
        if kind is None:
            self.close(linger=True)
        else:
            self.close(EXCEPTION_REASON)

    def __aiter__(self):
        """Its messages as they come, for ``async for`` in one task; until it is closed on either side.

        It leaves its poll group for that, and can't be put into another. What came before the other
        side has closed it still comes. While 1,024 messages or 2 MiB wait for the task, the rest
        stays with Steam, whose transport then slows the other side. What ticks have received before
        the loop had its turn comes on top: 16,384 messages or 16 MiB at most, of all connections
        together that tasks iterate over.
        """
        cdef CriticalSection section
        cdef _Reader reader = _Reader.__new__(_Reader)
        reader.messages = python_deque()
        self.opened(section)
        if self.reader is None:
            reader.server = self.sockets.server
            reader.connection = self
            reader.is_open = self.last_state not in (STATE_CLOSED_BY_PEER, STATE_PROBLEM)
            self.reader = reader
            route_to_reader(self.sockets, self)
        return self

    def __anext__(self):
        """The next message."""
        if self.reader is None:
            self.__aiter__()
        return self.reader

    def __repr__(self):
        return f"<Connection {self.handle}, {self.state.name if self.is_open else 'closed'}>"

    cdef int entered(self, int state) except -1:
        """Steam has told of a new state."""
        self.last_state = state
        if state == STATE_CLOSED_BY_PEER or state == STATE_PROBLEM:
            if self.listener is not None:
                self.listener.forget(self)
            if self.reader is not None:
                self.reader.end()
        return self.wake_waits()

    cdef int wake_waits(self) except -1:
        if self.waits is not None:
            for wait in PyDict_Keys(self.waits):
                (<_Mailbox>wait).wake()
        return 0

    cdef int shut(self, Sockets *steam, int reason, bytes text, bint linger) except -1:
        self.is_open = False
        steam.CloseConnection(self.handle, reason, <const char *>text, linger)
        self.last_state = 0
        self.group_of = None
        if self.listener is not None:
            self.listener.forget(self)
        self.sockets.drop(self)
        return self.tell_tasks()

    cdef int tell_tasks(self) except -1:
        """It was closed here."""
        if self.reader is not None:
            self.reader.end()
        return self.wake_waits()


cdef Connection unopened_connection(NetworkingSockets sockets):
    """Made before Steam is asked: that may start a collection, in which the server may close."""
    cdef Connection connection = Connection.__new__(Connection)
    connection.sockets = sockets
    return connection


cdef Connection opened_connection(Connection connection, uint32_t handle, Listener listener, str action):
    """Of what Steam has made, in the section in which it was asked; 0 if it has not."""
    cdef CriticalSection section
    cdef NetworkingSockets sockets = connection.sockets
    if handle == 0:
        raise NetworkingError(action)
    connection.handle = handle
    connection.listener = listener
    connection.last_state = STATE_CONNECTING
    connection.is_open = True
    if not sockets.table.get().add(handle, <PyObject *>connection):
        sockets.api(section).CloseConnection(handle, APP_REASON, NULL, False)
        raise MemoryError
    Py_INCREF(<PyObject *>connection)
    return connection


cdef Connection closed_connection(uint32_t handle):
    """Stands for one that was closed, in what has come of it before."""
    cdef Connection connection = Connection.__new__(Connection)
    connection.handle = handle
    return connection


cdef Connection connection_argument(NetworkingSockets sockets, object connection):
    if type(connection) is not Connection:
        raise TypeError(f"connection must be a Connection, not {type(connection).__name__}")
    if (<Connection>connection).sockets is not sockets and (<Connection>connection).is_open:
        raise ValueError(f"{connection!r} is of another server")
    return connection


cdef bytes close_text_argument(object text):
    return text_argument("text", text, CLOSE_TEXT_LIMIT)


cdef int close_reason_argument(object reason) except -1:
    return <int>integer_argument("reason", reason, APP_REASON, LAST_REASON)


refuse_creation(Connection, "listeners and sockets.connect_ip() and its like make connections")
