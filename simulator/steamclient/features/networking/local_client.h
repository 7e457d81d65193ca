// A player in the simulated Steam's own process.
#pragma once

#include <deque>
#include <mutex>

#include "features/networking/client.h"
#include "features/networking/network.h"

namespace steamgs::simulator::networking {

// Each function takes the world's mutex.
class LocalClient final : public Client, public Host {
  public:
    LocalClient(World& world, uint64 steam_id);
    ~LocalClient() override;

    uint32 connect(const std::string& address, int32 virtual_port) override;
    uint32 listen(int32 virtual_port) override;
    EResult accept(uint32 connection) override;
    bool close(uint32 connection, int32 reason, const std::string& text, bool linger) override;
    EResult send(uint32 connection, const void* data, size_t size, int32 flags, uint16 lane,
                 int64& number) override;
    EResult flush(uint32 connection) override;
    bool receive(uint32 connection, uint32 most, std::vector<ClientMessage>& out) override;
    EResult configure_lanes(uint32 connection, const std::vector<int32>& priorities,
                            const std::vector<uint16>& weights) override;
    bool status(uint32 connection, ClientStatus& out) override;
    bool next_change(ClientChange& out) override;

    SteamNetworkingIdentity identity() const override { return identity_of(steam_id_); }
    SteamNetworkingIPAddr address() override { return address_; }
    void tell(const SteamNetConnectionStatusChangedCallback_t& change) override;

  private:
    // The network with the mutex, and what is due done.
    struct Within {
        explicit Within(LocalClient& client) : lock(client.world_.mutex), network(client.network_) {
            network.run_due();
        }
        std::lock_guard<std::mutex> lock;
        Network& network;
    };

    World& world_;
    Network& network_;
    const uint64 steam_id_;
    SteamNetworkingIPAddr address_;
    std::deque<ClientChange> changes_;
};

}  // namespace steamgs::simulator::networking
