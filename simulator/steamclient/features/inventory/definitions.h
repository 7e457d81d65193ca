// What the game's developers have defined: kinds of items, prices, and promotions.
#pragma once

#include <steamgs/slots/isteaminventory.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "kernel/calls.h"
#include "kernel/world.h"

namespace steamgs::simulator {

struct Definition {
    std::map<std::string, std::string> properties;
    uint64 price = 0;  // 0 for what is not sold
    uint64 base_price = 0;

    // Empty if there is none of that name.
    std::string property(const std::string& name) const {
        const auto found = properties.find(name);
        return found != properties.end() ? found->second : "";
    }
};

// They outlive the servers that come and go; what a server has loaded does not.
class ItemDefinitions final : public Feature {
  public:
    explicit ItemDefinitions(World& world) : backend_(world.backend), calls_(world.calls) {}

    // What ISteamInventory calls.
    void load();
    // What the server has loaded; none before.
    const std::map<int32, Definition>& loaded() const { return loaded_; }
    SteamAPICall_t request_promo_items(uint64 steam_id);
    // NULL if that was not asked for.
    const std::vector<int32>* promo_items(uint64 steam_id) const;
    SteamAPICall_t request_prices();
    const std::map<int32, Definition>& priced() const { return priced_; }
    void reset() override;

    // What Steam itself knows.
    const std::map<int32, Definition>& all() const { return all_; }
    // Tells a server that has loaded them.
    void define(int32 number, Definition definition);
    void set_promo_items(uint64 steam_id, std::vector<int32> definitions) {
        promo_items_[steam_id] = std::move(definitions);
    }
    void set_currency(const std::string& currency) { currency_ = currency; }

  private:
    void take_over();

    Backend& backend_;
    CallResults& calls_;
    std::map<int32, Definition> all_, loaded_, priced_;
    std::map<uint64, std::vector<int32>> promo_items_;
    std::set<uint64> told_;  // of whom the server has heard which promotional items are theirs
    bool loads_ = false;
    std::string currency_ = "USD";
};

}  // namespace steamgs::simulator
