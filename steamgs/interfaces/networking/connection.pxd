@cython.final
cdef class Connection:
    cdef NetworkingSockets sockets
    cdef readonly uint32_t handle
    cdef bint is_open
    cdef int last_state
    cdef readonly Listener listener
    cdef PollGroup group_of

    cdef Sockets *opened(self) except NULL
    cdef int ended(self) except -1
    cdef int shut(self, Sockets *steam, int reason, bytes text, bint linger) except -1
