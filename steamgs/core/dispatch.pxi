# From Steam's dispatcher to Python's callables: tick without the GIL, then deliver what came.

cdef class GameServerCore(Signals):
    """Starts, ticks and stops Steam's game server. ``steamgs.GameServer`` builds upon it."""

    cdef NativeGameServer native
    cdef Pump *pump
    # NULL unless running. Read and written with the GIL only: a call that holds it can't lose it.
    cdef ISteamGameServer *steam
    cdef bint delivering
    cdef int without_gil  # threads that tick or wait, and will ask for the GIL again
    cdef dict futures
    cdef object error_handler
    cdef object result_handler  # takes what handlers return, such as coroutines
    cdef uint64_t handler_errors
    cdef uint64_t undelivered
    cdef uint64_t warnings
    cdef uint64_t batches
    cdef uint64_t longest_batch
    cdef list polled  # what poll() collects; None while nobody polls

    def __cinit__(self):
        self.steam = NULL
        self.futures = {}
        self.pump = new Pump(&self.native)

    def __dealloc__(self):
        cdef int kind
        with nogil:
            del self.pump
        for kind in range(EVENT_KINDS):
            Py_XDECREF(self.kinds[kind].last)

    cdef ISteamGameServer *api(self) except NULL:
        if self.steam == NULL:
            raise NotRunningError("the game server is not running: call start() first")
        return self.steam

    cdef ISteamGameServer *logged_on_api(self) except NULL:
        cdef ISteamGameServer *steam = self.api()
        if not steam.BLoggedOn():
            raise NotLoggedOnError("the game server is not logged on to Steam")
        return steam

    @property
    def running(self) -> bool:
        """Whether the server is started and not closed."""
        return self.steam != NULL

    @property
    def on_handler_error(self) -> Callable[[Exception, Event, _Handler], object] | None:
        """Called as ``(error, event, handler)`` for each exception of a handler; or None.

        While it is None, :meth:`run_callbacks` raises an ``ExceptionGroup`` of them at its end.
        """
        return self.error_handler

    @on_handler_error.setter
    def on_handler_error(self, handler: Callable[[Exception, Event, _Handler], object] | None) -> None:
        if handler is not None and not callable(handler):
            raise TypeError(f"on_handler_error must be callable or None, not {type(handler).__name__}")
        self.error_handler = handler

    def _init(self, ip: int, game_port: int, query_port: int, mode: int, version: bytes) -> tuple[int, str]:
        """``SteamGameServer_InitEx``: the ESteamAPIInitResult and Steam's message."""
        cdef InitParameters parameters
        cdef string message
        cdef int result
        parameters.ip = ip
        parameters.game_port = game_port
        parameters.query_port = query_port
        parameters.mode = <EServerMode><int>mode
        parameters.version = version
        with nogil:
            result = self.native.init(parameters, message)
        if result == 0:
            self.steam = self.native.interface()
        return result, (<bytes>message).decode("utf-8", "replace")

    def _in_dispatcher(self) -> bool:
        """Whether a native listener, which Steam has called, called this."""
        return self.native.dispatching_here()

    def _shutdown(self) -> None:
        """``SteamGameServer_Shutdown``; cancels the futures of calls that wait for an answer."""
        self.steam = NULL
        with nogil:
            # Not with the GIL: the pump may be waiting for it.
            self.pump.stop()
            self.native.shutdown()
        # At the interpreter's exit, a thread that asks for the GIL too late asks a dead interpreter:
        # let all of them come back first. None is in Steam any more, so that takes no time.
        while self.without_gil > 0:
            sleep(0)
        self.undelivered += self.native.queue.discard()
        outstanding = list(self.futures.values())
        self.futures.clear()
        for future, _ in outstanding:
            future.cancel()
        listeners, self.close_listeners = self.close_listeners, []
        for listener in listeners:
            listener()

    def _set_result_handler(
        self, handler: Callable[[object, Event, _Handler], object] | None
    ) -> None:
        """Have what handlers return, if not None, handed to ``handler(result, event, handler)``."""
        self.result_handler = handler

    def run_callbacks(self) -> int:
        """Tick Steam once and deliver what it said; returns the number of events.

        Call it in every turn of the game's loop, at least ten times a second
        (``SteamGameServer_RunCallbacks``). Handlers run in this thread, after Steam's dispatcher
        has returned, so they may call anything, :meth:`close` included. While another thread, or
        a handler further up the stack, is delivering, it returns 0 at once. While the pump runs,
        Steam has been ticked already, and this only delivers.

        :raises NotRunningError: the server is not running.
        :raises ExceptionGroup: handlers raised; all others were called first.
        """
        if self.steam == NULL:
            raise NotRunningError("the game server is not running: call start() first")
        if self.delivering:
            return 0
        self.delivering = True
        if self.pump.running():
            self.pump.rearm()
        elif alone_in_python():
            # Giving the GIL away and taking it back costs more than an idle tick of Steam.
            self.native.run_callbacks()
        else:
            self.without_gil += 1
            with nogil:
                self.native.run_callbacks()
            self.without_gil -= 1
        if self.steam == NULL or not self.native.queue.take():
            self.delivering = False
            return 0
        return self.deliver()

    def poll(self) -> list[Event]:
        """Like :meth:`run_callbacks`, and returns the events, for a ``match`` in one's own loop.

        Connected handlers are called too. If one of them raised, the events come with the next
        call.

        :raises NotRunningError: the server is not running.
        :raises ExceptionGroup: handlers raised.
        """
        if self.polled is None:
            self.polled = []
        self.run_callbacks()
        events, self.polled = self.polled, None
        return events

    @cython.final
    cdef Py_ssize_t deliver(self) except -1:
        cdef Py_ssize_t count = 0
        cdef list errors = []
        try:
            self.drain(errors, &count)
        except BaseException as interruption:
            # KeyboardInterrupt and its like go up at once; what is unread waits for the next run.
            if errors:
                interruption.__context__ = BaseExceptionGroup("handlers raised before", errors)
            raise
        finally:
            self.delivering = False
            self.batches += 1
            if <uint64_t>count > self.longest_batch:
                self.longest_batch = count
        if errors:
            raise ExceptionGroup("handlers of Steam events raised", errors)
        return count

    @cython.final
    cdef int drain(self, list errors, Py_ssize_t *count) except -1:
        # The hot loop. Pointers in it are borrowed, as a reference taken and given back for each of
        # them would cost as much as all the rest. Only the handlers could be freed by a handler.
        cdef const Record *record
        cdef EventKind *kind
        cdef PyObject *event
        cdef PyObject *handlers
        cdef PyObject *handler
        cdef PyObject *result
        cdef Py_ssize_t position
        while True:
            record = self.native.queue.next()
            if record == NULL:
                return 0
            count[0] += 1
            kind = &self.kinds[record.kind]
            if record.flags != 0:
                event = self.take_special(record, kind)
                if event == NULL:
                    continue
            else:
                kind.count += 1
                if PyTuple_GET_SIZE(kind.handlers) == 0 and self.polled is None:
                    continue
                event = self.event_of(record, kind)
            if self.polled is not None:
                self.polled.append(<object>event)
            handlers = kind.handlers
            Py_INCREF(handlers)
            try:
                for position in range(PyTuple_GET_SIZE(handlers)):
                    # The C call rather than Cython's, whose try would save and restore exception
                    # state for every handler, raising or not.
                    handler = PyTuple_GET_ITEM(handlers, position)
                    result = call_one(handler, event)
                    if result == Py_None:
                        Py_DECREF(result)
                    elif result != NULL:
                        self.handle_result(<object>handler, <Event>event, result, errors)
                    else:
                        self.handle_raised(<object>handler, <Event>event, errors)
            finally:
                Py_DECREF(handlers)

    @cython.final
    cdef PyObject *take_special(self, const Record *record, EventKind *kind) except? NULL:
        """The event in the answer to a call, which is given; NULL for a warning or a lost answer."""
        cdef PyObject *event
        if record.flags & kWarning:
            self.warnings += 1
            log_warning(record)
            return NULL
        if record.flags & kIoFailure:
            self.fail_call(record.word())
            return NULL
        kind.count += 1
        event = self.event_of(record, kind)
        self.answer_call(record.word(), <Event>event)
        return event

    @cython.final
    cdef inline PyObject *event_of(self, const Record *record, EventKind *kind) except NULL:
        """The event of a record, borrowed: it is the last of its kind until the next one comes."""
        # One event object serves the next event too, if nobody has kept it.
        if kind.last == NULL or Py_REFCNT(kind.last) != 1:
            self.renew_last(record.kind, kind)
        EVENT_FILLERS[record.kind](kind.data, record.payload())
        return kind.last

    @cython.final
    cdef int renew_last(self, uint16_t number, EventKind *kind) except -1:
        cdef PyObject *before = kind.last
        event = EVENT_MAKERS[number](&kind.data)
        Py_INCREF(<PyObject *>event)
        kind.last = <PyObject *>event
        Py_XDECREF(before)
        return 0

    @cython.final
    cdef int handle_raised(self, handler, Event event, list errors) except -1:
        try:
            raise_pending()
        except Exception as error:
            self.handler_failed(error, event, handler, errors)
        return 0

    @cython.final
    cdef int handle_result(self, handler, Event event, PyObject *owned, list errors) except -1:
        result = <object>owned
        Py_DECREF(owned)
        if self.result_handler is None:
            return 0
        try:
            self.result_handler(result, event, handler)
        except Exception as error:
            self.handler_failed(error, event, handler, errors)
        return 0

    @cython.final
    cdef int handler_failed(self, error, Event event, handler, list errors) except -1:
        self.handler_errors += 1
        if self.error_handler is None:
            errors.append(error)
            return 0
        if type(handler) is _OnceHandler:
            handler = (<_OnceHandler>handler).handler
        try:
            self.error_handler(error, event, handler)
        except Exception as second:
            errors.append(second)
        return 0

    cdef object expect(self, SteamAPICall_t call, tuple entry):
        """Remember who waits for a call's answer.

        ``entry`` is made before the call: from Steam's word to this table nothing may run that lets
        another thread in, or that one could deliver the answer before anybody waits for it.
        """
        if call == 0:
            raise CallFailedError(entry[1])
        self.futures[call] = entry
        return entry[0]

    cdef int answer_call(self, SteamAPICall_t call, Event event) except -1:
        future, _ = self.futures.pop(call, NO_FUTURE)
        # False if the caller cancelled it; then the signal is all that is left to tell.
        if future is not None and future.set_running_or_notify_cancel():
            future.set_result(event)
        return 0

    cdef int fail_call(self, SteamAPICall_t call) except -1:
        future, name = self.futures.pop(call, NO_FUTURE)
        if future is not None and future.set_running_or_notify_cancel():
            future.set_exception(CallFailedError(name, io_failure=True))
        return 0

    def stats(self) -> ServerStats:
        """What has passed through this server object since it was made."""
        cdef int kind
        events = {}
        for kind in range(EVENT_KINDS):
            events[self.all_signals[kind].name] = self.kinds[kind].count
        return ServerStats(
            ticks=self.native.ticks(),
            events=events,
            warnings=self.warnings,
            batches=self.batches,
            longest_batch=self.longest_batch,
            queue_high_water=self.native.queue.high_water(),
            pump_wakes=self.pump.wakes(),
            undelivered=self.undelivered,
            lost=self.native.queue.lost(),
            handler_errors=self.handler_errors,
        )


cdef tuple NO_FUTURE = (None, None)


cdef inline PyObject *call_one(PyObject *callee, PyObject *argument) noexcept:
    """``PyObject_CallOneArg`` without its checks of the callee's manners: NULL if it raised."""
    cdef (PyObject *)[2] arguments  # the first is room for a bound method's self
    cdef vectorcallfunc function
    if not PyType_HasFeature(Py_TYPE(callee), Py_TPFLAGS_HAVE_VECTORCALL):
        return PyObject_CallOneArg(callee, argument)
    memcpy(&function, <char *>callee + Py_TYPE(callee).tp_vectorcall_offset, sizeof(function))
    arguments[1] = argument
    return function(callee, &arguments[1], 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL)


cdef int raise_pending() except -1:
    """Says that an exception is set, to let Cython's try take it."""
    return -1


cdef int log_warning(const Record *record) except -1:
    text = PyUnicode_DecodeUTF8(<const char *>record.payload(), record.payload_size(), "backslashreplace")
    (STEAM_LOG.warning if record.word() else STEAM_LOG.info)("%s", text)
    return 0
