// What all parts of the simulated Steam share: a clock, a seed, answers that are due later, and the
// queue of callbacks. Guarded by the world's mutex, except where a function says otherwise.
#pragma once

#include <steam/steam_gameserver.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <random>
#include <vector>

#include "common/event_queue.h"
#include "kernel/behaviours.h"
#include "kernel/latency.h"

namespace steamgs::simulator {

class Backend {
  public:
    Backend(uint64 seed, bool manual_clock);

    // Seconds since the world was made.
    double now() const;
    // Seconds since 1970, by the world's clock.
    double unix_time() const { return epoch_ + now(); }
    bool manual_clock() const { return manual_; }
    // Makes the time of day jump, as if it were set. When answers are due does not change.
    void jump(double seconds) { epoch_ += seconds; }
    // Manual clock only. Answers that become due are given in order, each at its own time.
    void advance(double seconds);

    void set_latency(const Latency& kind, double minimum, double maximum);
    void schedule(const Latency& kind, std::function<void()> answer);
    // The same, but an answer without delay is given immediately.
    void schedule_or_give(const Latency& kind, std::function<void()> answer);
    // After so many seconds, unless the server goes before.
    void schedule_after(double seconds, std::function<void()> answer);
    // An event that comes by itself, whichever server is running then.
    void schedule_at(double time, std::function<void()> event);
    // Gives the answers that are due.
    void run_due() { run_due_until(now()); }
    // Whether run_due() has something to do. Without the mutex.
    bool something_due() const noexcept;
    size_t scheduled() const { return answers_.size(); }
    // Forgets the answers that are not given yet, as when a server goes.
    void forget_scheduled();

    // A callback for the game server. Without the mutex.
    void post(int id, const void* payload, size_t size) noexcept {
        queue.push_from_anywhere(static_cast<uint16_t>(id), 0, 0, payload,
                                 static_cast<uint32_t>(size));
    }
    template <class P>
    void post(const P& payload) noexcept {
        post(P::k_iCallback, &payload, sizeof(P));
    }

    EventQueue queue;
    std::mt19937_64 random;
    Behaviours behaviours;

  private:
    struct Answer {
        double due;
        uint64 sequence;
        std::function<void()> give;
        bool stays;  // also when the server goes
    };

    static bool later(const Answer& a, const Answer& b) {
        return a.due != b.due ? a.due > b.due : a.sequence > b.sequence;
    }
    double delay(const Latency& kind);
    void add(Answer answer);
    void run_due_until(double time);
    void note_next_due();

    const bool manual_;
    const std::chrono::steady_clock::time_point start_;
    double epoch_;
    double manual_now_ = 0.0;
    struct Range {
        double minimum, maximum;
    };
    std::map<const Latency*, Range> latencies_;
    std::vector<Answer> answers_;  // a heap, the next due in front
    uint64 sequence_ = 0;
    std::atomic<double> next_due_;
};

}  // namespace steamgs::simulator
