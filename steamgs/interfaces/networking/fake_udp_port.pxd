@cython.final
cdef class FakeUDPPort:
    cdef NetworkingSockets sockets
    cdef SteamFakeUDPPort *steam

    cdef SteamFakeUDPPort *opened(self, CriticalSection &section) except NULL
