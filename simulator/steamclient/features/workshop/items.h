// What Steam's workshop has: items and collections, which authors add, update and remove.
#pragma once

#include <steamgs/slots/isteamugc.h>

#include <map>
#include <string>
#include <vector>

#include "kernel/world.h"

namespace steamgs::simulator {

struct WorkshopItem {
    std::string title, description, metadata;
    std::string text;  // what the item's file begins with
    uint64 size = 0;   // of that file; zeros follow the text
    uint64 owner = 0;
    bool collection = false;
    bool legacy = false;  // made with ISteamRemoteStorage: a file, and no folder
    std::vector<uint64> children;
    std::vector<std::string> tags;
    std::vector<std::string> key_values;     // a key, '=' and a value each
    std::vector<std::string> previews;       // addresses of pictures
    std::vector<std::string> game_versions;  // the oldest, ':' and the newest branch each
    std::vector<int> descriptors;
    std::vector<AppId_t> apps;  // that it needs
    uint64 subscriptions = 0;
    uint64 manifest = 0;  // another one with each update
    uint32 created = 0, updated = 0;
};

// They outlive the servers that come and go.
class WorkshopItems final : public Feature {
  public:
    explicit WorkshopItems(World& world) : backend_(world.backend) {}

    const WorkshopItem* find(uint64 id) const {
        const auto found = all_.find(id);
        return found != all_.end() ? &found->second : nullptr;
    }
    const std::map<uint64, WorkshopItem>& all() const { return all_; }
    void add(uint64 id, WorkshopItem item);
    // Throws NotThere.
    void update(uint64 id, const std::string& text, uint64 size);
    void remove(uint64 id) { all_.erase(id); }

  private:
    uint32 now() const { return static_cast<uint32>(backend_.unix_time()); }

    Backend& backend_;
    std::map<uint64, WorkshopItem> all_;
    uint64 last_manifest_ = 0;
};

}  // namespace steamgs::simulator
