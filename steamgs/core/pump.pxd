cdef class PumpedServer(GameServerCore):
    cdef object on_events
    cdef double interval

    cdef void call_on_events(self) noexcept
