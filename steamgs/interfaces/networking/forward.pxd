# Which name each other.
cdef class Connection
cdef class Listener
