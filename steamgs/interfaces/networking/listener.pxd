@cython.final
cdef class Listener:
    cdef NetworkingSockets sockets
    cdef readonly uint32_t handle
    cdef bint is_open
    cdef str kind
    cdef readonly PollGroup group
    cdef dict waiting  # connections that want in, in order of arrival
    cdef list fresh  # those of them that nobody has been told of
    cdef Py_ssize_t limit
    cdef uint64_t turned_away
    cdef _Arrivals arrivals  # for a task that iterates; None as long as there was none

    cdef Sockets *opened(self, CriticalSection &section) except NULL
    cdef int arrived(self, Connection connection) except -1
    cdef bint still_waits(self, Connection connection) except -1
    cdef int refuse(self, Connection connection) except -1
    cdef int forget(self, Connection connection) except -1
