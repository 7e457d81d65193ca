# Where connections come in.

@cython.final
@cython.no_gc_clear  # `sockets` is never None
@cython.auto_pickle(False)
cdef class Listener:
    """Takes connections that others make; of ``sockets.listen_ip()`` and its like.

    A connection that comes in waits until it is accepted or closed: :meth:`incoming` gives the new ones,
    and the signal ``connection_status_changed`` tells of them. Those that were accepted are in
    :attr:`group`, so :meth:`receive` gets the messages of all of them.

    :ivar handle: Steam's number of it.
    :ivar group: the poll group that accepted connections are put into.
    """

    cdef Sockets *opened(self, CriticalSection &section) except NULL:
        if self.is_open:
            section.begin(<PyObject *>self.sockets.server)
        if not self.is_open:
            raise ClosedHandleError(f"listener {self.handle}")
        return self.sockets.api(section)

    @property
    def closed(self):
        """Whether it was closed."""
        return not self.is_open

    @property
    def address(self):
        """Where it listens; None if it has no address. Steamworks: ``GetListenSocketAddress``.

        :raises ClosedHandleError: it was closed.
        """
        cdef CriticalSection section
        cdef AddressStruct address
        if not self.opened(section).GetListenSocketAddress(self.handle, &address):
            return None
        return address_from_steam(&address)

    @property
    def waiting_connections(self):
        """The connections that have come in and were neither accepted nor closed, oldest first."""
        cdef CriticalSection section
        section.begin(<PyObject *>self.sockets.server)
        return tuple(PyDict_Keys(self.waiting))

    @property
    def refused(self):
        """How many connections were closed at once because ``backlog`` of them were waiting."""
        return self.turned_away

    def incoming(self):
        """The connections that have come in since the last time: accept or close each of them.

        They arrive with the events, in ``run_callbacks()``.

        :raises ClosedHandleError: it was closed.
        """
        cdef CriticalSection section
        cdef Connection connection
        cdef list empty = []  # before the look: its making may start a collection, which looks too
        section.begin(<PyObject *>self.sockets.server)
        self.opened(section)
        fresh, self.fresh = self.fresh, empty
        return [connection for connection in fresh if self.still_waits(connection)]

    def receive(self, max=DEFAULT_BATCH):
        """Messages of its connections, as :meth:`PollGroup.receive` has them.

        :raises ClosedHandleError: it was closed.
        """
        cdef CriticalSection section
        self.opened(section)
        return self.group.receive(max)

    def admit(self, connection, *, ticket, timeout=10.0, reason=APP_REASON):
        """Let a player in whom Steam vouches for: ``async with listener.admit(...) as player``.

        It ties three things together: who the connection's identity says it is, a session as
        ``server.authenticate()`` begins it with the player's ticket, and the connection. The block
        runs when Steam has said OK and the connection is connected; if it still waits at the
        listener, it is accepted then. Who is refused, or taken out later because Steam has changed
        its mind, gets the connection closed with the reason as its text. If the connection ends, so
        does the session. In the end both are closed, and what waits to be sent reliably is sent
        before, unless the block has raised.

        It needs a :class:`steamgs.asyncio.GameServer`.

        :param connection: one that has come to this listener.
        :param ticket: the player's, as bytes or a :class:`Message`: many games send it as the first
            message.
        :param timeout: seconds to wait for Steam's verdict; None waits without limit.
        :param reason: what the other side is told when Steam does not want the player, 1000 to 2999.
        :raises AuthSessionError: the ticket is refused, or the identity is no Steam id.
        :raises NotConnectedError: the connection has ended meanwhile.
        :raises ClosedHandleError: it was closed before.
        :raises ValueError: it has come to another listener, or was made here.
        :raises TypeError: the server is not asyncio's.

        What else ``server.authenticate()`` raises is raised here too, and closes the connection.
        """
        from steamgs.admission import Admission
        cdef int number = close_reason_argument(reason)
        cdef Connection one = connection_argument(self.sockets, connection)
        if one.is_open and one.listener is not self:
            raise ValueError(f"{connection!r} has not come to {self!r}")
        return Admission(self.sockets.server, self, one, ticket, timeout, number)

    def close(self, reason=APP_REASON, text=""):
        """Close its connections, then the listener; nothing if it is closed already.

        :param reason: what the others are told, 1000 to 2999 (``ConnectionEnd``).
        :param text: the same for people, at most 127 bytes of UTF-8.
        :raises ValueError: ``text`` is longer. Nothing is closed then.
        :raises OverflowError: ``reason`` is out of range; likewise.
        """
        cdef CriticalSection section
        cdef bytes encoded = close_text_argument(text)
        cdef int number = close_reason_argument(reason)
        if not self.is_open:
            return
        self.sockets.api(section)
        for connection in self.sockets.connections:
            # A close wakes tasks, whose loop may run anything.
            if (<Connection>connection).listener is self and (<Connection>connection).is_open:
                (<Connection>connection).shut(self.sockets.api(section), number, encoded, False)
        if not self.is_open:
            return
        cdef Sockets *steam = self.sockets.api(section)
        self.is_open = False
        steam.CloseListenSocket(self.handle)
        self.waiting.clear()
        self.fresh.clear()
        self.sockets.listeners.pop(self.handle, None)
        self.group.close()
        if self.arrivals is not None:
            self.arrivals.end()

    def __aiter__(self):
        """The connections that come in, for ``async for`` in one task; until the listener is closed.

        Accept or close each of them: ``async with connection`` does both.
        """
        cdef CriticalSection section
        cdef _Arrivals arrivals = _Arrivals.__new__(_Arrivals)
        self.opened(section)
        if self.arrivals is None:
            arrivals.server = self.sockets.server
            arrivals.listener = self
            arrivals.is_open = True
            self.arrivals = arrivals
        return self

    def __anext__(self):
        """The next connection."""
        if self.arrivals is None:
            self.__aiter__()
        return self.arrivals

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def __repr__(self):
        return f"<Listener {self.handle} ({self.kind}){'' if self.is_open else ', closed'}>"

    cdef int arrived(self, Connection connection) except -1:
        """Somebody wants in."""
        if <Py_ssize_t>len(self.waiting) >= self.limit:
            return self.refuse(connection)
        self.waiting[connection] = None
        self.fresh.append(connection)
        if self.arrivals is not None:
            self.arrivals.wake()
        if <Py_ssize_t>len(self.fresh) > 2 * self.limit:
            # Nobody asks for them; most were accepted elsewhere.
            fresh, self.fresh = self.fresh, []
            self.fresh = [one for one in fresh if self.still_waits(one)]
        return 0

    cdef bint still_waits(self, Connection connection) except -1:
        """Whether it wants in. One that has left before anybody was told is closed: nobody else will."""
        cdef CriticalSection section
        if connection in self.waiting:
            return True
        if connection.is_open and not connection.accepted:
            connection.shut(self.sockets.api(section), APP_REASON, b"", False)
        return False

    cdef int refuse(self, Connection connection) except -1:
        cdef CriticalSection section
        self.turned_away += 1
        connection.shut(self.sockets.api(section), APP_REASON, b"too many connections wait to be accepted", False)
        if self.turned_away & (self.turned_away - 1) == 0:
            logger().warning(
                "%r: %d connections wait to be accepted; %d more were closed so far",
                self, self.limit, self.turned_away,
            )
        return 0

    cdef int forget(self, Connection connection) except -1:
        """It was accepted, or is gone."""
        self.waiting.pop(connection, None)
        return 0


cdef Listener unopened_listener(NetworkingSockets sockets, str kind, Py_ssize_t limit):
    """For :func:`opened_listener`; made before Steam is asked, as a connection is."""
    cdef Listener listener = Listener.__new__(Listener)
    listener.sockets = sockets
    listener.kind = kind
    listener.limit = limit
    listener.waiting = {}
    listener.fresh = []
    listener.group = PollGroup.__new__(PollGroup)
    listener.group.sockets = sockets
    return listener


cdef Listener opened_listener(Listener listener, uint32_t handle):
    """Of what Steam has opened, in the section in which it was asked; 0 if it has not."""
    cdef CriticalSection section
    cdef NetworkingSockets sockets = listener.sockets
    if handle == 0:
        raise NetworkingError(f"listen_{listener.kind}")
    try:
        opened_group(listener.group)
    except BaseException:
        sockets.api(section).CloseListenSocket(handle)
        raise
    listener.handle = handle
    listener.is_open = True
    sockets.listeners[handle] = listener
    return listener


cdef Py_ssize_t backlog_argument(object backlog) except -1:
    return <Py_ssize_t>integer_argument("backlog", backlog, 1, INT32_MAX)


refuse_creation(Listener, "sockets.listen_ip() and its like make listeners")
