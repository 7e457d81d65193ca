# The native pump: a thread that ticks Steam without the GIL, and tells Python of events.

# A pump faster than this would spin; one slower than that would make Steam think the server is gone.
cdef double SHORTEST_INTERVAL = 0.0001
cdef double LONGEST_INTERVAL = 60.0
# How long a wait goes without a look at signals such as Ctrl-C.
cdef double WAIT_SLICE = 0.1


cdef double interval_argument(object value) except -1:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"interval must be a number of seconds, not {type(value).__name__}")
    cdef object number = plain_number(value)
    if not SHORTEST_INTERVAL <= number <= LONGEST_INTERVAL:
        raise ValueError(
            f"interval must be from {SHORTEST_INTERVAL} to {LONGEST_INTERVAL:g} seconds, "
            f"not {shown(number)}"
        )
    return number


cdef double timeout_argument(object value) except? -1:
    cdef int too_long = 0
    cdef long long whole
    if value is None:
        return float("inf")
    if PyLong_CheckExact(value):
        whole = PyLong_AsLongLongAndOverflow(value, &too_long)
        if too_long == 0:
            return <double>whole
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"timeout must be a number of seconds or None, not {type(value).__name__}")
    cdef object number = plain_number(value)
    if number != number:
        raise ValueError("timeout must be a number of seconds or None, not nan")
    # A number too large for a double is as good as no limit, or as none left.
    return float(max(min(number, FLT_MAX), FLT_LOWEST))


cdef void call_on_events(void *context) noexcept with gil:
    # A reference of its own: what it calls may close the server and let it go.
    server = <GameServerCore>context
    handler = on_events_of(server)
    if handler is not None:
        handler()


cdef object on_events_of(GameServerCore server):
    cdef CriticalSection section
    section.begin(<PyObject *>server)
    return server.on_events


cdef void warn_of_waiting(void *context) noexcept with gil:
    server = <GameServerCore>context  # of its own, likewise
    log_how_many_wait(server)


cdef class PumpMethods(GameServerCore):
    """The pump, a thread that ticks Steam if the program's own loop does not."""

    def start_pump(
        self, interval: float = 0.01, *, on_events: Callable[[], object] | None = None
    ) -> None:
        """Let a native thread tick Steam; :meth:`run_callbacks` then only delivers.

        The thread never waits for Python, so its rate, and native listeners, don't depend on how
        busy Python is. Events are delivered where :meth:`run_callbacks`, :meth:`poll` or
        :meth:`run_forever` is called, never on the thread. Starting a running pump changes it. It
        stops when the server closes. May be called from any thread, and in ``on_events``.

        :param interval: seconds between ticks, 0.0001 to 60.
        :param on_events: called on a thread of its own when events have come, once until they are
            taken: a place to wake whoever delivers. What it raises goes to
            ``sys.unraisablehook``.
        :raises NotRunningError: the server is not running.
        """
        cdef double seconds = interval_argument(interval)
        cdef PumpConsumer consumer
        cdef bint started
        if on_events is not None:
            if not callable(on_events):
                raise TypeError(
                    f"on_events must be callable or None, not {type(on_events).__name__}"
                )
            consumer.notify = call_on_events
        consumer.warn = warn_of_waiting
        consumer.context = <void *>self
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        self.require_running()
        self.on_events = on_events
        if self.wake_up is not None:
            consumer.wake_up = self.wake_up.native
        section.end()
        self.without_gil.add_from_anywhere(1)
        with nogil:
            started = pump().start(&self.native, seconds, consumer)
        self.without_gil.add_from_anywhere(-1)
        if not started:
            raise NotRunningError("the game server was closed")

    def _set_wake_up(self, wake_up: WakeUp | None) -> None:
        """What the pump signals from its next start on, until the server closes."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        self.wake_up = wake_up

    def stop_pump(self) -> None:
        """Stop the pump, if it is running; the next tick delivers the events that it has fetched."""
        self.without_gil.add_from_anywhere(1)
        with nogil:
            pump().stop(&self.native)
        self.without_gil.add_from_anywhere(-1)

    @property
    def pump_interval(self) -> float | None:
        """Seconds between the pump's ticks; can be set while it runs. None while it does not."""
        cdef double seconds = self.native.pump_interval()
        return seconds if seconds != 0.0 else None

    @pump_interval.setter
    def pump_interval(self, interval: float) -> None:
        cdef double seconds = interval_argument(interval)
        if not self.native.pumped():
            raise SteamError("the pump is not running: call start_pump() first")
        with nogil:
            pump().set_interval(&self.native, seconds)

    def wait_for_events(self, timeout: float | None = None) -> bool:
        """Sleep without the GIL until the pump has events; return whether it has.

        :param timeout: seconds; None waits as long as the pump is running.
        :raises SteamError: the pump is not running.
        """
        cdef double left = timeout_argument(timeout)
        cdef double piece
        cdef bint ready = False
        if not self.native.pumped():
            raise SteamError("the pump is not running: call start_pump() first")
        while True:
            piece = min(max(left, 0.0), WAIT_SLICE)
            ready = sleep_until_events(self, piece)
            PyErr_CheckSignals()
            left -= piece
            if ready or left <= 0.0 or not self.native.pumped():
                return ready


cdef bint sleep_until_events(GameServerCore server, double seconds) except -1:
    """Whether there are some before the time is up, or the pump stops."""
    cdef bint ready
    server.without_gil.add_from_anywhere(1)
    with nogil:
        ready = pump().wait(&server.native, seconds)
    server.without_gil.add_from_anywhere(-1)
    return ready
