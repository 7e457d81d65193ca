// When Steam was asked about which player, until it has judged. Written by the threads that begin
// and end sessions and read by the one that ticks, without a lock.
//
// A player has four places. If others have taken all of them, the time is not measured, which is
// rare while fewer than twenty thousand wait.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace steamgs {

class AskedPlayers {
  public:
    using Clock = std::chrono::steady_clock;

    AskedPlayers() : groups_(new Group[kGroups]) {}

    // Not by two threads at once.
    void add(uint64_t steam_id, Clock::time_point now) noexcept {
        Group& group = group_of(steam_id);
        Place* place = find(group, steam_id);
        if (place == nullptr) {
            place = find(group, kNobody);
        }
        if (place != nullptr) {
            place->since.store(now.time_since_epoch().count(), std::memory_order_relaxed);
            if (place->steam_id.load(std::memory_order_relaxed) == kNobody) {
                waiting_.fetch_add(1, std::memory_order_relaxed);
            }
            place->steam_id.store(steam_id, std::memory_order_release);
        }
    }

    // Forgets the player, and says since when they have waited; false if that is not known.
    bool take(uint64_t steam_id, Clock::time_point& since) noexcept {
        return waiting_.load(std::memory_order_relaxed) != 0 && find_and_take(steam_id, since);
    }

    size_t waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }

  private:
    static constexpr uint64_t kNobody = 0;
    static constexpr size_t kGroups = size_t{1} << 14;

    struct Place {
        std::atomic<uint64_t> steam_id{kNobody};
        std::atomic<Clock::rep> since{0};
    };
    using Group = std::array<Place, 4>;

    bool find_and_take(uint64_t steam_id, Clock::time_point& since) noexcept {
        Place* place = find(group_of(steam_id), steam_id);
        if (place == nullptr) {
            return false;
        }
        const Clock::rep ticks = place->since.load(std::memory_order_relaxed);
        since = Clock::time_point(Clock::duration(ticks));
        // Another thread may have freed it, and a third one taken it, meanwhile.
        if (!place->steam_id.compare_exchange_strong(steam_id, kNobody,
                                                     std::memory_order_relaxed)) {
            return false;
        }
        waiting_.fetch_sub(1, std::memory_order_relaxed);
        return true;
    }

    Group& group_of(uint64_t steam_id) noexcept {
        return groups_[static_cast<size_t>((steam_id * 0x9E3779B97F4A7C15u) >> 32) % kGroups];
    }
    static Place* find(Group& group, uint64_t steam_id) noexcept {
        for (Place& place : group) {
            if (place.steam_id.load(std::memory_order_acquire) == steam_id) {
                return &place;
            }
        }
        return nullptr;
    }

    std::unique_ptr<Group[]> groups_;
    std::atomic<size_t> waiting_{0};
};

}  // namespace steamgs
