# Which handle Steam is asked by.
cdef struct HandleQuestion:
    NativeGameServer *server
    uint64_t shutdowns  # how many the server had seen when it had the handle
    uint64_t number


cdef class AskedHandle(OwnedHandle):
    cdef str what  # for errors
    cdef list calls  # those that wait, and some that have ended

    cdef HandleQuestion question(self) noexcept
    cdef Call ask(
        self, str name, object timeout, CallbackKind answer, InterfaceKind interface,
        Question question, const void *arguments,
    )
    cdef Call expect(self, Call call)
    cdef int end_calls(self) except -1
