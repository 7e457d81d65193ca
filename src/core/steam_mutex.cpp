#include "core/steam_mutex.h"

#include <new>

namespace steamgs {

bool SteamMutex::wait_for_turn(const std::chrono::milliseconds* time) noexcept {
    std::unique_lock<std::mutex> lock(waiting_);
    if (state_.exchange(kHeldAndWaitedFor, std::memory_order_acquire) != kFree) {
        const auto handed_over = [this] { return handed_over_; };
        ++sleepers_;
        if (time == nullptr) {
            freed_.wait(lock, handed_over);
        } else if (!freed_.wait_for(lock, *time, handed_over)) {
            --sleepers_;
            return false;
        }
        handed_over_ = false;
        --sleepers_;
    }
    if (sleepers_ == 0) {
        state_.store(kHeld, std::memory_order_relaxed);
    }
    return true;
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
