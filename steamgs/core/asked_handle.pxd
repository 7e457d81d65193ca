cdef class AskedHandle(OwnedHandle):
    cdef str what  # for errors
    cdef list calls  # those that wait, and some that have ended

    cdef Call expect(self, Call call)
    cdef int end_calls(self) except -1
