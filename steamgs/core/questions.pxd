cdef extern from "core/deadlines.h" namespace "steamgs" nogil:
    cppclass Deadline:
        void cancel()

    cppclass Deadlines:
        bint empty()
        bint add(Deadline *, double, void *) except +
        double first()
        void *take_reached(double, void (*)(void *) noexcept)

    double monotonic()


@cython.final
cdef class _Questions:
    cdef GameServerCore server
    cdef dict waiting  # by token
    cdef Shared[uint64_t] last_token
    cdef (Shared[uint64_t])[4] ended  # how many calls, by the state in which they have ended
    cdef Deadlines deadlines

    cdef Call ask(self, str name, object timeout, object late=*)
    cdef Call add(self, str name)
    cdef object limit(self, Deadline *deadline, PyObject *owner, double seconds)
    cdef int forget(self, Call call) except -1
    cdef int take_back(self, Call call) except -1
    cdef object answer(self, uint64_t token, Event event, int reason=*)
    cdef object end_all(self, list calls, int state, object outcome)
    cdef object end_late(self)
    cdef object close(self)
    cdef int abandon(self) except -1


@cython.final
cdef class _KeyedCalls:
    cdef _Questions questions
    cdef object key_of
    cdef dict waiting  # lists of calls, by key
    cdef EventKind *kind  # of the event that answers, whose dispatch asks only while calls wait

    cdef Call ask(self, str name, object key, object timeout)
    cdef list take(self, key)
    cdef int forget(self, Call call) except -1
    cdef int hear(self, Event event) except -1
