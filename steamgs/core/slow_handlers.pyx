# Handlers that take too long, named in the log. Where nobody wants that, nothing stands between the
# dispatch loop and a handler; otherwise it calls these in their place.

cdef double SECONDS_BETWEEN_SLOW_REPORTS = 1.0


@cython.final
@cython.auto_pickle(False)
@cython.no_gc_clear  # `server` is never None
cdef class _SlowWatch:
    """How long handlers of a server may take."""

    def __cinit__(self, GameServerCore server not None, double limit):
        self.server = server
        self.limit = limit


@cython.final
@cython.auto_pickle(False)
cdef class _WatchedHandler:
    """Calls a handler, and reports if that took too long."""

    def __call__(self, event):
        cdef double began = monotonic()
        try:
            return self.handler(event)
        finally:
            self.finished(event, monotonic() - began)

    cdef int finished(self, object event, double seconds) except -1:
        cdef double now
        if seconds <= self.watch.limit:
            return 0
        self.watch.server.slow_handlers.add_from_anywhere(1)
        now = monotonic()
        if now - self.told >= SECONDS_BETWEEN_SLOW_REPORTS:
            self.told = now
            logger().warning(
                "%r took %.3f s for a %s", plain_handler(self.handler), seconds, type(event).__name__,
                extra={"reason": "slow_handler", "seconds": seconds},
            )
        return 0


cdef object watched(_SlowWatch watch, object callee):
    """What to call in the place of this: streams and the like take no time of their own."""
    cdef _WatchedHandler handler
    if watch is None or isinstance(callee, _Sink):
        return callee
    handler = _WatchedHandler.__new__(_WatchedHandler)
    handler.handler = callee
    handler.watch = watch
    handler.told = -SECONDS_BETWEEN_SLOW_REPORTS
    return handler


cdef object plain_handler(object callee):
    """The handler as it was connected."""
    if type(callee) is _WatchedHandler:
        callee = (<_WatchedHandler>callee).handler
    return (<_OnceHandler>callee).handler if type(callee) is _OnceHandler else callee


cdef _SlowWatch slow_watch_of(GameServerCore server):
    cdef CriticalSection section
    section.begin(<PyObject *>server)
    return server.slow_watch


cdef int set_slow_watch(GameServerCore server, object seconds) except -1:
    cdef CriticalSection section
    cdef _SlowWatch watch = None
    if seconds is not None:
        watch = _SlowWatch.__new__(_SlowWatch, server, slow_argument(seconds))
    section.begin(<PyObject *>server)
    server.slow_watch = watch
    for signal in server.all_signals:
        (<Signal>signal).all_handlers.watch_slow(watch)
    server.players.watch_slow(watch)
    return 0


cdef double slow_argument(object value) except -1:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(
            f"slow_handler_seconds must be a number of seconds or None, not {type(value).__name__}"
        )
    if not 0.0 < value <= 3600.0:
        raise ValueError(
            f"slow_handler_seconds must be more than 0 and at most 3600 seconds, not {shown(value)}"
        )
    return value
