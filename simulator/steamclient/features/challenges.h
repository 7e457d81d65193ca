// The numbers by which a sender of server queries shows that it is at the address it claims.
#pragma once

#include <string>

#include "kernel/backend.h"

namespace steamgs::simulator {

// Nothing is stored for a sender, so a flood of packets uses no memory. A challenge is a keyed hash
// of the address and of the period, and as unpredictable as a new random number.
class Challenges {
  public:
    // The key comes from the system's randomness; with a manual clock from the seed, so that runs
    // repeat exactly.
    explicit Challenges(Backend& backend);

    // Whether there is a key. Without one, a sender can't be distinguished from a forger.
    bool drawn() const { return !key_.empty(); }

    // The one that a sender is given now.
    uint32 current(uint32 ip, uint16 port) const;
    // Whether it is the current one, or that of the period before.
    bool accepts(uint32 challenge, uint32 ip, uint16 port) const;

  private:
    uint64 period() const;
    uint32 of_period(uint64 period, uint32 ip, uint16 port) const;

    const Backend& backend_;
    std::string key_;
};

}  // namespace steamgs::simulator
