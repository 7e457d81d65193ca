// Some steamclients give an answer twice: as the result of the call and as a callback, in either
// order. Python gets each answer once.
#pragma once

#include <chrono>
#include <cstdint>
#include <iterator>
#include <unordered_map>

namespace steamgs {

// The answers of one kind that have come. Guarded by the mutex that guards the dispatcher.
class RepeatedAnswers {
  public:
    void call(uint64_t key) { unanswered_[key].calls++; }
    void forget() noexcept {
        unanswered_.clear();
        results_.clear();
    }

    // A callback came; returns whether it is new.
    bool callback_is_news(uint64_t key) {
        const auto result = results_.find(key);
        if (result != results_.end()) {
            const bool repeated = Clock::now() <= result->second.last + kWindow;
            if (!repeated || --result->second.count == 0) {
                results_.erase(result);
            }
            if (repeated) {
                return false;
            }
        }
        const auto asked = unanswered_.find(key);
        if (asked != unanswered_.end() && asked->second.callbacks < asked->second.calls) {
            asked->second.callbacks++;
        }
        return true;
    }
    // A call's result came; returns whether it is new.
    bool result_is_news(uint64_t key) {
        const bool said = take_call(key);
        if (!said) {
            forget_old();
            Results& results = results_[key];
            results.last = Clock::now();
            results.count++;
        }
        return !said;
    }
    // A call's result was lost; returns whether its callback came.
    bool take_call(uint64_t key) {
        const auto asked = unanswered_.find(key);
        if (asked == unanswered_.end()) {
            return false;
        }
        const bool said = asked->second.callbacks > 0;
        asked->second.callbacks -= said ? 1 : 0;
        if (--asked->second.calls == 0) {
            unanswered_.erase(asked);
        }
        return said;
    }

  private:
    using Clock = std::chrono::steady_clock;
    // Both come in the same tick or in the next one; a callback long after the result is new.
    static constexpr std::chrono::seconds kWindow{5};

    struct Asked {
        uint32_t calls = 0;      // that wait for their results
        uint32_t callbacks = 0;  // that have come meanwhile, at most one a call
    };

    struct Results {
        uint32_t count = 0;
        Clock::time_point last;
    };

    // Now and then, so that it costs constant time a result.
    void forget_old() {
        if (results_.size() < forget_at_) {
            return;
        }
        const auto oldest = Clock::now() - kWindow;
        for (auto results = results_.begin(); results != results_.end();) {
            results = results->second.last < oldest ? results_.erase(results) : std::next(results);
        }
        forget_at_ = results_.size() * 2 + kForgetAt;
    }

    static constexpr size_t kForgetAt = 64;

    std::unordered_map<uint64_t, Asked> unanswered_;
    std::unordered_map<uint64_t, Results> results_;  // that have come without a callback before
    size_t forget_at_ = kForgetAt;
};

}  // namespace steamgs
