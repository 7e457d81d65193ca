@cython.final
cdef class PollGroup:
    cdef NetworkingSockets sockets
    cdef readonly uint32_t handle
    cdef bint is_open
    cdef _Inbox inbox  # for a task that iterates; None as long as there was none

    cdef Sockets *opened(self, CriticalSection &section) except NULL
    cdef int put(self, Sockets *steam, Connection connection) except -1
