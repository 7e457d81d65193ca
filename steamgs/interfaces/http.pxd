cdef class HttpCore(HTTPSignals):
    cdef GameServerCore server

    @cython.final
    cdef ServedHTTP api(self, CriticalSection &section) except *


@cython.final
cdef class CookiesCore(OwnedHandle):
    cdef HttpCore http


@cython.final
cdef class RequestCore(AskedHandle):
    cdef HttpCore http
    cdef CookiesCore jar  # stays as long as the request

    cdef ServedHTTP api(self, CriticalSection &section) except *
