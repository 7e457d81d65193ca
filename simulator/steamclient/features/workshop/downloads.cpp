#include "features/workshop/downloads.h"

#include <algorithm>

#include "features/values.h"
#include "features/workshop/values.h"
#include "kernel/commands.h"
#include "kernel/json.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<Downloads> kFeature("workshop_downloads");

const Latency kWorkshopLatency = {"workshop", "of the beginning of a download"};

const Behaviour kUnnoticed = {"workshop_unnoticed",
                              "the state of an item doesn't say that there is a newer version"};

const Behaviour kOutside = {"workshop_outside",
                            "items are said to be where the server's folder is not"};

}  // namespace

bool Downloads::init(const std::string& folder) {
    if (folder.empty()) {
        return false;
    }
    folder_.emplace(folder, browser_.state.app_id);
    return true;
}

bool Downloads::waits(uint64 item) const {
    return std::find(waiting_.begin(), waiting_.end(), item) != waiting_.end();
}

bool Downloads::download(uint64 item, bool high_priority, bool larger) {
    if (!folder_ || !logon_.logged_on() || item == abi::k_PublishedFileIdInvalid) {
        return false;
    }
    larger_ = larger;
    if (active_ && active_->item == item) {
        return true;
    }
    waiting_.erase(std::remove(waiting_.begin(), waiting_.end(), item), waiting_.end());
    if (high_priority) {
        pause();
        waiting_.push_front(item);
    } else {
        waiting_.push_back(item);
    }
    go_on();
    return true;
}

void Downloads::pause() {
    ++turn_;
    if (active_) {
        partial_[active_->item] = done(*active_);
        waiting_.push_front(active_->item);
        active_.reset();
    }
}

void Downloads::go_on() {
    if (!suspended_ && !active_ && !waiting_.empty()) {
        const uint64 item = waiting_.front();
        waiting_.pop_front();
        begin(item);
    }
}

void Downloads::begin(uint64 item) {
    const WorkshopItem* found = items_.find(item);
    const WorkshopFolder::Installed* installed = folder_->find(item);
    Transfer transfer{item, 0, 0, 0, backend_.now()};
    if (found != nullptr) {
        const bool current = installed != nullptr && installed->manifest == found->manifest;
        const auto partial = partial_.find(item);
        transfer.manifest = found->manifest;
        transfer.total = found->size;
        transfer.done = current ? found->size : partial != partial_.end() ? partial->second : 0;
        transfer.done = std::min(transfer.done, transfer.total);
    }
    active_ = transfer;
    const uint64 turn = ++turn_;
    backend_.schedule(kWorkshopLatency, [this, turn] {
        if (turn != turn_ || !active_) {
            return;
        }
        active_->since = backend_.now();
        const auto left = static_cast<double>(active_->total - active_->done);
        backend_.schedule_after(rate_ > 0.0 ? left / rate_ : 0.0, [this, turn] {
            if (turn == turn_) {
                arrive();
            }
        });
    });
}

uint64 Downloads::done(const Transfer& transfer) const {
    const double seconds = std::max(0.0, backend_.now() - transfer.since);
    const auto more = static_cast<uint64>(rate_ * seconds);
    return std::min(transfer.total, transfer.done + more);
}

void Downloads::arrive() {
    const Transfer transfer = *active_;
    const WorkshopItem* item = items_.find(transfer.item);
    active_.reset();
    partial_.erase(transfer.item);
    if (item != nullptr && item->manifest != transfer.manifest) {
        begin(transfer.item);  // it was updated meanwhile
        return;
    }
    finish(transfer.item, outcome(transfer));
    go_on();
}

EResult Downloads::outcome(const Transfer& transfer) {
    if (failing_.times > 0 && (failing_.item == 0 || failing_.item == transfer.item)) {
        --failing_.times;
        return failing_.result;
    }
    if (!logon_.logged_on()) {
        return k_EResultNoConnection;
    }
    const WorkshopItem* item = items_.find(transfer.item);
    if (item == nullptr) {
        return k_EResultFileNotFound;
    }
    const WorkshopFolder::Installed* installed = folder_->find(transfer.item);
    if (installed != nullptr && installed->manifest == item->manifest) {
        return k_EResultOK;
    }
    const uint64 replaced = installed != nullptr ? installed->size : 0;
    if (folder_->used() - replaced + item->size > disk_) {
        return k_EResultDiskFull;
    }
    if (!folder_->install(transfer.item, *item)) {
        return k_EResultIOFailure;
    }
    tell_installed(transfer.item, item->manifest);
    return k_EResultOK;
}

