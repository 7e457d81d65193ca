// The lock that Valve's dispatcher and registry lack: it covers RunCallbacks, every
// (un)registration, and a call together with the registration of its answer.
//
// Nobody may wait for it with the GIL held: a native listener, which runs under it, may be waiting
// for the GIL. Trying is not waiting.
#pragma once

#include <atomic>
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
                lock_ = std::unique_lock<std::mutex>(owner.mutex_);
            }
        }

      private:
        std::unique_lock<std::mutex> lock_;
    };

    // Held while Steam dispatches on this thread.
    class Dispatch {
      public:
        explicit Dispatch(SteamMutex& owner) : owner_(owner) {
            owner_.mutex_.lock();
            owner_.dispatcher_.store(std::this_thread::get_id(), std::memory_order_relaxed);
        }
        // With the mutex that the caller has got without waiting.
        Dispatch(SteamMutex& owner, std::adopt_lock_t) : owner_(owner) {
            owner_.dispatcher_.store(std::this_thread::get_id(), std::memory_order_relaxed);
        }
        ~Dispatch() {
            owner_.dispatcher_.store(std::thread::id(), std::memory_order_relaxed);
            owner_.mutex_.unlock();
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

    bool try_lock() noexcept { return mutex_.try_lock(); }
    // Around a fork, so that the child finds Steam's library between two ticks.
    void lock() { mutex_.lock(); }
    void unlock() { mutex_.unlock(); }

  private:
    std::mutex mutex_;
    std::atomic<std::thread::id> dispatcher_{};
};

}  // namespace steamgs
