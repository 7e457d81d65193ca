#include "features/inventory/items.h"

#include <utility>

#include "features/inventory/values.h"
#include "kernel/commands.h"
#include "kernel/json.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<PlayerItems> kFeature("player_items");

}  // namespace

OwnedItem& PlayerItems::add(uint64 steam_id, int32 definition, uint32 quantity) {
    OwnedItem& item = all_[steam_id][++last_];
    item.id = last_;
    item.definition = definition;
    item.quantity = quantity;
    return item;
}

namespace {

struct Given {
    uint64 user;
    uint64 item;
    int32 definition;
    uint32 quantity = 1;
    bool tradable = true;
    std::vector<std::string> properties;
};

const CommandOf<Given> kGiveItem = {
    "give_item",
    "Gives a user an item, or changes it.",
    [] {
        return std::vector{
            field("user", &Given::user, kSteamId, "the user", Presence::required),
            field("item", &Given::item, kItem, "its id", Presence::required),
            field("definition", &Given::definition, kDefinition, "what it is", Presence::required),
            field("quantity", &Given::quantity, kQuantity, "1 if missing"),
            field("tradable", &Given::tradable, Flag{}, "true if missing"),
            field("properties", &Given::properties, kProperty,
                  "what the game has attached to it, as 'name=value'"),
        };
    },
    [](World& world, const Given& row) {
        OwnedItem item;
        item.id = row.item;
        item.definition = row.definition;
        item.quantity = row.quantity;
        item.flags = row.tradable ? 0 : abi::k_ESteamItemNoTrade;
        item.properties = properties_of(row.properties);
        world.get<PlayerItems>().of(row.user)[row.item] = std::move(item);
    },
    {"item", true, "item", "item"}};

struct Taken {
    uint64 user;
    uint64 item;
};

const CommandOf<Taken> kTakeItem = {
    "take_item", "Takes an item from a user, as if it were traded away.",
    [] {
        return std::vector{field("user", &Taken::user, kSteamId, "the user", Presence::required),
                           field("item", &Taken::item, kItem, "its id", Presence::required)};
    },
    [](World& world, const Taken& row) { world.get<PlayerItems>().take(row.user, row.item); }};

std::string json_of(const OwnedItem& item) {
    json::Object properties;
    for (const auto& [name, value] : item.properties) {
        properties.text(name.c_str(), value);
    }
    json::Object out;
    out.number("item_id", item.id);
    out.number("definition", static_cast<uint64>(item.definition));
    out.number("quantity", item.quantity);
    out.number("flags", item.flags);
    out.raw("properties", properties.done());
    return out.done();
}

}  // namespace

}  // namespace steamgs::simulator

size_t steamgs_sim_items(SimWorld* world, uint64_t user, char* out, size_t capacity) {
    using namespace steamgs::simulator;
    const std::lock_guard<std::mutex> lock(world->mutex);
    json::List list;
    for (const auto& entry : world->get<PlayerItems>().of(user)) {
        list.add(json_of(entry.second));
    }
    return write_out(list.done(), out, capacity);
}
