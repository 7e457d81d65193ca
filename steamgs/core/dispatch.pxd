cdef class Call
cdef class _Questions
cdef class _Players
cdef class _Pending
cdef class _KeyedCalls
cdef class _LogonProgress
cdef class WakeUp
cdef class _Gathering
cdef class Team

# Which name GameServerCore.
cdef class GameServerStats
cdef class NetworkingSockets
cdef class NetworkingUtils
cdef class Utils
cdef class NetworkingMessages


# The groups of a server's methods (LogonMethods and the like) stand in files of their own. They add no
# members: Python combines such classes, and all of them see one server.
cdef class GameServerCore(GameServerSignals):
    cdef NativeGameServer native
    # NULL unless running. Written in a critical section: a call in one can't lose it.
    cdef ISteamGameServer *steam
    cdef Turn turn  # to deliver
    cdef Shared[unsigned long] deliverer  # the thread that calls handlers, or 0
    cdef Shared[int] without_gil  # threads that tick, call or wait, and will ask for the GIL again
    cdef _Questions questions
    cdef _KeyedCalls group_status
    cdef _KeyedCalls item_downloads
    cdef _KeyedCalls inventory_results
    cdef _KeyedCalls definition_updates
    cdef _LogonProgress progress
    cdef object error_handler
    cdef object result_handler  # takes what handlers return, such as coroutines
    cdef object interruption  # what a handler let out that ends the delivery
    cdef _SlowWatch slow_watch  # what calls handlers, where they are watched
    cdef Shared[uint64_t] slow_handlers
    cdef Shared[uint64_t] handler_errors
    cdef Shared[uint64_t] undelivered
    cdef Shared[uint64_t] warnings
    cdef Shared[uint64_t] batches
    cdef Shared[uint64_t] longest_batch
    cdef _Players players
    cdef readonly _Pending _pending
    cdef list raised  # by handlers in this batch: one list serves all that raise nothing
    cdef list resumable  # what tasks await that can go on when the batch has been delivered
    cdef list resumed  # those of them that the loop's callback, which has delivered it, resumes
    cdef Shared[unsigned long] resumer  # the thread in which that callback runs, or 0
    cdef object done  # see done_future()
    cdef tuple routed_handlers
    cdef public object _loop  # in which events are delivered, with asyncio
    cdef public double _late_verdict_seconds
    cdef unordered_set[HeldHandle *] held_handles  # what Steam gets back at the latest when the server closes
    cdef Shared[uint64_t] stream_dropped  # by all streams there were
    cdef list unpolled  # what a poll() whose handlers raised has left to the next one
    cdef Team team  # of a run_parallel(), which keeps the turn
    cdef _Gathering gathering  # of a poll_columns() that delivers
    cdef _Gathering ungathered  # likewise of a poll_columns()
    cdef tuple all_signals  # by a record's kind
    cdef EventKind[EVENT_KINDS] kinds  # likewise

    cdef GameServerStats statistics
    cdef NetworkingSockets network_sockets
    cdef NetworkingUtils network_utils
    cdef Utils steam_utils
    cdef NetworkingMessages network_messages

    # From start() to close().
    cdef object lifecycle_lock  # of whoever starts or closes; re-entrant, as closing runs callbacks
    cdef bint started
    cdef uint64_t runs  # how often it was: handles of Steam's belong to one of them
    cdef readonly bint _closed  # and has not been started again

    # Whom the pump tells.
    cdef object on_events
    cdef WakeUp wake_up

    # What the game has told Steam.
    cdef bint logon_asked
    cdef object gate  # called before Steam is asked about a player, and raises to refuse them
    cdef dict settings
    cdef set settings_too_late

    cdef int require_running(self) except -1
    cdef int require_logged_on(self) except -1
    # Begin a section, in which the pointer is good.
    cdef ISteamGameServer *api(self, CriticalSection &section) except NULL
    cdef ISteamGameServer *logged_on_api(self, CriticalSection &section) except NULL

    @cython.final
    cdef inline Py_ssize_t tick(self, list collected) except -1
    @cython.final
    cdef inline bint take(self) noexcept
    @cython.final
    cdef Py_ssize_t deliver(self, list collected) except -1
    @cython.final
    cdef int end_late_calls(self) except -1
    @cython.final
    cdef object done_future(self)
    @cython.final
    cdef int drain(self, list collected, list errors, Py_ssize_t *count) except -1
    @cython.final
    cdef int stop_delivering(self) except -1
    @cython.final
    cdef bint concerns_others(self, const Record *record, EventKind *kind) noexcept
    cdef PyObject *take_special(
        self, const Record *record, EventKind *kind, bint wanted, PyObject **handlers, Py_ssize_t *count
    ) except? NULL
    @cython.final
    cdef bint take_answer(self, const Record *record, EventKind *kind) except -1
    @cython.final
    cdef int route(self, const Record *record, PyObject **handlers) except -1
    @cython.final
    cdef inline PyObject *event_of(self, const Record *record, LastEvent *last) except NULL
    @cython.final
    cdef int renew_last(self, uint16_t number, LastEvent *last) except -1
    @cython.final
    cdef int note_interruption(self, interruption) except -1
    @cython.final
    cdef int raise_interruption(self) except -1

    cdef Call ask(
        self, str name, object timeout, CallbackKind answer, InterfaceKind interface, uint64_t key,
        Question question, const void *arguments,
    )
