cdef class Utils(UtilsSignals):
    cdef GameServerCore server
    cdef bint filters  # init_filter_text() was called in this run

    @cython.final
    cdef ServedUtils api(self, CriticalSection &section) except *
