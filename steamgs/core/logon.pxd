cdef class Logon(PumpedServer):
    cdef bint logon_asked
