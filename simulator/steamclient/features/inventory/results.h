// Results of ISteamInventory: what Steam keeps for a game server until that destroys it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "features/browser.h"
#include "features/handles.h"
#include "features/inventory/proof.h"
#include "features/logon.h"
#include "features/sessions.h"

namespace steamgs::simulator {

// How long a result takes, and what else Steam is asked about items.
extern const Latency kInventoryLatency;

struct InventoryRecord {
    EResult status = k_EResultPending;
    uint64 steam_id = 0;
    uint32 timestamp = 0;
    std::vector<OwnedItem> items;
    uint64 serial = 0;  // the number may be another one's before

    bool readable() const { return status == k_EResultOK || status == k_EResultExpired; }
};

class InventoryResults final : public Feature {
  public:
    using Fill = std::function<EResult(InventoryRecord&)>;

    explicit InventoryResults(World& world)
        : backend_(world.backend),
          handles_(world.get<Handles>()),
          logon_(world.get<Logon>()),
          browser_(world.get<ServerBrowser>()),
          sessions_(world.get<Sessions>()),
          items_(world.get<PlayerItems>()) {}

    // A new result, which is filled later. `full`: with all that the server owns.
    abi::SteamInventoryResult_t begin(Fill fill, bool full = false);
    abi::SteamInventoryResult_t deserialize(const void* data, uint32 size);
    // NULL if it is not known, or destroyed.
    const InventoryRecord* find(abi::SteamInventoryResult_t handle) const {
        const auto found = all_.find(handle);
        return found != all_.end() ? &found->second : nullptr;
    }
    std::string serialize(const InventoryRecord& record) const;
    void destroy(abi::SteamInventoryResult_t handle) { handles_.release(all_, handle); }
    uint64 server_id() const { return logon_.steam_id().ConvertToUint64(); }
    // Whether a server may do what Valve's documentation reserves for users.
    bool serves_servers() const;
    // Whether Steam says false when it is asked for the items of a result.
    bool keeps_items_back() const;
    void reset() override { handles_.forget(all_); }
    void describe(json::Object& out) const override;

    // What the control of the simulator calls.
    void fail_next(EResult result, int times) { failing_ = {result, times}; }

  private:
    struct Failing {
        EResult result;
        int times;
    };

    uint32 now() const { return static_cast<uint32>(backend_.unix_time()); }
    abi::SteamInventoryResult_t new_number();
    void answer(abi::SteamInventoryResult_t handle, uint64 serial, const Fill& fill, bool full);
    EResult outcome(InventoryRecord& record, const Fill& fill);
    EResult read(const std::string& data, InventoryRecord& record);
    bool is_stale(const ItemProof& proof);

    Backend& backend_;
    Handles& handles_;
    Logon& logon_;
    ServerBrowser& browser_;
    Sessions& sessions_;
    PlayerItems& items_;
    std::map<abi::SteamInventoryResult_t, InventoryRecord> all_;
    abi::SteamInventoryResult_t last_ = 0;
    uint64 serial_ = 0;
    Failing failing_ = {k_EResultOK, 0};
};

}  // namespace steamgs::simulator
