# Handlers of one kind of event: callables in the order in which they were connected.
#
# A delivery goes on with the tuple that it began with. That tuple is made when an event comes after a
# change, not at each change: to connect and to disconnect take constant time, however many there are.

# As inspect.CO_COROUTINE.
cdef int CO_COROUTINE = 0x80


@cython.final
cdef class _OnceHandler:

    def __call__(self, event):
        # Whoever removes it calls it: never twice, however deliveries nest.
        if self.source.take(self):
            return self.handler(event)


cdef _OnceHandler once_handler(_Source source, object handler):
    cdef _OnceHandler once = _OnceHandler.__new__(_OnceHandler)
    once.handler = handler
    once.source = source
    return once


@cython.final
cdef class _Unhashable:
    """Stands for a handler in a dict that can't be there itself."""

    cdef object handler

    def __hash__(self):
        return hash(type(self.handler))

    def __eq__(self, other):
        return type(other) is _Unhashable and self.handler == (<_Unhashable>other).handler


cdef object key_of(object handler):
    """By equality, as bound methods are made anew at each look-up."""
    cdef _Unhashable key
    try:
        hash(handler)
    except TypeError:
        key = _Unhashable.__new__(_Unhashable)
        key.handler = handler
        return key
    return handler


@cython.final
cdef class _Handlers:

    def __cinit__(self):
        self.entries = {}
        self.called = ()
        self.kind = NULL

    cdef bint add(self, object handler, object entry) except -1:
        """Under an entry of its own: a mark, or what is called instead. False if it is there already."""
        # Comparing handlers may run Python code, which may connect too: one look-up settles it.
        if self.entries.setdefault(key_of(handler), entry) is not entry:
            return False
        return self.changed()

    cdef bint remove(self, object handler) except -1:
        """False if it is not there."""
        if self.entries.pop(key_of(handler), None) is None:
            return False
        return self.changed()

    cdef bint take(self, _OnceHandler once) except -1:
        """Remove this very entry; False if it is not there any more."""
        key = key_of(once.handler)
        entry = self.entries.pop(key, None)
        if entry is once:
            return self.changed()
        if entry is not None:
            self.entries.setdefault(key, entry)  # connected anew meanwhile
            self.changed()
        return False

    cdef bint has(self, object handler) except -1:
        return key_of(handler) in self.entries

    cdef bint empty(self) noexcept:
        return not self.entries

    cdef tuple public(self):
        """The handlers as they were connected, without those that are streams and the like."""
        return tuple([
            (<_Unhashable>key).handler if type(key) is _Unhashable else key
            for key in PyDict_Keys(self.entries)
            if not isinstance(key, _Sink)
        ])

    cdef int add_sinks(self, dict sinks) except -1:
        for key in PyDict_Keys(self.entries):
            if isinstance(key, _Sink):
                sinks[key] = None
        return 0

    cdef tuple current(self):
        """What to call for the next event. For whoever delivers."""
        cdef CriticalSection section
        cdef uint64_t changes
        cdef list entries
        section.begin(<PyObject *>self)
        while self.stale:
            # A collection that starts in here may run a finalizer that disconnects.
            changes = self.changes
            entries = [] if self.watcher is None else [self.watcher]
            for key, entry in PyDict_Items(self.entries):
                if type(entry) is not _OnceHandler:
                    entry = (<_Unhashable>key).handler if type(key) is _Unhashable else key
                entries.append(watched(self.slow_watch, entry))
            called = tuple(entries)
            if changes == self.changes:
                before = self.called  # let go last: that may run Python code
                self.stale = False
                self.called = called
        return self.called

    cdef int show(self) except -1:
        """Let the dispatch loop see the current ones. For whoever delivers."""
        cdef CriticalSection section
        # What was shown before is let go last: that may run Python code.
        before = self.called
        current = self.current()
        section.begin(<PyObject *>self)
        self.kind.handlers = <PyObject *>current
        if not self.stale:
            self.kind.special.remove(STALE)
        return 0

    cdef int watch_slow(self, _SlowWatch watch) except -1:
        """Have handlers that take too long reported, or no more if it is None."""
        self.slow_watch = watch
        self.changed()
        return 0

    cdef bint changed(self) noexcept:
        """True."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        self.changes += 1
        self.stale = True
        if self.kind != NULL:
            self.kind.special.put(STALE)
        return True


@cython.final
@cython.freelist(64)
cdef class _Mark:
    """Of a handler that stays connected."""


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
