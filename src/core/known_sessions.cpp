#include "core/known_sessions.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace steamgs {

namespace {

constexpr size_t kFewest = 64;

std::string key_of(const abi::SteamNetworkingIdentity& identity) {
    std::string key(sizeof(identity), '\0');
    std::memcpy(&key[0], &identity, sizeof(identity));
    return key;
}

abi::SteamNetworkingIdentity identity_of(const std::string& key) {
    abi::SteamNetworkingIdentity identity;
    std::memcpy(static_cast<void*>(&identity), key.data(), sizeof(identity));
    return identity;
}

}  // namespace

void KnownSessions::add(NetworkingMessages* messages,
                        const abi::SteamNetworkingIdentity& identity) {
    if (all_.insert(key_of(identity)).second && all_.size() > look_at_) {
        forget_ended(messages);
        look_at_ = std::max(kFewest, 2 * all_.size());
    }
}

void KnownSessions::remove(const abi::SteamNetworkingIdentity& identity) {
    all_.erase(key_of(identity));
}

void KnownSessions::forget_ended(NetworkingMessages* messages) noexcept {
    for (auto one = all_.begin(); one != all_.end();) {
        const auto state = messages->GetSessionConnectionInfo(identity_of(*one), nullptr, nullptr);
        one =
            state == abi::k_ESteamNetworkingConnectionState_None ? all_.erase(one) : std::next(one);
    }
}

void KnownSessions::close_all(NetworkingMessages* messages) noexcept {
    for (const std::string& one : all_) {
        messages->CloseSessionWithUser(identity_of(one));
    }
    all_.clear();
}

}  // namespace steamgs
