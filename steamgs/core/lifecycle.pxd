@cython.final
cdef class _Interruptions:
    cdef object first

    cdef int outlast(self, step) except -1
    cdef int note(self, interruption) except -1
    cdef int raise_first(self) except -1
