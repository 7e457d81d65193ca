#include "core/steam_mutex.h"

#include <new>

namespace steamgs {

void SteamMutex::wait_for_turn() noexcept {
    std::unique_lock<std::mutex> lock(waiting_);
    if (state_.exchange(kHeldAndWaitedFor, std::memory_order_acquire) != kFree) {
        ++sleepers_;
        freed_.wait(lock, [this] { return handed_over_; });
        handed_over_ = false;
        --sleepers_;
    }
    if (sleepers_ == 0) {
        state_.store(kHeld, std::memory_order_relaxed);
    }
}

void SteamMutex::hand_over() noexcept {
    std::lock_guard<std::mutex> lock(waiting_);
    if (sleepers_ == 0) {
        state_.store(kFree, std::memory_order_release);
        return;
    }
    handed_over_ = true;
    freed_.notify_one();
}

void SteamMutex::renew_after_fork() noexcept {
    // Not destroyed before: that would wait for threads that are not here.
    new (&waiting_) std::mutex();
    new (&freed_) std::condition_variable();
    sleepers_ = 0;
    handed_over_ = false;
    state_.store(dispatching_here() ? kHeld : kFree, std::memory_order_relaxed);
}

}  // namespace steamgs
