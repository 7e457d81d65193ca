# What a server has asked Steam and not heard of yet: calls by token, and when their time is up.
#
# A token exists before Steam is asked, as another thread may deliver the answer before the method that
# asks has returned. Methods that end calls return the interruption that came meanwhile, or None: it is
# for the caller to raise when everything is done.

@cython.final
@cython.no_gc_clear  # its server, or its questions, are never None
cdef class _Questions:
    """The calls of one server that wait for an answer."""

    def __cinit__(self, GameServerCore server not None):
        self.server = server
        self.waiting = {}

    cdef Call ask(self, str name, object timeout, object late=None):
        """A call in the table. The caller asks Steam under its token, or takes it back."""
        cdef double seconds = timeout_argument(timeout)
        cdef Call call = self.add(name)
        call.late = late
        interruption = self.limit(&call.deadline, <PyObject *>call, seconds)
        if interruption is not None:
            self.take_back(call)
            raise interruption
        return call

    cdef Call add(self, str name):
        cdef Call call = Call.__new__(Call, self.server, name, self.last_token.add_from_anywhere(1))
        self.waiting[call.token] = call
        return call

    cdef object limit(self, Deadline *deadline, PyObject *owner, double seconds):
        """Let the owner, a Call or an _Awaiter, know in so many seconds, unless it cancels that.

        Returns an interruption, or None.
        """
        if seconds == float("inf"):
            return None
        if not self.deadlines.add(deadline, monotonic() + seconds, <void *>owner):
            return None
        return persist(self.server._look_again_in, max(seconds, 0.0))

    cdef int forget(self, Call call) except -1:
        """The call has ended, or will never be asked."""
        call.deadline.cancel()
        self.waiting.pop(call.token, None)
        if call.keyed is not None:
            call.keyed.forget(call)
        return 0

    cdef int take_back(self, Call call) except -1:
        """Steam was not asked, or has refused: nobody has seen the call."""
        call.settle(CALL_FAILED, (CallFailedError, (call.name,)))
        return self.forget(call)

    cdef object answer(self, uint64_t token, Event event, int reason=-1):
        """End a call by its event, or, where that is None, because the answer was lost."""
        cdef Call call = self.waiting.get(token)
        if call is None:
            return None  # cancelled, or its time was up
        if event is None:
            if not call.settle(CALL_FAILED, (call_failed, (call.name, None, True, reason))):
                return None
        elif not call.settle(CALL_ANSWERED, event):
            return None
        self.forget(call)
        return call.tell()

    cdef object end_all(self, list calls, int state, object outcome):
        """End all of them before anybody is told of one: a callback may look at the others."""
        cdef Call call
        cdef list ended = []
        for call in calls:
            if call.settle(state, outcome):
                self.forget(call)
                ended.append(call)
        interruption = None
        for call in ended:
            interruption = first_of(interruption, call.tell())
        return interruption

    cdef object end_late(self):
        """End the calls whose time is up, and wake the tasks."""
        if self.deadlines.empty():
            return None
        cdef double now = monotonic()
        cdef void *reached
        interruption = None
        while True:
            reached = self.deadlines.take_reached(now, keep_object)
            if reached == NULL:
                break
            owner = <object><PyObject *>reached
            Py_DECREF(<PyObject *>reached)  # of keep_object
            if type(owner) is Call:
                late = self.end_all([owner], CALL_FAILED, (<Call>owner).lateness())
                interruption = first_of(interruption, late)
            else:
                (<_Awaiter>owner).expire()
        if not self.deadlines.empty():
            left = max(self.deadlines.first() - now, 0.0)
            interruption = first_of(interruption, persist(self.server._look_again_in, left))
        return interruption

    cdef object close(self):
        """Steam is gone."""
        return self.end_all(
            PyDict_Values(self.waiting), CALL_FAILED, (NotRunningError, ("the game server was closed",))
        )

    cdef int abandon(self) except -1:
        """In a forked child: those who wait do so in the parent, and are not told."""
        cdef Call call
        for call in PyDict_Values(self.waiting):
            call.settle(
                CALL_FAILED, (NotRunningError, ("the game server is the parent process's",))
            )
            call.sleepers = None
            call.callbacks = None
            self.forget(call)
        return 0


@cython.final
@cython.no_gc_clear  # its server, or its questions, are never None
cdef class _KeyedCalls:
    """Calls that Steam answers by a callback: each event answers all calls of its key that wait."""

    def __cinit__(self, _Questions questions not None, Signal signal not None, key_of):
        self.questions = questions
        self.key_of = key_of
        self.waiting = {}
        self.kind = signal.all_handlers.kind
        self.kind.asked = <PyObject *>self

    cdef Call ask(self, str name, object key, object timeout):
        """A call in the table. The caller asks Steam, or takes it back."""
        cdef Call call = self.questions.ask(name, timeout)
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        call.key = key
        call.keyed = self
        self.waiting.setdefault(key, []).append(call)
        self.kind.special.put(ASKED)
        if call.state != CALL_WAITING:
            self.forget(call)  # whoever has ended it could not find it here
        return call

    cdef int forget(self, Call call) except -1:
        cdef CriticalSection section
        cdef list calls
        section.begin(<PyObject *>self)
        calls = self.waiting.get(call.key)
        if calls is not None and call in calls:
            calls.remove(call)
            if not calls:
                del self.waiting[call.key]
        if not self.waiting:
            self.kind.special.remove(ASKED)
        return 0

    cdef int hear(self, Event event) except -1:
        """What Steam says, before anybody else hears it."""
        cdef list calls = self.take(self.key_of(event))
        if calls is not None:
            self.questions.server.note_interruption(
                self.questions.end_all(calls, CALL_ANSWERED, event)
            )
        return 0

    cdef list take(self, key):
        """All calls of this key, or None."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        return self.waiting.pop(key, None)
