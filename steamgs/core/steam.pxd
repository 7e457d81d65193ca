# The Steamworks headers (genuine or bundled) and steamgs' C++ core, as far as Cython calls them.

cdef extern from "common/steam.h" nogil:
    ctypedef uint32_t HAuthTicket
    ctypedef unsigned long long uint64
    ctypedef uint64 SteamAPICall_t

    cppclass SteamIdMember "CSteamID":
        pass

    cppclass CSteamID:
        CSteamID()
        CSteamID(uint64)
        uint64_t ConvertToUint64()

    struct SteamNetworkingIdentity:
        pass

    struct SteamIPAddress_t:
        uint32_t m_unIPv4
        uint8_t *m_rgubIPv6
        int m_eType
        bint IsSet()

    cppclass CCallbackBase:
        pass

    cppclass ISteamGameServer:
        void SetProduct(const char *)
        void SetGameDescription(const char *)
        void SetModDir(const char *)
        void SetDedicatedServer(bint)
        void LogOn(const char *)
        void LogOnAnonymous()
        void LogOff()
        bint BLoggedOn()
        bint BSecure()
        CSteamID GetSteamID()
        bint WasRestartRequested()
        void SetMaxPlayerCount(int)
        void SetBotPlayerCount(int)
        void SetServerName(const char *)
        void SetMapName(const char *)
        void SetPasswordProtected(bint)
        void SetSpectatorPort(uint16_t)
        void SetSpectatorServerName(const char *)
        void ClearAllKeyValues()
        void SetKeyValue(const char *, const char *)
        void SetGameTags(const char *)
        void SetGameData(const char *)
        void SetRegion(const char *)
        void SetAdvertiseServerActive(bint)
        HAuthTicket GetAuthSessionTicket(void *, int, uint32_t *, const SteamNetworkingIdentity *)
        EBeginAuthSessionResult BeginAuthSession(const void *, int, CSteamID)
        void EndAuthSession(CSteamID)
        void CancelAuthTicket(HAuthTicket)
        EUserHasLicenseForAppResult UserHasLicenseForApp(CSteamID, uint32_t)
        bint RequestUserGroupStatus(CSteamID, CSteamID)
        void GetGameplayStats()
        SteamIPAddress_t GetPublicIP()
        bint HandleIncomingPacket(const void *, int, uint32_t, uint16_t)
        int GetNextOutgoingPacket(void *, int, uint32_t *, uint16_t *)
        bint SendUserConnectAndAuthenticate_DEPRECATED(uint32_t, const void *, uint32_t, CSteamID *)
        CSteamID CreateUnauthenticatedUserConnection()
        void SendUserDisconnect_DEPRECATED(CSteamID)
        bint BUpdateUserData(CSteamID, const char *, uint32_t)

    cppclass ISteamGameServerStats:
        bint GetUserStat(CSteamID, const char *, int32_t *)
        bint GetUserStat(CSteamID, const char *, float *)
        bint GetUserAchievement(CSteamID, const char *, cpp_bool *)
        bint SetUserStat(CSteamID, const char *, int32_t)
        bint SetUserStat(CSteamID, const char *, float)
        bint UpdateUserAvgRateStat(CSteamID, const char *, float, double)
        bint SetUserAchievement(CSteamID, const char *)
        bint ClearUserAchievement(CSteamID, const char *)

cdef extern from "core/fields.h" namespace "steamgs" nogil:
    uint64_t read_id(...)
    void write_id(...)
    int read_enum(...)
    void write_enum(...)
    bint read_flag(...)

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
        void give_back()
        bint try_discard(uint64_t &)
        size_t high_water()
        size_t lost()

    const uint16_t kCallResult
    const uint16_t kIoFailure
    const uint16_t kWarning
    const uint16_t kRepeated

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

cdef extern from "core/game_server.h" namespace "steamgs" nogil:
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
        bint associate_with_clan(uint64_t, CSteamID)
        bint compute_new_player_compatibility(uint64_t, CSteamID)
        bint get_server_reputation(uint64_t)
        bint request_user_stats(uint64_t, CSteamID)
        bint store_user_stats(uint64_t, CSteamID)
        ISteamGameServerStats *stats_interface()
        ISteamGameServer *interface()
        uint64_t ticks()
        uint64_t wakes()
        bint pumped()
        void *listen(CCallbackBase *, int, bint)
        bint dispatching_here()
        void lock_for_fork()
        void unlock_after_fork()
        void abandon()

cdef extern from "core/pump.h" namespace "steamgs" nogil:
    cppclass Pump:
        void open(NativeGameServer *)
        void close(NativeGameServer *)
        bint start(NativeGameServer *, double, void (*)(void *) noexcept, void *) except +
        void stop(NativeGameServer *)
        void set_interval(NativeGameServer *, double)
        bint wait(NativeGameServer *, double)
        void rearm()
        bint on_own_thread()

    Pump &pump()
    void renew_pump()
