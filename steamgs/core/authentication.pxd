cdef enum:
    SESSION_NEW
    SESSION_ENTERING  # a task has begun to enter it, and Steam has not been asked
    SESSION_IN_DOUBT  # Steam will be asked when an earlier session's verdict has come
    SESSION_UNJUDGED
    SESSION_OPEN
    SESSION_LEFT

cdef enum:
    NO_FAILURE
    REFUSED_BY_STEAM
    TIMED_OUT
    ENDED_BY_HOST
    SERVER_CLOSED
    TURNED_AWAY


cdef class AuthenticatedSession(_Awaiter):
    cdef GameServerCore server
    cdef readonly uint64_t steam_id
    cdef object credentials
    cdef object timeout
    cdef object revoked_future
    cdef Verdict verdict  # Steam's refusal, where that is the failure
    cdef Verdict revocation
    cdef str address  # for the bound on pending sessions, where the host has named it
    cdef uint64_t place  # the server's run in which it has a place among those; 0 if it has none
    cdef uint8_t phase
    cdef uint8_t failure
    cdef cpp_bool ended

    cdef bint ask(self) except -1
    cdef int end(self, ISteamGameServer *steam) except -1
    cdef object enter(self)
    cdef int wait_for(self, _Doubt doubt) except -1
    cdef int leave(self) except -1
    cdef int leave_place(self, bint unjudged) except -1
    cdef int fail(self, int failure) except -1
    cdef int wake_or_leave(self) except -1
    cdef int judge(self, Verdict verdict) except -1
    cdef int doubt_is_over(self, Verdict verdict) except -1
    cdef int revoke(self, VerdictKind kind, int reason) except -1
    cdef int close_with_server(self) except -1
    cdef object error(self)


@cython.final
cdef class ConnectionSession(AuthenticatedSession):
    pass
