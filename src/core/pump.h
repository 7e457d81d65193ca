// The process' pump: a thread that ticks Steam, so that a program need not. It never touches Python
// while Steam has nothing to say, and says once that there is something, until that has been taken.
//
// One for the process, as Steam's game server is: it outlives every server, so a thread that is
// about to end, inside a call of its own that closed the server, leaves nothing behind that could
// be freed under it. It is in one of four states:
//
//     idle      -> start() ->                                   running
//     running   -> stop() ->                                    stopping
//     stopping  -> the thread ends ->                           ended
//     stopping  -> start() on the thread itself ->              running
//     ended     -> whoever calls start() or stop() next joins -> idle
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/game_server.h"

namespace steamgs {

// Nothing here may be called with the GIL held, but for what says otherwise: the thread may be
// waiting for it.
class Pump {
  public:
    // Called on the pump's thread when events have come; no lock is held.
    using Wake = void (*)(void* consumer);

    // The server that may use the pump from now on; what ran for another has been closed. With the
    // GIL or without: all that can hold the lock then is a thread on its way out, without the GIL.
    void open(GameServer* server);
    // Stops, and lets `server` start it no more. Harmless if it is not the one that may.
    void close(GameServer* server) noexcept;

    // Starts, or changes what runs. False if `server` is not the one that may.
    bool start(GameServer* server, double interval_seconds, Wake wake, void* consumer);
    // From any thread. When it returns no tick is under way, and none comes before another start;
    // on the pump's own thread the tick or call that has led here is the last one.
    void stop(GameServer* server) noexcept;
    // Joins a thread that has ended after it closed its server, which nobody else has done.
    void collect_thread() noexcept;
    void set_interval(GameServer* server, double seconds);
    // Sleeps until there are events, the pump stops or the time is up; whether there are events.
    bool wait(GameServer* server, double seconds);

    // The consumer is about to take what there is: events from here on are announced anew. With the
    // GIL or without.
    void rearm() noexcept { announced_.store(false, std::memory_order_release); }
    // Whether this code runs on the pump's thread. With the GIL or without.
    bool on_own_thread() const noexcept {
        return thread_id_.load(std::memory_order_relaxed) == std::this_thread::get_id();
    }

  private:
    using Clock = std::chrono::steady_clock;
    enum class State { idle, running, stopping, ended };

    void run();
    // NULL when the thread is to end; it is the last thing that the thread asks.
    GameServer* server_to_tick();
    void sleep_until_next_tick(Clock::time_point& last);
    void announce();
    void begin_to_stop() noexcept;
    // Waits for a thread that stops, unless it is the one that asks.
    void finish_stopping(std::unique_lock<std::mutex>& lock) noexcept;
    void join_ended() noexcept;

    std::mutex mutex_;  // guards what follows, and the sleeping of both sides
    std::condition_variable changed_;
    State state_ = State::idle;
    GameServer* owner_ = nullptr;
    Wake wake_ = nullptr;
    void* consumer_ = nullptr;
    Clock::duration interval_{};
    std::thread thread_;

    std::atomic<std::thread::id> thread_id_{};
    std::atomic<bool> announced_{false};
};

Pump& pump() noexcept;
// After a fork, in the child: the thread and those who waited for it are the parent's.
void renew_pump();

}  // namespace steamgs
