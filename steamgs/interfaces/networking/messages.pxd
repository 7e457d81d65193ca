cdef class NetworkingMessages(NetworkingMessagesSignals):
    cdef GameServerCore server
    cdef MessagesApi *steam  # NULL unless the server runs, and the interface was used
    cdef KnownSessions known
    cdef dict channels  # by their numbers

    @cython.final
    cdef MessagesApi *api(self, CriticalSection &section) except NULL


@cython.final
cdef class MessageChannel:
    cdef NetworkingMessages messages
    cdef readonly int number
    cdef _Inbox inbox  # for a task that iterates; None as long as there was none
    cdef bint is_open
