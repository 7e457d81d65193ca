// Time limits in the order in which they are reached.
//
// A limit that is cancelled stays in the heap until half of the heap is such: with thousands of
// players, nearly all limits are cancelled, and each of those who wait is in memory of its own,
// which is not touched for the sake of another one. Not thread-safe; no Python is called in here.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <vector>

namespace steamgs {

// Seconds since some moment, of a clock that nobody sets.
inline double monotonic() noexcept {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

class Deadlines;

// A member of whoever has a time limit: taken out when its owner goes.
class Deadline {
  public:
    Deadline() = default;
    ~Deadline() { cancel(); }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    inline void cancel() noexcept;

  private:
    friend class Deadlines;

    Deadlines* all_ = nullptr;  // NULL while no limit is set
    size_t slot_ = 0;
    void* owner_ = nullptr;
};

class Deadlines {
  public:
    Deadlines() = default;
    ~Deadlines() { clear(); }
    Deadlines(const Deadlines&) = delete;
    Deadlines& operator=(const Deadlines&) = delete;

    bool empty() const noexcept { return set_ == 0; }

    // Whether it is the first one now. A limit that `deadline` has already is replaced.
    bool add(Deadline* deadline, double when, void* owner) {
        deadline->cancel();
        if (free_.empty()) {
            slots_.push_back(nullptr);
            free_.reserve(slots_.capacity());
            free_.push_back(slots_.size() - 1);
        }
        const size_t slot = free_.back();
        heap_.push_back({when, slot});
        free_.pop_back();
        std::push_heap(heap_.begin(), heap_.end(), is_later);
        slots_[slot] = deadline;
        deadline->all_ = this;
        deadline->slot_ = slot;
        deadline->owner_ = owner;
        ++set_;
        return heap_.front().slot == slot;
    }

    // When the first one is reached; infinity if there is none.
    double first() noexcept {
        drop_cancelled();
        return heap_.empty() ? std::numeric_limits<double>::infinity() : heap_.front().when;
    }

    // Cancels the first one, if it is reached by `now`, and returns its owner; NULL otherwise.
    void* take_reached(double now) noexcept {
        if (first() > now) {
            return nullptr;
        }
        Deadline* deadline = slots_[heap_.front().slot];
        deadline->cancel();
        return deadline->owner_;
    }

    void clear() noexcept {
        for (Deadline* deadline : slots_) {
            if (deadline != nullptr) {
                deadline->cancel();
            }
        }
    }

  private:
    friend class Deadline;

    struct Limit {
        double when;
        size_t slot;
    };

    static bool is_later(const Limit& one, const Limit& other) noexcept {
        return one.when > other.when;
    }

    void cancel(size_t slot) noexcept {
        slots_[slot]->all_ = nullptr;
        slots_[slot] = nullptr;
        --set_;
        if (heap_.size() > 2 * set_) {
            drop_all_cancelled();
        }
    }

    void drop_cancelled() noexcept {
        while (!heap_.empty() && slots_[heap_.front().slot] == nullptr) {
            free_.push_back(heap_.front().slot);
            std::pop_heap(heap_.begin(), heap_.end(), is_later);
            heap_.pop_back();
        }
    }

    void drop_all_cancelled() noexcept {
        const auto end = std::remove_if(heap_.begin(), heap_.end(), [this](const Limit& limit) {
            if (slots_[limit.slot] != nullptr) {
                return false;
            }
            free_.push_back(limit.slot);
            return true;
        });
        heap_.erase(end, heap_.end());
        std::make_heap(heap_.begin(), heap_.end(), is_later);
    }

    std::vector<Limit> heap_;
    std::vector<Deadline*> slots_;  // by a limit's slot; NULL for one that is cancelled
    std::vector<size_t> free_;      // slots of no limit; there is room for all of them
    size_t set_ = 0;                // how many limits are not cancelled
};

inline void Deadline::cancel() noexcept {
    if (all_ != nullptr) {
        all_->cancel(slot_);
    }
}

}  // namespace steamgs
