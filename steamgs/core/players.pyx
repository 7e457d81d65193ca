# What a server knows of each player: the open session, whose verdict is due, who wants their events.
#
# A pointer into the table is good until somebody is added to it or removed, so it is never kept while
# Python code may run. Methods are called in a critical section on the server, but for those that say
# otherwise.

# How long to wait for the verdict on a session that has ended, before a new one may begin.
cdef double LATE_VERDICT_SECONDS = 5.0


@cython.final
@cython.auto_pickle(False)
cdef class _Doubt:
    """Verdicts that may still come for sessions that have ended, and those who wait for them."""


@cython.final
@cython.auto_pickle(False)
@cython.no_gc_clear  # `server` is never None
cdef class _Players:

    def __cinit__(self, GameServerCore server not None):
        self.server = server
        self.doubts = {}
        self.routes = {}

    def __dealloc__(self):
        cdef size_t index
        cdef Player *player
        for index in range(self.table.end()):
            player = self.table.at(index)
            if player != NULL:
                Py_XDECREF(player.session)
                if player.kind != kManyRoutes:
                    Py_XDECREF(player.routes)

    cdef Player *get(self, uint64_t steam_id) except NULL:
        cdef Player *player = self.table.get(steam_id)
        if player == NULL:
            raise MemoryError
        return player

    cdef void settle(self, Player *player, bint before) noexcept:
        """After a change of a player who was routed ``before`` it, or was not."""
        cdef bint after = player.routed()
        if after and not before:
            self.routed += 1
            if self.routed == 1:
                self.mark_kinds(True)
        elif before and not after:
            self.routed -= 1
            if self.routed == 0:
                self.mark_kinds(False)
        self.table.forget_if_empty(player)

    cdef void mark_kinds(self, bint routed) noexcept:
        """Whether the dispatch loop is to look up the players whom events name."""
        cdef int kind
        for kind in range(EVENT_KINDS):
            if kPlayerOffsets[kind] >= 0:
                if routed:
                    self.server.kinds[kind].special.put(ROUTED)
                else:
                    self.server.kinds[kind].special.remove(ROUTED)

    # Sessions.

    cdef int begun(self, uint64_t steam_id, uint8_t open) except -1:
        """Steam has begun a session of this player."""
        cdef Player *player = self.get(steam_id)
        cdef bint before = player.routed()
        player.open = open
        player.unjudged = self.follows_verdicts and open != OPEN_FOR_BOT
        self.settle(player, before)
        return 0

    cdef int ended(self, uint64_t steam_id) except -1:
        """The session of this player has ended, whoever has ended it."""
        cdef Player *player = self.table.find(steam_id)
        cdef AuthenticatedSession session
        cdef bint before, unjudged
        if player == NULL:
            return 0
        before = player.routed()
        unjudged = player.unjudged
        player.open = 0
        player.unjudged = False
        session = self.take_session(player)
        self.settle(player, before)
        if unjudged:
            self.add_doubt(steam_id)
        if session is not None:
            # The host has ended it, perhaps for another one: it has no part in what comes.
            session.fail(ENDED_BY_HOST)
            session.revoke(NO_VERDICT, 0)
            session.leave_place(unjudged)
        return 0

    cdef int enter(self, AuthenticatedSession session) except -1:
        """The session wants to hear of its player."""
        cdef Player *player = self.get(session.steam_id)
        cdef bint before = player.routed()
        cdef AuthenticatedSession old = self.take_session(player)
        player.session = <PyObject *>session
        Py_INCREF(<PyObject *>session)
        # The collector does not see the table's reference: to it, who stands there is in use, and
        # need not be examined.
        PyObject_GC_UnTrack(<PyObject *>session)
        self.settle(player, before)
        return 0

    cdef bint leave(self, AuthenticatedSession session) except -1:
        """False if the session had left, or had been ended, before."""
        cdef Player *player = self.table.find(session.steam_id)
        cdef bint before
        if player == NULL or player.session != <PyObject *>session:
            return False
        before = player.routed()
        self.take_session(player)
        self.settle(player, before)
        return True

    cdef AuthenticatedSession take_session(self, Player *player):
        cdef AuthenticatedSession session = None
        cdef PyObject *owned = player.session
        if owned != NULL:
            player.session = NULL
            session = <AuthenticatedSession>owned
            session.deadline.cancel()  # what it may still wait for comes by itself
            Py_DECREF(owned)
            PyObject_GC_Track(<PyObject *>session)
        return session

    cdef int hear(self, const Record *record) except -1:
        """An event of a player who is routed: their session's verdict, perhaps."""
        cdef Verdict verdict = verdict_of(record[0])
        cdef uint64_t steam_id = player_of(record[0])
        cdef Player *player = self.table.find(steam_id)
        cdef AuthenticatedSession session = None
        cdef bint before
        if verdict.kind == NO_VERDICT:
            return 0
        if player.session != NULL:
            session = <AuthenticatedSession>player.session
        if verdict.kind == KICKED:
            if session is not None:
                session.revoke(KICKED, verdict.reason)
            return 0
        if player.doubtful and self.is_for_an_earlier_session(steam_id, verdict):
            return 0
        player = self.table.find(steam_id)
        if player != NULL:
            before = player.routed()
            player.unjudged = False
            self.settle(player, before)
        if session is not None:
            session.judge(verdict)
        return 0

    cdef bint is_for_an_earlier_session(self, uint64_t steam_id, Verdict verdict) except -1:
        cdef _Doubt doubt = self.doubt_about(steam_id)
        if doubt is None:
            return False
        # As an OK it lets nobody in; a refusal is of the player, whichever session it is for.
        doubt.verdicts -= 1
        if verdict.kind != ACCEPTED or doubt.verdicts == 0:
            self.end_doubt(steam_id)
            for session in PyDict_Keys(doubt.waiting):
                (<AuthenticatedSession>session).doubt_is_over(verdict)
        return verdict.kind == ACCEPTED

    cdef int turn_away(self) except -1:
        """Fail the sessions that Steam has not judged; who is in stays in. Begins a section."""
        cdef CriticalSection section
        cdef list sessions = []
        cdef size_t index
        cdef Player *player
        section.begin(<PyObject *>self.server)
        for doubt in PyDict_Values(self.doubts):
            sessions.extend(PyDict_Keys((<_Doubt>doubt).waiting))
        for index in range(self.table.end()):
            player = self.table.at(index)
            if player != NULL and player.session != NULL and player.unjudged:
                sessions.append(<AuthenticatedSession>player.session)
        for session in sessions:
            (<AuthenticatedSession>session).fail(TURNED_AWAY)
        return 0

    # Doubts.

    cdef _Doubt doubt_about(self, uint64_t steam_id):
        """None if no verdict on an earlier session of this player may still come."""
        if not self.doubts:
            return None
        self.forget_old_doubts()
        return self.doubts.get(steam_id)

    cdef int forget_old_doubts(self) except -1:
        cdef double now
        cdef _Doubt oldest
        if not self.doubts:
            return 0
        now = monotonic()
        while self.doubts:
            player = next(iter(self.doubts), None)
            oldest = self.doubts.get(player)
            if oldest is None or oldest.deadline > now:
                break
            self.end_doubt(player)
        return 0

    cdef int add_doubt(self, uint64_t steam_id) except -1:
        cdef Player *player
        cdef bint was_routed
        cdef _Doubt before
        cdef _Doubt doubt = _Doubt.__new__(_Doubt)
        self.forget_old_doubts()
        before = self.drop_doubt(steam_id)
        doubt.deadline = monotonic() + self.server._late_verdict_seconds
        doubt.verdicts = 1
        doubt.waiting = {}
        doubt.places = []
        if before is not None:
            doubt.verdicts += before.verdicts
            doubt.waiting = before.waiting
            doubt.places = before.places
        self.doubts[steam_id] = doubt
        player = self.get(steam_id)
        was_routed = player.routed()
        player.doubtful = True
        self.settle(player, was_routed)
        return 0

    cdef _Doubt drop_doubt(self, uint64_t steam_id):
        cdef _Doubt doubt = self.doubts.pop(steam_id, None)
        cdef Player *player = self.table.find(steam_id)
        cdef bint before
        if player != NULL:
            before = player.routed()
            player.doubtful = False
            self.settle(player, before)
        return doubt

    cdef int end_doubt(self, uint64_t steam_id) except -1:
        """No verdict on an earlier session is waited for any more: its place is free."""
        cdef _Doubt doubt = self.drop_doubt(steam_id)
        if doubt is not None:
            for address in doubt.places:
                self.server._pending.give_back(address)
        return 0

    # The end.

    cdef int add_sinks(self, dict sinks) except -1:
        """Add the tasks that wait for events of one player. Begins a section."""
        cdef CriticalSection section
        cdef size_t index
        cdef Player *player
        section.begin(<PyObject *>self.server)
        for index in range(self.table.end()):
            player = self.table.at(index)
            if player == NULL or player.routes == NULL:
                continue
            routes = <object>player.routes
            if player.kind != kManyRoutes:
                if isinstance(routes, _Sink):
                    sinks[routes] = None
            else:
                for handlers in PyDict_Values(<dict>routes):
                    (<_Handlers>handlers).add_sinks(sinks)
        return 0

    cdef object close(self):
        """The server is gone: so are its sessions. Returns an interruption, or None. Begins a section."""
        cdef CriticalSection section
        cdef list sessions = []
        cdef AuthenticatedSession session
        section.begin(<PyObject *>self.server)
        self.take_all(sessions)
        section.end()
        interruption = None
        for session in sessions:
            interruption = first_of(interruption, persist(_tell_closed, session))
        return interruption

    cdef int abandon(self) except -1:
        """In a forked child: sessions, and those who wait, are the parent's."""
        cdef list sessions = []
        cdef AuthenticatedSession session
        self.take_all(sessions)
        for session in sessions:
            session.forget_task()
            session.end_limit()
        return 0

    cdef int take_all(self, list sessions) except -1:
        """Forget all sessions and doubts; appends the sessions, those that wait for a verdict too."""
        cdef size_t index
        cdef Player *player
        cdef AuthenticatedSession session
        cdef _Doubt doubt
        cdef bint before
        for steam_id in PyDict_Keys(self.doubts):
            doubt = self.drop_doubt(steam_id)
            if doubt is not None:
                sessions.extend(PyDict_Keys(doubt.waiting))
        for index in range(self.table.end()):
            player = self.table.at(index)
            if player != NULL:
                before = player.routed()
                player.open = 0
                player.unjudged = False
                session = self.take_session(player)
                self.settle(player, before)
                if session is not None:
                    sessions.append(session)
        return self.server._pending.forget()

    # Routes: handlers for one player's events. A dict owns them, which the garbage collector looks
    # into, as handlers often know their server; the table has the pointers.
    #
    # Most players have no handler but one task that waits, which stands in the table itself: where
    # thousands wait, each further object on the way is a wait for memory. The collector need not see
    # it. While the server runs it can't be collected, and when it closes all tasks are taken out.

    cdef bint connect_alone(self, uint64_t steam_id, int number, object sink) except -1:
        """Connect a player's only handler, a task that waits; False if it has to be as others are."""
        cdef CriticalSection section
        cdef Player *player
        section.begin(<PyObject *>self.server)
        if self.server.steam == NULL:
            return False
        player = self.get(steam_id)
        if player.routes != NULL:
            return False
        self.show_routes(steam_id, <PyObject *>sink, number)
        Py_INCREF(<PyObject *>sink)
        return True

    cdef bint disconnect_alone(self, uint64_t steam_id, int number, object sink) except -1:
        """Disconnect this very one; False if it is not the only one of the player."""
        cdef CriticalSection section
        cdef Player *player
        section.begin(<PyObject *>self.server)
        player = self.table.find(steam_id)
        if player == NULL or player.routes != <PyObject *>sink or player.kind != number:
            return False
        self.show_routes(steam_id, NULL, kManyRoutes)
        Py_DECREF(<PyObject *>sink)
        return True

    cdef int show_routes(self, uint64_t steam_id, PyObject *routes, int kind) except -1:
        """Let the dispatch loop see them, or none. No Python code runs in here."""
        cdef Player *player = self.get(steam_id)
        cdef bint before = player.routed()
        player.routes = routes
        player.kind = kind
        self.settle(player, before)
        return 0

    cdef tuple handlers_for(self, const Record *record, tuple first):
        """These, and those of the player whom the event names."""
        cdef uint64_t steam_id = player_of(record[0])
        cdef Player *player = self.table.find(steam_id)
        cdef _Handlers own
        if player == NULL or player.routes == NULL:
            return first
        if player.kind == record.kind or player.kind == ANY_KIND:
            sink = <object>player.routes  # held: a tuple's making may start a collection
            return first + (sink,)
        if player.kind == kManyRoutes:
            for number in (<int>record.kind, ANY_KIND):
                own = self.routes_of(steam_id, number, False)
                if own is not None:
                    first += own.current()
        return first

    cdef int watch_slow(self, _SlowWatch watch) except -1:
        for routes in PyDict_Values(self.routes):
            for handlers in PyDict_Values(<dict>routes):
                (<_Handlers>handlers).watch_slow(watch)
        return 0

    cdef _Handlers new_handlers(self):
        cdef _Handlers handlers = _Handlers.__new__(_Handlers)
        handlers.slow_watch = self.server.slow_watch
        return handlers

    cdef dict all_routes(self, uint64_t steam_id):
        """The handlers of a player by kind, even if there is only one; None if there are none."""
        cdef Player *player = self.table.find(steam_id)
        cdef _Handlers handlers
        cdef dict routes
        cdef object sink
        cdef int number
        if player == NULL or player.routes == NULL:
            return None
        number = player.kind
        if number == kManyRoutes:
            return <dict>player.routes
        sink = <object>player.routes
        handlers = self.new_handlers()
        handlers.add(sink, _Mark.__new__(_Mark))
        routes = {number: handlers}
        # A collection may have run in between.
        player = self.table.find(steam_id)
        if player == NULL or player.routes != <PyObject *>sink or player.kind != number:
            return self.all_routes(steam_id)
        self.routes[<object>steam_id] = routes
        self.show_routes(steam_id, <PyObject *>routes, kManyRoutes)
        Py_DECREF(<PyObject *>sink)
        return routes

    cdef _Handlers routes_of(self, uint64_t steam_id, int number, bint make):
        """The handlers for one kind of events of a player, or for all; None if there are none."""
        cdef dict routes = self.all_routes(steam_id)
        cdef _Handlers handlers = None
        if routes is not None:
            handlers = routes.get(number)
        if handlers is not None or not make:
            return handlers
        handlers = self.new_handlers()
        if routes is not None:
            return routes.setdefault(number, handlers)
        routes = {number: handlers}
        if self.all_routes(steam_id) is not None:
            return self.routes_of(steam_id, number, True)  # a collection ran in between
        self.routes[<object>steam_id] = routes
        try:
            self.show_routes(steam_id, <PyObject *>routes, kManyRoutes)
        except MemoryError:
            del self.routes[<object>steam_id]
            raise
        return handlers

    cdef int drop_routes(self, uint64_t steam_id, int number) except -1:
        """Forget them, as the last of them was removed."""
        cdef object player = steam_id
        cdef dict routes = self.routes.get(player)
        cdef _Handlers handlers
        if routes is None:
            return 0
        handlers = routes.get(number)
        if handlers is None or not handlers.empty():
            return 0
        del routes[number]
        if not routes and self.routes.get(player) is routes:
            self.show_routes(steam_id, NULL, kManyRoutes)
            del self.routes[player]
        return 0


def _tell_closed(session):
    (<AuthenticatedSession>session).close_with_server()
