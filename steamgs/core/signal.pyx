# Signals: where programs say which callables want which events.

# How many events may wait in a stream, unless told otherwise.
STREAM_LIMIT = 65536

# A number where a kind of events would stand: all kinds.
cdef int ANY_KIND = -1


@cython.auto_pickle(False)
cdef class _Source:
    """What events come from: handlers are connected to it, and tasks wait for it.

    Handlers are held strongly and called with one positional argument, the event, in the thread
    that delivers. Connecting and disconnecting takes constant time, and works from any thread and
    inside handlers: a delivery under way goes on with the handlers it began with, except those of
    :meth:`once`.
    """

    __class_getitem__ = classmethod(GenericAlias)

    # In a critical section on the server, from the look at the handlers to what is done with them: they
    # may be forgotten with the last one, while another thread connects one.

    cdef _Handlers known(self):
        """The handlers, or None where there have never been any."""
        raise NotImplementedError

    cdef _Handlers needed(self):
        """The handlers, to add one."""
        return self.known()

    cdef int emptied(self) except -1:
        """The last handler was removed."""
        return 0

    def connect(self, handler, /):
        """Call ``handler(event)`` for every event from now on. Works as a decorator, too.

        :raises TypeError: ``handler`` is not callable.
        :raises ValueError: it is already connected.
        """
        self.add(handler, False)
        return handler

    def once(self, handler, /):
        """Like :meth:`connect`, for the next event only."""
        self.add(handler, True)
        return handler

    def disconnect(self, handler, /):
        """Stop calling ``handler``.

        :raises ValueError: it is not connected.
        """
        if not self.remove(handler):
            raise ValueError(f"{handler!r} is not connected to {self.name}")

    def wait(self, predicate=None, timeout=None):
        """Wait for the next event that ``predicate`` accepts, in an asyncio task.

        Of all events from when the task begins to wait. Asking a predicate takes time for each task
        that waits: for the events of one player, :meth:`Signal.of` asks nobody else.

        :param predicate: called with each event; None accepts any. Its exceptions are raised here.
        :param timeout: seconds; None waits without limit.
        :raises TimeoutError: no such event came in time.
        :raises NotRunningError: the server has been closed, and was not started again. One that has
            never been started is waited for.
        """
        return new_wait(self, predicate, timeout)

    def __aiter__(self):
        """All events from now on, in an asyncio task, until the server closes; see :meth:`stream`."""
        return self.stream()

    def stream(self, maxsize=STREAM_LIMIT):
        """All events from now on, for ``async for`` in one asyncio task, until the server closes.

        If it has been closed already, and not started again, the stream ends at once.

        :param maxsize: how many events may wait for the task. When more arrive, the oldest are dropped; they
            are counted (``stream.dropped``, and ``stream_dropped`` in ``server.counters()``) and a
            warning is logged. None for no limit.
        """
        return EventStream((self,), maxsize)

    def batches(self, max=None, maxsize=STREAM_LIMIT):
        """As :meth:`stream`, but each turn of the ``async for`` gets a list of all that has come.

        Costs less than half of :meth:`stream` for an event, where they come by the hundred.

        :param max: how many events a list may have, at least 1; None for no limit.
        :param maxsize: as of :meth:`stream`.
        """
        return EventBatches((self,), maxsize, max)

    @property
    def handlers(self):
        """The connected handlers, in the order in which they were connected."""
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        handlers = self.known()
        return () if handlers is None else handlers.public()

    def __contains__(self, handler):
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        handlers = self.known()
        return handlers is not None and handlers.has(handler)

    cdef int add(self, object handler, bint once) except -1:
        if not callable(handler):
            raise TypeError(f"handler must be callable, not {type(handler).__name__}")
        if is_coroutine_function(handler) and not self.server._runs_coroutines():
            raise TypeError(
                f"{handler!r} is a coroutine function, which a synchronous server does not run: "
                "connect a plain function, or use steamgs.asyncio.GameServer"
            )
        return self.join(handler, once)

    cdef int join(self, object handler, bint once) except -1:
        """Connect what may be connected."""
        cdef CriticalSection section
        entry = once_handler(self, handler) if once else _Mark.__new__(_Mark)
        section.begin(<PyObject *>self.server)
        handlers = self.needed()
        if not handlers.add(handler, entry):
            raise ValueError(f"{handler!r} is already connected to {self.name}")
        while self.known() is not handlers:
            # Comparing handlers may run Python code, and the last of the others was removed there.
            handlers = self.needed()
            handlers.add(handler, entry)
        return 0

    cdef bint remove(self, object handler) except -1:
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        handlers = self.known()
        if handlers is None or not handlers.remove(handler):
            return False
        if handlers.empty():
            self.emptied()
        return True

    cdef bint take(self, _OnceHandler once) except -1:
        """Remove what is about to be called; False if it is not there any more."""
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        handlers = self.known()
        if handlers is None or not handlers.take(once):
            return False
        if handlers.empty():
            self.emptied()
        return True


