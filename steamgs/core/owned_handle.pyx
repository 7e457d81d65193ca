# Handles of Steam's that a program owns, such as those of queries and requests.
#
# Steam gets each back once: when it is released, when its object goes, or when the server closes. What
# a later run of the server has under the same number is never touched.

@cython.no_gc_clear  # `server` is never None, once there is a handle
@cython.auto_pickle(False)
cdef class OwnedHandle:

    def __dealloc__(self):
        self.let_go()

    def release(self) -> None:
        """Give it back to Steam; harmless if that was done before, or the server has closed."""
        self.let_go()

    cdef int hold(self, uint64_t number, GiveBack give_back) except -1:
        """In a critical section of the server, which is running."""
        if self.held.give_back != NULL:
            give_back_one(self.server, &self.held)
        self.held.number = number
        self.held.give_back = give_back
        self.server.held_handles.insert(&self.held)
        return 0

    cdef int require(self, str what) except -1:
        """In a critical section of the server."""
        if self.held.give_back == NULL:
            raise ClosedHandleError(what)
        return 0

    cdef void let_go(self) noexcept:
        cdef CriticalSection section
        if self.server is None:
            return
        section.begin(<PyObject *>self.server)
        if self.held.give_back != NULL:
            self.server.held_handles.erase(&self.held)
            give_back_one(self.server, &self.held)


cdef void give_back_one(GameServerCore server, HeldHandle *held) noexcept:
    held.give_back(server.native.interfaces(), held.number)
    held.give_back = NULL


cdef int give_back_handles(GameServerCore server) except -1:
    """The server closes; in a critical section of it, while Steam is there."""
    # Their objects are not touched: some may be about to go.
    for held in server.held_handles:
        give_back_one(server, held)
    server.held_handles.clear()
    return 0


cdef int forget_handles(GameServerCore server) except -1:
    """In a forked child: they are the parent's."""
    for held in server.held_handles:
        held.give_back = NULL
    server.held_handles.clear()
    return 0
