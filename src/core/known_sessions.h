// The sessions of ISteamNetworkingMessages that a server has begun or accepted, to be closed with
// it.
//
// Steam does not tell of those that fall asleep. So they are looked through as their number
// doubles, which keeps it below twice that of the sessions there are.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "core/networking.h"

namespace steamgs {

class KnownSessions {
  public:
    // With whom; what is not used of an identity has to be 0.
    void add(NetworkingMessages* messages, const abi::SteamNetworkingIdentity& identity);
    void remove(const abi::SteamNetworkingIdentity& identity);
    void close_all(NetworkingMessages* messages) noexcept;
    void clear() noexcept { all_.clear(); }
    size_t size() const noexcept { return all_.size(); }

  private:
    void forget_ended(NetworkingMessages* messages) noexcept;

    std::set<std::string> all_;  // the bytes of identities
    size_t look_at_ = 64;
};

}  // namespace steamgs
