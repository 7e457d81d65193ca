// Time limits in the order in which they are reached. Adding one that is later than all others, and
// the usual removal, take constant time. Not thread-safe; no Python is called in here.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace steamgs {

class Deadlines;

// A member of whoever has a time limit: taken out when its owner goes.
class Deadline {
  public:
    Deadline() = default;
    ~Deadline() { cancel(); }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    inline void cancel() noexcept;
    double when() const noexcept { return when_; }
    void* owner() const noexcept { return owner_; }

  private:
    friend class Deadlines;

    Deadlines* all_ = nullptr;  // NULL while no limit is set
    size_t position_ = 0;
    double when_ = 0.0;
    void* owner_ = nullptr;
};

// A binary heap whose members know where they are in it.
class Deadlines {
  public:
    Deadlines() = default;
    ~Deadlines() { clear(); }
    Deadlines(const Deadlines&) = delete;
    Deadlines& operator=(const Deadlines&) = delete;

    bool empty() const noexcept { return heap_.empty(); }
    // The one that is reached first, if there is any.
    Deadline* first() const noexcept { return heap_.front(); }

    // Whether it is the first one now. A limit that `deadline` has already is replaced.
    bool add(Deadline* deadline, double when, void* owner) {
        deadline->cancel();
        heap_.push_back(deadline);
        deadline->all_ = this;
        deadline->when_ = when;
        deadline->owner_ = owner;
        rise(heap_.size() - 1);
        return heap_.front() == deadline;
    }
    void clear() noexcept {
        for (Deadline* deadline : heap_) {
            deadline->all_ = nullptr;
        }
        heap_.clear();
    }

  private:
    friend class Deadline;

    void remove(Deadline* deadline) noexcept {
        const size_t hole = deadline->position_;
        Deadline* last = heap_.back();
        heap_.pop_back();
        deadline->all_ = nullptr;
        if (last != deadline) {
            put(hole, last);
            sink(rise(hole));
        }
    }
    void put(size_t position, Deadline* deadline) noexcept {
        heap_[position] = deadline;
        deadline->position_ = position;
    }
    size_t rise(size_t position) noexcept {
        Deadline* deadline = heap_[position];
        while (position > 0 && deadline->when_ < heap_[(position - 1) / 2]->when_) {
            put(position, heap_[(position - 1) / 2]);
            position = (position - 1) / 2;
        }
        put(position, deadline);
        return position;
    }
    void sink(size_t position) noexcept {
        Deadline* deadline = heap_[position];
        while (true) {
            size_t child = 2 * position + 1;
            if (child + 1 < heap_.size() && heap_[child + 1]->when_ < heap_[child]->when_) {
                ++child;
            }
            if (child >= heap_.size() || deadline->when_ <= heap_[child]->when_) {
                break;
            }
            put(position, heap_[child]);
            position = child;
        }
        put(position, deadline);
    }

    std::vector<Deadline*> heap_;
};

inline void Deadline::cancel() noexcept {
    if (all_ != nullptr) {
        all_->remove(this);
    }
}

}  // namespace steamgs
