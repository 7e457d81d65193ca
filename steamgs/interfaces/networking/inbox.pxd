# What one task awaits, again and again, while others put something there for it.
cdef class _Mailbox(_Awaiter):
    cdef GameServerCore server
    cdef bint is_open

    cdef object next_item(self)
    cdef int end(self) except -1


@cython.final
cdef class _Arrivals(_Mailbox):
    cdef Listener listener


cdef class _ConnectionWait(_Mailbox):
    cdef Connection connection


@cython.final
cdef class _StateChange(_ConnectionWait):
    pass


@cython.final
cdef class _Ending(_ConnectionWait):
    pass


# The messages of a group of connections, which ticks receive.
@cython.final
cdef class _Inbox(_Mailbox):
    cdef NetworkingSockets sockets
    cdef shared_ptr[NativeInbox] native
    cdef uint64_t token
    cdef ReceivedBatch *taken  # which nobody has got yet

    cdef Batch next_batch(self)
    cdef int let_go(self) except -1


# The messages of one connection, for a task.
@cython.final
cdef class _Reader(_Mailbox):
    cdef Connection connection
    cdef object messages  # which the task has not got yet
    cdef size_t bytes
    cdef bint held_back  # Steam keeps what comes, as too much waits here

    cdef int put(self, Message message) except -1
    cdef bint fetch(self) except -1
