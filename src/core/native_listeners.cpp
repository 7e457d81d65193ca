#include "core/native_listeners.h"

#include <algorithm>

#include "core/registration.h"

namespace steamgs {

NativeListeners::Entry* NativeListeners::add(const std::shared_ptr<NativeListeners>& owner,
                                             CCallbackBase* callback, int id, bool alone) {
    auto entry = std::make_unique<Entry>(Entry{owner, callback, id, alone});
    SteamMutex::Lock lock(owner->mutex);
    owner->entries_.push_back(entry.get());
    if (owner->python_ != nullptr) {
        register_for_game_server(callback, id);
        owner->settle(id);
    }
    return entry.release();
}

void NativeListeners::remove(Entry* entry) {
    const std::unique_ptr<Entry> owned(entry);
    NativeListeners& owner = *entry->owner;
    SteamMutex::Lock lock(owner.mutex);
    auto& entries = owner.entries_;
    entries.erase(std::remove(entries.begin(), entries.end(), entry), entries.end());
    if (owner.python_ != nullptr) {
        SteamAPI_UnregisterCallback(entry->callback);
        owner.settle(entry->id);
    }
}

void NativeListeners::settle(int id) {
    const bool taken = std::any_of(entries_.begin(), entries_.end(), [id](const Entry* entry) {
        return entry->alone && entry->id == id;
    });
    python_->set_enabled(id, !taken);
}

void NativeListeners::listen(CallbackListeners* python) {
    python_ = python;
    for (const Entry* entry : entries_) {
        register_for_game_server(entry->callback, entry->id);
        settle(entry->id);
    }
}

void NativeListeners::stop() {
    python_ = nullptr;
    for (const Entry* entry : entries_) {
        SteamAPI_UnregisterCallback(entry->callback);
    }
}

}  // namespace steamgs
