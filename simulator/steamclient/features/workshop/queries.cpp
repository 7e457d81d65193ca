#include "features/workshop/queries.h"

#include "kernel/json.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<WorkshopQueries> kFeature("workshop_queries");

constexpr uint32 kMostItems = 1000;

}  // namespace

abi::UGCQueryHandle_t WorkshopQueries::create(const uint64* items, uint32 count) {
    if (items == nullptr || count == 0 || count > kMostItems) {
        return abi::k_UGCQueryHandleInvalid;
    }
    all_[++last_].items.assign(items, items + count);
    return last_;
}

WorkshopQuery* WorkshopQueries::find(abi::UGCQueryHandle_t handle) {
    const auto found = all_.find(handle);
    return found != all_.end() ? &found->second : nullptr;
}

const WorkshopQuery* WorkshopQueries::answered(abi::UGCQueryHandle_t handle, uint32 index) {
    const WorkshopQuery* query = find(handle);
    const bool there = query != nullptr && query->sent && index < query->items.size();
    return there ? query : nullptr;
}

const WorkshopItem* WorkshopQueries::item(abi::UGCQueryHandle_t handle, uint32 index) {
    const WorkshopQuery* query = answered(handle, index);
    return query != nullptr ? items_.find(query->items[index]) : nullptr;
}

SteamAPICall_t WorkshopQueries::send(abi::UGCQueryHandle_t handle) {
    if (find(handle) == nullptr) {
        return k_uAPICallInvalid;
    }
    const SteamAPICall_t call = calls_.begin();
    backend_.schedule(kCallLatency, [this, call, handle] {
        abi::SteamUGCQueryCompleted_t answer{};
        WorkshopQuery* query = find(handle);
        answer.m_handle = handle;
        answer.m_eResult = query != nullptr && logon_.logged_on() ? k_EResultOK : k_EResultFail;
        if (answer.m_eResult == k_EResultOK) {
            query->sent = true;
            answer.m_unNumResultsReturned = static_cast<uint32>(query->items.size());
            answer.m_unTotalMatchingResults = answer.m_unNumResultsReturned;
        }
        calls_.complete(call, answer);
    });
    return call;
}

void WorkshopQueries::describe(json::Object& out) const { out.number("queries", all_.size()); }

}  // namespace steamgs::simulator
