cdef extern from "core/strands.h" namespace "steamgs" nogil:
    cppclass Task "steamgs::Strands::Task":
        const Record &record()
        PyObject *handlers

    cppclass Strands:
        void open(size_t) except +
        bint put(uint64_t, const Record &, PyObject *) except +
        bint wait_for_room(size_t, double)
        size_t limit()
        Task *next(Task *)
        Task *wait_for_next()
        void close()
        bint closed()
        Task *take_left()

    bint delivering_in_parallel()
    void set_delivering_in_parallel(bint)


@cython.final
cdef class Team:
    cdef GameServerCore server
    cdef Strands *strands
    cdef list raised
    cdef bint abandoned  # this is a forked child: the other threads, and the lock, are the parent's

    cdef bint takes(self, const Record *record) noexcept
    cdef bint has_rested(self) except -1
    cdef int put(self, const Record *record, PyObject *handlers) except -1
    cdef int wait_for_room(self, size_t wanted) except -1
    cdef int deliver_task(self, Task *task, LastEvent *last) except -1
    cdef int drop_left(self) except -1
