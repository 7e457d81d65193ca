# From Steam's dispatcher to Python's callables: tick without the GIL, then deliver what came.

# Why an event is not just given to its handlers: marks in `EventKind.special`.
cdef enum:
    STALE = 1  # handlers were connected or disconnected since the last one
    ROUTED = 2  # events name a player, and some players have a session or handlers of their own
    GATHERED = 4  # they are wanted as columns
    ASKED = 8  # calls wait for an event of this kind
    PARALLEL = 16  # a team of threads delivers

cdef tuple NO_HANDLERS = ()

cdef class GameServerCore(GameServerSignals):
    """The state of a server; it ticks Steam and delivers its events.

    ``steamgs.GameServer`` adds the method groups: ``LogonMethods`` and the like.
    """

    def __cinit__(self):
        cdef int kind
        self.steam = NULL
        self.all_signals = make_signals(self)
        for kind in range(EVENT_KINDS):
            self.kinds[kind].handlers = <PyObject *>NO_HANDLERS
            (<Signal>self.all_signals[kind]).all_handlers.kind = &self.kinds[kind]
        self.take_signals(self.all_signals)
        self.players = _Players.__new__(_Players, self)
        self._pending = _Pending.__new__(_Pending)
        self.resumable = []
        self.raised = []
        self._late_verdict_seconds = LATE_VERDICT_SECONDS
        self.questions = _Questions(self)
        self.progress = _LogonProgress(self)
        self.group_status = _KeyedCalls(
            self.questions, self.client_group_status, lambda event: (event.steam_id, event.group_id)
        )
        self.item_downloads = _KeyedCalls(
            self.questions, self.all_signals[<int>kDownloadItemResult], lambda event: event.item_id
        )
        self.inventory_results = _KeyedCalls(
            self.questions, self.all_signals[<int>kInventoryResultReady], lambda event: event.handle
        )
        self.definition_updates = _KeyedCalls(
            self.questions, self.all_signals[<int>kItemDefinitionsUpdated], lambda event: None
        )
        self.lifecycle_lock = RLock()
        self.settings = {}
        self.settings_too_late = set()
        self.statistics = GameServerStats.__new__(GameServerStats, self)
        self.network_sockets = NetworkingSockets.__new__(NetworkingSockets, self)
        self.network_utils = NetworkingUtils.__new__(NetworkingUtils, self)
        self.steam_utils = Utils.__new__(Utils, self)
        self.network_messages = NetworkingMessages.__new__(NetworkingMessages, self)

    def __dealloc__(self):
        cdef int kind
        for kind in range(EVENT_KINDS):
            Py_XDECREF(self.kinds[kind].last.event)

    cdef int require_running(self) except -1:
        if self.steam == NULL:
            raise NotRunningError("the game server is not running: call start() first")
        return 0

    cdef int require_logged_on(self) except -1:
        cdef CriticalSection section
        self.logged_on_api(section)
        return 0

    cdef ISteamGameServer *api(self, CriticalSection &section) except NULL:
        section.begin(<PyObject *>self)
        self.require_running()
        return self.steam

    cdef ISteamGameServer *logged_on_api(self, CriticalSection &section) except NULL:
        cdef ISteamGameServer *steam = self.api(section)
        if not steam.BLoggedOn():
            raise NotLoggedOnError("the game server is not logged on to Steam")
        return steam

    @property
    def signals(self) -> tuple[Signal[Any], ...]:
        """All signals, those of :attr:`stats` among them, in the order of the table of callbacks."""
        return self.all_signals

    @property
    def running(self) -> bool:
        """Whether the server is started and not closed."""
        return self.steam != NULL

    @property
    def on_handler_error(self) -> Callable[[Exception, Event, _Handler], object] | None:
        """A function that is called as ``(error, event, handler)`` when a handler raises; or None.

        If it is None, :meth:`run_callbacks` raises all the exceptions as an ``ExceptionGroup``.
        """
        return error_handler_of(self)

    @on_handler_error.setter
    def on_handler_error(self, handler: Callable[[Exception, Event, _Handler], object] | None) -> None:
        if handler is not None and not callable(handler):
            raise TypeError(f"on_handler_error must be callable or None, not {type(handler).__name__}")
        with cython.critical_section(self):
            self.error_handler = handler

    def _set_result_handler(
        self, handler: Callable[[object, Event, _Handler], object] | None
    ) -> None:
        """Have what handlers return, if not None, handed to ``handler(result, event, handler)``."""
        self.result_handler = handler

    def _runs_coroutines(self) -> bool:
        """Whether handlers may be coroutine functions."""
        return self.result_handler is not None

    # A built-in method: the interpreter calls it faster than functions of Cython's own kind, and an
    # idle tick takes little more than a call.
    @cython.binding(False)
    @cython.embedsignature(True)
    def run_callbacks(self) -> int:
        """Tick Steam once, deliver the events, and return their number.

        Call it in every iteration of the game loop, at least ten times a second
        (``SteamGameServer_RunCallbacks``). Handlers run in this thread, after Steam's dispatcher
        has returned, so they may call anything, including :meth:`close`. While another thread, or
        a handler further up the stack, is delivering, it returns 0 at once. While the pump is
        running, the pump ticks Steam, and this method only delivers.

        :raises NotRunningError: the server is not running.
        :raises ExceptionGroup: handlers raised exceptions; the other handlers were called first.
            ``KeyboardInterrupt`` and similar exceptions are raised once all handlers of the event
            have been called; the events after it wait for the next call.
        """
        if self.steam == NULL:
            raise NotRunningError("the game server is not running: call start() first")
        if not self.turn.take():
            return 0
        return self.tick(None)

    @cython.binding(False)
    @cython.embedsignature(True)
    def poll(self) -> list[Event]:
        """Like :meth:`run_callbacks`, but return the events, for a ``match`` in your own loop.

        Connected handlers are called too. If one of them raises an exception, the events come with
        the next :meth:`poll`. While another thread, or a handler further up the stack, is
        delivering, it returns an empty list at once.

        :raises NotRunningError: the server is not running.
        :raises ExceptionGroup: handlers raised exceptions.
        """
        cdef list events = []
        if self.steam == NULL:
            raise NotRunningError("the game server is not running: call start() first")
        if not self.turn.take():
            return events
        if kFreeThreaded or self.unpolled is not None:
            events = take_unpolled(self, events)
        try:
            self.tick(events)
        except BaseException:
            leave_unpolled(self, events)
            raise
        return events

    @cython.final
    cdef inline Py_ssize_t tick(self, list collected) except -1:
        """For whoever has the turn, which it ends. Events are appended to ``collected`` too, if a list."""
        if self.native.pumped():
            pump().rearm()
        # Giving the GIL away and taking it back costs more than an idle tick of Steam.
        elif not (alone_in_python() and self.native.try_run_callbacks()):
            self.without_gil.add_from_anywhere(1)
            with nogil:
                self.native.run_callbacks()
            self.without_gil.add_from_anywhere(-1)
        if self.steam != NULL and self.native.queue.has_unread() and self.take():
            return self.deliver(collected)
        if not self.questions.deadlines.empty():
            return self.end_late_calls()
        if kFreeThreaded and self.gathering is not None:
            stop_gathering(self)  # before others may deliver; with the GIL they can't yet
        if not kFreeThreaded or self.team is None:
            self.turn.give_back()
        return 0

    @cython.final
    cdef inline bint take(self) noexcept:
        cdef cpp_bool busy
        cdef bint taken = self.native.queue.try_take(busy)
        if busy:
            self.without_gil.add_from_anywhere(1)
            with nogil:
                taken = self.native.queue.take()
            self.without_gil.add_from_anywhere(-1)
        return taken

    @cython.final
    cdef Py_ssize_t deliver(self, list collected) except -1:
        cdef Py_ssize_t count = 0
        cdef size_t dropped
        cdef list errors = self.raised
        cdef Meter *meter = self.native.meter()
        cdef uint64_t began = 0 if meter == NULL else meter.now()
        self.deliverer.set(PyThread_get_thread_ident())
        try:
            if self.native.queue.has_warning():
                log_how_many_wait(self)
            self.drain(collected, errors, &count)
            if not self.questions.deadlines.empty():
                self.note_interruption(self.questions.end_late())
                self.raise_interruption()
        except BaseException as interruption:
            # KeyboardInterrupt and its like go up now; what is unread waits for the next run, and is
            # announced anew to those who sleep until there are events.
            with nogil:
                dropped = self.native.queue.give_back()
            self.undelivered.add_from_anywhere(dropped)
            if errors:
                interruption.__context__ = BaseExceptionGroup("handlers raised before", errors)
            raise
        finally:
            if meter != NULL:
                meter.delivered(began)
            if errors:
                self.raised = []
            self.batches.add(1)
            if <uint64_t>count > self.longest_batch.get():
                self.longest_batch.set(count)
            self.stop_delivering()
        if self.interruption is not None:
            self.raise_interruption()
        if errors:
            raise ExceptionGroup("handlers of Steam events raised exceptions", errors)
        return count

    @cython.final
    cdef int end_late_calls(self) except -1:
        """For whoever has the turn, and has nothing to deliver."""
        self.deliverer.set(PyThread_get_thread_ident())
        try:
            self.note_interruption(self.questions.end_late())
        finally:
            self.stop_delivering()
        return self.raise_interruption()

    @cython.final
    cdef int stop_delivering(self) except -1:
        """Let others deliver; tasks that events concern go on."""
        cdef list awaiters = None
        if self.gathering is not None:
            stop_gathering(self)
        if self.routed_handlers is not None:
            self.routed_handlers = None
        if self.resumable:
            awaiters, self.resumable = self.resumable, []
        self.deliverer.set(0)
        if not kFreeThreaded or self.team is None:
            self.turn.give_back()
        if awaiters is not None and self.resumer.get() == PyThread_get_thread_ident():
            self.resumed, awaiters = awaiters, None
        return 0 if awaiters is None else self.note_interruption(schedule_all(awaiters))

    def _deliver_in_loop(self) -> int:
        """As :meth:`run_callbacks`, in a callback of the server's loop: tasks are resumed in it."""
        cdef bint directly = not self._loop.get_debug() and current_task_of(self._loop) is None
        if not self.turn.take():
            return 0
        if directly:
            self.resumer.set(PyThread_get_thread_ident())
        try:
            return self.tick(None)
        finally:
            self.resumer.set(0)
            if self.resumed is not None:
                awaiters, self.resumed = self.resumed, None
                self.note_interruption(resume_all(awaiters, self._loop, self.done_future()))
                self.raise_interruption()

    @cython.final
    cdef object done_future(self):
        """A future of the loop that has finished with nothing."""
        if self.done is None or self.done.get_loop() is not self._loop:
            self.done = self._loop.create_future()
            self.done.set_result(None)
        return self.done

    @cython.final
    cdef int drain(self, list collected, list errors, Py_ssize_t *count) except -1:
        # The hot loop. Pointers in it are borrowed, as a reference taken and given back for each of
        # them would cost as much as all the rest. Only the handlers could be freed by a handler.
        cdef const Record *record
        cdef EventKind *kind
        cdef PyObject *event
        cdef PyObject *handlers
        while True:
            if kFreeThreaded and self.native.queue.is_outdated():
                # Another thread has closed the server, and left what is unread to this one.
                self.undelivered.add_from_anywhere(self.native.queue.drop_outdated())
                return 0
            record = self.native.queue.next()
            if record == NULL:
                return 0
            count[0] += 1
            kind = &self.kinds[record.kind]
            handlers = kind.handlers
            if record.flags | kind.special.get() and not self.concerns_others(record, kind):
                event = self.take_special(record, kind, collected is not None, &handlers, count)
                if event == NULL:
                    continue
            else:
                kind.count.add(1)
                if PyTuple_GET_SIZE(handlers) == 0 and collected is None:
                    continue
                event = self.event_of(record, &kind.last)
            if collected is not None:
                collected.append(<object>event)
            Py_INCREF(handlers)
            try:
                call_handlers(self, handlers, event, errors)
            finally:
                Py_DECREF(handlers)
            if self.interruption is not None:
                self.raise_interruption()

    @cython.final
    cdef inline bint concerns_others(self, const Record *record, EventKind *kind) noexcept:
        """Nothing is special but that some players have sessions or handlers of their own, and not this one."""
        # Without the GIL the table may only be looked at in a critical section.
        return not kFreeThreaded and record.flags == 0 and kind.special.get() == ROUTED and (
            self.players.table.find(player_of(record[0])) == NULL
        )

    @cython.final
    cdef PyObject *take_special(
        self, const Record *record, EventKind *kind, bint wanted, PyObject **handlers, Py_ssize_t *count
    ) except? NULL:
        """The event, and the handlers to call; NULL where nobody wants it."""
        cdef bint asked = kind.special.get() & ASKED != 0
        cdef bint parallel = kFreeThreaded and kind.special.get() & PARALLEL != 0
        if parallel and (asked or not self.team.takes(record)):
            parallel = False
            if not self.team.has_rested():
                return NULL
        if record.flags != 0 and not self.take_answer(record, kind):
            return NULL
        if kind.special.get() & STALE:
            (<Signal>self.all_signals[record.kind]).all_handlers.show()
        handlers[0] = kind.handlers
        kind.count.add(1)
        if asked:
            (<_KeyedCalls>kind.asked).hear(<Event>self.event_of(record, &kind.last))
        if kind.special.get() & GATHERED:
            self.gathering.add(record)
        if kind.special.get() & ROUTED:
            self.route(record, handlers)
        if PyTuple_GET_SIZE(handlers[0]) == 0 and not wanted:
            if self.gathering is not None:
                count[0] += self.gathering.add_unheard(self)
            if self.interruption is not None:
                self.raise_interruption()
            return NULL
        if parallel:
            self.team.put(record, handlers[0])
            if self.interruption is not None:
                self.raise_interruption()
            return NULL
        # What answers a call has its event already, which is the call's too.
        if record.flags != 0 or asked:
            return kind.last.event
        return self.event_of(record, &kind.last)

    @cython.final
    cdef bint take_answer(self, const Record *record, EventKind *kind) except -1:
        """Give the answer to the call; whether it is also an event, which no callback has told of."""
        if record.flags & kWarning:
            self.warnings.add(1)
            log_warning(record)
            return False
        if record.flags & kMessages:
            messages_came(self.network_sockets, record.word())
            return False
        if record.flags & kNetworkText:
            log_network_text(record)
            return False
        if record.flags & kIoFailure:
            self.note_interruption(
                self.questions.answer(record.word(), None, (<const int32_t *>record.payload())[0])
            )
            self.raise_interruption()
            return False
        self.note_interruption(
            self.questions.answer(record.word(), <Event>self.event_of(record, &kind.last))
        )
        if self.interruption is not None and record.flags & kRepeated:
            self.raise_interruption()
        return not record.flags & kRepeated

    @cython.final
    cdef int route(self, const Record *record, PyObject **handlers) except -1:
        """An event that names a player, while some players have sessions or handlers of their own.

        The signal's handlers come first, then those of the player.
        """
        cdef CriticalSection section
        cdef Player *player
        cdef bint has_routes
        section.begin(<PyObject *>self)
        player = self.players.table.find(player_of(record[0]))
        if player == NULL:
            return 0
        has_routes = player.routes != NULL
        if has_routes:
            fetch_early(player.routes)  # used after the session has heard of it
        if player.session != NULL or player.unjudged or player.doubtful:
            self.players.hear(record)
        if not has_routes:
            return 0
        called = self.players.handlers_for(record, <tuple>handlers[0])
        self.routed_handlers = called  # until the next one, as the loop borrows it
        handlers[0] = <PyObject *>called
        return 0

    @cython.final
    cdef inline PyObject *event_of(self, const Record *record, LastEvent *last) except NULL:
        """The event of a record, borrowed: the last of its kind, which serves again if nobody kept it."""
        if last.event == NULL or not has_only_reference(last.event):
            self.renew_last(record.kind, last)
        EVENT_FILLERS[record.kind](last.data, record.payload())
        return last.event

    @cython.final
    cdef int renew_last(self, uint16_t number, LastEvent *last) except -1:
        cdef PyObject *before = last.event
        event = EVENT_MAKERS[number](&last.data)
        Py_INCREF(<PyObject *>event)
        last.event = <PyObject *>event
        Py_XDECREF(before)
        return 0

    @cython.final
    cdef int note_interruption(self, interruption) except -1:
        """Let all handlers have this event before the delivery ends."""
        cdef CriticalSection section
        if interruption is None:
            return 0
        section.begin(<PyObject *>self)
        if self.interruption is None:
            self.interruption = interruption
        return 0

    @cython.final
    cdef int raise_interruption(self) except -1:
        cdef CriticalSection section
        if self.interruption is None:
            return 0
        section.begin(<PyObject *>self)
        interruption, self.interruption = self.interruption, None
        if interruption is not None:
            raise interruption
        return 0

    def counters(self) -> Counters:
        """Counts of what has passed through this server object since it was created."""
        return counters_of(self)

    # A call that Steam answers later is made without the GIL, as it waits for Steam's library. It is
    # in the table before that: another thread may deliver the answer before it returns.

    cdef Call ask(
        self, str name, object timeout, CallbackKind answer, InterfaceKind interface, uint64_t key,
        Question question, const void *arguments,
    ):
        """Ask Steam by ``question(interface, arguments)``; ``key`` is whom the answer is about."""
        cdef Call call = self.questions.ask(name, timeout)
        cdef uint64_t token = call.token
        cdef bint done
        cdef cpp_bool hangs = False
        self.without_gil.add_from_anywhere(1)
        with nogil:
            done = self.native.ask(token, key, answer, interface, question, arguments, hangs)
        self.without_gil.add_from_anywhere(-1)
        if done:
            return call
        self.questions.take_back(call)
        self.require_running()
        if hangs:
            raise SteamHangsError(call.name)
        raise CallFailedError(call.name)

    def _look_again_in(self, seconds: float) -> None:
        """Have :meth:`run_callbacks` called in so many seconds, as a call's time is up then.

        Said again and again until it is. Nothing is to be done where the program ticks anyway.
        """

    def _may_deliver_here(self) -> bool:
        """Whether a thread that waits for a call delivers events meanwhile."""
        return True
