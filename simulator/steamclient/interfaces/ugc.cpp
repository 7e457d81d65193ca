// ISteamUGC: the downloads of a game server, and what it asks about items.
#include <steamgs/slots/isteamugc.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "features/workshop/downloads.h"
#include "features/workshop/queries.h"
#include "interfaces/interface.h"

namespace steamgs::simulator {

namespace {

const Behaviour kChildless = {"workshop_childless",
                              "what workshop items need or collect can't be read"};

template <class Slots>
class Workshop : public Slots {
    static constexpr std::string_view kServed = Slots::kVersion;
    // Whether structs have what came with SDK 1.60.
    static constexpr bool kLarger = kServed >= "STEAMUGC_INTERFACE_VERSION020";
    using Details =
        std::conditional_t<kLarger, abi::SteamUGCDetails020_t, abi::SteamUGCDetails017_t>;

  public:
    bool BInitWorkshopForGameServer(DepotId_t, const char* folder) override {
        return folder != nullptr && LockedFeature<Downloads>()->init(folder);
    }
    bool DownloadItem(abi::PublishedFileId_t item, bool high_priority) override {
        return LockedFeature<Downloads>()->download(item, high_priority, kLarger);
    }
    uint32 GetItemState(abi::PublishedFileId_t item) override {
        return LockedFeature<Downloads>()->state(item);
    }
    bool GetItemInstallInfo(abi::PublishedFileId_t item, uint64* size, char* folder,
                            uint32 folder_size, uint32* updated) override {
        if (size == nullptr || folder == nullptr || folder_size == 0 || updated == nullptr) {
            return false;
        }
        std::string path;
        if (!LockedFeature<Downloads>()->install_info(item, *size, path, *updated) ||
            path.size() >= folder_size) {
            return false;
        }
        std::memcpy(folder, path.c_str(), path.size() + 1);
        return true;
    }
    bool GetItemDownloadInfo(abi::PublishedFileId_t item, uint64* done, uint64* total) override {
        return done != nullptr && total != nullptr &&
               LockedFeature<Downloads>()->download_info(item, *done, *total);
    }
    void SuspendDownloads(bool suspended) override {
        LockedFeature<Downloads>()->suspend(suspended);
    }

