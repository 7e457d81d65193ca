#include "features/networking/config.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <locale>
#include <sstream>

namespace steamgs::simulator::networking {

std::atomic<uint32> config_changes{0};

namespace {

constexpr double kMost = std::numeric_limits<int32>::max();
constexpr double kHuge = 0x10000000;
constexpr double kPacket = 1300;
constexpr double kSmallestPacket = 200;

// NOLINTBEGIN(cppcoreguidelines-macro-usage): each name is written once.
#define STEAMGS_INTEGER(name, scope, initial, low, high) \
    {k_ESteamNetworkingConfig_##name,                    \
     #name,                                              \
     k_ESteamNetworkingConfig_Int32,                     \
     k_ESteamNetworkingConfig_##scope,                   \
     initial,                                            \
     low,                                                \
     high}
#define STEAMGS_REAL(name, initial, high) \
    {k_ESteamNetworkingConfig_##name,     \
     #name,                               \
     k_ESteamNetworkingConfig_Float,      \
     k_ESteamNetworkingConfig_Global,     \
     initial,                             \
     0,                                   \
     high}
#define STEAMGS_TEXT(name, scope)      \
    {k_ESteamNetworkingConfig_##name,  \
     #name,                            \
     k_ESteamNetworkingConfig_String,  \
     k_ESteamNetworkingConfig_##scope, \
     0,                                \
     0,                                \
     0}
#define STEAMGS_POINTER(name, scope)   \
    {k_ESteamNetworkingConfig_##name,  \
     #name,                            \
     k_ESteamNetworkingConfig_Ptr,     \
     k_ESteamNetworkingConfig_##scope, \
     0,                                \
     0,                                \
     0}
// NOLINTEND(cppcoreguidelines-macro-usage)

constexpr ConfigRow kRows[] = {
    STEAMGS_INTEGER(TimeoutInitial, Connection, 10000, 0, kMost),
    STEAMGS_INTEGER(TimeoutConnected, Connection, 10000, 0, kMost),
    STEAMGS_INTEGER(SendBufferSize, Connection, 512 * 1024, 4 * 1024, kHuge),
    STEAMGS_INTEGER(RecvBufferSize, Connection, 1024 * 1024, 4 * 1024, kHuge),
    STEAMGS_INTEGER(RecvBufferMessages, Connection, 1000, 2, kHuge),
    STEAMGS_INTEGER(RecvMaxMessageSize, Connection, 512 * 1024, 64, kHuge),
    STEAMGS_INTEGER(RecvMaxSegmentsPerPacket, Connection, kPacket, 1, kPacket),
    {k_ESteamNetworkingConfig_ConnectionUserData, "ConnectionUserData",
     k_ESteamNetworkingConfig_Int64, k_ESteamNetworkingConfig_Connection, -1,
     -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()},
    STEAMGS_INTEGER(SendRateMin, Connection, 256 * 1024, 1024, kHuge),
    STEAMGS_INTEGER(SendRateMax, Connection, 256 * 1024, 1024, kHuge),
    STEAMGS_INTEGER(NagleTime, Connection, 5000, 0, 20000),
    STEAMGS_INTEGER(IP_AllowWithoutAuth, Connection, 0, 0, 2),
    STEAMGS_INTEGER(IPLocalHost_AllowWithoutAuth, Connection, 0, 0, 2),
    STEAMGS_INTEGER(MTU_PacketSize, Connection, kPacket, kSmallestPacket, kPacket),
    STEAMGS_INTEGER(Unencrypted, Connection, 0, 0, 3),
    STEAMGS_INTEGER(SymmetricConnect, Connection, 0, 0, 1),
    STEAMGS_INTEGER(LocalVirtualPort, Connection, -1, -1, kMost),
    STEAMGS_INTEGER(DualWifi_Enable, Connection, 1, 0, 3),
    STEAMGS_INTEGER(EnableDiagnosticsUI, Connection, 1, 0, 1),
    STEAMGS_INTEGER(SendTimeSincePreviousPacket, Connection, -1, -1, 1),
    STEAMGS_REAL(FakePacketLoss_Send, 0, 100),
    STEAMGS_REAL(FakePacketLoss_Recv, 0, 100),
    STEAMGS_INTEGER(FakePacketLag_Send, Global, 0, 0, 5000),
    STEAMGS_INTEGER(FakePacketLag_Recv, Global, 0, 0, 5000),
    STEAMGS_REAL(FakePacketJitter_Send_Avg, 0, 2000),
    STEAMGS_REAL(FakePacketJitter_Send_Max, 100, 5000),
    STEAMGS_REAL(FakePacketJitter_Send_Pct, 75, 100),
    STEAMGS_REAL(FakePacketJitter_Recv_Avg, 0, 2000),
    STEAMGS_REAL(FakePacketJitter_Recv_Max, 100, 5000),
    STEAMGS_REAL(FakePacketJitter_Recv_Pct, 75, 100),
    STEAMGS_REAL(FakePacketReorder_Send, 0, 100),
    STEAMGS_REAL(FakePacketReorder_Recv, 0, 100),
    STEAMGS_INTEGER(FakePacketReorder_Time, Global, 15, 0, 5000),
    STEAMGS_REAL(FakePacketDup_Send, 0, 100),
    STEAMGS_REAL(FakePacketDup_Recv, 0, 100),
    STEAMGS_INTEGER(FakePacketDup_TimeMax, Global, 10, 0, 5000),
    STEAMGS_INTEGER(PacketTraceMaxBytes, Global, -1, -1, 99999),
    STEAMGS_INTEGER(FakeRateLimit_Send_Rate, Global, 0, 0, 1024 * 1024 * 1024),
    STEAMGS_INTEGER(FakeRateLimit_Send_Burst, Global, 16 * 1024, 0, 1024 * 1024),
    STEAMGS_INTEGER(FakeRateLimit_Recv_Rate, Global, 0, 0, 1024 * 1024 * 1024),
    STEAMGS_INTEGER(FakeRateLimit_Recv_Burst, Global, 16 * 1024, 0, 1024 * 1024),
    STEAMGS_INTEGER(OutOfOrderCorrectionWindowMicroseconds, Global, 1000, 0, 50000),
    STEAMGS_POINTER(Callback_ConnectionStatusChanged, Connection),
    STEAMGS_POINTER(Callback_AuthStatusChanged, Global),
    STEAMGS_POINTER(Callback_RelayNetworkStatusChanged, Global),
    STEAMGS_POINTER(Callback_MessagesSessionRequest, Global),
    STEAMGS_POINTER(Callback_MessagesSessionFailed, Global),
    STEAMGS_POINTER(Callback_CreateConnectionSignaling, Global),
    STEAMGS_POINTER(Callback_FakeIPResult, Global),
    STEAMGS_TEXT(P2P_STUN_ServerList, Connection),
    STEAMGS_INTEGER(P2P_Transport_ICE_Enable, Connection, -1, -1, kMost),
    STEAMGS_INTEGER(P2P_Transport_ICE_Penalty, Connection, 0, 0, kMost),
    STEAMGS_INTEGER(P2P_Transport_SDR_Penalty, Connection, 0, 0, kMost),
    STEAMGS_TEXT(P2P_TURN_ServerList, Connection),
    STEAMGS_TEXT(P2P_TURN_UserList, Connection),
    STEAMGS_TEXT(P2P_TURN_PassList, Connection),
    STEAMGS_INTEGER(P2P_Transport_ICE_Implementation, Connection, 0, 0, 2),
    STEAMGS_INTEGER(SDRClient_ConsecutitivePingTimeoutsFailInitial, Global, 2, 0, kMost),
    STEAMGS_INTEGER(SDRClient_ConsecutitivePingTimeoutsFail, Global, 4, 0, kMost),
    STEAMGS_INTEGER(SDRClient_MinPingsBeforePingAccurate, Global, 10, 0, kMost),
    STEAMGS_INTEGER(SDRClient_SingleSocket, Global, 0, 0, 1),
    STEAMGS_TEXT(SDRClient_ForceRelayCluster, Global),
    STEAMGS_TEXT(SDRClient_DevTicket, Connection),
    STEAMGS_TEXT(SDRClient_ForceProxyAddr, Global),
    STEAMGS_TEXT(SDRClient_FakeClusterPing, Global),
    STEAMGS_INTEGER(SDRClient_LimitPingProbesToNearestN, Global, 0, 0, kMost),
    STEAMGS_INTEGER(LogLevel_AckRTT, Connection, 4, 2, 8),
    STEAMGS_INTEGER(LogLevel_PacketDecode, Connection, 4, 2, 8),
    STEAMGS_INTEGER(LogLevel_Message, Connection, 4, 2, 8),
    STEAMGS_INTEGER(LogLevel_PacketGaps, Connection, 4, 2, 8),
    STEAMGS_INTEGER(LogLevel_P2PRendezvous, Connection, 4, 2, 8),
    STEAMGS_INTEGER(LogLevel_SDRRelayPings, Global, 4, 2, 8),
    STEAMGS_INTEGER(ECN, Global, -1, -1, 2),
    STEAMGS_INTEGER(SDRClient_EnableTOSProbes, Global, 1, 0, 1),
};

#undef STEAMGS_INTEGER
#undef STEAMGS_REAL
#undef STEAMGS_TEXT
#undef STEAMGS_POINTER

bool is_iterated(const ConfigRow& row, bool for_developers) {
    switch (row.key) {
        case k_ESteamNetworkingConfig_SymmetricConnect:
        case k_ESteamNetworkingConfig_LocalVirtualPort:
        case k_ESteamNetworkingConfig_ConnectionUserData:
            return false;
        case k_ESteamNetworkingConfig_IP_AllowWithoutAuth:
        case k_ESteamNetworkingConfig_Unencrypted:
        case k_ESteamNetworkingConfig_SDRClient_FakeClusterPing:
            return for_developers;
        default:
            return row.type != k_ESteamNetworkingConfig_Ptr;
    }
}

ConfigValue initial(const ConfigRow& row) {
    ConfigValue value;
    value.type = row.type;
    value.integer = static_cast<int64>(row.initial);
    value.real = static_cast<float>(row.initial);
    return value;
}

// What a game gives, as a number. False if it is none.
bool read_number(ESteamNetworkingConfigDataType type, const void* value, double& real,
                 int64& integer) {
    switch (type) {
        case k_ESteamNetworkingConfig_Int32:
            integer = *static_cast<const int32*>(value);
            real = static_cast<double>(integer);
            return true;
        case k_ESteamNetworkingConfig_Int64:
            integer = *static_cast<const int64*>(value);
            real = static_cast<double>(integer);
            return true;
        case k_ESteamNetworkingConfig_Float:
            real = static_cast<double>(*static_cast<const float*>(value));
            break;
        case k_ESteamNetworkingConfig_String: {
            std::istringstream in(static_cast<const char*>(value));
            in.imbue(std::locale::classic());
            if (!(in >> real)) {
                return false;
            }
            break;
        }
        default:
            return false;
    }
    if (!(std::fabs(real) < 9e18)) {
        return false;
    }
    integer = static_cast<int64>(std::floor(real + 0.5));
    return true;
}

std::string written(double number) {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << number;
    return out.str();
}

bool read_value(const ConfigRow& row, ESteamNetworkingConfigDataType type, const void* value,
                ConfigValue& out) {
    if (row.type == k_ESteamNetworkingConfig_Ptr) {
        if (type != k_ESteamNetworkingConfig_Ptr) {
            return false;
        }
        std::memcpy(&out.pointer, value, sizeof(void*));
        return true;
    }
    if (row.type == k_ESteamNetworkingConfig_String && type == k_ESteamNetworkingConfig_String) {
        out.text = static_cast<const char*>(value);
        return true;
    }
    double real = 0.0;
    int64 integer = 0;
    if (!read_number(type, value, real, integer)) {
        return false;
    }
    if (row.type == k_ESteamNetworkingConfig_String) {
        out.text = written(real);
        return true;
    }
    out.real = static_cast<float>(std::clamp(real, row.low, row.high));
    out.integer = integer;
    if (row.type == k_ESteamNetworkingConfig_Int32) {
        out.integer =
            std::clamp(integer, static_cast<int64>(row.low), static_cast<int64>(row.high));
    }
    return true;
}

template <class T>
ESteamNetworkingGetConfigValueResult write_plain(const T& value, void* out, size_t* size) {
    const bool fits = out != nullptr && *size >= sizeof(T);
    if (fits) {
        std::memcpy(out, &value, sizeof(T));
    }
    *size = sizeof(T);
    return fits ? k_ESteamNetworkingGetConfigValue_OK
                : k_ESteamNetworkingGetConfigValue_BufferTooSmall;
}

}  // namespace

const ConfigRow* config_row(ESteamNetworkingConfigValue key) {
    const auto* found = std::find_if(std::begin(kRows), std::end(kRows),
                                     [key](const ConfigRow& row) { return row.key == key; });
    return found != std::end(kRows) ? found : nullptr;
}

ESteamNetworkingConfigValue config_after(ESteamNetworkingConfigValue key, bool for_developers) {
    const ConfigRow* row = std::begin(kRows);
    if (key != k_ESteamNetworkingConfig_Invalid) {
        row = config_row(key);
        if (row == nullptr) {
            return k_ESteamNetworkingConfig_Invalid;
        }
        ++row;
    }
    row = std::find_if(row, std::end(kRows), [for_developers](const ConfigRow& one) {
        return is_iterated(one, for_developers);
    });
    return row != std::end(kRows) ? row->key : k_ESteamNetworkingConfig_Invalid;
}

bool Config::set(const ConfigRow& row, ESteamNetworkingConfigDataType type, const void* value) {
    ++config_changes;
    if (value == nullptr) {
        values_.erase(row.key);
        return true;
    }
    ConfigValue read = initial(row);
    if (!read_value(row, type, value, read)) {
        return false;
    }
    values_[row.key] = read;
    return true;
}

ConfigValue Config::get(const ConfigRow& row) const {
    for (const Config* scope = this; scope != nullptr; scope = scope->wider_) {
        const auto found = scope->values_.find(row.key);
        if (found != scope->values_.end()) {
            return found->second;
        }
    }
    return initial(row);
}

int64 Config::integer(ESteamNetworkingConfigValue key) const {
    return get(*config_row(key)).integer;
}

ESteamNetworkingGetConfigValueResult write_config(const ConfigValue& value, void* out,
                                                  size_t* size) {
    switch (value.type) {
        case k_ESteamNetworkingConfig_Int64:
            return write_plain(value.integer, out, size);
        case k_ESteamNetworkingConfig_Float:
            return write_plain(value.real, out, size);
        case k_ESteamNetworkingConfig_Ptr:
            return write_plain(value.pointer, out, size);
        case k_ESteamNetworkingConfig_String: {
            const size_t needed = value.text.size() + 1;
            const bool fits = out != nullptr && *size >= needed;
            if (fits) {
                std::memcpy(out, value.text.c_str(), needed);
            }
            *size = needed;
            return fits ? k_ESteamNetworkingGetConfigValue_OK
                        : k_ESteamNetworkingGetConfigValue_BufferTooSmall;
        }
        default:
            return write_plain(static_cast<int32>(value.integer), out, size);
    }
}

}  // namespace steamgs::simulator::networking
