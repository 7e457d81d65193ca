cdef class WorkshopCore(UGCSignals):
    cdef GameServerCore server

    @cython.final
    cdef ServedUGC api(self, CriticalSection &section) except *