    abi::UGCQueryHandle_t CreateQueryUGCDetailsRequest(abi::PublishedFileId_t* items,
                                                       uint32 count) override {
        return LockedFeature<WorkshopQueries>()->create(items, count);
    }
    abi::UGCQueryHandle_t CreateQueryAllUGCRequest(abi::EUGCQuery ranking,
                                                   abi::EUGCMatchingUGCType kind, AppId_t, AppId_t,
                                                   uint32 page) override {
        return page != 0 ? search(ranking, kind, (page - 1) * kWorkshopPage)
                         : abi::k_UGCQueryHandleInvalid;
    }
    abi::UGCQueryHandle_t CreateQueryAllUGCRequest(abi::EUGCQuery ranking,
                                                   abi::EUGCMatchingUGCType kind, AppId_t, AppId_t,
                                                   const char* cursor) override {
        size_t first = 0;
        return cursor != nullptr && read_cursor(cursor, first) ? search(ranking, kind, first)
                                                               : abi::k_UGCQueryHandleInvalid;
    }
    bool AddRequiredTag(abi::UGCQueryHandle_t query, const char* tag) override {
        return tag != nullptr &&
               narrow(query, [=](WorkshopSearch& search) { search.required.emplace_back(tag); });
    }
    bool AddExcludedTag(abi::UGCQueryHandle_t query, const char* tag) override {
        return tag != nullptr &&
               narrow(query, [=](WorkshopSearch& search) { search.excluded.emplace_back(tag); });
    }
    bool AddRequiredTagGroup(abi::UGCQueryHandle_t query,
                             const abi::SteamParamStringArray_t* tags) override {
        if (tags == nullptr || tags->m_ppStrings == nullptr || tags->m_nNumStrings <= 0) {
            return false;
        }
        const std::vector<std::string> group(tags->m_ppStrings,
                                             tags->m_ppStrings + tags->m_nNumStrings);
        return narrow(query, [&](WorkshopSearch& search) { search.groups.push_back(group); });
    }
    bool AddRequiredKeyValueTag(abi::UGCQueryHandle_t query, const char* key,
                                const char* value) override {
        return key != nullptr && value != nullptr && narrow(query, [=](WorkshopSearch& search) {
                   search.key_values.push_back(std::string(key) + "=" + value);
               });
    }
    bool SetSearchText(abi::UGCQueryHandle_t query, const char* text) override {
        return text != nullptr &&
               narrow(query, [=](WorkshopSearch& search) { search.text = text; });
    }
    bool SetMatchAnyTag(abi::UGCQueryHandle_t query, bool any) override {
        return narrow(query, [=](WorkshopSearch& search) { search.any_tag = any; });
    }
    bool SetRankedByTrendDays(abi::UGCQueryHandle_t query, uint32) override {
        return narrow(query, [](WorkshopSearch&) {});
    }
    bool SetTimeCreatedDateRange(abi::UGCQueryHandle_t query, uint32 first, uint32 last) override {
        return narrow(query, [=](WorkshopSearch& search) { search.created = {first, last}; });
    }
    bool SetTimeUpdatedDateRange(abi::UGCQueryHandle_t query, uint32 first, uint32 last) override {
        return narrow(query, [=](WorkshopSearch& search) { search.updated = {first, last}; });
    }
    bool SetReturnOnlyIDs(abi::UGCQueryHandle_t query, bool only) override {
        return narrow(query, [=](WorkshopSearch& search) { search.only_ids = only; });
    }
    bool SetReturnTotalOnly(abi::UGCQueryHandle_t query, bool only) override {
        return narrow(query, [=](WorkshopSearch& search) { search.only_total = only; });
    }
    SteamAPICall_t GetAppDependencies(abi::PublishedFileId_t item) override {
        return LockedFeature<WorkshopQueries>()->ask_for_apps(item);
    }
    SteamAPICall_t SendQueryUGCRequest(abi::UGCQueryHandle_t query) override {
        return LockedFeature<WorkshopQueries>()->send(query);
    }
    bool ReleaseQueryUGCRequest(abi::UGCQueryHandle_t query) override {
        return LockedFeature<WorkshopQueries>()->release(query);
    }
    bool SetReturnChildren(abi::UGCQueryHandle_t query, bool value) override {
        return set(query, &WorkshopQuery::children, value);
    }
    bool SetReturnMetadata(abi::UGCQueryHandle_t query, bool value) override {
        return set(query, &WorkshopQuery::metadata, value);
    }
    bool SetReturnLongDescription(abi::UGCQueryHandle_t query, bool value) override {
        return set(query, &WorkshopQuery::long_description, value);
    }
    bool SetReturnKeyValueTags(abi::UGCQueryHandle_t query, bool) override { return open(query); }
    bool SetLanguage(abi::UGCQueryHandle_t query, const char*) override { return open(query); }
    bool SetAllowCachedResponse(abi::UGCQueryHandle_t query, uint32) override {
        return open(query);
    }