@cython.final
@cython.auto_pickle(False)
cdef class Signal(_Source):
    """Calls its handlers with each event of one kind, in the order in which they were connected."""

    def __cinit__(self, str name, type event_type, server, uint16_t number):
        self.name = name
        self.event_type = event_type
        self.server = server
        self.number = number
        self.all_handlers = _Handlers.__new__(_Handlers)

    cdef _Handlers known(self):
        return self.all_handlers

    cdef int watch(self, object watcher) except -1:
        """Call the server's own ``watcher(event)`` before all handlers; nobody if it is None."""
        cdef CriticalSection section
        cdef _Handlers handlers = self.all_handlers
        section.begin(<PyObject *>handlers)
        handlers.watcher = watcher
        handlers.changed()
        return 0

    def of(self, steam_id, /):
        """The events of one player: connect handlers to it, await it, iterate over it.

        However many players others wait for, an event finds its own in constant time. Handlers of
        the signal itself are called first. What is connected stays connected when the server
        closes, as with the signal itself.

        :param steam_id: the player, 1 to 2**64-1.
        :raises TypeError: no player is named by events of this signal.
        """
        return player_signal(self, steam_id)

    def __repr__(self):
        return f"<Signal {self.name}({self.event_type.__name__}) with {len(self.handlers)} handlers>"


@cython.final
@cython.auto_pickle(False)
cdef class PlayerSignal(_Source):
    """The events of one player: of one kind, as ``server.client_kick.of(steam_id)``, or all.

    It has everything that a :class:`Signal` has. Where nothing is connected, it costs nothing.
    """

    @property
    def name(self):
        """The signal's name with the player's: ``client_kick.of(76561197960287930)``."""
        if self.number == ANY_KIND:
            return f"player({self.steam_id})"
        return f"{(<GameServerCore>self.server).all_signals[self.number].name}.of({self.steam_id})"

    cdef _Handlers known(self):
        return (<GameServerCore>self.server).players.routes_of(self.steam_id, self.number, False)

    cdef _Handlers needed(self):
        return (<GameServerCore>self.server).players.routes_of(self.steam_id, self.number, True)

    cdef int emptied(self) except -1:
        return (<GameServerCore>self.server).players.drop_routes(self.steam_id, self.number)

    cdef int join(self, object handler, bint once) except -1:
        cdef _Players players = (<GameServerCore>self.server).players
        if isinstance(handler, _Sink) and players.connect_alone(self.steam_id, self.number, handler):
            return 0
        return _Source.join(self, handler, once)

    cdef bint remove(self, object handler) except -1:
        cdef _Players players = (<GameServerCore>self.server).players
        if players.disconnect_alone(self.steam_id, self.number, handler):
            return True
        return _Source.remove(self, handler)

    def __eq__(self, other):
        if type(other) is not PlayerSignal:
            return NotImplemented
        cdef PlayerSignal another = other
        return (
            self.server is another.server
            and self.steam_id == another.steam_id
            and self.number == another.number
        )

    def __hash__(self):
        return hash((id(self.server), self.steam_id, self.number))

    def __repr__(self):
        return f"<PlayerSignal {self.name} with {len(self.handlers)} handlers>"


cdef PlayerSignal player_signal(Signal signal, object steam_id):
    if kPlayerOffsets[signal.number] < 0:
        raise TypeError(f"events of {signal.name} name no player")
    return new_player_signal(signal.server, signal.number, steam_id)


cdef PlayerSignal new_player_signal(object server, int number, object steam_id):
    cdef PlayerSignal signal = PlayerSignal.__new__(PlayerSignal)
    signal.steam_id = integer_argument("steam_id", steam_id, 1, UINT64_MAX)
    signal.server = server
    signal.number = number
    return signal


refuse_creation(PlayerSignal, "server.player() and the signals' of() make them")
