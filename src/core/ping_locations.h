// Where hosts are on Steam's network of relays, as texts that they can send to each other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/network_config.h"

namespace steamgs {

// How many seconds ago this host's place was measured, and the place; less than 0 if it was not.
float local_ping_location(NetworkingUtils* utils, std::string& text);

// Milliseconds there and back, or less than 0 if Steam can't tell. False if a text is no place;
// without a second place, from here.
bool estimate_ping(NetworkingUtils* utils, const char* there, const char* from, int& milliseconds);

// The numbers of Steam's data centers.
std::vector<uint32_t> data_centers(NetworkingUtils* utils);

}  // namespace steamgs
