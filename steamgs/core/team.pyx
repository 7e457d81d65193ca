# Threads that deliver events in parallel, without the GIL.
#
# One thread ticks and reads the queue as always, and has the turn to deliver all the time. It delivers
# what names no player, or answers a call, when none of the others delivers anything. What names a player
# it hands out: the others deliver it, in order for each player.

@cython.final
@cython.auto_pickle(False)
cdef class Team:
    """Those who deliver, for one run of ``run_parallel()``. Takes the turn to deliver."""

    def __cinit__(self, GameServerCore server not None, size_t limit):
        cdef CriticalSection section
        cdef bint closed
        self.server = server
        self.raised = []
        self.strands = new Strands()
        self.strands.open(limit)
        server.require_running()
        if not server.turn.take():
            raise RuntimeError("another thread, or a handler further up the stack, is delivering")
        section.begin(<PyObject *>server)
        server.team = self
        closed = server.steam == NULL
        section.end()
        mark_all(server, PARALLEL, True)
        if closed:
            self.close()

    def __dealloc__(self):
        # In a forked child, what sleeps in there are threads of the parent.
        if not self.abandoned:
            del self.strands

    @property
    def errors(self):
        """What handlers have raised."""
        return self.raised

    # The threads that deliver.

    def work(self):
        """Deliver what is handed out until the team is closed."""
        cdef LastEvent[EVENT_KINDS] last  # no other thread's, so that this one can use them again
        cdef Task *task = NULL
        cdef int kind
        memset(last, 0, sizeof(last))
        set_delivering_in_parallel(True)
        try:
            while not self.abandoned:
                task = self.strands.next(task)
                if task == NULL:
                    self.server.without_gil.add_from_anywhere(1)
                    with nogil:
                        task = self.strands.wait_for_next()
                    self.server.without_gil.add_from_anywhere(-1)
                if task == NULL:
                    return
                self.deliver_task(task, last)
        finally:
            set_delivering_in_parallel(False)
            for kind in range(EVENT_KINDS):
                Py_XDECREF(last[kind].event)

    cdef int deliver_task(self, Task *task, LastEvent *last) except -1:
        cdef PyObject *handlers = task.handlers
        cdef uint16_t kind = task.record().kind
        try:
            call_handlers(
                self.server, handlers, self.server.event_of(&task.record(), &last[kind]), self.raised
            )
        except BaseException as interruption:
            self.server.note_interruption(interruption)
        finally:
            Py_DECREF(handlers)
        return 0

    # The thread that hands out.

    def deliver(self):
        """Tick, hand out what comes, and deliver what is to be delivered here."""
        try:
            self.server.tick(None)
        except ExceptionGroup as group:
            self.raised.extend(group.exceptions)
        self.server.raise_interruption()

    def finish(self):
        """Wait until everything that was handed out is delivered, or the server is closed."""
        self.wait_for_room(self.strands.limit())
        self.server.raise_interruption()

    def close(self):
        """Let the others end. What they have not begun to deliver is dropped."""
        if not self.abandoned:
            self.strands.close()

    def end(self):
        """Give the turn back, when the others are gone."""
        cdef CriticalSection section
        cdef GameServerCore server = self.server
        if server.team is not self:
            return
        server.undelivered.add_from_anywhere(self.drop_left())
        mark_all(server, PARALLEL, False)
        section.begin(<PyObject *>server)
        server.team = None
        section.end()
        server.turn.give_back()

    cdef int drop_left(self) except -1:
        cdef int count = 0
        cdef Task *task
        while True:
            task = self.strands.take_left()
            if task == NULL:
                return count
            Py_DECREF(task.handlers)
            count += 1

    cdef bint takes(self, const Record *record) noexcept:
        """Whether it is handed out: it names a player, and answers no call."""
        return record.flags == 0 and kPlayerOffsets[record.kind] >= 0

    cdef bint has_rested(self) except -1:
        """Wait until the others deliver nothing; False if the server was closed there."""
        self.wait_for_room(self.strands.limit())
        if not self.strands.closed():
            return True
        self.server.undelivered.add_from_anywhere(1)
        return False

    cdef int put(self, const Record *record, PyObject *handlers) except -1:
        """Hand it out, when there is room."""
        Py_INCREF(handlers)
        try:
            while not self.strands.put(player_of(record[0]), record[0], handlers):
                self.wait_for_room(max(<Py_ssize_t>(self.strands.limit() // 2), 1))
                if self.strands.closed():
                    Py_DECREF(handlers)
                    self.server.undelivered.add_from_anywhere(1)
                    return 0
        except BaseException:
            Py_DECREF(handlers)
            raise
        return 0

    cdef int wait_for_room(self, size_t wanted) except -1:
        """Signals such as Ctrl-C are noted, to be raised later; a second one is raised here."""
        cdef bint there_is = self.abandoned
        while not there_is:
            self.server.without_gil.add_from_anywhere(1)
            with nogil:
                there_is = self.strands.wait_for_room(wanted, WAIT_SLICE)
            self.server.without_gil.add_from_anywhere(-1)
            try:
                PyErr_CheckSignals()
            except BaseException as interruption:
                if self.server.interruption is not None:
                    raise
                self.server.note_interruption(interruption)
        return 0


cdef void mark_all(GameServerCore server, unsigned int mark, bint marked) noexcept:
    cdef int kind
    for kind in range(EVENT_KINDS):
        if marked:
            server.kinds[kind].special.put(mark)
        else:
            server.kinds[kind].special.remove(mark)
