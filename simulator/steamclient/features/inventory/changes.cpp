#include "features/inventory/changes.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace steamgs::simulator {

namespace {

const FeatureOf<InventoryChanges> kFeature("inventory_changes");

std::vector<std::string> parts_of(const std::string& text, char mark) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, mark);) {
        parts.push_back(part);
    }
    return parts;
}

// "101x2,102" as quantities by definition.
std::map<int32, uint32> read_quantities(const std::string& text) {
    std::map<int32, uint32> found;
    for (const std::string& part : parts_of(text, ',')) {
        const size_t mark = part.find('x');
        const int quantity = mark == std::string::npos ? 1 : std::atoi(part.c_str() + mark + 1);
        found[std::atoi(part.c_str())] += static_cast<uint32>(std::max(quantity, 1));
    }
    return found;
}

}  // namespace

OwnedItem& InventoryChanges::make(InventoryRecord& record, int32 definition, uint32 quantity) {
    OwnedItem& item = items_.add(results_.server_id(), definition, quantity);
    record.items.push_back(item);
    return item;
}

void InventoryChanges::use_up(InventoryRecord& record, OwnedItem& item, uint32 quantity) {
    item.quantity -= quantity;
    OwnedItem told = item;
    told.flags |= abi::k_ESteamItemConsumed;
    if (item.quantity == 0) {
        told.flags |= abi::k_ESteamItemRemoved;
        items_.take(results_.server_id(), told.id);
    }
    record.items.push_back(told);
}

InventoryChanges::Handle InventoryChanges::all_items() {
    return results_.begin(
        [this](InventoryRecord& record) {
            for (const auto& entry : items_.of(results_.server_id())) {
                record.items.push_back(entry.second);
            }
            return k_EResultOK;
        },
        true);
}

InventoryChanges::Handle InventoryChanges::items_by_id(std::vector<uint64> items) {
    return results_.begin([this, items = std::move(items)](InventoryRecord& record) {
        for (const uint64 item : items) {
            if (const OwnedItem* owned = own(item)) {
                record.items.push_back(*owned);
            }
        }
        return k_EResultOK;
    });
}

InventoryChanges::Handle InventoryChanges::generate(Quantities<int32> made) {
    return results_.begin([this, made = std::move(made)](InventoryRecord& record) {
        for (const auto& [definition, quantity] : made) {
            if (definitions_.all().count(definition) == 0) {
                return k_EResultInvalidParam;
            }
        }
        for (const auto& [definition, quantity] : made) {
            make(record, definition, quantity);
        }
        return k_EResultOK;
    });
}

InventoryChanges::Handle InventoryChanges::promote(std::vector<int32> wanted, bool all) {
    return results_.begin([this, wanted = std::move(wanted), all](InventoryRecord& record) {
        for (const auto& [number, definition] : definitions_.all()) {
            const bool asked =
                all || std::find(wanted.begin(), wanted.end(), number) != wanted.end();
            const ItemsById& owned = items_.of(results_.server_id());
            const bool has = std::any_of(owned.begin(), owned.end(), [n = number](const auto& one) {
                return one.second.definition == n;
            });
            if (asked && !has && !definition.property("promo").empty()) {
                make(record, number, 1);
            }
        }
        return k_EResultOK;
    });
}

InventoryChanges::Handle InventoryChanges::consume(uint64 item, uint32 quantity) {
    return results_.begin([this, item, quantity](InventoryRecord& record) {
        OwnedItem* owned = own(item);
        if (owned == nullptr || quantity > owned->quantity) {
            return k_EResultInvalidParam;
        }
        use_up(record, *owned, quantity);
        return k_EResultOK;
    });
}

InventoryChanges::Handle InventoryChanges::exchange(int32 made, Quantities<uint64> given) {
    return results_.begin([this, made, given = std::move(given)](InventoryRecord& record) {
        return exchanged(record, made, given);
    });
}

EResult InventoryChanges::exchanged(InventoryRecord& record, int32 made,
                                    const Quantities<uint64>& given) {
    if (!fits_recipe(made, given)) {
        return k_EResultInvalidParam;
    }
    for (const auto& [item, quantity] : given) {
        use_up(record, *own(item), quantity);
    }
    make(record, made, 1);
    return k_EResultOK;
}

