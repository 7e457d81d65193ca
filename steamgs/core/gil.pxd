# What guards state where there is no GIL; see src/core/gil.h.
#
# A function that needs a critical section declares a `CriticalSection`: it ends with the function. It
# is begun by functions that come from outside, such as methods of Python's and what the dispatch loop
# calls. What says "in a critical section" is called by those.

cdef extern from "core/gil.h" namespace "steamgs" nogil:
    const bint kFreeThreaded
    bint alone_in_python() noexcept
    void yield_thread() noexcept
    bint has_only_reference(PyObject *) noexcept
    void keep_object(void *) noexcept

    cppclass CriticalSection:
        void begin(PyObject *) noexcept
        void end() noexcept

    cppclass ShortLock:
        void lock() noexcept
        void unlock() noexcept

    cppclass Turn:
        bint take() noexcept
        void give_back() noexcept
        bint taken() noexcept

    cppclass Shared[T]:
        T get() noexcept
        void set(T) noexcept
        void add(T) noexcept
        T add_from_anywhere(T) noexcept

    cppclass Marks:
        unsigned int get() noexcept
        void put(unsigned int) noexcept
        void remove(unsigned int) noexcept

cdef extern from "core/event_kind.h" namespace "steamgs" nogil:
    struct LastEvent:
        PyObject *event
        void *data

    struct EventKind:
        PyObject *handlers
        LastEvent last
        Shared[uint64_t] count
        PyObject *asked
        Marks special
