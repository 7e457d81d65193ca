cdef class Event:
    cdef tuple fields(self)
