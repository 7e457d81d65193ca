// ISteamNetworkingSockets in whichever version Steam serves.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "core/interfaces.h"
#include "steamgs/abi/isteamnetworkingmessages.h"
#include "steamgs/abi/isteamnetworkingsockets.h"
#include "steamgs/abi/isteamnetworkingutils.h"
#include "steamgs/abi/steamnetworkingfakeip.h"

namespace steamgs {

using NetworkingMessage = abi::SteamNetworkingMessage_t;

// The versions differ in SendMessages alone, whose slot is the same in both.
using Sockets = abi::ISteamNetworkingSockets012;
using NewerSockets = abi::ISteamNetworkingSockets013;
using NetworkingMessages = abi::ISteamNetworkingMessages002;

// Sends messages, which are Steam's afterwards; whether each was taken is in `results`: its number,
// or minus an EResult. Messages that were not taken are freed: 012 does so anyway, 013 if told.
inline void send_messages(Sockets* sockets, bool newer, int count, NetworkingMessage* const* all,
                          int64* results) noexcept {
    if (newer) {
        reinterpret_cast<NewerSockets*>(sockets)->SendMessages(count, all, results, true);
    } else {
        sockets->SendMessages(count, all, results);
    }
}

inline bool is_newer_sockets(const char* version) noexcept {
    return std::strcmp(version, NewerSockets::kVersion) == 0;
}

inline void release_message(NetworkingMessage* message) noexcept { message->m_pfnRelease(message); }

// Steam's int64 need not be the same type as int64_t.
inline int send_to_connection(Sockets* sockets, uint32_t connection, const void* data,
                              uint32_t size, int flags, int64_t* number) noexcept {
    return sockets->SendMessageToConnection(connection, data, size, flags,
                                            reinterpret_cast<int64*>(number));
}

inline int send_to_fake_ip(abi::ISteamNetworkingFakeUDPPort* port,
                           const abi::SteamNetworkingIPAddr& address, const void* data,
                           uint32_t size, int flags) noexcept {
    return port->SendMessageToFakeIP(address, data, size, flags);
}

// What Steam gives as bytes; it says how many, or why not.
bool get_certificate_request(Sockets* sockets, std::string& blob, std::string& why);
bool set_certificate(Sockets* sockets, const void* certificate, int size, std::string& why);
// An EResult.
int get_hosted_address(Sockets* sockets, std::string& blob);

// Configuration values that a listener or a connection is made with.
class ConfigOptions {
  public:
    void add_int32(int value, int32_t setting);
    void add_int64(int value, int64_t setting);
    void add_float(int value, float setting);
    // The text has to live as long as this.
    void add_text(int value, const char* setting);
    int size() const noexcept { return static_cast<int>(all_.size()); }
    const abi::SteamNetworkingConfigValue_t* data() const noexcept { return all_.data(); }

  private:
    abi::SteamNetworkingConfigValue_t& add(int value, abi::ESteamNetworkingConfigDataType type);

    std::vector<abi::SteamNetworkingConfigValue_t> all_;
};

// Microseconds, since SDK 1.65: one of the reserved words before, which are 0.
inline int max_jitter(const abi::SteamNetConnectionRealTimeStatus_t& status) noexcept {
    return status.m_usecMaxJitter;
}

}  // namespace steamgs