    bool GetQueryUGCResult(abi::UGCQueryHandle_t handle, uint32 index, Details* out) override {
        Locked world;
        auto& queries = world->get<WorkshopQueries>();
        const WorkshopQuery* query = queries.answered(handle, index);
        if (query == nullptr || out == nullptr) {
            return false;
        }
        if (const std::string* bytes = queries.raw_details(query->items[index])) {
            *out = Details{};
            std::memcpy(out, bytes->data(), std::min(bytes->size(), sizeof(*out)));
            return true;
        }
        describe_item(query->items[index], queries.item(handle, index), *query,
                      world->get<ServerBrowser>().state.app_id, *out);
        if constexpr (kLarger) {
            out->m_ulTotalFilesSize = static_cast<uint64>(out->m_nFileSize);
        }
        return true;
    }
    uint32 GetQueryUGCNumTags(abi::UGCQueryHandle_t query, uint32 index) override {
        Locked world;
        const WorkshopItem* item = world->get<WorkshopQueries>().item(query, index);
        return item != nullptr ? static_cast<uint32>(item->tags.size()) : 0;
    }
    bool GetQueryUGCTag(abi::UGCQueryHandle_t query, uint32 index, uint32 tag, char* out,
                        uint32 size) override {
        Locked world;
        const WorkshopItem* item = world->get<WorkshopQueries>().item(query, index);
        return item != nullptr && tag < item->tags.size() && copy(item->tags[tag], out, size);
    }
    bool GetQueryUGCTagDisplayName(abi::UGCQueryHandle_t query, uint32 index, uint32 tag, char* out,
                                   uint32 size) override {
        return GetQueryUGCTag(query, index, tag, out, size);
    }
    uint32 GetQueryUGCNumKeyValueTags(abi::UGCQueryHandle_t query, uint32 index) override {
        return count(query, index, &WorkshopItem::key_values);
    }
    bool GetQueryUGCKeyValueTag(abi::UGCQueryHandle_t query, uint32 index, uint32 number, char* key,
                                uint32 key_size, char* value, uint32 value_size) override {
        const std::string pair = text(query, index, &WorkshopItem::key_values, number);
        return copy_parts(pair, '=', key, key_size, value, value_size);
    }
    uint32 GetQueryUGCNumAdditionalPreviews(abi::UGCQueryHandle_t query, uint32 index) override {
        return count(query, index, &WorkshopItem::previews);
    }
    bool GetQueryUGCAdditionalPreview(abi::UGCQueryHandle_t query, uint32 index, uint32 number,
                                      char* url, uint32 url_size, char* file, uint32 file_size,
                                      abi::EItemPreviewType* type) override {
        const std::string preview = text(query, index, &WorkshopItem::previews, number);
        if (preview.empty() || type == nullptr) {
            return false;
        }
        *type = abi::k_EItemPreviewType_Image;
        return copy(preview, url, url_size) && copy("preview.png", file, file_size);
    }
    bool GetQueryUGCStatistic(abi::UGCQueryHandle_t query, uint32 index,
                              abi::EItemStatistic statistic, uint64* value) override {
        Locked world;
        const WorkshopItem* item = world->get<WorkshopQueries>().item(query, index);
        if (item == nullptr || value == nullptr ||
            statistic != abi::k_EItemStatistic_NumSubscriptions) {
            return false;
        }
        *value = item->subscriptions;
        return true;
    }
    uint32 GetQueryUGCContentDescriptors(abi::UGCQueryHandle_t query, uint32 index,
                                         abi::EUGCContentDescriptorID* out,
                                         uint32 capacity) override {
        Locked world;
        const WorkshopItem* item = world->get<WorkshopQueries>().item(query, index);
        if (item == nullptr || out == nullptr) {
            return 0;
        }
        const size_t count = std::min<size_t>(capacity, item->descriptors.size());
        for (size_t number = 0; number < count; ++number) {
            out[number] = static_cast<abi::EUGCContentDescriptorID>(item->descriptors[number]);
        }
        return static_cast<uint32>(count);
    }
    bool SetReturnAdditionalPreviews(abi::UGCQueryHandle_t query, bool) override {
        return open(query);
    }
    bool SetReturnPlaytimeStats(abi::UGCQueryHandle_t query, uint32) override {
        return open(query);
    }
    bool GetQueryUGCPreviewURL(abi::UGCQueryHandle_t query, uint32 index, char* out,
                               uint32 size) override {
        Locked world;
        const WorkshopItem* item = world->get<WorkshopQueries>().item(query, index);
        return item != nullptr && copy("https://steam.invalid/preview.png", out, size);
    }
    bool GetQueryUGCMetadata(abi::UGCQueryHandle_t query, uint32 index, char* out,
                             uint32 size) override {
        Locked world;
        auto& queries = world->get<WorkshopQueries>();
        const WorkshopItem* item = queries.item(query, index);
        return item != nullptr && queries.find(query)->metadata && copy(item->metadata, out, size);
    }
    bool GetQueryUGCChildren(abi::UGCQueryHandle_t query, uint32 index, abi::PublishedFileId_t* out,
                             uint32 capacity) override {
        Locked world;
        auto& queries = world->get<WorkshopQueries>();
        const WorkshopItem* item = queries.item(query, index);
        if (item == nullptr || out == nullptr || !queries.find(query)->children ||
            world->backend.behaviours.has(kChildless)) {
            return false;
        }
        const size_t count = std::min<size_t>(capacity, item->children.size());
        std::copy_n(item->children.begin(), count, out);
        return true;
    }

