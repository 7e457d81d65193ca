// The state of a world's game server as JSON, for whoever wants to look at it.
#pragma once

#include <string>

namespace steamgs::simulator {

class World;

// With the world's mutex held.
std::string describe(const World& world);

}  // namespace steamgs::simulator
