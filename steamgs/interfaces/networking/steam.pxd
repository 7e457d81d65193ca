# Steam's networking as C++ sees it: interfaces, structs, and what the core adds.

cdef extern from "core/networking.h" nogil:
    # Our declarations, whatever Steam's headers have; the same slots in both versions.
    ctypedef struct SteamNetworkingConfigValue_t "steamgs::abi::SteamNetworkingConfigValue_t":
        pass

    ctypedef struct ConnectionInfoStruct "steamgs::abi::SteamNetConnectionInfo_t":
        IdentityStruct m_identityRemote
        int64_t m_nUserData
        uint32_t m_hListenSocket
        AddressStruct m_addrRemote
        uint32_t m_idPOPRemote
        uint32_t m_idPOPRelay
        int m_eState
        int m_eEndReason
        char m_szEndDebug[128]
        char m_szConnectionDescription[128]
        int m_nFlags

    ctypedef struct ConnectionStatusStruct "steamgs::abi::SteamNetConnectionRealTimeStatus_t":
        int m_eState
        int m_nPing
        float m_flConnectionQualityLocal
        float m_flConnectionQualityRemote
        float m_flOutPacketsPerSec
        float m_flOutBytesPerSec
        float m_flInPacketsPerSec
        float m_flInBytesPerSec
        int m_nSendRateBytesPerSecond
        int m_cbPendingUnreliable
        int m_cbPendingReliable
        int m_cbSentUnackedReliable
        int64_t m_usecQueueTime

    ctypedef struct LaneStatusStruct "steamgs::abi::SteamNetConnectionRealTimeLaneStatus_t":
        int m_cbPendingUnreliable
        int m_cbPendingReliable
        int m_cbSentUnackedReliable
        int64_t m_usecQueueTime

    ctypedef struct AuthStatusStruct "steamgs::abi::SteamNetAuthenticationStatus_t":
        pass

    ctypedef struct FakeIPStruct "steamgs::abi::SteamNetworkingFakeIPResult_t":
        pass

    cppclass SteamFakeUDPPort "steamgs::abi::ISteamNetworkingFakeUDPPort":
        void DestroyFakeUDPPort()
        int SendMessageToFakeIP(const AddressStruct &, const void *, uint32_t, int)
        int ReceiveMessages(NetworkingMessage **, int)
        void ScheduleCleanup(const AddressStruct &)

    cppclass Sockets "steamgs::Sockets":
        uint32_t CreateListenSocketIP(const AddressStruct &, int, const SteamNetworkingConfigValue_t *)
        uint32_t ConnectByIPAddress(const AddressStruct &, int, const SteamNetworkingConfigValue_t *)
        uint32_t CreateListenSocketP2P(int, int, const SteamNetworkingConfigValue_t *)
        uint32_t ConnectP2P(const IdentityStruct &, int, int, const SteamNetworkingConfigValue_t *)
        int AcceptConnection(uint32_t)
        bint CloseConnection(uint32_t, int, const char *, bint)
        bint CloseListenSocket(uint32_t)
        bint SetConnectionUserData(uint32_t, int64_t)
        int64_t GetConnectionUserData(uint32_t)
        void SetConnectionName(uint32_t, const char *)
        bint GetConnectionName(uint32_t, char *, int)
        int FlushMessagesOnConnection(uint32_t)
        int ReceiveMessagesOnConnection(uint32_t, NetworkingMessage **, int)
        bint GetConnectionInfo(uint32_t, ConnectionInfoStruct *)
        int GetConnectionRealTimeStatus(uint32_t, ConnectionStatusStruct *, int, LaneStatusStruct *)
        int GetDetailedConnectionStatus(uint32_t, char *, int)
        bint GetListenSocketAddress(uint32_t, AddressStruct *)
        bint CreateSocketPair(
            uint32_t *, uint32_t *, bint, const IdentityStruct *, const IdentityStruct *
        )
        int ConfigureConnectionLanes(uint32_t, int, const int *, const uint16_t *)
        bint GetIdentity(IdentityStruct *)
        int InitAuthentication()
        int GetAuthenticationStatus(AuthStatusStruct *)
        uint32_t CreatePollGroup()
        bint DestroyPollGroup(uint32_t)
        bint SetConnectionPollGroup(uint32_t, uint32_t)
        int ReceiveMessagesOnPollGroup(uint32_t, NetworkingMessage **, int)
        uint16_t GetHostedDedicatedServerPort()
        uint32_t GetHostedDedicatedServerPOPID()
        uint32_t CreateHostedDedicatedServerListenSocket(int, int, const SteamNetworkingConfigValue_t *)
        void ResetIdentity(const IdentityStruct *)
        bint BeginAsyncRequestFakeIP(int)
        void GetFakeIP(int, FakeIPStruct *)
        uint32_t CreateListenSocketP2PFakeIP(int, int, const SteamNetworkingConfigValue_t *)
        int GetRemoteFakeIPForConnection(uint32_t, AddressStruct *)
        SteamFakeUDPPort *CreateFakeUDPPort(int)

    cppclass MessagesApi "steamgs::NetworkingMessages":
        int SendMessageToUser(const IdentityStruct &, const void *, uint32_t, int, int)
        int ReceiveMessagesOnChannel(int, NetworkingMessage **, int)
        bint AcceptSessionWithUser(const IdentityStruct &)
        bint CloseSessionWithUser(const IdentityStruct &)
        bint CloseChannelWithUser(const IdentityStruct &, int)
        int GetSessionConnectionInfo(
            const IdentityStruct &, ConnectionInfoStruct *, ConnectionStatusStruct *
        )

    ctypedef struct RelayStatusStruct "steamgs::abi::SteamRelayNetworkStatus_t":
        pass

    cppclass NetworkingUtilsApi "steamgs::abi::ISteamNetworkingUtils004":
        int GetRelayNetworkStatus(RelayStatusStruct *)
        bint CheckPingDataUpToDate(float)
        int GetPingToDataCenter(uint32_t, uint32_t *)
        int GetDirectPingToPOP(uint32_t)
        int64_t GetLocalTimestamp()
        int SteamNetworkingIPAddr_GetFakeIPType(const AddressStruct &)
        int GetRealIdentityForFakeIP(const AddressStruct &, IdentityStruct *)

