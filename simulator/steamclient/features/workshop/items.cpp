#include "features/workshop/items.h"

#include <algorithm>
#include <utility>

#include "features/values.h"
#include "features/workshop/values.h"
#include "kernel/commands.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<WorkshopItems> kFeature("workshop_items");

}  // namespace

void WorkshopItems::add(uint64 id, WorkshopItem item) {
    item.manifest = ++last_manifest_;
    item.created = item.updated = now();
    item.size = std::max<uint64>(item.size, item.text.size());
    all_[id] = std::move(item);
}

void WorkshopItems::update(uint64 id, const std::string& text, uint64 size) {
    const auto found = all_.find(id);
    if (found == all_.end()) {
        throw NotThere("there is no workshop item " + std::to_string(id));
    }
    WorkshopItem& item = found->second;
    item.manifest = ++last_manifest_;
    item.updated = now();
    item.text = text;
    item.size = std::max<uint64>(size, text.size());
}

namespace {

constexpr Text kShort = {0, 128};
constexpr Text kLong = {0, 4096};
constexpr Text kTag = {1, 254};
constexpr Whole kDescriptor = {"a code of EUGCContentDescriptorID", 1, 5};
constexpr Whole kSize = {"a number of bytes", 0, int64_t{1} << 40};

struct Added {
    uint64 item;
    std::string title, description, metadata, text;
    uint64 size;
    uint64 owner;
    bool collection, legacy;
    std::vector<uint64> children;
    std::vector<std::string> tags, key_values, previews, game_versions;
    std::vector<int> descriptors;
    std::vector<AppId_t> apps;
    uint64 subscriptions;
};

const CommandOf<Added> kAddWorkshopItem = {
    "add_workshop_item",
    "Adds an item to the workshop, or a collection.",
    [] {
        return std::vector{
            field("item", &Added::item, kWorkshopItem, "its id", Presence::required),
            field("title", &Added::title, kShort, "its title"),
            field("description", &Added::description, kLong, "its description"),
            field("metadata", &Added::metadata, kLong, "what the game keeps with it"),
            field("text", &Added::text, kLong, "what its file begins with"),
            field("size", &Added::size, kSize, "of its file; that of 'text' if missing"),
            field("owner", &Added::owner, kSteamId, "who has made it"),
            field("collection", &Added::collection, Flag{}, "whether it is a collection"),
            field("legacy", &Added::legacy, Flag{},
                  "whether it was made with ISteamRemoteStorage: a file, and no folder"),
            field("children", &Added::children, kWorkshopItem, "what it needs or collects"),
            field("tags", &Added::tags, kTag, "its tags"),
            field("key_values", &Added::key_values, kTag, "its tags with values, as 'key=value'"),
            field("previews", &Added::previews, kTag, "addresses of further pictures"),
            field("game_versions", &Added::game_versions, kTag,
                  "branches of the game that it is for, as 'oldest:newest'"),
            field("descriptors", &Added::descriptors, kDescriptor, "what it warns of"),
            field("apps", &Added::apps, kAppId, "apps that it needs, such as DLC"),
            field("subscriptions", &Added::subscriptions, kSize, "how many have it"),
        };
    },
    [](World& world, const Added& row) {
        WorkshopItem item;
        item.title = row.title;
        item.description = row.description;
        item.metadata = row.metadata;
        item.text = row.text;
        item.size = row.size;
        item.owner = row.owner;
        item.collection = row.collection;
        item.legacy = row.legacy;
        item.children = row.children;
        item.tags = row.tags;
        item.key_values = row.key_values;
        item.previews = row.previews;
        item.game_versions = row.game_versions;
        item.descriptors = row.descriptors;
        item.apps = row.apps;
        item.subscriptions = row.subscriptions;
        world.get<WorkshopItems>().add(row.item, std::move(item));
    },
    {"workshop_item", true, "workshop item", "item"}};

struct Updated {
    uint64 item;
    std::string text;
    uint64 size;
};

const CommandOf<Updated> kUpdateWorkshopItem = {
    "update_workshop_item", "The author of an item uploads it anew.",
    [] {
        return std::vector{
            field("item", &Updated::item, kWorkshopItem, "its id", Presence::required),
            field("text", &Updated::text, kLong, "what its file begins with"),
            field("size", &Updated::size, kSize, "of its file; that of 'text' if missing"),
        };
    },
    [](World& world, const Updated& row) {
        world.get<WorkshopItems>().update(row.item, row.text, row.size);
    }};

struct Removed {
    uint64 item;
};

const CommandOf<Removed> kRemoveWorkshopItem = {
    "remove_workshop_item", "The author of an item removes it from the workshop.",
    [] {
        return std::vector{
            field("item", &Removed::item, kWorkshopItem, "its id", Presence::required)};
    },
    [](World& world, const Removed& row) { world.get<WorkshopItems>().remove(row.item); }};

}  // namespace

}  // namespace steamgs::simulator