  protected:
    using Texts = std::vector<std::string> WorkshopItem::*;

    static uint32 count(abi::UGCQueryHandle_t query, uint32 index, Texts texts) {
        Locked world;
        const WorkshopItem* item = world->get<WorkshopQueries>().item(query, index);
        return item != nullptr ? static_cast<uint32>((item->*texts).size()) : 0;
    }
    static std::string text(abi::UGCQueryHandle_t query, uint32 index, Texts texts, uint32 number) {
        Locked world;
        const WorkshopItem* item = world->get<WorkshopQueries>().item(query, index);
        const bool there = item != nullptr && number < (item->*texts).size();
        return there ? (item->*texts)[number] : "";
    }
    // What is before and behind the mark; false if there is no mark.
    static bool copy_parts(const std::string& parts, char mark, char* first, uint32 first_size,
                           char* second, uint32 second_size) {
        const size_t at = parts.find(mark);
        return at != std::string::npos && copy(parts.substr(0, at), first, first_size) &&
               copy(parts.substr(at + 1), second, second_size);
    }

  private:
    static abi::UGCQueryHandle_t search(abi::EUGCQuery ranking, abi::EUGCMatchingUGCType kind,
                                        size_t first) {
        WorkshopSearch search;
        search.ranking = ranking;
        search.kind = kind;
        search.first = first;
        return LockedFeature<WorkshopQueries>()->create(search);
    }
    // False for a query that is no search.
    template <class Change>
    static bool narrow(abi::UGCQueryHandle_t handle, Change change) {
        Locked world;
        WorkshopQuery* query = world->get<WorkshopQueries>().find(handle);
        const bool searches = query != nullptr && query->search && !query->sent;
        if (searches) {
            change(*query->search);
        }
        return searches;
    }
    static bool open(abi::UGCQueryHandle_t query) {
        return LockedFeature<WorkshopQueries>()->find(query) != nullptr;
    }
    static bool set(abi::UGCQueryHandle_t handle, bool WorkshopQuery::* option, bool value) {
        Locked world;
        WorkshopQuery* query = world->get<WorkshopQueries>().find(handle);
        if (query != nullptr) {
            query->*option = value;
        }
        return query != nullptr;
    }
    // As much as fits, with a NUL.
    static bool copy(const std::string& text, char* out, uint32 size) {
        if (out == nullptr || size == 0) {
            return false;
        }
        out[text.copy(out, size - 1)] = '\0';
        return true;
    }
};

// With what came with SDK 1.60.
template <class Slots>
class LargerWorkshop : public Workshop<Slots> {
  public:
    uint32 GetNumSupportedGameVersions(abi::UGCQueryHandle_t query, uint32 index) override {
        return this->count(query, index, &WorkshopItem::game_versions);
    }
    bool GetSupportedGameVersionData(abi::UGCQueryHandle_t query, uint32 index, uint32 number,
                                     char* oldest, char* newest, uint32 size) override {
        const std::string versions = this->text(query, index, &WorkshopItem::game_versions, number);
        return this->copy_parts(versions, ':', oldest, size, newest, size);
    }
};

template <class Slots>
class WorkshopOf final : public Workshop<Slots> {};

template <>
class WorkshopOf<slots::ISteamUGC020> final : public LargerWorkshop<slots::ISteamUGC020> {};

template <>
class WorkshopOf<slots::ISteamUGC021> final : public LargerWorkshop<slots::ISteamUGC021> {
  public:
    bool MarkDownloadedItemAsUnused(abi::PublishedFileId_t item) override {
        return LockedFeature<Downloads>()->forget(item);
    }
};

const EveryVersion<WorkshopOf, slots::EveryISteamUGC> kInterface;

}  // namespace

}  // namespace steamgs::simulator
