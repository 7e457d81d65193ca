# Messages that were received together. It holds no Python object that could lead back to it.
@cython.final
cdef class Batch:
    cdef KeptMessages kept
    cdef int room
    cdef shared_ptr[ConnectionTable] table
    cdef list given  # the Message objects that own one of the messages, by index; or None
    cdef void *columns  # the numbers of all messages, or NULL as long as nobody has asked

    cdef int own(self, int count, NetworkingSockets sockets) except -1
    cdef NetworkingMessage *at(self, Py_ssize_t index) noexcept
    cdef object column(self, int which)
    cdef int gather(self) except -1
    cdef object message(self, Py_ssize_t index)
    cdef object with_identity(self, Py_ssize_t index)


# One column, as a buffer.
@cython.final
cdef class _BatchColumn:
    cdef Batch batch
    cdef int which
    cdef Py_ssize_t length


@cython.final
cdef class _BatchIterator:
    cdef Batch batch
    cdef Py_ssize_t position
    cdef object pair


@cython.final
cdef class Message:
    cdef KeptMessages kept
    cdef shared_ptr[ConnectionTable] table
    cdef Py_ssize_t exports
    cdef Py_ssize_t length

    cdef NetworkingMessage *raw(self) noexcept
