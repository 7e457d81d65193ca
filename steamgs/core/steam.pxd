# steamgs' C++ core, as far as Cython calls it.

cdef extern from "core/fields.h" namespace "steamgs" nogil:
    uint64_t read_id(...)
    void write_id(...)
    int read_enum(...)
    void write_enum(...)
    bint read_flag(...)
    bint is_set(const SteamIPAddress_t &)

cdef extern from "core/build_info.h" namespace "steamgs" nogil:
    const char *build_headers()
    const char *build_sdk_version()
    const char *build_game_server_interface()
    const char *build_stats_interface()
    const char *build_utils_interface()
    int build_callback_packing()

cdef extern from "common/event_queue.h" namespace "steamgs" nogil:
    cppclass Record:
        uint16_t kind
        uint16_t flags
        uint64_t word()
        const void *payload()
        uint32_t payload_size()

    cppclass EventQueue:
        bint has_unread()
        bint take()
        bint try_take(cpp_bool &)
        const Record *next()
        const Record *peek()
        size_t give_back()
        bint try_discard(uint64_t &, bint)
        bint is_outdated()
        size_t drop_outdated()
        bint has_warning()
        size_t take_warning()
        size_t waiting()
        size_t high_water()
        size_t lost()

    const uint16_t kCallResult
    const uint16_t kIoFailure
    const uint16_t kWarning
    const uint16_t kRepeated
    const uint16_t kMessages
    const uint16_t kNetworkText

cdef extern from "core/columns.h" namespace "steamgs" nogil:
    struct Column:
        const char *format
        size_t size
        bint text

    struct ColumnRows:
        size_t count
        size_t capacity
        void **columns

    struct ColumnKind:
        const Column *columns
        size_t count
        void (*append)(ColumnRows &, const Record &, uint64_t) noexcept
        size_t (*take)(ColumnRows &, EventQueue &, uint64_t) noexcept

    const ColumnKind &column_kind_of(uint16_t)

cdef extern from "core/steam_library.h" namespace "steamgs" nogil:
    enum class LoadStatus:
        ok
        not_loadable
        missing_symbol
        too_old

    LoadStatus load_steam_library(const string &, string &)
    bint simulated_steamclient_loaded()

    cppclass SteamLibrary:
        void (*release_thread_memory)()

    const SteamLibrary &steam_library()

cdef extern from "common/callbacks.h" namespace "steamgs" nogil:
    enum CallbackKind:
        pass

cdef extern from "core/inbox.h" namespace "steamgs" nogil:
    ctypedef struct NetworkingMessage "steamgs::NetworkingMessage":
        void *m_pData
        int m_cbSize
        uint32_t m_conn
        IdentityStruct m_identityPeer
        int64_t m_nConnUserData
        int64_t m_usecTimeReceived
        int64_t m_nMessageNumber
        int m_nChannel
        int m_nFlags
        int64_t m_nUserData
        uint16_t m_idxLane

    cppclass ReceivedBatch:
        ReceivedBatch *next
        NetworkingMessage **messages
        size_t size
        size_t bytes

    ctypedef void (*InboxConsumer "steamgs::Inbox::Consumer")(NetworkingMessage **, int, void *) noexcept

    cppclass NativeInbox "steamgs::Inbox":
        NativeInbox(bint, uint32_t, uint64_t, size_t, size_t)
        ReceivedBatch *take()
        void used(size_t, size_t)
        size_t waiting_messages()
        size_t waiting_bytes()
        uint64_t held_back()
        void set_consumer(InboxConsumer, void *)
        bint has_consumer()
        void stop_consumer()
        bint stopped()


cdef extern from "core/meter.h" namespace "steamgs" nogil:
    cppclass Histogram:
        uint64_t count(size_t)
        double sum_seconds()

    cppclass Reasons:
        void add(int)
        uint64_t get(int)

    cppclass RelaxedCount "std::atomic<uint64_t>":
        uint64_t load()

    cppclass TrafficCount "steamgs::Traffic::Count":
        RelaxedCount messages
        RelaxedCount bytes

    cppclass Traffic:
        TrafficCount in_ "in"
        TrafficCount out
        TrafficCount refused
        void received(NetworkingMessage **, size_t)
        void sent(bint, uint64_t)

    cppclass Meter:
        Histogram tick_duration
        Histogram tick_lateness
        Histogram delivery
        Histogram verdict
        Reasons requests
        Reasons responses
        Reasons approvals
        Reasons denials
        Reasons kicks
        size_t unjudged() nogil
        Traffic traffic
        void asks(uint64_t)
        void forgets(uint64_t)
        uint64_t connections_judged()
        void has_asked(uint64_t, uint64_t, uint64_t)
        uint64_t now()
        void delivered(uint64_t)

    size_t kHistogramBounds "steamgs::Histogram::kBounds.size()"
    uint64_t histogram_bound "steamgs::Histogram::kBounds.at" (size_t)
    int kMostReasons "steamgs::Reasons::kMost"

cdef extern from "core/game_server.h" namespace "steamgs" nogil:
    ctypedef SteamAPICall_t (*Question)(void *, const void *) noexcept

    cppclass InitParameters:
        uint32_t ip
        uint16_t game_port
        uint16_t query_port
        EServerMode mode
        string version

    cppclass NativeGameServer "steamgs::GameServer":
        EventQueue queue
        int init(const InitParameters &, string &)
        void shutdown()
        void run_callbacks()
        bint try_run_callbacks()
        # Token, whom the answer is about, what answers; the call, with an interface and arguments.
        bint ask(
            uint64_t, uint64_t, CallbackKind, InterfaceKind, Question, const void *, cpp_bool &
        )
        bint negotiate(InterfaceKind, cpp_bool &)
        bint add_inbox(const shared_ptr[NativeInbox] &) except +
        void wait_for_tick()
        void remove_inbox(uint64_t)
        const Interfaces &interfaces()
        uint64_t shutdowns()
        ISteamGameServer *interface()
        uint64_t ticks()
        uint64_t wakes()
        bint pumped()
        double pump_interval()
        void enable_meter(double) except +
        Meter *meter()
        void *listen(CCallbackBase *, int, bint)
        bint dispatching_here()
        void lock_for_fork()
        void unlock_after_fork()
        void abandon()

cdef extern from "core/wake_up.h" namespace "steamgs" nogil:
    cppclass NativeWakeUp "steamgs::WakeUp":
        int open()
        void close()
        int descriptor()
        void clear()

cdef extern from "core/pump.h" namespace "steamgs" nogil:
    cppclass PumpConsumer "steamgs::Pump::Consumer":
        void (*notify)(void *) noexcept
        void (*warn)(void *) noexcept
        void *context
        shared_ptr[NativeWakeUp] wake_up

    cppclass Pump:
        void open(NativeGameServer *)
        void close(NativeGameServer *)
        bint start(NativeGameServer *, double, const PumpConsumer &) except +
        void stop(NativeGameServer *)
        void collect_threads()
        void set_interval(NativeGameServer *, double)
        bint wait(NativeGameServer *, double)
        void rearm()
        bint notifying_here()

    Pump &pump()
    void renew_pump()
