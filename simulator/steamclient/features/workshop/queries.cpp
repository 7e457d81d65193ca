#include "features/workshop/queries.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "features/workshop/values.h"
#include "kernel/commands.h"
#include "kernel/json.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<WorkshopQueries> kFeature("workshop_queries");

const Behaviour kShort = {"workshop_short", "queries are answered without their first item"};

}  // namespace

abi::UGCQueryHandle_t WorkshopQueries::create(const uint64* items, uint32 count) {
    if (items == nullptr || count == 0 || count > kWorkshopPage) {
        return abi::k_UGCQueryHandleInvalid;
    }
    all_[++last_].items.assign(items, items + count);
    return last_;
}

abi::UGCQueryHandle_t WorkshopQueries::create(const WorkshopSearch& search) {
    all_[++last_].search = search;
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
            this->answer(*query, answer);
        }
        calls_.complete(call, answer);
    });
    return call;
}

void WorkshopQueries::answer(WorkshopQuery& query, abi::SteamUGCQueryCompleted_t& answer) {
    query.sent = true;
    if (!query.search && backend_.behaviours.has(kShort)) {
        query.items.erase(query.items.begin());
    }
    size_t total = query.items.size();
    if (query.search) {
        const std::vector<uint64> found = query.search->in(items_);
        total = found.size();
        const size_t first = std::min(query.search->first, total);
        const size_t wanted = query.search->only_total ? 0 : kWorkshopPage;
        const size_t last = std::min(first + wanted, total);
        query.items.assign(found.begin() + static_cast<std::ptrdiff_t>(first),
                           found.begin() + static_cast<std::ptrdiff_t>(last));
        const std::string next = cursor_at(last);
        next.copy(answer.m_rgchNextCursor, sizeof(answer.m_rgchNextCursor) - 1);
    }
    answer.m_unNumResultsReturned = static_cast<uint32>(query.items.size());
    answer.m_unTotalMatchingResults = static_cast<uint32>(total);
}

const std::string* WorkshopQueries::raw_details(uint64 item) const {
    const auto found = raw_details_.find(item);
    return found != raw_details_.end() ? &found->second : nullptr;
}

SteamAPICall_t WorkshopQueries::ask_for_apps(uint64 item) {
    if (item == abi::k_PublishedFileIdInvalid) {
        return k_uAPICallInvalid;
    }
    const SteamAPICall_t call = calls_.begin();
    backend_.schedule(kCallLatency, [this, call, item] {
        abi::GetAppDependenciesResult_t answer{};
        const WorkshopItem* found = items_.find(item);
        answer.m_eResult = found != nullptr ? k_EResultOK : k_EResultFileNotFound;
        answer.m_nPublishedFileId = item;
        if (found != nullptr) {
            const size_t most = std::size(answer.m_rgAppIDs);
            const size_t told = std::min(most, found->apps.size());
            std::copy_n(found->apps.begin(), told, answer.m_rgAppIDs);
            answer.m_nNumAppDependencies = static_cast<uint32>(told);
            answer.m_nTotalNumAppDependencies = static_cast<uint32>(found->apps.size());
        }
        calls_.complete(call, answer);
    });
    return call;
}

void WorkshopQueries::describe(json::Object& out) const { out.number("queries", all_.size()); }

namespace {

// The largest of Steam's structs, in hexadecimal digits.
constexpr Text kHex = {0, 2 * sizeof(abi::SteamUGCDetails020_t)};

struct RawDetails {
    uint64 item;
    std::string details;
};

std::string bytes_of(const std::string& hex) {
    std::string bytes;
    for (size_t at = 0; at + 1 < hex.size(); at += 2) {
        bytes += static_cast<char>(std::strtoul(hex.substr(at, 2).c_str(), nullptr, 16));
    }
    return bytes;
}

const CommandOf<RawDetails> kSetWorkshopDetails = {
    "set_workshop_details", "Sets what Steam says about an item, byte by byte.",
    [] {
        return std::vector{
            field("item", &RawDetails::item, kWorkshopItem, "its id", Presence::required),
            field("details", &RawDetails::details, kHex,
                  "a SteamUGCDetails_t, in hexadecimal digits; zeros follow", Presence::required),
        };
    },
    [](World& world, const RawDetails& row) {
        world.get<WorkshopQueries>().set_raw_details(row.item, bytes_of(row.details));
    }};

}  // namespace

}  // namespace steamgs::simulator
