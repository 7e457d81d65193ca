# For other Cython modules: functions that Steam's dispatcher calls directly, without Python.
# steamgs/native.h in `steamgs.get_include()` has the C++ declarations and explains them.

cdef extern from "steamgs/native.h" namespace "steamgs":
    cdef cppclass Listener[P]:
        Listener()
        int listen(object server, void (*)(const P *, void *) noexcept nogil, void *) except -1
        int take_over(object server, void (*)(const P *, void *) noexcept nogil, void *) except -1
        void stop() nogil
        bint listening() nogil
