// The lock that Valve's dispatcher and registry lack: it covers RunCallbacks, every
// (un)registration, and a call together with the registration of its answer.
//
// Nobody may wait for it with the GIL held: a native listener, which runs under it, may be waiting
// for the GIL. Trying is not waiting.
//
// Whoever unlocks it hands it over to somebody who waits. A thread that ticks without a pause would
// otherwise lock it again before the other one wakes, and keep those out who call Steam.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace steamgs {

class SteamMutex {
  public:
    // Code that runs inside the dispatcher has the mutex already: for it, this does nothing.
    class Lock {
      public:
        explicit Lock(SteamMutex& owner) {
            if (!owner.dispatching_here()) {
                lock_ = std::unique_lock<SteamMutex>(owner);
            }
        }

      private:
        std::unique_lock<SteamMutex> lock_;
    };

    // Held while Steam dispatches on this thread.
    class Dispatch {
      public:
        explicit Dispatch(SteamMutex& owner) : owner_(owner) {
            owner_.lock();
            owner_.dispatcher_.store(std::this_thread::get_id(), std::memory_order_relaxed);
        }
        // With the mutex that the caller has got without waiting.
        Dispatch(SteamMutex& owner, std::adopt_lock_t) : owner_(owner) {
            owner_.dispatcher_.store(std::this_thread::get_id(), std::memory_order_relaxed);
        }
        ~Dispatch() {
            owner_.dispatcher_.store(std::thread::id(), std::memory_order_relaxed);
            owner_.unlock();
        }
        Dispatch(const Dispatch&) = delete;
        Dispatch& operator=(const Dispatch&) = delete;

      private:
        SteamMutex& owner_;
    };

    // Whether this code runs inside Steam's dispatcher.
    bool dispatching_here() const noexcept {
        return dispatcher_.load(std::memory_order_relaxed) == std::this_thread::get_id();
    }

    // Inline, as an idle tick costs little more than a call of pthread_mutex_lock.
    bool try_lock() noexcept {
        uint32_t expected = kFree;
        return state_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire,
                                              std::memory_order_relaxed);
    }
    void lock() noexcept {
        if (!try_lock()) {
            wait_for_turn(nullptr);
        }
    }
    // False if it could not be had in that time.
    bool try_lock_for(std::chrono::milliseconds time) noexcept {
        return try_lock() || wait_for_turn(&time);
    }
    void unlock() noexcept {
        uint32_t expected = kHeld;
        if (!state_.compare_exchange_strong(expected, kFree, std::memory_order_release,
                                            std::memory_order_relaxed)) {
            hand_over();
        }
    }
    // In a forked child: those who held it, or waited, were threads of the parent, unless this code
    // runs inside the dispatcher.
    void renew_after_fork() noexcept;

  private:
    static constexpr uint32_t kFree = 0;
    static constexpr uint32_t kHeld = 1;
    static constexpr uint32_t kHeldAndWaitedFor = 2;

    // False if the time passes; without one, it waits for as long as it takes.
    bool wait_for_turn(const std::chrono::milliseconds* time) noexcept;
    void hand_over() noexcept;

    std::atomic<uint32_t> state_{kFree};
    std::atomic<std::thread::id> dispatcher_{};
    std::mutex waiting_;  // held between a look at `state_` and the sleep; guards what follows
    std::condition_variable freed_;
    int sleepers_ = 0;
    bool handed_over_ = false;  // to one of them, whichever wakes first
};

}  // namespace steamgs
