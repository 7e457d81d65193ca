// ISteamUGC: the downloads of a game server, and what it asks about items.
#include <steamgs/slots/isteamugc.h>

#include <cstring>
#include <string>
#include <string_view>

#include "features/workshop/downloads.h"
#include "interfaces/interface.h"

namespace steamgs::simulator {

namespace {

template <class Slots>
class Workshop : public Slots {
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

  private:
    static constexpr std::string_view kServed = Slots::kVersion;
    // How the server is told that an item is installed.
    static constexpr bool kLarger = kServed >= "STEAMUGC_INTERFACE_VERSION020";
};

template <class Slots>
class WorkshopOf final : public Workshop<Slots> {};

template <>
class WorkshopOf<slots::ISteamUGC021> final : public Workshop<slots::ISteamUGC021> {
  public:
    bool MarkDownloadedItemAsUnused(abi::PublishedFileId_t item) override {
        return LockedFeature<Downloads>()->forget(item);
    }
};

const EveryVersion<WorkshopOf, slots::EveryISteamUGC> kInterface;

}  // namespace

}  // namespace steamgs::simulator