void Downloads::tell_installed(uint64 item, uint64 manifest) {
    const AppId_t app_id = browser_.state.app_id;
    if (larger_) {
        backend_.post(abi::ItemInstalled020_t{app_id, item, abi::k_UGCHandleInvalid, manifest});
    } else {
        backend_.post(abi::ItemInstalled017_t{app_id, item});
    }
}

void Downloads::finish(uint64 item, EResult result) {
    backend_.post(abi::DownloadItemResult_t{browser_.state.app_id, item, result});
}

uint32 Downloads::state(uint64 item) const {
    uint32 flags = abi::k_EItemStateNone;
    const WorkshopFolder::Installed* installed = folder_ ? folder_->find(item) : nullptr;
    if (installed != nullptr) {
        const WorkshopItem* found = items_.find(item);
        const bool outdated = found != nullptr && found->manifest != installed->manifest &&
                              !backend_.behaviours.has(kUnnoticed);
        flags |= abi::k_EItemStateInstalled;
        flags |= installed->legacy ? static_cast<uint32>(abi::k_EItemStateLegacyItem) : 0;
        flags |= outdated ? static_cast<uint32>(abi::k_EItemStateNeedsUpdate) : 0;
    }
    if (active_ && active_->item == item) {
        flags |= abi::k_EItemStateDownloading;
    }
    if (waits(item)) {
        flags |= abi::k_EItemStateDownloadPending;
    }
    return flags;
}

bool Downloads::install_info(uint64 item, uint64& size, std::string& folder,
                             uint32& updated) const {
    const WorkshopFolder::Installed* installed = folder_ ? folder_->find(item) : nullptr;
    if (installed == nullptr) {
        return false;
    }
    size = installed->size;
    updated = installed->updated;
    folder = folder_->told(item);
    if (backend_.behaviours.has(kOutside)) {
        folder += "/../../../../../../elsewhere";
    }
    return true;
}

bool Downloads::download_info(uint64 item, uint64& done_bytes, uint64& total) const {
    if (active_ && active_->item == item) {
        done_bytes = done(*active_);
        total = active_->total;
        return true;
    }
    const WorkshopItem* found = items_.find(item);
    if (!waits(item) || found == nullptr) {
        return false;
    }
    const auto partial = partial_.find(item);
    done_bytes = partial != partial_.end() ? std::min(partial->second, found->size) : 0;
    total = found->size;
    return true;
}

void Downloads::suspend(bool suspended) {
    suspended_ = suspended;
    if (suspended) {
        pause();
    } else {
        go_on();
    }
}

bool Downloads::forget(uint64 item) { return folder_ && folder_->remove(item); }

void Downloads::set_rate(double rate) {
    const bool was_active = active_.has_value();
    pause();
    rate_ = rate;
    if (was_active) {
        go_on();
    }
}

void Downloads::reset() {
    pause();
    waiting_.clear();
    folder_.reset();
    suspended_ = false;
}

void Downloads::describe(json::Object& out) const {
    json::List list;
    if (active_) {
        list.add(std::to_string(active_->item));
    }
    for (const uint64 item : waiting_) {
        list.add(std::to_string(item));
    }
    out.raw("downloads", list.done());
}

namespace {

constexpr double kMostRate = 1e12;
constexpr Real kRate = {"a number of bytes per second", 0.0, kMostRate};
constexpr Whole kBytes = {"a number of bytes", 0, kMostInteger};

struct Network {
    double rate;
};

const CommandOf<Network> kSetDownloadRate = {
    "set_download_rate", "Sets how fast workshop items are downloaded.",
    [] {
        return std::vector{field("rate", &Network::rate, kRate,
                                 "bytes per second; unlimited if 0, as at first",
                                 Presence::required)};
    },
    [](World& world, const Network& row) { world.get<Downloads>().set_rate(row.rate); }};

struct Disk {
    uint64 bytes;
};

const CommandOf<Disk> kSetDiskSpace = {
    "set_disk_space", "Sets how much room there is for workshop items; at first there is no limit.",
    [] {
        return std::vector{field("bytes", &Disk::bytes, kBytes,
                                 "of all items that are installed together", Presence::required)};
    },
    [](World& world, const Disk& row) { world.get<Downloads>().set_disk(row.bytes); }};

struct Failures {
    EResult result = k_EResultFail;
    uint64 item;
    int times = 1;
};

const CommandOf<Failures> kFailNextDownload = {
    "fail_next_download", "The next downloads of workshop items fail.",
    [] {
        return std::vector{
            field("result", &Failures::result, kResult, "why; 2 if missing"),
            field("item", &Failures::item, kWorkshopItem, "which item; any if missing"),
            field("times", &Failures::times, kTimes, "how many times; 1 if missing"),
        };
    },
    [](World& world, const Failures& row) {
        world.get<Downloads>().fail_next(row.result, row.item, row.times);
    }};

}  // namespace

}  // namespace steamgs::simulator
