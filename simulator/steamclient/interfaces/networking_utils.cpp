// ISteamNetworkingUtils: messages, time, configuration, and texts.
#include <steamgs/slots/isteamnetworkingutils.h>

#include <algorithm>

#include "features/networking/data_centers.h"
#include "features/networking/fake_ips.h"
#include "features/networking/relays.h"
#include "interfaces/interface.h"
#include "interfaces/networking.h"

namespace steamgs::simulator::networking {

namespace {

// What cannot be set later than when a connection or a listen socket is made.
bool is_read_only(ESteamNetworkingConfigValue key) {
    return key == k_ESteamNetworkingConfig_MTU_DataSize;
}

// What one packet has besides its data.
constexpr int64 kPacketOverhead = 100;

template <class Slots>
class NetworkingUtils final : public Slots {
  public:
    SteamNetworkingMessage_t* AllocateMessage(int size) override {
        if (size < 0 || held_messages.exhausted()) {
            return nullptr;
        }
        Message* message = Message::make(static_cast<size_t>(size));
        if (message != nullptr) {
            held_messages.add(1);
        }
        return message;
    }

    ESteamNetworkingAvailability GetRelayNetworkStatus(SteamRelayNetworkStatus_t* out) override {
        return Entered().world().get<Relays>().relays(out);
    }
    // InitRelayNetworkAccess calls this.
    bool CheckPingDataUpToDate(float) override {
        Entered network;
        Readiness& relays = network.world().get<Relays>().network;
        relays.begin();
        return relays.availability() == k_ESteamNetworkingAvailability_Current;
    }

    float GetLocalPingLocation(SteamNetworkPingLocation_t& out) override {
        out = location_of(are_reached() ? pings_from_here() : Pings());
        return are_reached() ? 0.0f : -1.0f;
    }
    int EstimatePingTimeBetweenTwoLocations(const SteamNetworkPingLocation_t& one,
                                            const SteamNetworkPingLocation_t& other) override {
        return ping_between(pings_of(one), pings_of(other));
    }
    int EstimatePingTimeFromLocalHost(const SteamNetworkPingLocation_t& there) override {
        return are_reached() ? ping_between(pings_from_here(), pings_of(there))
                             : k_nSteamNetworkingPing_Unknown;
    }
    void ConvertPingLocationToString(const SteamNetworkPingLocation_t& location, char* out,
                                     int capacity) override {
        write_text(text_of(pings_of(location)), out, static_cast<size_t>(std::max(0, capacity)));
    }
    bool ParsePingLocationString(const char* text, SteamNetworkPingLocation_t& out) override {
        Pings pings;
        if (text == nullptr || !parse(text, pings)) {
            return false;
        }
        out = location_of(pings);
        return true;
    }
    int GetPingToDataCenter(SteamNetworkingPOPID pop, SteamNetworkingPOPID* via) override {
        if (via != nullptr) {
            *via = pop;
        }
        return GetDirectPingToPOP(pop);
    }
    int GetDirectPingToPOP(SteamNetworkingPOPID pop) override {
        const auto found = pings_from_here().find(pop);
        return are_reached() && found != pings_from_here().end() ? found->second
                                                                 : k_nSteamNetworkingPing_Unknown;
    }
    int GetPOPCount() override {
        return are_reached() ? static_cast<int>(pings_from_here().size()) : 0;
    }
    int GetPOPList(SteamNetworkingPOPID* list, int size) override {
        const int count = list != nullptr ? std::min(size, GetPOPCount()) : 0;
        auto next = pings_from_here().begin();
        for (int index = 0; index < count; ++index) {
            list[index] = (next++)->first;
        }
        return std::max(0, count);
    }

    SteamNetworkingMicroseconds GetLocalTimestamp() override {
        return timestamp(Locked()->backend.now());
    }
    void SetDebugOutputFunction(ESteamNetworkingSocketsDebugOutputType level,
                                FSteamNetworkingSocketsDebugOutput function) override {
        Entered()->set_output(level, function);
    }

