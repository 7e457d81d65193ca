@cython.final
cdef class SearchCore(QueryCore):
    pass
