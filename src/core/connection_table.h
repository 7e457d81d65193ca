// Open connections by their handles: what a message's connection is, in constant time.
//
// A hash table with linear probing. It owns no reference. Whoever changes it, or looks through it,
// is in the server's critical section. Messages find their connections from outside of it, by
// find_and_keep(), which is what the lock is for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>
#include <vector>

#include "core/gil.h"

namespace steamgs {

class ConnectionTable {
  public:
    PyObject* find(uint32_t handle) const noexcept {
        if (count_ == 0) {
            return nullptr;
        }
        for (size_t slot = home(handle);; slot = (slot + 1) & mask()) {
            if (slots_[slot].handle == handle) {
                return slots_[slot].connection;
            }
            if (slots_[slot].handle == 0) {
                return nullptr;
            }
        }
    }

    // The same from any thread: `keep`, which takes a reference, is called before anybody can
    // remove it.
    PyObject* find_and_keep(uint32_t handle, void (*keep)(void*) noexcept) const noexcept {
        std::lock_guard<ShortLock> lock(lock_);
        PyObject* found = find(handle);
        if (found != nullptr) {
            keep(found);
        }
        return found;
    }

    // False if memory is out. The handle is not 0, and not in the table.
    bool add(uint32_t handle, PyObject* connection) noexcept {
        std::lock_guard<ShortLock> lock(lock_);
        if ((count_ + 1) * 2 > slots_.size() && !grow()) {
            return false;
        }
        place({handle, connection});
        ++count_;
        return true;
    }

    // What it was; NULL if it is not there.
    PyObject* remove(uint32_t handle) noexcept {
        std::lock_guard<ShortLock> lock(lock_);
        if (count_ == 0) {
            return nullptr;
        }
        size_t slot = home(handle);
        while (slots_[slot].handle != handle) {
            if (slots_[slot].handle == 0) {
                return nullptr;
            }
            slot = (slot + 1) & mask();
        }
        PyObject* removed = slots_[slot].connection;
        close_gap(slot);
        --count_;
        return removed;
    }

    // Any of them, to empty the table; NULL if it is empty.
    PyObject* take_any() noexcept {
        for (size_t slot = 0; count_ != 0 && slot < slots_.size(); ++slot) {
            if (slots_[slot].handle != 0) {
                return remove(slots_[slot].handle);
            }
        }
        return nullptr;
    }

    size_t size() const noexcept { return count_; }
    // All places; those without a connection are NULL.
    size_t places() const noexcept { return slots_.size(); }
    PyObject* at(size_t place) const noexcept { return slots_[place].connection; }
    uint32_t handle_at(size_t place) const noexcept { return slots_[place].handle; }

  private:
    struct Slot {
        uint32_t handle;  // 0 for none
        PyObject* connection;
    };

    size_t mask() const noexcept { return slots_.size() - 1; }
    size_t home(uint32_t handle) const noexcept {
        return (handle * uint64_t{0x9E3779B97F4A7C15} >> 32) & mask();
    }
    void place(Slot one) noexcept {
        size_t slot = home(one.handle);
        while (slots_[slot].handle != 0) {
            slot = (slot + 1) & mask();
        }
        slots_[slot] = one;
    }
    bool grow() noexcept {
        try {
            std::vector<Slot> larger(slots_.empty() ? 16 : slots_.size() * 2, Slot{0, nullptr});
            slots_.swap(larger);
            for (const Slot& one : larger) {
                if (one.handle != 0) {
                    place(one);
                }
            }
            return true;
        } catch (const std::bad_alloc&) {
            return false;
        }
    }
    // Moves back those behind a gap that were looked for across it.
    void close_gap(size_t gap) noexcept {
        slots_[gap] = {0, nullptr};
        for (size_t slot = (gap + 1) & mask(); slots_[slot].handle != 0;
             slot = (slot + 1) & mask()) {
            const Slot moved = slots_[slot];
            slots_[slot] = {0, nullptr};
            place(moved);
        }
    }

    mutable ShortLock lock_;
    std::vector<Slot> slots_;
    size_t count_ = 0;
};

}  // namespace steamgs
