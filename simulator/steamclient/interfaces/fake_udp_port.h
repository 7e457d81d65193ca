#pragma once

#include <steamgs/abi/steamnetworkingfakeip.h>

namespace steamgs::simulator::networking {

// What a game gets for an index of the server's FakeIP ports; it outlives them.
abi::ISteamNetworkingFakeUDPPort* fake_udp_port(int index);

}  // namespace steamgs::simulator::networking
