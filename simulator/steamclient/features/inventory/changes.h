// What a server may do with items of its own, where Steam lets it: see "inventory_of_server".
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "features/inventory/definitions.h"
#include "features/inventory/results.h"

namespace steamgs::simulator {

// Definitions or items, with quantities.
template <class Number>
using Quantities = std::vector<std::pair<Number, uint32>>;

// Changes of properties that are sent together.
struct PropertyChanges {
    struct Change {
        uint64 item;
        std::string name;
        std::string value;
        bool removed;
    };
    std::vector<Change> changes;
};

// Each begins a result of what has changed.
class InventoryChanges final : public Feature {
  public:
    using Handle = abi::SteamInventoryResult_t;

    explicit InventoryChanges(World& world)
        : results_(world.get<InventoryResults>()),
          items_(world.get<PlayerItems>()),
          definitions_(world.get<ItemDefinitions>()) {}

    Handle all_items();
    Handle items_by_id(std::vector<uint64> items);
    Handle generate(Quantities<int32> made);
    // Of these definitions, or of all.
    Handle promote(std::vector<int32> definitions, bool all);
    Handle consume(uint64 item, uint32 quantity);
    Handle exchange(int32 made, Quantities<uint64> given);
    Handle transfer(uint64 from, uint32 quantity, uint64 to);
    Handle drop(int32 generator);
    Handle inspect(const std::string& token);

    abi::SteamInventoryUpdateHandle_t start_update();
    // NULL if it is not known, or submitted.
    PropertyChanges* update(abi::SteamInventoryUpdateHandle_t handle);
    Handle submit(abi::SteamInventoryUpdateHandle_t handle);
    void reset() override { updates_.clear(); }

  private:
    OwnedItem* own(uint64 item) { return items_.find(results_.server_id(), item); }
    OwnedItem& make(InventoryRecord& record, int32 definition, uint32 quantity);
    // What is left of it is told, too.
    void use_up(InventoryRecord& record, OwnedItem& item, uint32 quantity);
    EResult exchanged(InventoryRecord& record, int32 made, const Quantities<uint64>& given);
    EResult changed(InventoryRecord& record, const PropertyChanges& changes);
    bool fits_recipe(int32 made, const Quantities<uint64>& given);

    InventoryResults& results_;
    PlayerItems& items_;
    ItemDefinitions& definitions_;
    std::map<abi::SteamInventoryUpdateHandle_t, PropertyChanges> updates_;
    abi::SteamInventoryUpdateHandle_t last_update_ = 0;
};

}  // namespace steamgs::simulator
