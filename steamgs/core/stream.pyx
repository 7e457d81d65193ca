# `async for` over events: a delivery puts them into a buffer, and the task takes them out of it.

@cython.final
@cython.auto_pickle(False)
cdef class _EventBuffer(_Sink):
    """Events that came and were not read yet, and what the task awaits: the next of them.

    Signals hold it strongly, but not the stream: one that a loop has left by ``break`` is let go,
    and takes the buffer from the signals.
    """

    cdef object advance(self):
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        if self.wakeup is not None:
            raise RuntimeError("another task is reading this stream; give each task its own")
        if not self.events.empty():
            return self.pop() if self.longest_batch == 0 else self.batch()
        if not self.open:
            raise StopAsyncIteration
        self.begin()
        return WAITING

    cdef list batch(self):
        cdef Py_ssize_t count = min(<Py_ssize_t>self.events.size(), self.longest_batch)
        cdef list events = PyList_New(count)
        cdef Py_ssize_t position
        if count > <Py_ssize_t>self.events.size():
            return self.batch()  # a collection has let somebody else read
        for position in range(count):
            PyList_SET_ITEM(<PyObject *>events, position, self.events.front())
            self.events.pop_front()
        return events

    cdef Event pop(self):
        cdef PyObject *owned = self.events.front()
        self.events.pop_front()
        event = <Event>owned
        Py_DECREF(owned)
        return event

    cdef Event next_unread(self):
        """The next event if one has come, for whoever is no task; None otherwise."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        if self.wakeup is not None:
            raise RuntimeError("a task is reading this stream; give each reader its own")
        return None if self.events.empty() else self.pop()

    cdef int take(self, Event event) except -1:
        cdef CriticalSection section
        cdef bint sleeps
        section.begin(<PyObject *>self)
        if <Py_ssize_t>self.events.size() == self.limit_of_events:
            self.pop()
            self.note_dropped()
        self.events.push_back(<PyObject *>event)
        Py_INCREF(<PyObject *>event)
        sleeps = self.wakeup is not None and not self.queued
        self.woken = True
        section.end()
        return self.wake() if sleeps else 0

    cdef int note_dropped(self) except -1:
        self.dropped += 1
        self.server.stream_dropped.add_from_anywhere(1)
        if self.dropped & (self.dropped - 1) == 0:
            logger().warning(
                "a stream of %s is full with %d events; %d of the oldest have been dropped so far",
                ", ".join([source.name for source in self.sources[:3]]),
                self.events.size() + 1,
                self.dropped,
                extra={"reason": "stream_full", "count": self.dropped},
            )
        return 0

    cdef Py_ssize_t unread(self) noexcept:
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        return <Py_ssize_t>self.events.size()

    cdef int attach(self) except -1:
        cdef _Source source
        for source in self.sources:
            source.join(self, False)
        return 0

    cdef int detach(self) except -1:
        cdef _Source source
        for source in self.sources:
            source.remove(self)
        return 0

    cdef int end(self) except -1:
        self.open = False
        self.detach()
        return self.wake()

    cdef int closed(self) except -1:
        return self.end()

    cdef int orphaned(self) except -1:
        self.forget_task()  # a task of another loop may read on
        return 0

    cdef int abandon(self) except -1:
        self.open = False
        self.forget_task()
        return self.detach()

    def __dealloc__(self):
        while not self.events.empty():
            Py_DECREF(self.events.front())
            self.events.pop_front()


@cython.auto_pickle(False)
cdef class _EventIterator:

    def __len__(self):
        return self.buffer.unread()

    @property
    def maxsize(self):
        """How many events may wait; None if there is no limit."""
        return None if self.buffer.limit_of_events < 0 else self.buffer.limit_of_events

    @property
    def dropped(self):
        """How many events went unread because more than :attr:`maxsize` waited."""
        return self.buffer.dropped

    def __aiter__(self):
        return self

    def close(self):
        """Stop collecting events, from any thread; those already collected can still be read."""
        self.buffer.end()

    async def aclose(self):
        """The same, for :func:`contextlib.aclosing`."""
        self.buffer.end()

    def __del__(self):
        if self.buffer is not None:
            self.buffer.detach()


@cython.final
@cython.auto_pickle(False)
cdef class EventStream(_EventIterator):
    """Events as they come, for ``async for`` in one task; ends when the server closes.

    Collects events from its creation until it is closed or garbage. ``len(stream)`` is how many
    wait to be read. When there are more than ``maxsize``, the oldest are dropped and counted, and a
    warning is logged for the first of them and whenever their number has doubled.

    Made by ``signal.stream(maxsize)``, where ``maxsize`` is at least 1, or None for no limit.

    :raises TypeError: ``maxsize`` is neither an int nor None.
    :raises ValueError: ``maxsize`` is less than 1.
    """

    __class_getitem__ = classmethod(GenericAlias)

    def __cinit__(self, tuple signals not None, maxsize):
        self.buffer = new_buffer(signals, maxsize, 0)

    def take(self):
        """The next event if one has come, without waiting and without asyncio; None otherwise.

        :raises RuntimeError: a task is waiting for it. Each reader needs its own stream.
        """
        return self.buffer.next_unread()

    def __anext__(self):
        """The next event.

        :raises RuntimeError: another task is waiting for it. Each task needs its own stream.
        """
        return self.buffer


@cython.final
@cython.auto_pickle(False)
cdef class EventBatches(_EventIterator):
    """As :class:`EventStream`, in lists: each turn of the ``async for`` gets all that has come.

    Made by ``signal.batches(max)``, where ``max`` limits how many events a list may have.
    """

    __class_getitem__ = classmethod(GenericAlias)

    def __cinit__(self, tuple signals not None, maxsize, max):
        longest = size_argument("max", max)
        self.buffer = new_buffer(signals, maxsize, PY_SSIZE_T_MAX if longest < 0 else longest)

    def __anext__(self):
        """All events that have come, in a list; waits for the first.

        :raises RuntimeError: another task is waiting for it. Each task needs its own.
        """
        return self.buffer


cdef _EventBuffer new_buffer(tuple signals, object maxsize, Py_ssize_t longest_batch):
    cdef _EventBuffer buffer = _EventBuffer.__new__(_EventBuffer)
    if not signals or not all([isinstance(signal, _Source) for signal in signals]):
        raise TypeError("signals must be a tuple of signals")
    buffer.limit_of_events = size_argument("maxsize", maxsize)
    buffer.longest_batch = longest_batch
    buffer.sources = signals
    buffer.server = (<_Source>signals[0]).server
    buffer.open = True
    buffer.attach()
    if buffer.server._closed:
        buffer.end()
    return buffer


cdef Py_ssize_t size_argument(str name, object value) except -2:
    """At least 1; -1 for None."""
    if value is None:
        return -1
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be an int or None, not {type(value).__name__}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")
    return min(value, PY_SSIZE_T_MAX)


make_awaitable(_EventBuffer)
refuse_creation(_EventBuffer)
refuse_creation(_EventIterator)
