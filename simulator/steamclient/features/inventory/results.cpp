#include "features/inventory/results.h"

#include <algorithm>
#include <utility>

#include "features/inventory/values.h"
#include "kernel/commands.h"
#include "kernel/json.h"

namespace steamgs::simulator {

const Latency kInventoryLatency = {"inventory", "of results of the inventory"};

namespace {

const FeatureOf<InventoryResults> kFeature("inventory_results");

constexpr uint32 kGoodFor = 3600;  // seconds, as Valve's documentation says

const Behaviour kOfServer = {"inventory_of_server",
                             "a game server may own items, and do what only users may"};
const Behaviour kAtOnce = {"inventory_at_once",
                           "results are ready, and said to be, before the call returns"};
const Behaviour kSilent = {"inventory_silent", "the server is not told that a result is ready"};
const Behaviour kDoubled = {"inventory_doubled", "the server is told twice"};
const Behaviour kReused = {"inventory_reused",
                           "a new result gets the number of one that was destroyed"};
const Behaviour kUnreadable = {"inventory_unreadable",
                               "Steam does not tell the items of a result that is ready"};

}  // namespace

bool InventoryResults::serves_servers() const { return backend_.behaviours.has(kOfServer); }
bool InventoryResults::keeps_items_back() const { return backend_.behaviours.has(kUnreadable); }

abi::SteamInventoryResult_t InventoryResults::new_number() {
    if (!backend_.behaviours.has(kReused)) {
        return ++last_;
    }
    abi::SteamInventoryResult_t number = 1;
    while (all_.count(number) != 0) {
        ++number;
    }
    last_ = std::max(last_, number);
    return number;
}

abi::SteamInventoryResult_t InventoryResults::begin(Fill fill, bool full) {
    const abi::SteamInventoryResult_t handle = new_number();
    const uint64 serial = ++serial_;
    all_[handle].serial = serial;
    auto give = [this, handle, serial, full, fill = std::move(fill)] {
        answer(handle, serial, fill, full);
    };
    if (backend_.behaviours.has(kAtOnce)) {
        backend_.schedule_or_give(kInventoryLatency, std::move(give));
    } else {
        backend_.schedule(kInventoryLatency, std::move(give));
    }
    return handle;
}

void InventoryResults::answer(abi::SteamInventoryResult_t handle, uint64 serial, const Fill& fill,
                              bool full) {
    const auto found = all_.find(handle);
    if (found == all_.end() || found->second.serial != serial) {
        return;
    }
    InventoryRecord& record = found->second;
    record.status = outcome(record, fill);
    if (backend_.behaviours.has(kSilent)) {
        return;
    }
    if (full && record.status == k_EResultOK) {
        backend_.post(abi::SteamInventoryFullUpdate_t{handle});
    }
    const int times = backend_.behaviours.has(kDoubled) ? 2 : 1;
    for (int i = 0; i < times; ++i) {
        backend_.post(abi::SteamInventoryResultReady_t{handle, record.status});
    }
}

EResult InventoryResults::outcome(InventoryRecord& record, const Fill& fill) {
    if (failing_.times > 0) {
        --failing_.times;
        return failing_.result;
    }
    if (!logon_.logged_on()) {
        return k_EResultServiceUnavailable;
    }
    record.timestamp = now();
    record.steam_id = server_id();
    return fill(record);
}

abi::SteamInventoryResult_t InventoryResults::deserialize(const void* data, uint32 size) {
    return begin([this, kept = std::string(static_cast<const char*>(data), size)](
                     InventoryRecord& record) { return read(kept, record); });
}

EResult InventoryResults::read(const std::string& data, InventoryRecord& record) {
    ItemProof proof;
    switch (read_proof(data.data(), data.size(), sessions_.ticket_key, proof)) {
        case ProofStatus::malformed:
            return k_EResultInvalidParam;
        case ProofStatus::forged:
            return k_EResultFail;
        case ProofStatus::ok:
            break;
    }
    if (proof.app_id != browser_.state.app_id) {
        return k_EResultInvalidParam;
    }
    const bool stale = is_stale(proof);
    record.steam_id = proof.steam_id;
    record.timestamp = proof.timestamp;
    record.items = std::move(proof.items);
    return stale ? k_EResultExpired : k_EResultOK;
}

bool InventoryResults::is_stale(const ItemProof& proof) {
    if (proof.timestamp + uint64{kGoodFor} < now()) {
        return true;
    }
    for (const OwnedItem& item : proof.items) {
        const OwnedItem* owned = items_.find(proof.steam_id, item.id);
        if (owned == nullptr || owned->definition != item.definition ||
            owned->quantity < item.quantity) {
            return true;
        }
    }
    return false;
}

std::string InventoryResults::serialize(const InventoryRecord& record) const {
    return make_proof({browser_.state.app_id, record.steam_id, record.timestamp, record.items},
                      sessions_.ticket_key);
}

void InventoryResults::describe(json::Object& out) const {
    out.number("inventory_results", all_.size());
}

namespace {

struct Failures {
    EResult result = k_EResultServiceUnavailable;
    int times = 1;
};

const CommandOf<Failures> kFailNextInventory = {
    "fail_next_inventory", "The next results of the inventory fail.",
    [] {
        return std::vector{
            field("result", &Failures::result, kResult, "why; 20 if missing"),
            field("times", &Failures::times, kTimes, "how many times; 1 if missing"),
        };
    },
    [](World& world, const Failures& row) {
        world.get<InventoryResults>().fail_next(row.result, row.times);
    }};

}  // namespace

}  // namespace steamgs::simulator
