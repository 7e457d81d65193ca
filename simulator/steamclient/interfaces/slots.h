// Interfaces as bare tables of functions, for those whose slots moved from version to version.
//
// An interface is a pointer to a table of functions that take the interface as first argument: on
// x86-64 and aarch64 that is how every supported C++ compiler calls a virtual function. So one list
// of slots serves each version by leaving out what that version does not have.
#pragma once

#include <vector>

namespace steamgs::simulator {

using Slot = void (*)();

template <class Function>
Slot slot(Function function) {
    return reinterpret_cast<Slot>(function);
}

class SlotTable {
  public:
    explicit SlotTable(std::vector<Slot> slots) : slots_(std::move(slots)) {
        table_ = slots_.data();
    }
    // What a caller sees as its interface pointer.
    void* interface() { return &table_; }

  private:
    std::vector<Slot> slots_;
    const Slot* table_;
};

}  // namespace steamgs::simulator
