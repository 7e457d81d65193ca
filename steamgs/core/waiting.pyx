# Waiting for events in asyncio tasks: what `Signal.wait` and `async for` stand on.
#
# It works with any server whose events are delivered while a loop runs, be it in another thread.

@cython.auto_pickle(False)
cdef class _Sink(_Awaiter):
    """Connected to signals as a handler is, for a task."""

    cdef int take(self, Event event) except -1:
        """An event came. What this raises is an error of a handler."""
        raise NotImplementedError

    cdef int closed(self) except -1:
        """The server was closed."""
        raise NotImplementedError

    cdef int abandon(self) except -1:
        """In a forked child: whoever waits does so in the parent."""
        self.forget_task()
        self.end_limit()
        return self.detach()

    cdef Py_ssize_t unread(self) noexcept:
        """How many events wait in it."""
        return 0

    cdef GameServerCore owner(self):
        return self.server

    def __call__(self, event, /):
        """As a handler: what a delivery does without a call."""
        self.take(event)

    cdef int detach(self) except -1:
        """Disconnect it."""
        raise NotImplementedError


@cython.final
@cython.auto_pickle(False)
cdef class _Wait(_Sink):
    """The next event that a predicate accepts; see ``Signal.wait``."""

    cdef object advance(self):
        if not self.begun:
            self.begin()
            return self.listen()
        if not self.has_ended():
            if self.wakeup is not None:
                raise RuntimeError("another task is awaiting this; give each task its own")
            return WAITING
        self.stop()
        if self.error is not None:
            raise self.error
        return self.event

    cdef bint has_ended(self) noexcept:
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        return self.event is not None or self.error is not None

    cdef bint end(self, event, error) noexcept:
        """By an event or an error; False if it has ended before."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        if self.event is not None or self.error is not None:
            return False
        self.event = event
        self.error = error
        return True

    cdef object listen(self):
        cdef double seconds = timeout_argument(self.timeout)
        try:
            self.source.join(self, False)
            # Either this is seen, or whoever closes the server has seen who has joined.
            if self.server._closed:
                raise was_closed()
            self.limit(seconds)
        except BaseException:
            self.stop()
            raise
        return WAITING

    cdef int stop(self) except -1:
        self.end_limit()
        if not self.has_ended():
            # No event comes any more: whoever awaits it again would do so for ever.
            self.end(None, RuntimeError("this wait was cancelled; make a new one"))
        return self.detach()

    cdef int detach(self) except -1:
        self.source.remove(self)
        return 0

    cdef int take(self, Event event) except -1:
        if self.has_ended():
            return 0
        try:
            wanted = self.predicate is None or self.predicate(event)
        except Exception as error:
            return self.fail(error)
        return self.wake() if wanted and self.end(event, None) else 0

    cdef int fail(self, error) except -1:
        return self.wake() if self.end(None, error) else 0

    cdef int expire(self) except -1:
        return self.fail(TimeoutError())

    cdef int orphaned(self) except -1:
        return self.abandon()

    cdef int closed(self) except -1:
        self.fail(was_closed())
        self.deadline.cancel()
        return self.detach()  # at once, as its task may never go on


cdef object was_closed():
    return NotRunningError("the game server was closed")


cdef _Wait new_wait(_Source source, object predicate, object timeout):
    cdef _Wait wait = _Wait.__new__(_Wait)
    wait.source = source
    wait.server = source.server
    wait.predicate = predicate
    wait.timeout = timeout
    return wait


cdef list sinks_of(GameServerCore server):
    """All tasks that wait for events."""
    cdef dict sinks = {}
    for signal in server.all_signals:
        (<Signal>signal).all_handlers.add_sinks(sinks)
    server.players.add_sinks(sinks)
    return list(sinks)


def _tell_sink_closed(sink):
    (<_Sink>sink).closed()


cdef object close_sinks(GameServerCore server):
    """Tell all who wait for events that none will come. Returns an interruption, or None."""
    interruption = None
    for sink in sinks_of(server):
        interruption = first_of(interruption, persist(_tell_sink_closed, sink))
    return interruption


cdef int abandon_sinks(GameServerCore server) except -1:
    cdef _Sink sink
    for sink in sinks_of(server):
        sink.abandon()
    return 0


make_awaitable(_Wait)
refuse_creation(_Sink)
refuse_creation(_Wait)
