// As much of a libGameNetworkingSockets as tests need: connections within the process, whose states
// are told in RunCallbacks, and messages that are freed by whoever has them.
#include <steamgs/slots/isteamnetworkingsockets.h>
#include <steamgs/slots/isteamnetworkingutils.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <vector>

namespace steamgs::simulator {

void not_simulated(const char*) {}
void* find_interface(const char*) { return nullptr; }

namespace {

using namespace abi;
using StatusFunction = void (*)(SteamNetConnectionStatusChangedCallback_t*);

constexpr HSteamListenSocket kListener = 7;
constexpr HSteamNetPollGroup kFirstGroup = 50;
bool running = false;
StatusFunction on_status = nullptr;
int most_at_once = 0;  // messages that one call has sent
bool got_no_number = false;

void release(SteamNetworkingMessage_t* message) {
    if (message->m_pfnFreeData != nullptr) {
        message->m_pfnFreeData(message);
    }
    std::free(message);
}

SteamNetworkingMessage_t* make(int size) {
    const size_t head = sizeof(SteamNetworkingMessage_t);
    auto* message =
        static_cast<SteamNetworkingMessage_t*>(std::calloc(1, head + static_cast<size_t>(size)));
    message->m_pData = reinterpret_cast<char*>(message) + head;
    message->m_cbSize = size;
    message->m_pfnRelease = &release;
    return message;
}

class Utils final : public slots::ISteamNetworkingUtils004 {
  public:
    SteamNetworkingMessage_t* AllocateMessage(int size) override { return make(size); }
    bool SetConfigValue(ESteamNetworkingConfigValue key, ESteamNetworkingConfigScope, intptr_t,
                        ESteamNetworkingConfigDataType, const void* value) override {
        if (key == k_ESteamNetworkingConfig_Callback_ConnectionStatusChanged) {
            on_status = *static_cast<const StatusFunction*>(value);
        }
        // Valve's reads it, whatever it is.
        got_no_number = key == k_ESteamNetworkingConfig_ConnectionUserData && value == nullptr;
        return true;
    }
    const char* GetConfigValueInfo(ESteamNetworkingConfigValue key,
                                   ESteamNetworkingConfigDataType* type,
                                   ESteamNetworkingConfigScope* scope) override {
        if (key != k_ESteamNetworkingConfig_ConnectionUserData) {
            return nullptr;
        }
        *type = k_ESteamNetworkingConfig_Int64;
        *scope = k_ESteamNetworkingConfig_Connection;
        return "ConnectionUserData";
    }
};

struct Connection {
    HSteamNetConnection peer = 0;
    HSteamListenSocket listener = 0;
    HSteamNetPollGroup group = 0;
    ESteamNetworkingConnectionState state = k_ESteamNetworkingConnectionState_None;
    std::deque<SteamNetworkingMessage_t*> received;
    int64 sent = 0;
    int64 user_data = -1;
};

class Sockets final : public slots::ISteamNetworkingSockets013 {
  public:
    ~Sockets() {
        for (auto& [handle, connection] : connections_) {
            for (SteamNetworkingMessage_t* message : connection.received) {
                release(message);
            }
        }
    }
    HSteamListenSocket CreateListenSocketIP(const SteamNetworkingIPAddr&, int,
                                            const SteamNetworkingConfigValue_t*) override {
        return kListener;
    }
    bool CloseListenSocket(HSteamListenSocket handle) override { return handle == kListener; }
    HSteamNetConnection ConnectByIPAddress(const SteamNetworkingIPAddr&, int,
                                           const SteamNetworkingConfigValue_t*) override {
        const HSteamNetConnection ours = next_++, theirs = next_++;
        connections_[ours].peer = theirs;
        connections_[theirs].peer = ours;
        connections_[theirs].listener = kListener;
        change(ours, k_ESteamNetworkingConnectionState_Connecting);
        change(theirs, k_ESteamNetworkingConnectionState_Connecting);
        return ours;
    }
    EResult AcceptConnection(HSteamNetConnection handle) override {
        change(connections_.at(handle).peer, k_ESteamNetworkingConnectionState_Connected);
        change(handle, k_ESteamNetworkingConnectionState_Connected);
        return k_EResultOK;
    }
    bool CloseConnection(HSteamNetConnection handle, int, const char*, bool) override {
        const auto found = connections_.find(handle);
        if (found == connections_.end()) {
            return false;
        }
        if (connections_.count(found->second.peer) != 0) {
            change(found->second.peer, k_ESteamNetworkingConnectionState_ClosedByPeer);
        }
        for (SteamNetworkingMessage_t* message : found->second.received) {
            release(message);
        }
        connections_.erase(found);
        return true;
    }
    bool SetConnectionUserData(HSteamNetConnection handle, int64 data) override {
        connections_.at(handle).user_data = data;
        return true;
    }
    int64 GetConnectionUserData(HSteamNetConnection handle) override {
        return connections_.at(handle).user_data;
    }
    bool GetConnectionInfo(HSteamNetConnection handle, SteamNetConnectionInfo_t* out) override {
        const auto found = connections_.find(handle);
        if (found == connections_.end()) {
            return false;
        }
        describe(found->second, *out);
        return true;
    }
    void SendMessages(int count, SteamNetworkingMessage_t* const* messages, int64* results,
                      bool takes_failed) override {
        most_at_once = std::max(most_at_once, count);
        for (int i = 0; i < count; ++i) {
            const auto found = connections_.find(messages[i]->m_conn);
            const bool sent = takes_failed && found != connections_.end();
            results[i] = sent ? ++found->second.sent : -k_EResultInvalidParam;
            if (!sent) {
                release(messages[i]);
                continue;
            }
            messages[i]->m_nMessageNumber = results[i];
            messages[i]->m_conn = found->second.peer;
            connections_.at(found->second.peer).received.push_back(messages[i]);
        }
    }
    HSteamNetPollGroup CreatePollGroup() override { return next_group_++; }
    bool DestroyPollGroup(HSteamNetPollGroup) override { return true; }
    bool SetConnectionPollGroup(HSteamNetConnection handle, HSteamNetPollGroup group) override {
        connections_.at(handle).group = group;
        return true;
    }
    int ReceiveMessagesOnConnection(HSteamNetConnection handle, SteamNetworkingMessage_t** out,
                                    int most) override {
        return take(connections_.at(handle), out, most);
    }
    int ReceiveMessagesOnPollGroup(HSteamNetPollGroup group, SteamNetworkingMessage_t** out,
                                   int most) override {
        int taken = 0;
        for (auto& [handle, connection] : connections_) {
            if (connection.group == group) {
                taken += take(connection, out + taken, most - taken);
            }
        }
        return taken;
    }
    void RunCallbacks() override {
        std::vector<SteamNetConnectionStatusChangedCallback_t> told;
        told.swap(changes_);
        for (auto& change : told) {
            on_status(&change);
        }
    }

