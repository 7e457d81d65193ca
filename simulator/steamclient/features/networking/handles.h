// Handles that die once: each names a slot and which of its occupants is meant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace steamgs::simulator::networking {

// A table of pointers that it does not own. Slots are reused as late as possible.
template <class T>
class Handles {
  public:
    // 0 if there are too many.
    uint32_t add(T* object) {
        if (slots_.size() < kFewestBeforeReuse || free_.empty()) {
            if (slots_.size() > kIndexMask) {
                return 0;
            }
            slots_.push_back({object, 1});
            return handle(slots_.size() - 1);
        }
        const size_t index = free_.front();
        free_.pop_front();
        slots_[index].object = object;
        return handle(index);
    }
    void remove(uint32_t handle) {
        Slot& slot = slots_[handle & kIndexMask];
        slot.object = nullptr;
        slot.generation = slot.generation == kLastGeneration ? 1 : slot.generation + 1;
        free_.push_back(handle & kIndexMask);
    }
    T* find(uint32_t handle) const noexcept {
        const size_t index = handle & kIndexMask;
        return index < slots_.size() && slots_[index].generation == handle >> kIndexBits
                   ? slots_[index].object
                   : nullptr;
    }
    template <class Visit>
    void each(Visit visit) const {
        for (size_t index = 0; index < slots_.size(); ++index) {
            if (T* object = slots_[index].object) {
                visit(*object);
            }
        }
    }
    size_t size() const noexcept { return slots_.size() - free_.size(); }

  private:
    static constexpr uint32_t kIndexBits = 18;
    static constexpr uint32_t kIndexMask = (1u << kIndexBits) - 1;
    static constexpr uint32_t kLastGeneration = (1u << (31 - kIndexBits)) - 1;
    static constexpr size_t kFewestBeforeReuse = 1024;

    struct Slot {
        T* object;
        uint32_t generation;
    };

    uint32_t handle(size_t index) const {
        return slots_[index].generation << kIndexBits | static_cast<uint32_t>(index);
    }

    std::vector<Slot> slots_;
    std::deque<size_t> free_;
};

}  // namespace steamgs::simulator::networking