bool InventoryChanges::fits_recipe(int32 made, const Quantities<uint64>& given) {
    std::map<int32, uint32> offered;
    for (const auto& [item, quantity] : given) {
        const OwnedItem* owned = own(item);
        if (owned == nullptr || quantity > owned->quantity) {
            return false;
        }
        offered[owned->definition] += quantity;
    }
    const auto found = definitions_.all().find(made);
    if (found == definitions_.all().end()) {
        return false;
    }
    const auto recipes = parts_of(found->second.property("exchange"), ';');
    return std::any_of(recipes.begin(), recipes.end(), [&](const std::string& recipe) {
        return read_quantities(recipe) == offered;
    });
}

InventoryChanges::Handle InventoryChanges::transfer(uint64 from, uint32 quantity, uint64 to) {
    return results_.begin([this, from, quantity, to](InventoryRecord& record) {
        OwnedItem* source = own(from);
        if (source == nullptr || quantity > source->quantity) {
            return k_EResultInvalidParam;
        }
        OwnedItem* target = own(to);
        if (to == abi::k_SteamItemInstanceIDInvalid) {
            target = &items_.add(results_.server_id(), source->definition, 0);
        }
        if (target == nullptr || target == source || target->definition != source->definition) {
            return k_EResultInvalidParam;
        }
        target->quantity += quantity;
        record.items.push_back(*target);
        use_up(record, *source, quantity);
        return k_EResultOK;
    });
}

InventoryChanges::Handle InventoryChanges::drop(int32 generator) {
    return results_.begin([this, generator](InventoryRecord& record) {
        const auto found = definitions_.all().find(generator);
        if (found == definitions_.all().end() ||
            found->second.property("type") != "playtimegenerator") {
            return k_EResultInvalidParam;
        }
        for (const auto& [definition, quantity] :
             read_quantities(found->second.property("bundle"))) {
            make(record, definition, quantity);
        }
        return k_EResultOK;
    });
}

// "S<player>A<item>", as Steam's own links begin.
InventoryChanges::Handle InventoryChanges::inspect(const std::string& token) {
    return results_.begin([this, token](InventoryRecord& record) {
        const size_t mark = token.find('A');
        if (token[0] != 'S' || mark == std::string::npos) {
            return k_EResultInvalidParam;
        }
        const uint64 player = std::strtoull(token.c_str() + 1, nullptr, 10);
        const uint64 item = std::strtoull(token.c_str() + mark + 1, nullptr, 10);
        const OwnedItem* found = items_.find(player, item);
        if (found == nullptr) {
            return k_EResultInvalidParam;
        }
        record.steam_id = player;
        record.items.push_back(*found);
        return k_EResultOK;
    });
}

abi::SteamInventoryUpdateHandle_t InventoryChanges::start_update() {
    updates_[++last_update_] = {};
    return last_update_;
}

PropertyChanges* InventoryChanges::update(abi::SteamInventoryUpdateHandle_t handle) {
    const auto found = updates_.find(handle);
    return found != updates_.end() ? &found->second : nullptr;
}

InventoryChanges::Handle InventoryChanges::submit(abi::SteamInventoryUpdateHandle_t handle) {
    const auto found = updates_.find(handle);
    if (found == updates_.end()) {
        return abi::k_SteamInventoryResultInvalid;
    }
    PropertyChanges changes = std::move(found->second);
    updates_.erase(found);
    return results_.begin([this, changes = std::move(changes)](InventoryRecord& record) {
        return changed(record, changes);
    });
}

EResult InventoryChanges::changed(InventoryRecord& record, const PropertyChanges& all) {
    for (const auto& change : all.changes) {
        if (own(change.item) == nullptr) {
            return k_EResultInvalidParam;
        }
    }
    std::map<uint64, OwnedItem*> touched;
    for (const auto& change : all.changes) {
        OwnedItem* item = touched[change.item] = own(change.item);
        if (change.removed) {
            item->properties.erase(change.name);
        } else {
            item->properties[change.name] = change.value;
        }
    }
    for (const auto& entry : touched) {
        record.items.push_back(*entry.second);
    }
    return k_EResultOK;
}

}  // namespace steamgs::simulator
