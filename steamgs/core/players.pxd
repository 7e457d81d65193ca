cdef extern from "core/players.h" namespace "steamgs" nogil:
    cppclass Player:
        uint64_t steam_id
        PyObject *session
        PyObject *routes
        int kind
        uint8_t open
        bint unjudged
        bint doubtful
        bint routed()

    int kManyRoutes

    cppclass Players:
        Player *find(uint64_t)
        Player *get(uint64_t)
        void forget_if_empty(Player *)
        size_t count()
        size_t end()
        Player *at(size_t)

cdef extern from "core/verdict.h" namespace "steamgs" nogil:
    const int *kPlayerOffsets
    uint64_t player_of(const Record &)

    enum VerdictKind "steamgs::Verdict::Kind":
        NO_VERDICT "steamgs::Verdict::none"
        ACCEPTED "steamgs::Verdict::accepted"
        REFUSED "steamgs::Verdict::refused"
        DENIED "steamgs::Verdict::denied"
        KICKED "steamgs::Verdict::kicked"

    cppclass Verdict:
        VerdictKind kind
        int reason
        uint64_t owner

    Verdict verdict_of(const Record &)


@cython.final
cdef class _Doubt:
    cdef double deadline
    cdef int verdicts
    cdef dict waiting  # sessions, as keys
    cdef list places  # addresses, or None, of those who took a place and left it to this


@cython.final
cdef class _Players:
    cdef GameServerCore server
    cdef Players table
    cdef dict doubts  # by Steam id, the oldest first
    cdef dict routes  # by Steam id: dicts of handlers by kind
    cdef size_t routed  # how many of them events concern, besides the signals' handlers
    cdef bint follows_verdicts

    cdef Player *get(self, uint64_t steam_id) except NULL
    cdef void settle(self, Player *player, bint before) noexcept
    cdef void mark_kinds(self, bint routed) noexcept
    # Sessions.
    cdef int begun(self, uint64_t steam_id, uint8_t open) except -1
    cdef int ended(self, uint64_t steam_id) except -1
    cdef int enter(self, AuthenticatedSession session) except -1
    cdef bint leave(self, AuthenticatedSession session) except -1
    cdef AuthenticatedSession take_session(self, Player *player)
    cdef int hear(self, const Record *record) except -1
    cdef int turn_away(self) except -1
    cdef bint is_for_an_earlier_session(self, uint64_t steam_id, Verdict verdict) except -1
    cdef _Doubt doubt_about(self, uint64_t steam_id)
    cdef int forget_old_doubts(self) except -1
    cdef int add_doubt(self, uint64_t steam_id) except -1
    cdef _Doubt drop_doubt(self, uint64_t steam_id)
    cdef int end_doubt(self, uint64_t steam_id) except -1
    cdef int add_sinks(self, dict sinks) except -1
    cdef object close(self)
    cdef int abandon(self) except -1
    cdef int take_all(self, list sessions) except -1
    # Routes.
    cdef bint connect_alone(self, uint64_t steam_id, int number, object sink) except -1
    cdef bint disconnect_alone(self, uint64_t steam_id, int number, object sink) except -1
    cdef int show_routes(self, uint64_t steam_id, PyObject *routes, int kind) except -1
    cdef tuple handlers_for(self, const Record *record, tuple first)
    cdef int watch_slow(self, _SlowWatch watch) except -1
    cdef _Handlers new_handlers(self)
    cdef dict all_routes(self, uint64_t steam_id)
    cdef _Handlers routes_of(self, uint64_t steam_id, int number, bint make)
    cdef int drop_routes(self, uint64_t steam_id, int number) except -1
