// What is measured where somebody wants metrics: times, and what Steam says about players. Without
// a meter none of it is.
//
// All of it is written with relaxed atomics, and read by whoever is asked for metrics.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "common/callbacks.h"
#include "core/asked_players.h"
#include "core/fields.h"
#include "core/histogram.h"
#include "core/traffic.h"

namespace steamgs {

// How often each value of an enum has come; those beyond its members are counted together.
class Reasons {
  public:
    static constexpr unsigned kMost = 64;

    void add(int value) noexcept {
        const auto index = static_cast<unsigned>(value);  // negative ones become large
        counts_[index < kMost ? index : kMost].fetch_add(1, std::memory_order_relaxed);
    }
    uint64_t get(int value) const noexcept {
        return counts_[static_cast<size_t>(value)].load(std::memory_order_relaxed);
    }

  private:
    std::array<std::atomic<uint64_t>, kMost + 1> counts_{};
};

class Meter {
  public:
    using Clock = Histogram::Clock;

    // How often a program that ticks Steam itself means to do it; 0 if that is not known.
    void expect_interval(double seconds) noexcept {
        interval_.store(
            std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds))
                .count(),
            std::memory_order_relaxed);
    }

    // Around a tick, by the thread that ticks. The pump knows by itself how late its ticks are.
    void tick_begins(bool pumped) noexcept {
        const Clock::time_point before = tick_began_;
        tick_began_ = Clock::now();
        const Clock::duration interval(interval_.load(std::memory_order_relaxed));
        if (!pumped && interval.count() != 0 && before != Clock::time_point()) {
            tick_lateness.add(tick_began_ - before - interval);
        }
    }
    void tick_ends() noexcept { tick_duration.add(Clock::now() - tick_began_); }

    // What Steam says within a tick.
    void hear(const ValidateAuthTicketResponse_t& said) noexcept {
        responses.add(read_enum(said.m_eAuthSessionResponse));
        judged(read_id(said.m_SteamID));
    }
    void hear(const GSClientApprove_t& said) noexcept {
        approvals.add(0);
        judged_connection(read_id(said.m_SteamID));
    }
    void hear(const GSClientDeny_t& said) noexcept {
        denials.add(read_enum(said.m_eDenyReason));
        judged_connection(read_id(said.m_SteamID));
    }
    void hear(const GSClientKick_t& said) noexcept { kicks.add(read_enum(said.m_eDenyReason)); }

    // What the program asks of Steam about players, in a critical section.
    void asks(uint64_t steam_id) noexcept { asked_.add(steam_id, Clock::now()); }
    void forgets(uint64_t steam_id) noexcept {
        Clock::time_point since;
        asked_.take(steam_id, since);
    }

    // The same in the older flow, where only Steam's answer says which player it was about. The
    // verdict may have come before; then nobody knows when, and nothing is measured.
    uint64_t connections_judged() const noexcept {
        return connections_judged_.load(std::memory_order_seq_cst);
    }
    void has_asked(uint64_t steam_id, uint64_t since, uint64_t judged_before) noexcept {
        asked_.add(steam_id, time_of(since));
        std::atomic_thread_fence(std::memory_order_seq_cst);
        if (connections_judged() != judged_before) {
            forgets(steam_id);
        }
    }

    // Nanoseconds, to be given to `delivered` or `has_asked`.
    static uint64_t now() noexcept {
        return static_cast<uint64_t>(Clock::now().time_since_epoch().count());
    }
    void delivered(uint64_t since) noexcept { delivery.add(Clock::now() - time_of(since)); }

    // Of how many players Steam has not said yet whether they may play.
    size_t unjudged() const noexcept { return asked_.waiting(); }

    Histogram tick_duration;
    Histogram tick_lateness;
    Histogram delivery;
    Histogram verdict;
    Reasons requests;   // EBeginAuthSessionResult
    Reasons responses;  // EAuthSessionResponse
    Reasons approvals;  // for none
    Reasons denials;    // EDenyReason, as that of kicks
    Reasons kicks;
    Traffic traffic;

  private:
    static Clock::time_point time_of(uint64_t since) noexcept {
        return Clock::time_point(Clock::duration(static_cast<Clock::rep>(since)));
    }
    void judged_connection(uint64_t steam_id) noexcept {
        connections_judged_.fetch_add(1, std::memory_order_seq_cst);
        std::atomic_thread_fence(std::memory_order_seq_cst);
        judged(steam_id);
    }
    void judged(uint64_t steam_id) noexcept {
        Clock::time_point since;
        if (asked_.take(steam_id, since)) {
            verdict.add(Clock::now() - since);
        }
    }

    AskedPlayers asked_;
    Clock::time_point tick_began_;  // of the thread that ticks
    std::atomic<Clock::rep> interval_{0};
    std::atomic<uint64_t> connections_judged_{0};
};

}  // namespace steamgs
