// What a game server asks about workshop items.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "features/handles.h"
#include "features/logon.h"
#include "features/workshop/items.h"
#include "features/workshop/search.h"
#include "kernel/calls.h"

namespace steamgs::simulator {

struct WorkshopQuery {
    std::vector<uint64> items;             // that it asks about, or that it has found
    std::optional<WorkshopSearch> search;  // if it is one
    bool children = false, metadata = false, long_description = false;
    bool sent = false;
};

class WorkshopQueries final : public Feature {
  public:
    explicit WorkshopQueries(World& world)
        : backend_(world.backend),
          logon_(world.get<Logon>()),
          items_(world.get<WorkshopItems>()),
          handles_(world.get<Handles>()),
          calls_(world.calls) {}

    abi::UGCQueryHandle_t create(const uint64* items, uint32 count);
    abi::UGCQueryHandle_t create(const WorkshopSearch& search);
    // NULL if it is not known, or released.
    WorkshopQuery* find(abi::UGCQueryHandle_t handle);
    // What was asked for, of a query that has its answer; NULL if there is none of that number.
    const WorkshopQuery* answered(abi::UGCQueryHandle_t handle, uint32 index);
    const WorkshopItem* item(abi::UGCQueryHandle_t handle, uint32 index);
    // The bytes that stand for an item's details, if they are set; else NULL.
    const std::string* raw_details(uint64 item) const;
    SteamAPICall_t send(abi::UGCQueryHandle_t handle);
    SteamAPICall_t ask_for_apps(uint64 item);
    bool release(abi::UGCQueryHandle_t handle) { return handles_.release(all_, handle); }
    void reset() override { handles_.forget(all_); }
    void describe(json::Object& out) const override;
    void set_raw_details(uint64 item, const std::string& bytes) { raw_details_[item] = bytes; }

  private:
    void answer(WorkshopQuery& query, abi::SteamUGCQueryCompleted_t& answer);

    Backend& backend_;
    Logon& logon_;
    WorkshopItems& items_;
    Handles& handles_;
    CallResults& calls_;
    std::map<abi::UGCQueryHandle_t, WorkshopQuery> all_;
    std::map<uint64, std::string> raw_details_;
    abi::UGCQueryHandle_t last_ = 0;
};

// Steam's struct, in the shape of either version.
template <class Details>
void describe_item(uint64 id, const WorkshopItem* item, const WorkshopQuery& query, AppId_t app_id,
                   Details& out) {
    out = Details{};
    out.m_nPublishedFileId = id;
    out.m_eResult = item != nullptr ? k_EResultOK : k_EResultFileNotFound;
    if (item == nullptr || (query.search && query.search->only_ids)) {
        return;
    }
    const size_t shown = query.long_description ? sizeof(out.m_rgchDescription) : 256;
    out.m_eFileType =
        item->collection ? abi::k_EWorkshopFileTypeCollection : abi::k_EWorkshopFileTypeCommunity;
    out.m_nCreatorAppID = out.m_nConsumerAppID = app_id;
    item->title.copy(out.m_rgchTitle, sizeof(out.m_rgchTitle) - 1);
    item->description.copy(out.m_rgchDescription, shown - 1);
    out.m_ulSteamIDOwner = item->owner;
    out.m_rtimeCreated = item->created;
    out.m_rtimeUpdated = item->updated;
    out.m_nFileSize = static_cast<int32>(item->size);
    out.m_unNumChildren = static_cast<uint32>(item->children.size());
}

}  // namespace steamgs::simulator
