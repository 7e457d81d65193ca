// How other implementations of steamclient differ from what the simulated Steam does by default, as
// Valve's may too. Each difference can be switched on, and is declared by the feature concerned.
#pragma once

#include <set>

#include "kernel/registered.h"

namespace steamgs::simulator {

class Behaviour : public Registered<Behaviour> {
  public:
    Behaviour(const char* its_name, const char* its_meaning)
        : name(its_name), meaning(its_meaning) {}

    const char* const name;
    const char* const meaning;
};

class Behaviours {
  public:
    bool has(const Behaviour& behaviour) const { return on_.count(&behaviour) != 0; }
    void set(const Behaviour& behaviour, bool on) {
        if (on) {
            on_.insert(&behaviour);
        } else {
            on_.erase(&behaviour);
        }
    }

  private:
    std::set<const Behaviour*> on_;
};

}  // namespace steamgs::simulator
