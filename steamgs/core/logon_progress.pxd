@cython.final
cdef class _LogonProgress:
    cdef GameServerCore server
    cdef list waiting  # the calls that wait for the end of the logon
    cdef bint has_policy
    cdef bint asks_for_vac
    cdef bint asked
    cdef bint policy  # whether it has come, or is not to be waited for
    cdef bint policy_before
    cdef object connected  # the event, or None
    cdef object failure  # the last one since the logon began, or None
    cdef Call grace  # fails when a doubtful policy response has been waited for long enough

    cdef int serves(self, int mode) except -1
    cdef int forget(self) except -1
    cdef int begin(self, bint asked) except -1
    cdef int expect_policy(self) except -1
    cdef int set_policy(self, bint policy) except -1
    cdef Call ask(self, str name, object timeout)
    cdef Call was_asked(self, Call call)
    cdef object look(self)
    cdef object end(self, int state, object outcome)
    cdef object log_off(self)
    cdef object fail(self, result)
