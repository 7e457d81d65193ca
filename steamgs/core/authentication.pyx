# Players' sessions as asyncio tasks have them: admitted by Steam, and perhaps revoked later.
#
# What the server knows of its players and what their sessions know belong together. So all of it is done
# in a critical section on the server, which what comes from outside begins: what the task drives, the
# clock and the server's end.

@cython.final
@cython.auto_pickle(False)
cdef class _ItselfCalled:
    """A method that is the object itself: what calls it calls the object.

    ``async with`` keeps its bound ``__aexit__`` for the whole block. That would be an object more for
    each player, which the garbage collector examines.
    """

    def __get__(self, instance, owner):
        return owner.__call__ if instance is None else instance


@cython.auto_pickle(False)
cdef class AuthenticatedSession(_Awaiter):
    """A player for whom Steam vouches, as given by ``async with server.authenticate(...)``.

    It is what its task awaits, too: with thousands of players, the garbage collector counts each
    object.
    """

    def __cinit__(
        self, GameServerCore server not None, steam_id, credentials, timeout, str address=None
    ):
        self.server = server
        self.credentials = credentials
        self.timeout = timeout
        self.address = address
        self.phase = SESSION_NEW
        self.steam_id = 0 if steam_id is None else integer_argument("steam_id", steam_id, 1, UINT64_MAX)

    @property
    def owner_id(self):
        return self.verdict.owner

    @property
    def revoked(self):
        """Await it to learn that, and why, Steam no longer vouches for the player.

        None if the session ended otherwise: the block was left, the host ended it by
        ``end_auth_session()``, or the server closed. Several tasks may await it, and each may be
        cancelled.
        """
        cdef CriticalSection section
        import asyncio
        section.begin(<PyObject *>self.server)
        if self.revoked_future is None:
            self.revoked_future = asyncio.get_running_loop().create_future()
            if self.ended:
                self.revoked_future.set_result(reason_of(self.revocation))
        return asyncio.shield(self.revoked_future)

    def __repr__(self):
        return f"<AuthenticatedSession {self.steam_id}, {'revoked' if self.ended else 'open'}>"

    def __aenter__(self):
        if self.phase != SESSION_NEW:
            raise SteamError("a session can be entered only once")
        self.phase = SESSION_ENTERING
        return self

    def __call__(self, kind, error, traceback, /):
        """What ``async with`` calls at the end of the block."""
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        self.leave()
        return self

    __aexit__ = _ItselfCalled.__new__(_ItselfCalled)

    # What the task drives.

    cdef object advance(self):
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        if self.phase == SESSION_LEFT:
            return None
        if self.phase == SESSION_OPEN:
            return self
        if self.phase == SESSION_NEW:
            raise SteamError("a session is entered by `async with`, which ends it, not by `await`")
        if not self.begun:
            self.begin()
        if self.failure != NO_FAILURE:
            error = self.error()
            self.leave()
            raise error
        if self.phase == SESSION_UNJUDGED:
            if self.verdict.kind == NO_VERDICT:
                return WAITING
            self.phase = SESSION_OPEN
            self.end_limit()
            return self
        return self.enter()

    cdef object enter(self):
        cdef double seconds = timeout_argument(self.timeout)
        self.end_limit()
        try:
            if self.place == 0:
                self.place = self.server._pending.take(self.server.players, self.address)
            if self.ask():
                if self.place != self.server._pending.run:
                    raise was_closed()  # in between, and has forgotten all sessions
                self.phase = SESSION_UNJUDGED
                self.credentials = None
                self.server.players.enter(self)
                self.limit(seconds)
        except BaseException:
            self.leave()
            raise
        return WAITING

    cdef bint ask(self) except -1:
        """Have Steam begin the session; False where that is to be done later."""
        cdef _Doubt doubt = self.server.players.doubt_about(self.steam_id)
        if doubt is not None:
            self.wait_for(doubt)
            return False
        cdef bytes ticket = bytes_argument("ticket", self.credentials, TICKET_LIMIT)
        pass_gate(self.server, <object>self.steam_id)
        self.server.require_running()
        begin_ticket_session(self.server, self.server.steam, ticket, self.steam_id)
        return True

    cdef int end(self, ISteamGameServer *steam) except -1:
        return end_ticket_session(self.server, steam, self.steam_id)

    cdef int wait_for(self, _Doubt doubt) except -1:
        self.phase = SESSION_IN_DOUBT
        doubt.waiting[self] = None
        return self.limit(doubt.deadline - monotonic())

    cdef int stop(self) except -1:
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        return self.leave()

    cdef int leave(self) except -1:
        cdef _Doubt doubt
        cdef bint unjudged = self.phase == SESSION_UNJUDGED
        self.end_limit()
        self.revoke(NO_VERDICT, 0)
        if self.phase == SESSION_IN_DOUBT:
            doubt = self.server.players.doubts.get(self.steam_id)
            if doubt is not None:
                doubt.waiting.pop(self, None)
        self.phase = SESSION_LEFT
        # Where the server was closed meanwhile, or the host has ended the session, the player may
        # have another one by now.
        if self.server.players.leave(self) and self.server.steam != NULL:
            self.end(self.server.steam)
        return self.leave_place(unjudged)

    cdef int leave_place(self, bint unjudged) except -1:
        """It is not pending any more; its place is kept for a verdict that may still come."""
        cdef _Doubt doubt = None
        cdef bint has_place = self.place == self.server._pending.run
        self.place = 0
        if not has_place:
            return 0
        if unjudged:
            doubt = self.server.players.doubts.get(self.steam_id)
        if doubt is None:
            return self.server._pending.give_back(self.address)
        doubt.places.append(self.address)
        return 0

    cdef object error(self):
        if self.failure == TIMED_OUT:
            return AuthTimeoutError()
        if self.failure == ENDED_BY_HOST:
            return SteamError("the session was ended by the server")
        if self.failure == SERVER_CLOSED:
            return NotRunningError("the game server was closed")
        if self.failure == TURNED_AWAY:
            return DrainingError()
        return AuthSessionError(reason_of(self.verdict))

    # What it is told. Nothing of a program's runs in here.

    cdef GameServerCore owner(self):
        return self.server

    cdef int fail(self, int failure) except -1:
        if self.phase in (SESSION_UNJUDGED, SESSION_IN_DOUBT) and self.failure == NO_FAILURE:
            if self.verdict.kind == NO_VERDICT:
                self.failure = failure
                self.deadline.cancel()
                self.wake_or_leave()
        return 0

    cdef int wake_or_leave(self) except -1:
        """Wake the task, unless its loop is gone: then nobody else would leave."""
        self.wake()
        return self.leave() if self.loop.is_closed() else 0

    cdef int judge(self, Verdict verdict) except -1:
        if self.phase == SESSION_UNJUDGED and self.verdict.kind == NO_VERDICT:
            self.leave_place(False)
            if self.failure == NO_FAILURE:
                self.verdict = verdict
                if verdict.kind != ACCEPTED:
                    self.failure = REFUSED_BY_STEAM
                self.deadline.cancel()
                self.wake()
        elif verdict.kind != ACCEPTED:
            self.revoke(verdict.kind, verdict.reason)
        return 0

    cdef int doubt_is_over(self, Verdict verdict) except -1:
        """The verdict on an earlier session has come: a refusal is one of the player."""
        if verdict.kind != ACCEPTED and self.failure == NO_FAILURE:
            self.verdict = verdict
            self.failure = REFUSED_BY_STEAM
        self.deadline.cancel()
        return self.wake_or_leave()

    cdef int expire(self) except -1:
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        if self.phase == SESSION_IN_DOUBT:
            return self.wake_or_leave()  # the verdict never came
        return self.fail(TIMED_OUT)

    cdef int revoke(self, VerdictKind kind, int reason) except -1:
        if self.ended:
            return 0
        self.ended = True
        self.revocation.kind = kind
        self.revocation.reason = reason
        if self.revoked_future is not None and not self.revoked_future.get_loop().is_closed():
            self.revoked_future.set_result(reason_of(self.revocation))
        return 0

    cdef int close_with_server(self) except -1:
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        self.fail(SERVER_CLOSED)
        return self.revoke(NO_VERDICT, 0)


