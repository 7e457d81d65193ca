# What wakes an event loop without the GIL.

@cython.final
cdef class WakeUp:
    """A descriptor that is readable from when the pump has events until :meth:`clear`.

    :raises NotImplementedError: there are none here that event loops watch, as on Windows.
    :raises OSError: the process may have no more descriptors.
    """

    def __cinit__(self):
        self.native = make_shared[NativeWakeUp]()
        cdef int error = self.native.get().open()
        if error == ENOSYS:
            raise NotImplementedError("event loops watch no descriptors of this kind here")
        if error != 0:
            raise OSError(error, os.strerror(error))

    def fileno(self) -> int:
        """The descriptor, to be watched and not to be read; -1 when closed."""
        return self.native.get().descriptor()

    def clear(self) -> None:
        """Make it unreadable, before taking the events. Does nothing when closed."""
        self.native.get().clear()

    def close(self) -> None:
        """Close it; only when the pump has stopped, or in a forked child."""
        self.native.get().close()
