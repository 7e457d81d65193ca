// A server in one of Valve's data centres, or in another that relays reach: its address is hidden.
#pragma once

#include "features/networking/network.h"
#include "features/networking/relays.h"

namespace steamgs::simulator::networking {

// As games declare them: the table knows their names only.
struct HostedAddress {
    int size;
    char data[128];
};

struct CoordinatorLogin {
    SteamNetworkingIdentity identity;
    HostedAddress routing;
    AppId_t app_id;
    uint32 time;
    int app_data_size;
    char app_data[2048];
};

class Hosting final : public Feature {
  public:
    explicit Hosting(World& world);

    uint32 listen(int virtual_port, Options options);
    EResult address(HostedAddress& out);
    EResult login(CoordinatorLogin& login, int* size, void* blob);
    bool is_hosted() const { return port != 0; }

    // Where the machine stands; nowhere unless told.
    SteamNetworkingPOPID pop = 0;
    uint16 port = 0;

  private:
    World& world_;
};

}  // namespace steamgs::simulator::networking
