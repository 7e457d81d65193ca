@cython.final
cdef class Connection:
    cdef NetworkingSockets sockets
    cdef readonly uint32_t handle
    cdef bint is_open
    cdef bint accepted
    cdef int last_state
    cdef readonly Listener listener
    cdef PollGroup group_of
    cdef dict waits  # the keys: tasks that wait for another state; None as long as there was none
    cdef _Reader reader  # for a task that iterates; None as long as there was none

    cdef Sockets *opened(self, CriticalSection &section) except NULL
    cdef Batch take(self, object most)
    cdef int entered(self, int state) except -1
    cdef int wake_waits(self) except -1
    cdef int tell_tasks(self) except -1
    cdef int64_t pending(self) except -1
    cdef int shut(self, Sockets *steam, int reason, bytes text, bint linger) except -1
