// The process' pump: a thread that ticks Steam, so that a program need not. It says once that there
// are events, until they have been taken, and never touches Python: an event loop is told by a
// descriptor, and a function of Python's by the notifier, a second thread that waits for the GIL
// while the first one goes on ticking. The notifier also warns when very many events wait.
//
// One for the process, as Steam's game server is: it outlives every server, so a thread that is
// about to end, inside a call of its own that closed the server, leaves nothing behind that could
// be freed under it.
//
// Nobody waits in a circle: whoever is inside Steam's dispatcher waits for no thread, the notifier
// may wait for the ticking one, and everybody else for both.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "core/game_server.h"
#include "core/wake_up.h"
#include "core/worker.h"

namespace steamgs {

// Nothing here may be called with the GIL held, but for what says otherwise: one of the threads may
// be waiting for it.
class Pump {
  public:
    // Who is told of events; NULL for nobody. Functions are called on the notifier's thread, and no
    // lock is held.
    struct Consumer {
        void (*notify)(void* context) = nullptr;
        void (*warn)(void* context) = nullptr;  // the queue has a warning, and nobody takes events
        void* context = nullptr;
        std::shared_ptr<WakeUp> wake_up;
    };

    // The server that may use the pump from now on; what ran for another has been closed. With the
    // GIL or without: all that can hold the lock then is a thread on its way out, without the GIL.
    void open(GameServer* server);
    // Stops, and lets `server` start it no more. Harmless if it is not the one that may.
    void close(GameServer* server) noexcept;

    // Starts, or changes what runs. False if `server` is not the one that may.
    bool start(GameServer* server, double interval_seconds, const Consumer& consumer);
    // From any thread. When it returns no tick and no notification is under way, and none comes
    // before another start. But the notification that has led here goes on, as the last one; and
    // inside Steam's dispatcher, where it waits for nothing, one tick may still come after this
    // one.
    void stop(GameServer* server) noexcept;
    // Joins threads that have ended after they closed their server, which nobody else has done.
    void collect_threads() noexcept;
    void set_interval(GameServer* server, double seconds);
    // Sleeps until there are events, the pump stops or the time is up; whether there are events.
    bool wait(GameServer* server, double seconds);

    // The consumer is about to take what there is: events from here on are announced anew. With the
    // GIL or without.
    void rearm() noexcept { announced_.store(false, std::memory_order_release); }
    // Whether a notification has led here. With the GIL or without.
    bool notifying_here() const noexcept { return notifier_.is_current(); }

  private:
    using Clock = std::chrono::steady_clock;
    // What the notifier is to call.
    struct Notice {
        void (*call)(void* context) = nullptr;
        void* context = nullptr;
    };

    void tick_on();
    // NULL when the thread is to end; it is the last thing that the thread asks.
    GameServer* server_to_tick();
    void sleep_until_next_tick(Clock::time_point& last);
    void announce();
    void ask_for_warning();
    void notify_on();
    // Without a function when the thread is to end, likewise.
    Notice next_notice();
    void end_if_forked() const noexcept;
    void begin_to_stop() noexcept;
    // Waits for threads that stop; a notification does not wait for itself.
    void finish_stopping(std::unique_lock<std::mutex>& lock) noexcept;

    std::mutex mutex_;  // guards what follows, and the sleeping of all sides
    std::condition_variable changed_;
    GameServer* owner_ = nullptr;
    Consumer consumer_;
    Clock::duration interval_{};
    // For the notifier, which has not called yet.
    bool notice_ = false;
    bool warning_ = false;
    Worker ticker_;
    Worker notifier_;  // while there is somebody to call, and from the first warning on

    std::atomic<bool> announced_{false};
};

Pump& pump() noexcept;
// After a fork, in the child: the threads and those who waited for them are the parent's.
void renew_pump();

}  // namespace steamgs
