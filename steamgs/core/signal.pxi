# A signal: the callables that want one kind of event, in the order in which they asked.

@cython.final
cdef class _OnceHandler:
    cdef object handler
    cdef Signal signal

    def __call__(self, event):
        # Whoever removes it calls it: never twice, however deliveries nest.
        if self.signal.remove(self):
            return self.handler(event)


@cython.final
cdef class Signal:
    """Calls its handlers, in order of connection, with each event of one kind.

    Handlers are held strongly and called with one positional argument, the event, in the thread
    that delivers. Connecting and disconnecting works from any thread and inside handlers: a
    delivery under way goes on with the handlers it began with, except those of :meth:`once`.
    """

    cdef readonly str name
    cdef readonly type event_type
    cdef readonly object server
    cdef tuple connected
    cdef PyObject **shown_at  # the server's view of `connected`

    __class_getitem__ = classmethod(GenericAlias)

    def __cinit__(self, str name, type event_type, server):
        self.name = name
        self.event_type = event_type
        self.server = server
        self.shown_at = NULL
        self.connected = ()

    cdef void show_handlers_at(self, PyObject **place):
        self.shown_at = place
        place[0] = <PyObject *>self.connected

    cdef void set_connected(self, tuple handlers):
        # The old tuple goes last: that may run code of the handlers' owners.
        cdef tuple before = self.connected
        self.connected = handlers
        self.shown_at[0] = <PyObject *>handlers
        before = None

    def connect(self, handler, /):
        """Call ``handler(event)`` for every event to come. Returns ``handler``: a decorator.

        :raises TypeError: ``handler`` can't be called.
        :raises ValueError: it is connected already.
        """
        self.add(handler, handler)
        return handler

    def once(self, handler, /):
        """Like :meth:`connect`, for the next event only."""
        cdef _OnceHandler entry = _OnceHandler.__new__(_OnceHandler)
        entry.handler = handler
        entry.signal = self
        self.add(handler, entry)
        return handler

    def disconnect(self, handler, /):
        """Call ``handler`` no more.

        :raises ValueError: it is not connected.
        """
        if not self.remove(handler):
            raise ValueError(f"{handler!r} is not connected to {self.name}")

    def wait(self, predicate=None, timeout=None):
        """Await the next event that ``predicate`` accepts, in an asyncio task.

        :param predicate: called with each event; None accepts any. What it raises, this raises.
        :param timeout: seconds, None for ever.
        :raises TimeoutError: no such event came in time.
        :raises NotRunningError: the server was closed meanwhile.
        """
        from steamgs.asyncio.waiting import wait
        return wait((self,), predicate, timeout)

    def __aiter__(self):
        """All events from now on, in an asyncio task, until the server closes."""
        from steamgs.asyncio.waiting import EventStream
        return EventStream((self,))

    @property
    def handlers(self):
        """The connected handlers, in order of connection."""
        return tuple(
            (<_OnceHandler>entry).handler if type(entry) is _OnceHandler else entry
            for entry in self.connected
        )

    def __contains__(self, handler):
        return self.find(self.connected, handler) >= 0

    def __repr__(self):
        return f"<Signal {self.name}({self.event_type.__name__}) with {len(self.connected)} handlers>"

    cdef int add(self, object handler, object entry) except -1:
        cdef tuple before
        if not callable(handler):
            raise TypeError(f"handler must be callable, not {type(handler).__name__}")
        while True:
            before = self.connected
            if self.find(before, handler) >= 0:
                raise ValueError(f"{handler!r} is already connected to {self.name}")
            # Comparing handlers may run Python code, which may connect too: then look again.
            if self.connected is before:
                self.set_connected(before + (entry,))
                return 0

    cdef bint remove(self, object handler) except -1:
        cdef tuple before
        cdef Py_ssize_t position
        while True:
            before = self.connected
            position = self.find(before, handler)
            if position < 0:
                return False
            if self.connected is before:
                self.set_connected(before[:position] + before[position + 1:])
                return True

    cdef Py_ssize_t find(self, tuple entries, object handler) except -2:
        # By equality, as bound methods are made anew at each look-up.
        cdef Py_ssize_t position
        for position in range(len(entries)):
            entry = entries[position]
            if entry is handler:
                return position
            if type(entry) is _OnceHandler:
                entry = (<_OnceHandler>entry).handler
            if entry == handler:
                return position
        return -1