    bool SetConfigValue(ESteamNetworkingConfigValue key, ESteamNetworkingConfigScope scope,
                        intptr_t object, ESteamNetworkingConfigDataType type,
                        const void* value) override {
        Entered network;
        const ConfigRow* row = config_row(key);
        Config* config = network->scope(scope, object);
        if (row == nullptr || config == nullptr || is_read_only(key) || !can_be_set(*row, scope)) {
            return false;
        }
        if (key == k_ESteamNetworkingConfig_ConnectionUserData &&
            scope == k_ESteamNetworkingConfig_Connection) {
            Config read;
            if (value == nullptr || !read.set(*row, type, value)) {
                return false;
            }
            network.connection(static_cast<uint32>(object))->set_user_data(read.get(*row).integer);
            return true;
        }
        return config->set(*row, type, value);
    }
    ESteamNetworkingGetConfigValueResult GetConfigValue(ESteamNetworkingConfigValue key,
                                                        ESteamNetworkingConfigScope scope,
                                                        intptr_t object,
                                                        ESteamNetworkingConfigDataType* type,
                                                        void* out, size_t* size) override {
        Entered network;
        const bool of_data = key == k_ESteamNetworkingConfig_MTU_DataSize;
        const ConfigRow* row = config_row(of_data ? k_ESteamNetworkingConfig_MTU_PacketSize : key);
        if (row == nullptr || size == nullptr) {
            return k_ESteamNetworkingGetConfigValue_BadValue;
        }
        if (type != nullptr) {
            *type = row->type;
        }
        const Config* config = network->scope(scope, object);
        if (config == nullptr || !can_be_set(*row, scope)) {
            *size = 0;
            return k_ESteamNetworkingGetConfigValue_BadScopeObj;
        }
        ConfigValue value = config->get(*row);
        if (of_data) {
            value.integer -= kPacketOverhead;
        }
        bool set_here = config->has(*row) || scope == k_ESteamNetworkingConfig_Global;
        if (key == k_ESteamNetworkingConfig_ConnectionUserData &&
            scope == k_ESteamNetworkingConfig_Connection) {
            value.integer = network.connection(static_cast<uint32>(object))->user_data();
            set_here = true;
        }
        const ESteamNetworkingGetConfigValueResult result = write_config(value, out, size);
        return result == k_ESteamNetworkingGetConfigValue_OK && !set_here
                   ? k_ESteamNetworkingGetConfigValue_OKInherited
                   : result;
    }
    const char* GetConfigValueInfo(ESteamNetworkingConfigValue key,
                                   ESteamNetworkingConfigDataType* type,
                                   ESteamNetworkingConfigScope* scope) override {
        const ConfigRow* row = config_row(key);
        if (row == nullptr) {
            return nullptr;
        }
        if (type != nullptr) {
            *type = row->type;
        }
        if (scope != nullptr) {
            *scope = row->scope;
        }
        return row->name;
    }
    ESteamNetworkingConfigValue IterateGenericEditableConfigValues(
        ESteamNetworkingConfigValue current, bool for_developers) override {
        return config_after(current, for_developers);
    }

    ESteamNetworkingFakeIPType GetIPv4FakeIPType(uint32 address) override {
        return fake_ip_type(address);
    }
    ESteamNetworkingFakeIPType SteamNetworkingIPAddr_GetFakeIPType(
        const SteamNetworkingIPAddr& address) override {
        return fake_ip_type(address);
    }
    EResult GetRealIdentityForFakeIP(const SteamNetworkingIPAddr& address,
                                     SteamNetworkingIdentity* out) override {
        Entered network;
        if (out == nullptr || fake_ip_type(address) <= k_ESteamNetworkingFakeIPType_NotFake) {
            return k_EResultInvalidParam;
        }
        return network.world().get<FakeIps>().identity_at(address, *out) ? k_EResultOK
                                                                         : k_EResultNoMatch;
    }
    void SteamNetworkingIPAddr_ToString(const SteamNetworkingIPAddr& address, char* out,
                                        size_t capacity, bool with_port) override {
        write_text(text_of(address, with_port), out, capacity);
    }
    bool SteamNetworkingIPAddr_ParseString(SteamNetworkingIPAddr* out, const char* text) override {
        return out != nullptr && text != nullptr && parse(text, *out);
    }
    void SteamNetworkingIdentity_ToString(const SteamNetworkingIdentity& identity, char* out,
                                          size_t capacity) override {
        write_text(text_of(identity), out, capacity);
    }
    bool SteamNetworkingIdentity_ParseString(SteamNetworkingIdentity* out,
                                             const char* text) override {
        return out != nullptr && text != nullptr && parse(text, *out);
    }

  private:
    static bool are_reached() {
        return Entered().world().get<Relays>().network.availability() ==
               k_ESteamNetworkingAvailability_Current;
    }
    static bool can_be_set(const ConfigRow& row, ESteamNetworkingConfigScope scope) {
        return row.scope == k_ESteamNetworkingConfig_Connection ||
               scope == k_ESteamNetworkingConfig_Global;
    }
};

const EveryVersion<NetworkingUtils, slots::EveryISteamNetworkingUtils> kInterface;

}  // namespace

}  // namespace steamgs::simulator::networking
