// The items that players own. A game server that owns some is a player, too.
#pragma once

#include <steamgs/slots/isteaminventory.h>

#include <map>
#include <string>

#include "kernel/control.h"
#include "kernel/world.h"

namespace steamgs::simulator {

struct OwnedItem {
    uint64 id = 0;
    int32 definition = 0;
    uint32 quantity = 1;
    uint32 flags = 0;
    std::map<std::string, std::string> properties;
};

using ItemsById = std::map<uint64, OwnedItem>;

// They outlive the servers that come and go.
class PlayerItems final : public Feature {
  public:
    explicit PlayerItems(World&) {}

    ItemsById& of(uint64 steam_id) { return all_[steam_id]; }
    // NULL if the player does not own it.
    OwnedItem* find(uint64 steam_id, uint64 item) {
        ItemsById& items = all_[steam_id];
        const auto found = items.find(item);
        return found != items.end() ? &found->second : nullptr;
    }
    // A new item, which gets a number that none has had.
    OwnedItem& add(uint64 steam_id, int32 definition, uint32 quantity);
    void take(uint64 steam_id, uint64 item) { all_[steam_id].erase(item); }

  private:
    std::map<uint64, ItemsById> all_;
    uint64 last_ = uint64{1} << 62;  // beyond those that tests name
};

}  // namespace steamgs::simulator

// The items of a player as JSON, written in the same way as by steamgs_sim_describe.
STEAMGS_SIM_API size_t steamgs_sim_items(SimWorld* world, uint64_t user, char* out,
                                         size_t capacity);
