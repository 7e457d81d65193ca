cdef class NetworkingUtils(NetworkingUtilsSignals):
    cdef GameServerCore server
