# Handles of Steam's that it answers by, such as those of queries and requests.
#
# Nobody knows whether Steam answers by one that it got back. So whoever waits then is told at once.

@cython.no_gc_clear  # as of OwnedHandle
@cython.auto_pickle(False)
cdef class AskedHandle(OwnedHandle):

    def __dealloc__(self):
        self.let_go()
        self.end_calls()

    def release(self) -> None:
        """Give it back to Steam; whoever waits for its answer gets a ClosedHandleError.

        Harmless if it was done before, or the server has closed.
        """
        self.let_go()
        self.end_calls()

    cdef HandleQuestion question(self) noexcept:
        """In a critical section of the server, while this is held."""
        cdef HandleQuestion question
        question.server = &self.server.native
        question.shutdowns = self.server.native.shutdowns()
        question.number = self.held.number
        return question

    cdef Call ask(
        self, str name, object timeout, CallbackKind answer, InterfaceKind interface,
        Question question, const void *arguments,
    ):
        """Ask Steam by :meth:`question`, which is among the arguments."""
        cdef CriticalSection section
        cdef Call call
        try:
            call = self.server.ask(name, timeout, answer, interface, 0, question, arguments)
        except CallFailedError:
            section.begin(<PyObject *>self.server)
            self.require(self.what)  # perhaps the server has closed, and was started again
            raise
        return self.expect(call)

    cdef Call expect(self, Call call):
        """Steam was asked, and the call waits: it ends with this, if Steam does not answer before."""
        cdef CriticalSection section
        cdef Call other
        cdef bint released
        cdef list waiting = [call]
        section.begin(<PyObject *>self.server)
        if self.calls is not None:
            for other in self.calls:
                if other.state == CALL_WAITING:
                    waiting.append(other)
        self.calls = waiting
        released = self.held.give_back == NULL
        section.end()
        if released:  # by another thread, which has not seen the call
            self.end_calls()
        return call

    cdef int end_calls(self) except -1:
        """It was let go, which comes first: what :meth:`expect` adds meanwhile, that ends."""
        cdef CriticalSection section
        cdef list calls
        if self.server is None:
            return 0
        section.begin(<PyObject *>self.server)
        calls, self.calls = self.calls, None
        section.end()
        if calls is None:
            return 0
        interruption = self.server.questions.end_all(
            calls, CALL_FAILED, (ClosedHandleError, (self.what,))
        )
        if interruption is not None:
            raise interruption
        return 0


cdef bint of_this_run(const HandleQuestion &question) noexcept nogil:
    """When Steam is asked: whether it may have given the number to nobody else meanwhile."""
    return question.server.shutdowns() == question.shutdowns
