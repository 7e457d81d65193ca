// A thread that ticks Steam, so that a program need not: it never touches Python while Steam has
// nothing to say, and says once that there is something, until that has been taken.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "steamgs/game_server.h"

namespace steamgs {

class Pump {
  public:
    // Called on the pump's thread when events have come; no lock is held.
    using Wake = void (*)(void* consumer);

    explicit Pump(GameServer* server) : server_(server) {}
    ~Pump() { stop(); }

    void start(double interval_seconds, Wake wake, void* consumer);
    // From any thread, the pump's own included; returns when no tick is under way any more.
    void stop() noexcept;
    bool running() const noexcept { return running_.load(std::memory_order_relaxed); }
    void set_interval(double seconds);

    // The consumer is about to take what there is: events from here on are announced anew.
    void rearm() noexcept { announced_.store(false, std::memory_order_release); }
    // Sleeps until events are announced, the pump stops or the time is up; whether there are any.
    bool wait(double seconds);

    uint64_t wakes() const noexcept { return wakes_.load(std::memory_order_relaxed); }

  private:
    using Clock = std::chrono::steady_clock;

    void run();
    void announce();

    GameServer* server_;
    Wake wake_ = nullptr;
    void* consumer_ = nullptr;

    std::mutex mutex_;  // guards what follows, and the sleeping of both sides
    std::condition_variable changed_;
    Clock::duration interval_{};
    bool stopping_ = false;
    std::thread thread_;

    std::atomic<bool> running_{false};
    std::atomic<bool> announced_{false};
    std::atomic<uint64_t> wakes_{0};
};

}  // namespace steamgs
