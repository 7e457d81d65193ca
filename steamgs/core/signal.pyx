# A signal: the callables that want one kind of event, in the order in which they asked.

# How many events may wait in a stream, unless told otherwise.
STREAM_LIMIT = 65536

# As inspect.CO_COROUTINE.
cdef int CO_COROUTINE = 0x80

@cython.final
cdef class _OnceHandler:

    def __call__(self, event):
        # Whoever removes it calls it: never twice, however deliveries nest.
        if self.signal.remove(self):
            return self.handler(event)


@cython.final
cdef class Signal:
    """Calls its handlers with each event of one kind, in the order in which they were connected.

    Handlers are held strongly and called with one positional argument, the event, in the thread
    that delivers. Connecting and disconnecting works from any thread and inside handlers: a
    delivery under way goes on with the handlers it began with, except those of :meth:`once`.
    """

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

    cdef int watch(self, object watcher) except -1:
        """Call the server's own ``watcher(event)`` before all handlers, for good.

        Only while the server is made, when nobody else has the signal.
        """
        self.replace(self.connected, self.connected + (watcher,))
        self.watchers += 1
        return 0

    cdef bint replace(self, tuple before, tuple after):
        """Put ``after`` in the place of ``before``; False if something else stands there by now.

        One step: nothing is allocated or freed between the look and the exchange, as finalizers and
        other threads would connect and disconnect there.
        """
        if self.connected is not before:
            return False
        self.connected = after
        self.shown_at[0] = <PyObject *>after
        return True

    def connect(self, handler, /):
        """Call ``handler(event)`` for every event from now on. Works as a decorator, too.

        :raises TypeError: ``handler`` is not callable.
        :raises ValueError: it is already connected.
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
        """Stop calling ``handler``.

        :raises ValueError: it is not connected.
        """
        if not self.remove(handler):
            raise ValueError(f"{handler!r} is not connected to {self.name}")

    def _discard(self, handler, /):
        """Like :meth:`disconnect`; harmless if it is not connected."""
        self.remove(handler)

    def wait(self, predicate=None, timeout=None):
        """Wait for the next event that ``predicate`` accepts, in an asyncio task.

        :param predicate: called with each event; None accepts any. Its exceptions are raised here.
        :param timeout: seconds; None waits without limit.
        :raises TimeoutError: no such event came in time.
        :raises NotRunningError: the server was closed meanwhile.
        """
        from steamgs.waiting import wait
        return wait((self,), predicate, timeout)

    def __aiter__(self):
        """All events from now on, in an asyncio task, until the server closes; see :meth:`stream`."""
        return self.stream()

    def stream(self, maxsize=STREAM_LIMIT):
        """All events from now on, for ``async for`` in one asyncio task, until the server closes.

        :param maxsize: how many events may wait for the task. When more arrive, the oldest are dropped; they
            are counted (``stream.dropped``, and ``stream_dropped`` in ``server.counters()``) and a
            warning is logged. None for no limit.
        """
        from steamgs.waiting import EventStream
        return EventStream((self,), maxsize)

    @property
    def handlers(self):
        """The connected handlers, in the order in which they were connected."""
        return tuple(
            (<_OnceHandler>entry).handler if type(entry) is _OnceHandler else entry
            for entry in self.connected[self.watchers:]
        )

    def __contains__(self, handler):
        return self.find(self.connected, handler) >= 0

    def __repr__(self):
        return f"<Signal {self.name}({self.event_type.__name__}) with {len(self.handlers)} handlers>"

    cdef int add(self, object handler, object entry) except -1:
        cdef tuple before
        cdef tuple after
        if not callable(handler):
            raise TypeError(f"handler must be callable, not {type(handler).__name__}")
        if is_coroutine_function(handler) and not self.server._runs_coroutines():
            raise TypeError(
                f"{handler!r} is a coroutine function, which a synchronous server does not run: "
                "connect a plain function, or use steamgs.asyncio.GameServer"
            )
        while True:
            before = self.connected
            if self.find(before, handler) >= 0:
                raise ValueError(f"{handler!r} is already connected to {self.name}")
            # Comparing handlers may run Python code, which may connect too: then look again.
            after = before + (entry,)
            if self.replace(before, after):
                return 0

    cdef bint remove(self, object handler) except -1:
        cdef tuple before
        cdef tuple after
        cdef Py_ssize_t position
        while True:
            before = self.connected
            position = self.find(before, handler)
            if position < 0:
                return False
            after = before[:position] + before[position + 1:]
            if self.replace(before, after):
                return True

    cdef Py_ssize_t find(self, tuple entries, object handler) except -2:
        # By equality, as bound methods are made anew at each look-up.
        cdef Py_ssize_t position
        for position in range(self.watchers, len(entries)):
            entry = entries[position]
            if entry is handler:
                return position
            if type(entry) is _OnceHandler:
                entry = (<_OnceHandler>entry).handler
            if entry == handler:
                return position
        return -1


cdef bint is_coroutine_function(object handler) except -1:
    """Whether calling it gives a coroutine, as far as can be told without calling it."""
    # Loaded only by whoever marks functions, or wraps them in partial(): it costs 10 ms.
    inspect = sys.modules.get("inspect")
    called = getattr(type(handler), "__call__", None)
    if inspect is not None:
        return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(called)
    return has_coroutine_code(handler) or has_coroutine_code(called)


cdef bint has_coroutine_code(object function) except -1:
    while True:
        if isinstance(function, partial):
            function = function.func
        elif isinstance(function, MethodType):
            function = function.__func__
        else:
            break
    code = getattr(function, "__code__", None)
    return isinstance(code, CodeType) and bool(code.co_flags & CO_COROUTINE)
