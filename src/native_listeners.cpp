#include "steamgs/native_listeners.h"

#include <algorithm>

namespace steamgs {

NativeListeners::Entry* NativeListeners::add(const std::shared_ptr<NativeListeners>& owner,
                                             CCallbackBase* callback, int id) {
    auto entry = std::make_unique<Entry>(Entry{owner, callback, id});
    SteamMutex::Lock lock(owner->mutex);
    owner->entries_.push_back(entry.get());
    if (owner->listening_) {
        SteamAPI_RegisterCallback(callback, id);
    }
    return entry.release();
}

void NativeListeners::remove(Entry* entry) {
    const std::unique_ptr<Entry> owned(entry);
    NativeListeners& owner = *entry->owner;
    if (owner.abandoned_.load(std::memory_order_relaxed)) {
        return;
    }
    SteamMutex::Lock lock(owner.mutex);
    auto& entries = owner.entries_;
    entries.erase(std::remove(entries.begin(), entries.end(), entry), entries.end());
    if (owner.listening_) {
        SteamAPI_UnregisterCallback(entry->callback);
    }
}

void NativeListeners::listen() {
    listening_ = true;
    for (const Entry* entry : entries_) {
        SteamAPI_RegisterCallback(entry->callback, entry->id);
    }
}

void NativeListeners::stop() {
    listening_ = false;
    for (const Entry* entry : entries_) {
        SteamAPI_UnregisterCallback(entry->callback);
    }
}

}  // namespace steamgs
