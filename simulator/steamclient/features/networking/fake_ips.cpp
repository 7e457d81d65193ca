#include "features/networking/fake_ips.h"

#include <algorithm>
#include <iterator>

#include "features/networking/outgoing.h"
#include "features/values.h"
#include "kernel/commands.h"

namespace steamgs::simulator::networking {

namespace {

const FeatureOf<FakeIps> kFeature("fake_ips");
const Latency kFakeIpLatency = {"fake_ip", "of the addresses that a server asks for"};

constexpr int kMostPorts = SteamNetworkingFakeIPResult_t::k_nMaxReturnPorts;
constexpr uint32 kGlobal = 0xa9fe8001;  // 169.254.128.1
constexpr uint16 kFirstPort = 42000;

std::pair<uint32, uint16> key_of(const SteamNetworkingIPAddr& address) {
    return {ipv4_of(address), address.m_port};
}

}  // namespace

FakeIps::FakeIps(World& world) : world_(world) {
    world.get<Network>();
    world.get<Logon>().when_connected([this] {
        if (result_ == k_EResultBusy) {
            allocate();
        }
    });
}

FakeIps::~FakeIps() = default;

void FakeIps::reset() {
    open_.clear();
    ports_ = 0;
    result_ = k_EResultNoMatch;
    address_ = 0;
    local_.clear();
    local_of_.clear();
}

bool FakeIps::request(int ports) {
    if (ports < 1 || ports > kMostPorts || ports_ != 0 ||
        world_.get<Logon>().state() != Logon::State::off) {
        return false;
    }
    ports_ = ports;
    result_ = k_EResultBusy;
    return true;
}

void FakeIps::allocate() {
    world_.backend.schedule_or_give(kFakeIpLatency, [this] {
        result_ = outcome_;
        outcome_ = k_EResultOK;
        address_ = result_ == k_EResultOK
                       ? kGlobal + static_cast<uint32>(world_.backend.random() % 0x7f00)
                       : 0;
        SteamNetworkingFakeIPResult_t said{};
        write(0, said);
        world_.backend.post(said);
    });
}

void FakeIps::write(int first, SteamNetworkingFakeIPResult_t& out) const {
    out = {};
    out.m_eResult = first < 0 || (ports_ > 0 && first >= ports_) ? k_EResultInvalidParam : result_;
    if (out.m_eResult != k_EResultOK) {
        return;
    }
    out.m_identity = world_.get<Network>().server().identity();
    out.m_unIP = address_;
    for (int i = first; i < ports_ && i - first < kMostPorts; ++i) {
        out.m_unPorts[i - first] = static_cast<uint16>(kFirstPort + i);
    }
}

int FakeIps::port_at(const SteamNetworkingIPAddr& address) const {
    const int index = address.m_port - kFirstPort;
    return address_ != 0 && ipv4_of(address) == address_ && has_port(index) ? index : -1;
}

SteamNetworkingIPAddr FakeIps::local_address_of(const SteamNetworkingIdentity& identity) {
    const auto [found, is_new] = local_of_.try_emplace(text_of(identity), next_local_);
    if (is_new) {
        local_[next_local_++] = identity;
    }
    return ipv4(found->second, kFirstPort);
}

bool FakeIps::identity_at(const SteamNetworkingIPAddr& address,
                          SteamNetworkingIdentity& out) const {
    const auto found = local_.find(ipv4_of(address));
    if (found != local_.end()) {
        out = found->second;
        return true;
    }
    if (port_at(address) >= 0) {
        out = world_.get<Network>().server().identity();
        return true;
    }
    return false;
}

bool FakeIps::open_port(int index) {
    if (!has_port(index) || port(index) != nullptr) {
        return false;
    }
    open_[index] = std::make_unique<FakeUdpPort>(world_, index);
    return true;
}

void FakeIps::close_port(int index) { open_.erase(index); }

FakeUdpPort* FakeIps::port(int index) const {
    const auto found = open_.find(index);
    return found != open_.end() ? found->second.get() : nullptr;
}

FakeUdpPort::FakeUdpPort(World& world, int index)
    : network_(world.get<Network>()), fake_ips_(world.get<FakeIps>()) {
    config.set_wider(&network_.server().config);
    group_ = network_.create_group(*this);
    listen_socket_ = network_.listen(*this, {Route::fake_ip, index}, {}, {0, nullptr});
}

FakeUdpPort::~FakeUdpPort() { network_.remove_host(*this); }

void FakeUdpPort::tell(const SteamNetConnectionStatusChangedCallback_t& change) {
    const uint32 handle = change.m_hConn;
    switch (change.m_info.m_eState) {
        case k_ESteamNetworkingConnectionState_Connecting: {
            const Connection* connection = network_.connection(*this, handle);
            if (connection != nullptr && connection->from_outside) {
                connection_of_[key_of(fake_ips_.local_address_of(connection->remote_identity))] =
                    handle;
                network_.accept(*this, handle);
            }
            network_.join(*this, handle, group_);
            break;
        }
        case k_ESteamNetworkingConnectionState_ClosedByPeer:
        case k_ESteamNetworkingConnectionState_ProblemDetectedLocally:
            ended_.push_back(handle);
            break;
        default:
            break;
    }
}

// Not as soon as they end: whoever tells of it still has the connection in hand.
void FakeUdpPort::bury() {
    for (const uint32 handle : ended_) {
        for (auto one = connection_of_.begin(); one != connection_of_.end();) {
            one = one->second == handle ? connection_of_.erase(one) : std::next(one);
        }
        network_.close(*this, handle, 0, nullptr, false);
    }
    ended_.clear();
}

EResult FakeUdpPort::send(const SteamNetworkingIPAddr& to, const void* data, uint32 size,
                          int flags) {
    if (size > k_cbSteamNetworkingSocketsFakeUDPPortMaxMessageSize ||
        fake_ip_type(to) <= k_ESteamNetworkingFakeIPType_NotFake) {
        return k_EResultInvalidParam;
    }
    bury();
    const auto key = key_of(to);
    auto found = connection_of_.find(key);
    if (found == connection_of_.end()) {
        const uint32 handle =
            network_.connect(*this, {Route::fake_ip, identity_of(to), to, -1}, {0, nullptr});
        if (handle == 0) {
            return k_EResultFail;
        }
        found = connection_of_.emplace(key, handle).first;
    }
    return send_copy(network_.connection(*this, found->second), data, size,
                     flags & ~k_nSteamNetworkingSend_Reliable, nullptr);
}

int FakeUdpPort::receive(SteamNetworkingMessage_t** out, int most) {
    bury();
    PollGroup* group = network_.group(*this, group_);
    const int count = group != nullptr ? group->receive(out, most) : 0;
    for (int index = 0; index < count; ++index) {
        SteamNetworkingIdentity& peer = out[index]->m_identityPeer;
        if (peer.m_eType != k_ESteamNetworkingIdentityType_IPAddress) {
            // Games at such a port know addresses only.
            peer = identity_of(fake_ips_.local_address_of(peer));
        }
    }
    return count;
}

void FakeUdpPort::forget(const SteamNetworkingIPAddr& address) {
    const auto found = connection_of_.find(key_of(address));
    if (found != connection_of_.end()) {
        const uint32 handle = found->second;
        connection_of_.erase(found);
        network_.close(*this, handle, 0, nullptr, false);
    }
}

namespace {

struct Refusal {
    EResult result = k_EResultFail;
};

const CommandOf<Refusal> kFailNextFakeIp = {
    "fail_next_fake_ip", "Steam has no FakeIP for the next server that asks for one.",
    [] { return std::vector{field("result", &Refusal::result, kResult, "why; 2 if missing")}; },
    [](World& world, const Refusal& row) { world.get<FakeIps>().fail_next(row.result); }};

}  // namespace

}  // namespace steamgs::simulator::networking