cdef extern from "core/networking.h" namespace "steamgs" nogil:
    bint is_newer_sockets(const char *)
    void release_message(NetworkingMessage *)
    int max_jitter(const ConnectionStatusStruct &)
    int send_to_connection(Sockets *, uint32_t, const void *, uint32_t, int, int64_t *)
    int send_to_fake_ip(
        SteamFakeUDPPort *, const AddressStruct &, const void *, uint32_t, int
    )
    bint get_certificate_request(Sockets *, string &, string &) except +
    bint set_certificate(Sockets *, const void *, int, string &) except +
    int get_hosted_address(Sockets *, string &) except +

    cppclass ConfigOptions:
        void add_int32(int, int32_t) except +
        void add_int64(int, int64_t) except +
        void add_float(int, float) except +
        void add_text(int, const char *) except +
        int size()
        const SteamNetworkingConfigValue_t *data()

cdef extern from "core/network_config.h" namespace "steamgs" nogil:
    struct ConfigScope:
        int kind
        intptr_t object

    struct ConfigFacts:
        const char *name
        int type
        int scope

    cppclass ConfigSetting:
        int type
        int64_t integer
        float real
        string text

    bint config_facts(NetworkingUtilsApi *, int, ConfigFacts &)
    int config_after(NetworkingUtilsApi *, int, bint)
    int get_config(NetworkingUtilsApi *, int, const ConfigScope &, ConfigSetting &) except +
    bint set_config(NetworkingUtilsApi *, int, const ConfigScope &, int, const void *)

cdef extern from "core/known_sessions.h" namespace "steamgs" nogil:
    cppclass KnownSessions:
        void add(MessagesApi *, const IdentityStruct &) except +
        void remove(const IdentityStruct &) except +
        void close_all(MessagesApi *)
        void clear()

cdef extern from "core/steam_log.h" namespace "steamgs" nogil:
    void set_debug_output(NetworkingUtilsApi *, int)

cdef extern from "core/ping_locations.h" namespace "steamgs" nogil:
    float local_ping_location(NetworkingUtilsApi *, string &) except +
    bint estimate_ping(NetworkingUtilsApi *, const char *, const char *, int &)
    vector[uint32_t] data_centers(NetworkingUtilsApi *) except +

cdef extern from "core/connection_table.h" namespace "steamgs" nogil:
    cppclass ConnectionTable:
        PyObject *find(uint32_t)
        PyObject *find_and_keep(uint32_t, void (*)(void *))
        bint add(uint32_t, PyObject *)
        PyObject *remove(uint32_t)
        PyObject *take_any()
        size_t size()
        size_t places()
        PyObject *at(size_t)
        uint32_t handle_at(size_t)

cdef extern from "core/kept_messages.h" namespace "steamgs" nogil:
    cppclass KeptMessages:
        bint reserve(size_t)
        NetworkingMessage **data()
        size_t size()
        NetworkingMessage *at(size_t)
        void own(size_t)
        void own_array(NetworkingMessage **, size_t)
        void own_one(NetworkingMessage *)
        NetworkingMessage *give(size_t)
        void pin(bint)

    size_t take_over_all_messages "steamgs::KeptMessages::take_over_all"()
    void strand_all_messages "steamgs::KeptMessages::strand_all"()
    void gather_messages(NetworkingMessage **, size_t, int64_t *, uint32_t *, int32_t *)

cdef extern from "core/bulk_send.h" namespace "steamgs" nogil:
    cppclass Outgoing:
        uint32_t connection
        uint32_t size
        const void *data

    enum BulkOutcome "steamgs::BulkSend::Outcome":
        OUTCOME_ALL_TAKEN "steamgs::BulkSend::Outcome::all_taken"
        OUTCOME_NO_MEMORY "steamgs::BulkSend::Outcome::no_memory"
        OUTCOME_STEAM_HAS_NO_MEMORY "steamgs::BulkSend::Outcome::steam_has_no_memory"

    cppclass BulkSend:
        BulkSend(Sockets *, bint, NetworkingUtilsApi *, int, uint16_t)
        BulkOutcome send(const Outgoing *, size_t, int64_t *)
        BulkOutcome broadcast(const uint32_t *, size_t, const void *, uint32_t, int64_t *)

    void count_sent(Traffic &, const vector[int64_t] &, const vector[Outgoing] &)
    void count_sent_of_size "steamgs::count_sent"(Traffic &, const vector[int64_t] &, uint32_t)
