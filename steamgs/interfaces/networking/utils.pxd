cdef class NetworkingUtils(NetworkingUtilsSignals):
    cdef GameServerCore server
    cdef int output  # the level of what Steam says for the log

    @cython.final
    cdef NetworkingUtilsApi *api(self, CriticalSection &section) except NULL
