// Where a host takes connections from others.
#pragma once

#include <map>

#include "features/networking/connections.h"

namespace steamgs::simulator::networking {

// What a listen socket listens at. Of an address, an IP of zeros is any.
struct Place {
    Route route;
    int port;  // the address' port, the virtual port, or the index of the FakeIP's port

    bool operator<(const Place& other) const {
        return route != other.route ? route < other.route : port < other.port;
    }
};

class ListenSocket {
  public:
    ListenSocket(Host& its_host, Place its_place)
        : host(its_host), place(its_place), config(&its_host.config) {}

    Host& host;
    const Place place;
    uint32 handle = 0;
    SteamNetworkingIPAddr address{};
    Config config;
    std::map<uint32, Connection*> children;
};

}  // namespace steamgs::simulator::networking
