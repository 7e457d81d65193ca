@cython.final
cdef class WakeUp:
    cdef shared_ptr[NativeWakeUp] native
