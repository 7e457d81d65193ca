cdef class QueryCore(AskedHandle):
    cdef WorkshopCore workshop

    cdef int keep(self, str action, uint64_t query) except -1
    cdef ServedUGC api(self, CriticalSection &section) except *


@cython.final
cdef class DetailsCore(QueryCore):
    pass
