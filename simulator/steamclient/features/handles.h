// Whether a game server gives back what it has got: queries, requests and the like, each once.
#pragma once

#include <map>

#include "kernel/world.h"

namespace steamgs::simulator {

class Handles final : public Feature {
  public:
    explicit Handles(World&) {}

    template <class Handle, class Value>
    bool release(std::map<Handle, Value>& all, Handle handle) {
        const bool there = all.erase(handle) != 0;
        wrong_ += there ? 0 : 1;
        return there;
    }
    // The server goes, or comes.
    template <class Handle, class Value>
    void forget(std::map<Handle, Value>& all) {
        left_ += all.size();
        all.clear();
    }
    void describe(json::Object& out) const override;

  private:
    size_t wrong_ = 0;
    size_t left_ = 0;
};

}  // namespace steamgs::simulator
