cdef enum:
    CALL_WAITING
    CALL_ANSWERED
    CALL_FAILED
    CALL_CANCELLED


@cython.final
cdef class Call:
    cdef GameServerCore server
    cdef str name  # the method that was called
    cdef uint64_t token
    cdef int state
    cdef object outcome  # the answer; or what makes the error, and its arguments
    cdef list sleepers  # those who wait: locks of threads, futures of loops. None for nobody
    cdef list callbacks  # None for none; not None until all of them have been called
    cdef Deadline deadline
    cdef object late  # makes the outcome of a time limit; None for a plain TimeoutError
    cdef _KeyedCalls keyed  # where it waits besides, if it is answered by a callback
    cdef object key

    cdef bint settle(self, int state, object outcome) noexcept
    cdef object tell(self)
    cdef tuple lateness(self)
    cdef object next_callback(self)
    cdef object run_callback(self, object function)
    cdef bint add_sleeper(self, object sleeper) except -1
    cdef int forget_sleeper(self, object sleeper) except -1
    cdef int wait(self, object timeout) except -1
    cdef object error(self)
    cdef object read(self)
