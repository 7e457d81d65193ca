cdef class _Awaiter:
    cdef object loop  # of the task that awaits; None before it has begun to
    # What the task wants to be called, while it sleeps: see take_apart().
    cdef object wakeup
    cdef PyCFunction wakeup_function
    cdef object context
    cdef object cancel_message
    cdef Deadline deadline
    cdef object timer  # in place of the deadline, where the loop does not deliver
    cdef cpp_bool blocking
    cdef cpp_bool woken  # there is something to look at
    cdef cpp_bool queued  # to be resumed when the batch has been delivered
    cdef cpp_bool was_cancelled
    cdef cpp_bool begun

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
    cdef int resume(self, object done) except -1
    cdef void forget_wakeup(self) noexcept
    cdef void forget_task(self) noexcept
