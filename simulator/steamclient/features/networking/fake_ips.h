// FakeIPs: addresses that stand for Steam's identities, so that games need no other code.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "features/networking/network.h"
#include "features/networking/relays.h"

namespace steamgs::simulator::networking {

class FakeUdpPort;

class FakeIps final : public Feature {
  public:
    explicit FakeIps(World& world);
    ~FakeIps() override;

    void reset() override;
    // Before the server logs on, once.
    bool request(int ports);
    void write(int first, SteamNetworkingFakeIPResult_t& out) const;
    bool has_port(int index) const { return index >= 0 && index < ports_; }
    // The index of the server's port at an address; -1 if it is none of them.
    int port_at(const SteamNetworkingIPAddr& address) const;
    // An address for whoever has connected, of this machine's own.
    SteamNetworkingIPAddr local_address_of(const SteamNetworkingIdentity& identity);
    // False if nobody has that address.
    bool identity_at(const SteamNetworkingIPAddr& address, SteamNetworkingIdentity& out) const;
    bool open_port(int index);
    void close_port(int index);
    // NULL unless it is open.
    FakeUdpPort* port(int index) const;
    void fail_next(EResult result) { outcome_ = result; }

  private:
    void allocate();

    World& world_;
    int ports_ = 0;
    EResult result_ = k_EResultNoMatch;
    EResult outcome_ = k_EResultOK;
    uint32 address_ = 0;
    uint32 next_local_ = 0xa9fe0101;  // 169.254.1.1
    std::map<uint32, SteamNetworkingIdentity> local_;
    std::map<std::string, uint32> local_of_;  // by the text of the identity
    std::map<int, std::unique_ptr<FakeUdpPort>> open_;
};

// Datagrams at a port of a FakeIP. Behind it are connections that the game does not see.
class FakeUdpPort final : public Host {
  public:
    FakeUdpPort(World& world, int index);
    ~FakeUdpPort() override;

    SteamNetworkingIdentity identity() const override { return network_.server().identity(); }
    SteamNetworkingIPAddr address() override { return network_.server().address(); }
    void tell(const SteamNetConnectionStatusChangedCallback_t& change) override;

    EResult send(const SteamNetworkingIPAddr& to, const void* data, uint32 size, int flags);
    int receive(SteamNetworkingMessage_t** out, int most);
    void forget(const SteamNetworkingIPAddr& address);

  private:
    void bury();

    Network& network_;
    FakeIps& fake_ips_;
    uint32 listen_socket_ = 0;
    uint32 group_ = 0;
    std::map<std::pair<uint32, uint16>, uint32> connection_of_;  // by the FakeIP of the peer
    std::vector<uint32> ended_;
};

}  // namespace steamgs::simulator::networking
