// The data centers of the simulated Steam, and how far hosts are from them.
#pragma once

#include <map>
#include <string>

#include "features/networking/types.h"

namespace steamgs::simulator::networking {

// Milliseconds there and back, by data center.
using Pings = std::map<SteamNetworkingPOPID, int>;

// Those of whoever runs the game server.
const Pings& pings_from_here();

// As Steam writes them: fra=12+1,iad=95+9
std::string text_of(const Pings& pings);
bool parse(const std::string& text, Pings& out);

// By whichever data center is on the shortest way.
int ping_between(const Pings& one, const Pings& other);

SteamNetworkPingLocation_t location_of(const Pings& pings);
Pings pings_of(const SteamNetworkPingLocation_t& location);

}  // namespace steamgs::simulator::networking
