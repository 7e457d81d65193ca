cdef class _Awaiter:
    cdef object loop  # of the task that awaits; None before it has begun to
    cdef object wakeup  # what the task wants to be called, while it sleeps
    cdef object context
    cdef object cancel_message
    cdef Deadline deadline
    cdef object timer  # in place of the deadline, where the loop does not deliver
    cdef bint blocking
    cdef bint woken  # there is something to look at
    cdef bint queued  # to be resumed when the batch has been delivered
    cdef bint was_cancelled
    cdef bint begun

    cdef object advance(self)
    cdef int stop(self) except -1
    cdef GameServerCore owner(self)
    cdef int expire(self) except -1
    cdef int orphaned(self) except -1
    cdef int begin(self) except -1
    cdef object step(self)
    cdef int limit(self, double seconds) except -1
    cdef int end_limit(self) except -1
    cdef int wake(self) except -1
    cdef int schedule(self) except -1
    cdef int resume(self) except -1
    cdef void forget_wakeup(self) noexcept
    cdef void forget_task(self) noexcept
