cdef class OwnedHandle:
    cdef GameServerCore server
    cdef HeldHandle held

    cdef int hold(self, uint64_t number, GiveBack give_back) except -1
    cdef int require(self, str what) except -1
    cdef void let_go(self) noexcept
