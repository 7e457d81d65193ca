// ISteamNetworkingFakeUDPPort over the armed world.
#include "interfaces/fake_udp_port.h"

#include <array>

#include "features/networking/fake_ips.h"
#include "interfaces/networking.h"

namespace steamgs::simulator::networking {

namespace {

class FakeUdpPortSlots final : public abi::ISteamNetworkingFakeUDPPort {
  public:
    void DestroyFakeUDPPort() override { Entered().world().get<FakeIps>().close_port(index()); }
    EResult SendMessageToFakeIP(const SteamNetworkingIPAddr& to, const void* data, uint32 size,
                                int flags) override {
        Entered network;
        FakeUdpPort* port = network.world().get<FakeIps>().port(index());
        return port != nullptr ? port->send(to, data, size, flags) : k_EResultInvalidState;
    }
    int ReceiveMessages(SteamNetworkingMessage_t** out, int most) override {
        Entered network;
        FakeUdpPort* port = network.world().get<FakeIps>().port(index());
        return port != nullptr ? port->receive(out, most) : -1;
    }
    void ScheduleCleanup(const SteamNetworkingIPAddr& address) override {
        Entered network;
        if (FakeUdpPort* port = network.world().get<FakeIps>().port(index())) {
            port->forget(address);
        }
    }

  private:
    int index() const;
};

std::array<FakeUdpPortSlots, SteamNetworkingFakeIPResult_t::k_nMaxReturnPorts> ports;

int FakeUdpPortSlots::index() const { return static_cast<int>(this - ports.data()); }

}  // namespace

abi::ISteamNetworkingFakeUDPPort* fake_udp_port(int index) {
    return &ports[static_cast<size_t>(index)];
}

}  // namespace steamgs::simulator::networking
