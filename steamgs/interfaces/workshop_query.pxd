@cython.final
cdef class QueryCore(OwnedHandle):
    cdef WorkshopCore workshop

    cdef ServedUGC api(self, CriticalSection &section) except *
