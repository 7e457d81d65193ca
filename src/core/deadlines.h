// Time limits in the order in which they are reached.
//
// A limit that is cancelled stays in the heap until half of the heap is such: with thousands of
// players, nearly all limits are cancelled, and each of those who wait is in memory of its own,
// which is not touched for the sake of another one. From any thread; no Python is called in here.
//
// Whoever has a limit must not be freed before it is cancelled: another thread may be about to say
// that it is reached.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <mutex>
#include <vector>

#include "core/gil.h"

namespace steamgs {

// Seconds since some moment, of a clock that nobody sets.
inline double monotonic() noexcept {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

class Deadlines;

// A member of whoever has a time limit.
class Deadline {
  public:
    Deadline() = default;
    ~Deadline() { cancel(); }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    inline void cancel() noexcept;

  private:
    friend class Deadlines;

    Shared<Deadlines*> all_;  // NULL while no limit is set
    size_t slot_ = 0;
    void* owner_ = nullptr;
};

class Deadlines {
  public:
    Deadlines() = default;
    ~Deadlines() { clear(); }
    Deadlines(const Deadlines&) = delete;
    Deadlines& operator=(const Deadlines&) = delete;

    bool empty() const noexcept { return set_.get() == 0; }

    // Whether it is the first one now. A limit that `deadline` has already is replaced.
    bool add(Deadline* deadline, double when, void* owner) {
        deadline->cancel();
        std::lock_guard<ShortLock> lock(lock_);
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
        deadline->all_.set(this);
        deadline->slot_ = slot;
        deadline->owner_ = owner;
        set_.add(1);
        return heap_.front().slot == slot;
    }

    // When the first one is reached; infinity if there is none.
    double first() noexcept {
        std::lock_guard<ShortLock> lock(lock_);
        return first_when();
    }

    // Cancels the first one, if it is reached by `now`, and returns its owner; NULL otherwise.
    // `keep` is called with the owner before it may go.
    void* take_reached(double now, void (*keep)(void* owner)) noexcept {
        std::lock_guard<ShortLock> lock(lock_);
        if (first_when() > now) {
            return nullptr;
        }
        Deadline* deadline = slots_[heap_.front().slot];
        keep(deadline->owner_);
        drop(deadline);
        return deadline->owner_;
    }

    void clear() noexcept {
        std::lock_guard<ShortLock> lock(lock_);
        for (Deadline* deadline : slots_) {
            if (deadline != nullptr) {
                drop(deadline);
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

    void cancel(Deadline* deadline) noexcept {
        std::lock_guard<ShortLock> lock(lock_);
        if (deadline->all_.get() != nullptr) {
            drop(deadline);
        }
    }

    void drop(Deadline* deadline) noexcept {
        deadline->all_.set(nullptr);
        slots_[deadline->slot_] = nullptr;
        set_.set(set_.get() - 1);
        if (heap_.size() > 2 * set_.get()) {
            drop_all_cancelled();
        }
    }

    double first_when() noexcept {
        drop_cancelled();
        return heap_.empty() ? std::numeric_limits<double>::infinity() : heap_.front().when;
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
    Shared<size_t> set_;            // how many limits are not cancelled
    ShortLock lock_;                // of all that
};

inline void Deadline::cancel() noexcept {
    // A limit that another thread cancels is as good as one that this thread does.
    if (Deadlines* all = all_.get()) {
        all->cancel(this);
    }
}

}  // namespace steamgs
