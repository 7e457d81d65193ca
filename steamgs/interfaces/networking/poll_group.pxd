@cython.final
cdef class PollGroup:
    cdef NetworkingSockets sockets
    cdef readonly uint32_t handle
    cdef bint is_open

    cdef Sockets *opened(self) except NULL
