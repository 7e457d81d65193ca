// How long something took, again and again: counts by length, written by any thread without a lock.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace steamgs {

class Histogram {
  public:
    using Clock = std::chrono::steady_clock;

    // The longest time that a bucket counts, in nanoseconds; what is longer than all of them is
    // counted in one bucket more.
    static constexpr std::array<uint64_t, 20> kBounds = {
        10'000,        25'000,        50'000,         100'000,        250'000,
        500'000,       1'000'000,     2'500'000,      5'000'000,      10'000'000,
        25'000'000,    50'000'000,    100'000'000,    250'000'000,    500'000'000,
        1'000'000'000, 2'500'000'000, 5'000'000'000u, 10'000'000'000, 30'000'000'000};

    void add(Clock::duration time) noexcept {
        const auto signed_time = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
        const uint64_t value = signed_time > 0 ? static_cast<uint64_t>(signed_time) : 0;
        size_t bucket = 0;
        while (bucket < kBounds.size() && value > kBounds[bucket]) {
            ++bucket;
        }
        counts_[bucket].fetch_add(1, std::memory_order_relaxed);
        sum_.fetch_add(value, std::memory_order_relaxed);
    }

    uint64_t count(size_t bucket) const noexcept {
        return counts_[bucket].load(std::memory_order_relaxed);
    }
    double sum_seconds() const noexcept {
        return static_cast<double>(sum_.load(std::memory_order_relaxed)) * 1e-9;
    }

  private:
    std::array<std::atomic<uint64_t>, kBounds.size() + 1> counts_{};
    std::atomic<uint64_t> sum_{0};
};

}  // namespace steamgs