@cython.final
@cython.auto_pickle(False)
cdef class ConnectionSession(AuthenticatedSession):
    """A player of the older flow, as ``server.authenticate_connection(...)`` gives it."""

    cdef bint ask(self) except -1:
        cdef _Doubt doubt
        cdef uint32_t ip = ipv4_argument("ip", self.credentials[0])
        cdef bytes blob = bytes_argument("blob", self.credentials[1], TICKET_LIMIT)
        pass_gate(self.server, None)
        self.server.require_running()
        self.steam_id = begin_connection(self.server, self.server.steam, ip, blob)
        doubt = self.server.players.doubt_about(self.steam_id)
        if doubt is None:
            return True
        # Who it is was not known before: the player comes again when the doubt is over.
        self.end(self.server.steam)
        doubt = self.server.players.doubt_about(self.steam_id)
        if doubt is None:
            raise was_closed()
        self.wait_for(doubt)
        return False

    cdef int end(self, ISteamGameServer *steam) except -1:
        return end_connection(self.server, steam, self.steam_id)


cdef object reason_of(Verdict verdict):
    """Why Steam does not vouch for a player; None if there is no reason."""
    if verdict.kind == REFUSED:
        return enum_member(AuthSessionResponse, AuthSessionResponse_members, verdict.reason)
    if verdict.kind == DENIED or verdict.kind == KICKED:
        return enum_member(DenyReason, DenyReason_members, verdict.reason)
    return None


make_awaitable(AuthenticatedSession)
make_awaitable(ConnectionSession)
