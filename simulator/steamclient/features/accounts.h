// The users and groups that the simulated Steam knows.
#pragma once

#include <steam/steam_gameserver.h>

#include <map>
#include <optional>
#include <set>
#include <string>

#include "kernel/world.h"

namespace steamgs::simulator {

struct Denial {
    EDenyReason reason;
    std::string text;
};

struct User {
    uint64 owner_id = 0;            // who lends the licence; the user's own id otherwise
    std::map<uint64, bool> groups;  // group -> whether an officer
    std::set<AppId_t> licenses;
    std::set<uint64> dislikes;
    bool online = true;
    bool vac_banned = false;
    bool publisher_banned = false;
    bool elsewhere = false;                        // logged in at another machine meanwhile
    std::optional<EAuthSessionResponse> response;  // for the next ticket, whatever it is
    std::optional<Denial> denial;                  // for the next connect, likewise
};

// They outlive the servers that come and go.
class Accounts final : public Feature {
  public:
    explicit Accounts(World&) {}

    User* find(uint64 steam_id) {
        auto found = all.find(steam_id);
        return found != all.end() ? &found->second : nullptr;
    }
    // Throws NotThere.
    User& at(uint64 steam_id);

    std::map<uint64, User> all;
    std::set<uint64> groups;
};

}  // namespace steamgs::simulator