  private:
    static int take(Connection& connection, SteamNetworkingMessage_t** out, int most) {
        int taken = 0;
        while (taken < most && !connection.received.empty()) {
            out[taken++] = connection.received.front();
            connection.received.pop_front();
        }
        return taken;
    }
    static void describe(const Connection& connection, SteamNetConnectionInfo_t& out) {
        std::memset(static_cast<void*>(&out), 0, sizeof(out));
        out.m_hListenSocket = connection.listener;
        out.m_eState = connection.state;
        out.m_nUserData = connection.user_data;
    }
    void change(HSteamNetConnection handle, ESteamNetworkingConnectionState state) {
        Connection& connection = connections_.at(handle);
        SteamNetConnectionStatusChangedCallback_t change;
        change.m_hConn = handle;
        change.m_eOldState = connection.state;
        connection.state = state;
        describe(connection, change.m_info);
        changes_.push_back(change);
    }

    std::map<HSteamNetConnection, Connection> connections_;
    std::vector<SteamNetConnectionStatusChangedCallback_t> changes_;
    HSteamNetConnection next_ = 100;
    HSteamNetPollGroup next_group_ = kFirstGroup;
};

Sockets* sockets = nullptr;

}  // namespace

}  // namespace steamgs::simulator

#ifdef _WIN32
#define EXPORTED extern "C" __declspec(dllexport)
#else
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

using namespace steamgs::simulator;

EXPORTED bool GameNetworkingSockets_Init(const void*, char* error) {
#ifdef BROKEN
    std::snprintf(error, 1024, "broken");
    return false;
#else
    error[0] = '\0';
    sockets = new Sockets;
    running = true;
    return true;
#endif
}
EXPORTED void GameNetworkingSockets_Kill() {
    running = false;
    on_status = nullptr;
    delete sockets;
    sockets = nullptr;
}
EXPORTED void* SteamNetworkingUtils_LibV4() {
    static Utils utils;
    return static_cast<steamgs::abi::ISteamNetworkingUtils004*>(&utils);
}
#ifndef INCOMPLETE
EXPORTED void* SteamNetworkingSockets_LibV12() {
    return static_cast<steamgs::abi::ISteamNetworkingSockets013*>(sockets);
}
#endif
EXPORTED bool is_running() { return running; }
EXPORTED int most_sent_at_once() { return most_at_once; }
EXPORTED bool was_given_no_number() { return got_no_number; }
