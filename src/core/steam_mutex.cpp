#include "core/steam_mutex.h"

#include <new>

namespace steamgs {

void SteamMutex::wait_until_free() noexcept {
    std::unique_lock<std::mutex> lock(waiting_);
    // Whoever gets it so says that others may be waiting too: one notice too many does no harm.
    while (state_.exchange(kHeldAndWaitedFor, std::memory_order_acquire) != kFree) {
        freed_.wait(lock);
    }
}

void SteamMutex::wake_one() noexcept {
    std::lock_guard<std::mutex> lock(waiting_);
    freed_.notify_one();
}

void SteamMutex::renew_after_fork() noexcept {
    // Not destroyed before: that would wait for threads that are not here.
    new (&waiting_) std::mutex();
    new (&freed_) std::condition_variable();
    state_.store(dispatching_here() ? kHeld : kFree, std::memory_order_relaxed);
}

}  // namespace steamgs
