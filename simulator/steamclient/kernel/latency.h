// How long Steam takes for an answer of some kind. The feature that answers declares the kind.
#pragma once

#include "kernel/registered.h"

namespace steamgs::simulator {

class Latency : public Registered<Latency> {
  public:
    Latency(const char* its_name, const char* its_meaning, double its_initial = 0.0)
        : name(its_name), meaning(its_meaning), initial(its_initial) {}

    const char* const name;
    const char* const meaning;
    const double initial;  // in seconds
};

}  // namespace steamgs::simulator
